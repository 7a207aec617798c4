//! The catalog as a table.

use comfy_table::{ContentArrangement, Table, presets};
use planwright_codegen::catalog::{Catalog, Query};

/// The width where standard output is no terminal.
const WIDTH: u16 = 160;

/// One row for each query.
pub(crate) fn catalog(catalog: &Catalog) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["query", "command", "parameters", "columns", "access path", "round trips"]);
    if !table.is_tty() {
        table.set_width(WIDTH);
    }
    for query in catalog.queries() {
        table.add_row([
            query.full_name.clone(),
            query.command.word().to_owned(),
            params(query).join(", "),
            columns(query).join(", "),
            paths(query).join("\n"),
            query.round_trips.to_string(),
        ]);
    }
    table.trim_fmt()
}

/// `name type`, with a question mark when it may be null.
fn typed(name: &str, sql_type: &str, nullable: bool) -> String {
    let mark = if nullable { "?" } else { "" };
    format!("{name} {sql_type}{mark}")
}

/// The parameters.
pub(crate) fn params(query: &Query) -> Vec<String> {
    let params = query.analysis.params.iter();
    params.map(|p| typed(&p.name, &p.sql_type, p.nullable)).collect()
}

/// The columns.
pub(crate) fn columns(query: &Query) -> Vec<String> {
    let columns = query.analysis.columns.iter();
    columns.map(|c| typed(&c.name, &c.sql_type, c.nullable)).collect()
}

/// The access paths.
pub(crate) fn paths(query: &Query) -> Vec<String> {
    query.plan.paths.iter().map(ToString::to_string).collect()
}
