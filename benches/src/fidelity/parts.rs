//! Snapshots with parts left out: what each part is worth.

use std::collections::BTreeMap;

use planwright_codegen::statistics::Snapshot;
use planwright_codegen::statistics::snapshot::{Column, Pages, Table};

use super::facts::Facts;

/// A snapshot, edited in a way that has a name.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) snapshot: Snapshot,
}

/// From row counts alone to everything, and everything without each part.
pub(super) fn parts(with_values: &Snapshot, without_values: &Snapshot, facts: &Facts) -> Vec<Part> {
    let rows_only = |mut snapshot: Snapshot| {
        each(&mut snapshot, empty_columns);
        snapshot
    };
    let part = |name, snapshot: &Snapshot, edits: &[fn(&mut Table)]| {
        let mut snapshot = snapshot.clone();
        for edit in edits {
            each(&mut snapshot, *edit);
        }
        Part { name, snapshot }
    };
    let bare = rows_only(without_values.clone());
    vec![
        part("row counts only", &bare, &[no_pages, no_heights]),
        part("row counts, file sizes", &bare, &[no_heights]),
        part("row counts, file sizes, b-tree heights", &bare, &[]),
        Part {
            name: "all, but of values those in the SQL",
            snapshot: named_values(with_values.clone(), facts),
        },
        part("all but file sizes", with_values, &[no_pages]),
        part("all but b-tree heights", with_values, &[no_heights]),
        part(
            "all, heights from page counts",
            with_values,
            &[guessed_heights],
        ),
        part("all but visible pages", with_values, &[none_visible]),
        part("all but correlations", with_values, &[no_correlation]),
    ]
}

/// Of the most common values those that the queries name, and no histogram.
fn named_values(mut snapshot: Snapshot, facts: &Facts) -> Snapshot {
    for (table, taken) in &mut snapshot.tables {
        for (column, values) in &mut taken.columns {
            let place = (table.clone(), column.clone());
            let (texts, numbers) = (facts.texts.get(&place), facts.numbers.get(&place));
            let is_named = |value: &String| {
                let number = value.parse().ok();
                texts.is_some_and(|texts| texts.contains(value))
                    || number.is_some_and(|n| numbers.is_some_and(|all| all.contains(&n)))
            };
            values.most_common = values.values.first().map(|(_, frequency)| *frequency);
            values.values.retain(|(value, _)| is_named(value));
            values.histogram.clear();
        }
    }
    snapshot
}

fn each(snapshot: &mut Snapshot, edit: fn(&mut Table)) {
    snapshot.tables.values_mut().for_each(edit);
}

fn empty_columns(table: &mut Table) {
    table.columns.clear();
    table.with_children.clear();
    table.extended.clear();
    for index in table.indexes.values_mut() {
        index.columns.clear();
    }
}

fn no_pages(table: &mut Table) {
    (table.pages, table.all_visible) = (Pages(0), Pages(0));
    for index in table.indexes.values_mut() {
        index.pages = Pages(0);
    }
}

/// Trees without levels, as those of empty indexes.
fn no_heights(table: &mut Table) {
    for index in table.indexes.values_mut() {
        index.height = index.height.map(|_| 0);
    }
}

fn guessed_heights(table: &mut Table) {
    for index in table.indexes.values_mut() {
        index.height = None;
    }
}

fn none_visible(table: &mut Table) {
    table.all_visible = Pages(0);
}

fn no_correlation(table: &mut Table) {
    let forget = |columns: &mut BTreeMap<String, Column>| {
        for column in columns.values_mut() {
            column.correlation = None;
        }
    };
    forget(&mut table.columns);
    forget(&mut table.with_children);
}
