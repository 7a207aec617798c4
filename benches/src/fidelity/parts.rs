//! Snapshots with parts left out: what each part is worth.

use planwright_codegen::statistics::Snapshot;
use planwright_codegen::statistics::snapshot::{Column, Pages, Table};

/// A snapshot, edited in a way that has a name.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) snapshot: Snapshot,
}

/// From row counts alone to everything, and everything without each part.
pub(super) fn parts(with_values: &Snapshot, without_values: &Snapshot) -> Vec<Part> {
    let part = |name, snapshot: &Snapshot, edits: &[fn(&mut Table)]| {
        let mut snapshot = snapshot.clone();
        for edit in edits {
            each(&mut snapshot, *edit);
        }
        Part { name, snapshot }
    };
    let mut bare = without_values.clone();
    each(&mut bare, empty_columns);
    vec![
        part("row counts only", &bare, &[no_pages, no_heights]),
        part("row counts, file sizes", &bare, &[no_heights]),
        part("row counts, file sizes, b-tree heights", &bare, &[]),
        part("all but histograms", with_values, &[no_histograms]),
        part("all but most common values", with_values, &[none_common]),
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
    columns(table).for_each(|column| column.correlation = None);
}

fn no_histograms(table: &mut Table) {
    columns(table).for_each(|column| column.histogram.clear());
}

/// Only how common the most common one is.
fn none_common(table: &mut Table) {
    for column in columns(table) {
        column.most_common = column.values.first().map(|(_, frequency)| *frequency);
        column.values.clear();
    }
}

fn columns(table: &mut Table) -> impl Iterator<Item = &mut Column> {
    table.columns.values_mut()
}
