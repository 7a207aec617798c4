//! The text of a snapshot: a line for each column and index, so that a diff shows what
//! became of it.

use std::fmt::Write as _;

use super::{Column, Elements, Extended, Gin, Index, Snapshot, Table};
use crate::toml_text::{key, quoted};

const HEAD: &str = "# Planner statistics of a database, taken by `planwright stats pull`.\n";
const NUMBERS_ONLY: &str = "# Numbers only: no value of any row.\n";
const WITH_VALUES: &str =
    "# It holds values of rows: the most common ones, and bounds of histograms.\n";

impl Snapshot {
    /// The text of the file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let values = if self.holds_values() {
            WITH_VALUES
        } else {
            NUMBERS_ONLY
        };
        let mut text = format!("{HEAD}{values}\nformat = {}\n", self.format);
        let _ = write!(
            text,
            "\n[server]\nmajor = {}\ncollation = {}\n",
            self.server.major,
            quoted(&self.server.collation)
        );
        if !self.server.settings.is_empty() {
            text.push_str("\n[server.settings]\n");
            for (name, value) in &self.server.settings {
                let _ = writeln!(text, "{} = {}", key(name), quoted(value));
            }
        }
        for (name, table) in &self.tables {
            table_text(&mut text, &format!("tables.{}", key(name)), table);
        }
        text
    }

    /// Whether there is any value of a row in it.
    #[must_use]
    pub fn holds_values(&self) -> bool {
        let has_values = |column: &Column| {
            !column.values.is_empty() || !column.histogram.is_empty() || column.elements.is_some()
        };
        self.tables.values().any(|table| {
            let of_indexes = table.indexes.values().flat_map(|i| i.columns.values());
            let own = table.columns.values().chain(table.with_children.values());
            own.chain(of_indexes).any(has_values)
        })
    }
}

fn table_text(text: &mut String, path: &str, table: &Table) {
    let _ = write!(text, "\n[{path}]\n");
    if let Some(rows) = table.rows {
        let _ = writeln!(text, "rows = {}", rows.0);
    }
    let _ = writeln!(text, "pages = {}", table.pages.0);
    if table.all_visible.0 > 0 {
        let _ = writeln!(text, "all_visible = {}", table.all_visible.0);
    }
    columns_text(text, &format!("{path}.columns"), &table.columns);
    columns_text(text, &format!("{path}.with_children"), &table.with_children);
    if !table.indexes.is_empty() {
        let _ = write!(text, "\n[{path}.indexes]\n");
        for (name, index) in &table.indexes {
            let _ = writeln!(text, "{} = {}", key(name), index_text(index));
        }
    }
    if !table.extended.is_empty() {
        let _ = write!(text, "\n[{path}.extended]\n");
        for (name, extended) in &table.extended {
            let _ = writeln!(text, "{} = {}", key(name), extended_text(extended));
        }
    }
}

/// A line for each column; one with values has a table of its own, a line for each value.
fn columns_text(
    text: &mut String,
    path: &str,
    columns: &std::collections::BTreeMap<String, Column>,
) {
    let long = |column: &Column| {
        !column.values.is_empty() || !column.histogram.is_empty() || column.elements.is_some()
    };
    if columns.values().any(|column| !long(column)) {
        let _ = write!(text, "\n[{path}]\n");
    }
    for (name, column) in columns.iter().filter(|(_, column)| !long(column)) {
        let _ = writeln!(text, "{} = {}", key(name), inline(&column_entries(column)));
    }
    for (name, column) in columns.iter().filter(|(_, column)| long(column)) {
        let _ = write!(text, "\n[{path}.{}]\n", key(name));
        for (key, value) in column_entries(column) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
}

/// `{ a = 1, b = 2 }`
fn inline(entries: &[(&str, String)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", entries.join(", "))
}

fn column_entries(column: &Column) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    if column.null_fraction.0 > 0.0 {
        entries.push(("null_fraction", column.null_fraction.0.to_string()));
    }
    entries.push(("width", column.width.to_string()));
    entries.push(("distinct", column.distinct.0.to_string()));
    if let Some(correlation) = column.correlation {
        entries.push(("correlation", correlation.0.to_string()));
    }
    if let Some(most_common) = column.most_common {
        entries.push(("most_common", most_common.0.to_string()));
    }
    if !column.labels.is_empty() {
        let labels = column.labels.iter();
        let labels: Vec<String> = labels
            .map(|(label, frequency)| format!("{} = {}", key(label), frequency.0))
            .collect();
        entries.push(("labels", format!("{{ {} }}", labels.join(", "))));
    }
    if !column.values.is_empty() {
        let values = column.values.iter();
        let values =
            values.map(|(value, frequency)| format!("[{}, {}]", quoted(value), frequency.0));
        entries.push(("values", lines(values)));
    }
    if !column.histogram.is_empty() {
        let bounds = column.histogram.iter().map(|bound| quoted(bound));
        entries.push(("histogram", lines(bounds)));
    }
    if let Some(elements) = &column.elements {
        entries.push(("elements", elements_text(elements)));
    }
    entries
}

/// An array, a line for each item.
fn lines(items: impl Iterator<Item = String>) -> String {
    let items = items.fold(String::new(), |text, item| text + "  " + &item + ",\n");
    format!("[\n{items}]")
}

fn numbers(numbers: &[f32]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(", "))
}

fn elements_text(elements: &Elements) -> String {
    let values: Vec<String> = elements.values.iter().map(|value| quoted(value)).collect();
    inline(&[
        ("values", format!("[{}]", values.join(", "))),
        ("frequencies", numbers(&elements.frequencies)),
        ("counts", numbers(&elements.counts)),
    ])
}

fn index_text(index: &Index) -> String {
    let mut entries = Vec::new();
    if let Some(rows) = index.rows {
        entries.push(("rows", rows.0.to_string()));
    }
    entries.push(("pages", index.pages.0.to_string()));
    if let Some(height) = index.height {
        entries.push(("height", height.to_string()));
    }
    if let Some(gin) = &index.gin {
        entries.push(("gin", gin_text(gin)));
    }
    if !index.columns.is_empty() {
        let columns = index.columns.iter();
        let columns: Vec<String> = columns
            .map(|(name, column)| format!("{} = {}", key(name), inline(&column_entries(column))))
            .collect();
        entries.push(("columns", format!("{{ {} }}", columns.join(", "))));
    }
    inline(&entries)
}

fn gin_text(gin: &Gin) -> String {
    inline(&[
        ("pending_pages", gin.pending_pages.to_string()),
        ("entry_pages", gin.entry_pages.to_string()),
        ("data_pages", gin.data_pages.to_string()),
        ("entries", gin.entries.to_string()),
    ])
}

fn extended_text(extended: &Extended) -> String {
    let distinct = extended.distinct.iter();
    let distinct: Vec<String> = distinct
        .map(|(columns, number)| format!("{} = {number}", key(columns)))
        .collect();
    let dependencies = extended.dependencies.iter();
    let dependencies: Vec<String> = dependencies
        .map(|(columns, degree)| format!("{} = {}", key(columns), degree.0))
        .collect();
    let mut entries = Vec::new();
    for (name, list) in [("distinct", distinct), ("dependencies", dependencies)] {
        if !list.is_empty() {
            entries.push((name, format!("{{ {} }}", list.join(", "))));
        }
    }
    inline(&entries)
}
