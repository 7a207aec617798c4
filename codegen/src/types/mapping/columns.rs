//! Columns that have the values of others have their types: those that refer to them, those of
//! partitions and heirs, and those of views.

use std::collections::BTreeMap;

use super::report::Report;
use super::{ColumnId, Mapping};
use crate::analyze::tree::{self, Value};
use crate::diagnostics::Diagnostics;
use crate::schema::Schema;

impl Mapping {
    /// Gives mapped columns' types to the columns that have their values, as long as there are
    /// any. What is mapped itself stays as it is.
    pub(super) fn follow(&mut self, report: &Report<'_>, found: &mut Diagnostics) {
        if self.columns.is_empty() {
            return;
        }
        let followers = followers(report.schema);
        loop {
            let mut new: BTreeMap<ColumnId, Vec<ColumnId>> = BTreeMap::new();
            for (column, of) in &followers {
                if self.columns.contains_key(of) && !self.columns.contains_key(column) {
                    new.entry(*column).or_default().push(*of);
                }
            }
            if new.is_empty() {
                return;
            }
            for (column, of) in new {
                let said = |of: &ColumnId| self.columns.get(of);
                let first = of.first().and_then(said).cloned();
                let other = of.iter().find(|of| said(of) != first.as_ref());
                if let (Some(first), Some(other)) = (of.first(), other) {
                    found.push(report.ambiguous(column, *first, *other));
                }
                if let Some(first) = first {
                    self.columns.insert(column, first);
                }
            }
        }
    }
}

/// Columns, each with one that has its values as well.
fn followers(schema: &Schema) -> Vec<(ColumnId, ColumnId)> {
    let mut all = Vec::new();
    for key in &schema.foreign_keys {
        let pairs = key.columns.iter().zip(&key.target_columns);
        all.extend(pairs.map(|(own, target)| ((key.table, *own), (key.target, *target))));
    }
    for (&oid, table) in &schema.tables {
        for parent in &table.parents {
            let Some(above) = schema.tables.get(parent) else {
                continue;
            };
            for (&number, column) in &table.columns {
                let mut columns = above.columns.iter();
                let same = columns.find(|(_, other)| other.name == column.name);
                all.extend(same.map(|(other, _)| ((oid, number), (*parent, *other))));
            }
        }
    }
    for (&view, text) in &schema.meaning.views {
        let Ok(tree) = tree::read(text) else { continue };
        let query = match &tree {
            Value::List(list) => list.first().and_then(Value::as_node),
            one => one.as_node(),
        };
        for target in query
            .into_iter()
            .flat_map(|query| query.nodes("targetList"))
        {
            let origin = target.oid("resorigtbl").zip(target.int("resorigcol"));
            let origin = origin.filter(|(table, _)| *table != 0);
            if let (Some(origin), Some(number)) = (origin, target.int("resno")) {
                all.push(((view, number), origin));
            }
        }
    }
    all
}
