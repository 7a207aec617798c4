//! One row of `pg_statistic`: what `ANALYZE` would have written of a column.
//!
//! The kinds of statistics are PostgreSQL's (`src/include/catalog/pg_statistic.h`).

use std::fmt::Write as _;

use super::profile::ColumnProfile;
use super::snapshot::{Column, Fraction};

const MOST_COMMON: u32 = 1;
const HISTOGRAM: u32 = 2;
const CORRELATION: u32 = 3;
const MOST_COMMON_ELEMENTS: u32 = 4;
const ELEMENT_COUNTS: u32 = 5;
/// A row has room for this many kinds.
const SLOTS: usize = 5;
/// The labels of a boolean are written so in a snapshot, and otherwise by the server.
const BOOLEANS: [(&str, &str); 2] = [("true", "t"), ("false", "f")];
const BOOL: u32 = 16;
/// The elements of documents are texts (`tsvector`).
const TSVECTOR: u32 = 3614;
const TEXT: u32 = 25;

/// One kind of statistics.
struct Slot {
    kind: u32,
    operator: u32,
    collation: u32,
    numbers: Vec<f32>,
    /// The type of the values, and the values as text.
    values: Option<(u32, Vec<String>)>,
}

/// The statement that writes the row.
pub(super) fn insert(column: &ColumnProfile) -> String {
    let mut slots = slots(column);
    slots.truncate(SLOTS);
    let mut names =
        String::from("starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct");
    let values = &column.values;
    let mut row = format!(
        "{}, {}, {}, {}, {}, {}",
        column.oid,
        column.attribute,
        column.inherited,
        values.null_fraction.0,
        values.width,
        values.distinct.0
    );
    for number in 1..=SLOTS {
        let slot = slots.get(number - 1);
        let _ = write!(
            names,
            ", stakind{number}, staop{number}, stacoll{number}, stanumbers{number}, stavalues{number}"
        );
        match slot {
            None => row.push_str(", 0, 0, 0, NULL, NULL"),
            Some(slot) => {
                let _ = write!(
                    row,
                    ", {}, {}, {}, {}, {}",
                    slot.kind,
                    slot.operator,
                    slot.collation,
                    numbers(&slot.numbers),
                    array(slot.values.as_ref(), column.of.modifier)
                );
            }
        }
    }
    format!("INSERT INTO pg_statistic ({names}) VALUES ({row});\n")
}

fn numbers(numbers: &[f32]) -> String {
    if numbers.is_empty() {
        return "NULL".to_owned();
    }
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("'{{{}}}'::float4[]", list.join(","))
}

/// Values by their type: the column takes an array of any type.
fn array(values: Option<&(u32, Vec<String>)>, modifier: i32) -> String {
    let Some((of, values)) = values else {
        return "NULL".to_owned();
    };
    let escaped = |value: &String| value.replace('\\', "\\\\").replace('"', "\\\"");
    let list: Vec<String> = values
        .iter()
        .map(|value| format!("\"{}\"", escaped(value)))
        .collect();
    let text = format!("{{{}}}", list.join(",")).replace('\'', "''");
    let text = text.replace('\\', "\\\\");
    format!("array_in(E'{text}', {of}, {modifier})")
}

fn slots(column: &ColumnProfile) -> Vec<Slot> {
    let (values, of) = (&column.values, &column.of);
    let mut slots = Vec::new();
    if let (Some(equal), Some((values, numbers))) = (of.equal, common(values, of.oid)) {
        slots.push(Slot {
            kind: MOST_COMMON,
            operator: equal,
            collation: of.collation,
            numbers,
            values: Some((of.oid, values)),
        });
    }
    if let (Some(less), false) = (of.less, values.histogram.is_empty()) {
        slots.push(Slot {
            kind: HISTOGRAM,
            operator: less,
            collation: of.collation,
            numbers: Vec::new(),
            values: Some((of.oid, values.histogram.clone())),
        });
    }
    if let (Some(less), Some(correlation)) = (of.less, values.correlation) {
        slots.push(Slot {
            kind: CORRELATION,
            operator: less,
            collation: of.collation,
            numbers: vec![correlation.0],
            values: None,
        });
    }
    slots.extend(elements(column));
    slots
}

fn elements(column: &ColumnProfile) -> Vec<Slot> {
    let of = &column.of;
    let element = of.element.or((of.oid == TSVECTOR).then_some(TEXT));
    let (Some(elements), Some(element)) = (&column.values.elements, element) else {
        return Vec::new();
    };
    // Nobody asks for the operator of elements; it must be the column's all the same.
    let operator = of.equal.unwrap_or(0);
    let mut slots = vec![Slot {
        kind: MOST_COMMON_ELEMENTS,
        operator,
        collation: of.collation,
        numbers: elements.frequencies.clone(),
        values: Some((element, elements.values.clone())),
    }];
    if !elements.counts.is_empty() {
        slots.push(Slot {
            kind: ELEMENT_COUNTS,
            operator,
            collation: of.collation,
            numbers: elements.counts.clone(),
            values: None,
        });
    }
    slots
}

/// The most common values and how often each is there, the most common first.
fn common(column: &Column, of: u32) -> Option<(Vec<String>, Vec<f32>)> {
    if !column.labels.is_empty() {
        let mut labels: Vec<(&String, &Fraction)> = column.labels.iter().collect();
        labels.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(b.0)));
        let numbers = labels.iter().map(|(_, frequency)| frequency.0).collect();
        let labels = labels.into_iter().map(|(label, _)| {
            let boolean = BOOLEANS
                .iter()
                .find(|(name, _)| of == BOOL && label == name);
            boolean.map_or_else(|| label.clone(), |(_, short)| (*short).to_owned())
        });
        return Some((labels.collect(), numbers));
    }
    if !column.values.is_empty() {
        let numbers = column.values.iter().map(|(_, frequency)| frequency.0);
        let values = column.values.iter().map(|(value, _)| value.clone());
        return Some((values.collect(), numbers.collect()));
    }
    // Without the value, its frequency still says how skewed the column is; a constant of the
    // query counts as one of the others.
    column.most_common.map(|most| (Vec::new(), vec![most.0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_string() {
        let value = "a\"b\\c'd".to_owned();
        assert_eq!(
            array(Some(&(25, vec![value])), -1),
            r#"array_in(E'{"a\\"b\\\\c''d"}', 25, -1)"#
        );
    }
}
