//! The catalog as a table.

use comfy_table::{Attribute, CellAlignment, ContentArrangement, Table, TableComponent, presets};
use planwright_codegen::catalog::{Catalog, Query};

use crate::widths::{Cell, widths};
use crate::wrap::{Paragraph, length, wrap};

const HEADERS: [&str; 6] = [
    "query",
    "command",
    "parameters",
    "columns",
    "access path",
    "round trips",
];
/// The last header takes two lines; this is the longer one.
const ROUND_TRIPS: usize = 5;
/// The blanks between two columns; one of them stands for the line that is not drawn.
const GAP: u16 = 2;

/// One row for each query, under the name of its module.
pub(crate) fn catalog(catalog: &Catalog, width: u16) -> String {
    let rows: Vec<Vec<Cell>> = catalog.queries().map(cells).collect();
    let gaps = usize::from(GAP) * (HEADERS.len() - 1);
    let room = usize::from(width).saturating_sub(gaps + ROUND_TRIPS);
    let modules = catalog.modules.iter().map(|module| length(&module.name));
    let mut least = HEADERS.map(length);
    least[0] = modules.max().unwrap_or(0).max(least[0]);
    let widths = widths(&least[..HEADERS.len() - 1], &rows, room);
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_style(TableComponent::HorizontalLines, ' ')
        .set_style(TableComponent::MiddleIntersections, ' ')
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(HEADERS.map(|header| header.replace("round ", "round\n")));
    let mut rows = rows.iter();
    for module in &catalog.modules {
        table.add_row([comfy_table::Cell::new(&module.name).add_attribute(Attribute::Bold)]);
        for (query, row) in module.queries.iter().zip(rows.by_ref()) {
            let wrapped = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| wrap(cell, *width));
            let texts = wrapped.map(|wrapped| wrapped.lines.join("\n"));
            table.add_row(texts.chain([query.round_trips.to_string()]));
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP - 1));
    }
    if let Some(round_trips) = table.column_mut(HEADERS.len() - 1) {
        round_trips.set_padding((0, 0));
        round_trips.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// The width of the terminal; without one, that of `COLUMNS`, or of a usual terminal.
pub(crate) fn terminal_width() -> u16 {
    const USUAL: u16 = 120;
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    Table::new().width().or_else(columns).unwrap_or(USUAL)
}

/// A query's cells but the last.
fn cells(query: &Query) -> Vec<Cell> {
    let name = Paragraph {
        words: vec![query.name.clone()],
        first: 2,
        rest: 4,
    };
    let path = |path: String| Paragraph {
        words: path_words(&path),
        first: 0,
        rest: 2,
    };
    vec![
        vec![name],
        vec![plain(vec![query.command.word().to_owned()])],
        vec![plain(with_commas(params(query)))],
        vec![plain(with_commas(columns(query)))],
        paths(query).into_iter().map(path).collect(),
    ]
}

/// The words of an access path; each part of its condition is one.
fn path_words(path: &str) -> Vec<String> {
    let (way, condition) = path.split_at(path.find(" (").unwrap_or(path.len()));
    let mut words: Vec<String> = way.split(' ').map(str::to_owned).collect();
    for (index, part) in condition.trim_start().split(" AND ").enumerate() {
        match (index, part) {
            (0, "") => {}
            (0, part) => words.push(part.to_owned()),
            (_, part) => words.push(format!("AND {part}")),
        }
    }
    words
}

fn plain(words: Vec<String>) -> Paragraph {
    Paragraph {
        words,
        first: 0,
        rest: 0,
    }
}

fn with_commas(mut words: Vec<String>) -> Vec<String> {
    if let Some((_, before)) = words.split_last_mut() {
        for word in before {
            word.push(',');
        }
    }
    words
}

/// `name type`, with a question mark when it may be null.
fn typed(name: &str, sql_type: &str, nullable: bool) -> String {
    let mark = if nullable { "?" } else { "" };
    format!("{name} {sql_type}{mark}")
}

/// The parameters.
pub(crate) fn params(query: &Query) -> Vec<String> {
    let params = query.analysis.params.iter();
    params
        .map(|p| typed(&p.name, &p.sql_type, p.nullable))
        .collect()
}

/// The columns.
pub(crate) fn columns(query: &Query) -> Vec<String> {
    let columns = query.analysis.columns.iter();
    columns
        .map(|c| typed(&c.name, &c.sql_type, c.nullable))
        .collect()
}

/// The access paths, without what is only read in detail.
pub(crate) fn paths(query: &Query) -> Vec<String> {
    if query.variants.is_empty() {
        return query.plan.ways();
    }
    let mut all: Vec<String> = Vec::new();
    for way in query
        .variants
        .iter()
        .flat_map(|variant| variant.plan.ways())
    {
        if !all.contains(&way) {
            all.push(way);
        }
    }
    all
}
