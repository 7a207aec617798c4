//! What is known of the rows of each table, for a stage that makes rows: how many there are,
//! and of each column the nulls, the distinct values and how often which value is there.

use std::collections::BTreeMap;

use super::known::Known;
use super::relations::Relation;
use super::snapshot;

/// The rows of a table as they are expected to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ExpectedTable {
    /// How many.
    pub(crate) rows: f64,
    /// Whether nothing says so.
    pub(crate) assumed: bool,
    /// What is known of its columns, by name.
    pub(crate) columns: BTreeMap<String, ExpectedColumn>,
}

/// The values of a column as they are expected to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ExpectedColumn {
    /// The share of nulls.
    pub(crate) null_fraction: f64,
    /// How many different values there are.
    pub(crate) distinct: Option<f64>,
    /// How often the most common one is there.
    pub(crate) most_common: Option<f64>,
    /// Single values with how often each is there.
    pub(crate) values: Vec<(String, f64)>,
    /// The average width in bytes.
    pub(crate) width: Option<u32>,
}

/// What is known of every table, by the name a reader calls it.
pub(crate) fn expected(known: &Known<'_>) -> BTreeMap<String, ExpectedTable> {
    let tables = known.relations.iter();
    tables
        .map(|relation| (relation.name.clone(), table(known, relation)))
        .collect()
}

fn table(known: &Known<'_>, relation: &Relation) -> ExpectedTable {
    let taken = known.table(relation);
    let taken = taken.map(|taken| {
        if relation.partitioned {
            &taken.with_children
        } else {
            &taken.columns
        }
    });
    let rows = known.number(relation);
    let columns = relation.columns.iter().map(|(&attribute, column)| {
        let taken = taken.and_then(|columns| columns.get(&column.name));
        let then = taken.map(|taken| taken.distinct.0);
        let distinct = match known.distinct(relation, attribute, then) {
            Some(count) if count > 0.0 => Some(count),
            Some(share) if share < 0.0 => Some(-share * rows),
            _ => None,
        };
        let nulls = known.null_fraction(relation, &column.name);
        let nulls = nulls.or(taken.map(|taken| taken.null_fraction));
        let expected = ExpectedColumn {
            null_fraction: nulls.map_or(0.0, |nulls| f64::from(nulls.0)),
            distinct,
            most_common: taken.and_then(|t| t.most_common).map(|m| f64::from(m.0)),
            values: taken.map_or(Vec::new(), values),
            width: taken.map(|taken| taken.width),
        };
        (column.name.clone(), expected)
    });
    ExpectedTable {
        rows,
        assumed: known.is_assumed(relation),
        columns: columns.collect(),
    }
}

/// Labels and most common values, each with its share of all rows.
fn values(column: &snapshot::Column) -> Vec<(String, f64)> {
    let labels = column.labels.iter();
    let labels = labels.map(|(label, share)| (label.clone(), f64::from(share.0)));
    let values = column.values.iter();
    let values = values.map(|(value, share)| (value.clone(), f64::from(share.0)));
    labels.chain(values).collect()
}
