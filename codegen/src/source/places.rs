//! Where things stand in a statement.

use std::ops::Range;

use super::SourceQuery;
use super::lexer::{self, Kind, Token};

/// Where a statement names a table, in bytes of the file: with the alias that it gives it,
/// if it gives one. The query's own name where it cannot be found, as below a view.
#[must_use]
pub fn table(query: &SourceQuery, table: &str, alias: Option<&str>) -> Range<usize> {
    let sql = &query.sql;
    let (tokens, _) = lexer::lex(sql);
    let words: Vec<&Token> = tokens
        .iter()
        .filter(|t| !matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment))
        .collect();
    let name = table.rsplit('.').next().unwrap_or(table);
    let is = |index: usize, name: &str| {
        let text = words.get(index).map(|token| &sql[token.span.clone()]);
        text.is_some_and(|text| named(text, name))
    };
    let aliased = |index: usize| match alias {
        None => true,
        Some(alias) => is(index + 1, alias) || is(index + 1, "as") && is(index + 2, alias),
    };
    let introduced = |index: usize| {
        let mut before = index;
        // The schema stands before its dot.
        while before >= 2 && &sql[words[before - 1].span.clone()] == "." {
            before -= 2;
        }
        before > 0
            && ["from", "join", "into", "update", "using", "only", ","]
                .iter()
                .any(|word| is(before - 1, word))
    };
    let found = (0..words.len()).find(|&i| is(i, name) && aliased(i) && introduced(i));
    match found {
        Some(index) => {
            let span = &words[index].span;
            let start = query.map.to_file(span.start);
            start..start + span.len()
        }
        None => query.name_span.clone(),
    }
}

/// Whether a word of SQL is a name.
fn named(word: &str, name: &str) -> bool {
    match word.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\"") == name,
        None => word.eq_ignore_ascii_case(name),
    }
}
