//! A row of `pg_stats` as a snapshot keeps it.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::{distinct, fraction};
use crate::statistics::snapshot::{Column, Correlation, Elements, Fraction};

/// A row of `pg_stats` from a column of the result on. Only labels are taken by name, and
/// values where they are wanted.
pub(super) fn column(row: &Row, first: usize, wanted: bool) -> Column {
    let null_fraction: f32 = row.get(first);
    let width: i32 = row.get(first + 1);
    let correlation: Option<f32> = row.get(first + 3);
    let values = texts(row.get(first + 4));
    let frequencies: Vec<f32> = row.get::<_, Option<_>>(first + 5).unwrap_or_default();
    let mut column = Column {
        null_fraction: fraction(f64::from(null_fraction)),
        width: width.unsigned_abs(),
        distinct: distinct(row.get(first + 2)),
        correlation: correlation.map(|number| Correlation(number.clamp(-1.0, 1.0))),
        ..Column::default()
    };
    let has_labels: bool = row.get(first + 10);
    if has_labels {
        column.labels = labels(values, &frequencies);
    } else if wanted {
        let frequencies = frequencies.iter().map(|number| Fraction(*number));
        column.values = values.into_iter().zip(frequencies).collect();
    } else {
        column.most_common = frequencies.first().copied().map(Fraction);
    }
    if wanted {
        column.histogram = texts(row.get(first + 6));
        let elements = texts(row.get(first + 7));
        column.elements = (!elements.is_empty()).then(|| Elements {
            values: elements,
            frequencies: row.get::<_, Option<_>>(first + 8).unwrap_or_default(),
            counts: row.get::<_, Option<_>>(first + 9).unwrap_or_default(),
        });
    }
    column
}

/// No statistics hold a null among their values.
fn texts(values: Option<Vec<Option<String>>>) -> Vec<String> {
    values.into_iter().flatten().flatten().collect()
}

/// Booleans as TOML's readers know them.
fn labels(values: Vec<String>, frequencies: &[f32]) -> BTreeMap<String, Fraction> {
    let name = |value: String| match value.as_str() {
        "t" => "true".to_owned(),
        "f" => "false".to_owned(),
        _ => value,
    };
    let frequencies = frequencies.iter().map(|number| Fraction(*number));
    values.into_iter().map(name).zip(frequencies).collect()
}
