//! Which query a place of a file belongs to, also where the file has errors.

use std::ops::Range;

use super::header::headers;
use super::{lexer, module_name};
use crate::diagnostics::SourceText;
use crate::names;

/// A query as its header names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlinedQuery {
    /// The file, as in [`SourceText::path`].
    pub path: String,
    /// The Rust module of the file.
    pub module: String,
    /// The name of the function.
    pub name: String,
    /// Where the name stands in the file.
    pub name_span: Range<usize>,
    /// The bytes from the header to the next one.
    pub span: Range<usize>,
}

impl OutlinedQuery {
    /// The name with its module: `customers::search_customers`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }
}

/// The queries of files of annotated SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// The queries in the order of the files.
    pub queries: Vec<OutlinedQuery>,
}

impl Outline {
    /// Finds every header that names a query, whatever else is wrong with it or below it.
    #[must_use]
    pub fn of(files: &[SourceText]) -> Self {
        let queries = files.iter().flat_map(of_file);
        Self {
            queries: queries.collect(),
        }
    }

    /// The query that a byte of a file belongs to; none above the first header.
    #[must_use]
    pub fn query_at(&self, path: &str, byte: usize) -> Option<&OutlinedQuery> {
        // A place at the very end of the file is that of its last query.
        let before = |query: &&OutlinedQuery| query.path == path && query.span.start <= byte;
        self.queries.iter().rfind(before)
    }

    /// The query of a name, which may be that of one of its variants.
    #[must_use]
    pub fn query_called(&self, full_name: &str) -> Option<&OutlinedQuery> {
        let name = full_name.split('[').next().unwrap_or(full_name);
        self.queries.iter().find(|query| query.full_name() == name)
    }
}

fn of_file(file: &SourceText) -> Vec<OutlinedQuery> {
    let (tokens, _) = lexer::lex(&file.text);
    let headers = headers(file, &tokens);
    let ends = headers.iter().skip(1).map(|(_, span)| span.start);
    let ends = ends.chain([file.text.len()]);
    let named = headers.iter().zip(ends).filter_map(|((name, span), end)| {
        let (name, name_span) = name.clone()?;
        Some(OutlinedQuery {
            path: file.path.clone(),
            module: module_name(&file.path),
            name: names::function(&name),
            name_span,
            span: span.start..end,
        })
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_that_of_the_header_above_it() {
        let text = "-- About.\n\n-- name: fine :one\nSELECT 1;\n\n-- name: Broken :nothing\n-- @odd\nSELECT 'x";
        let outline = Outline::of(&[SourceText {
            path: "queries/things.sql".to_owned(),
            text: text.to_owned(),
        }]);
        let at = |needle: &str| {
            let byte = text.find(needle).expect("the text has it");
            let query = outline.query_at("queries/things.sql", byte);
            query.map(OutlinedQuery::full_name)
        };
        assert_eq!(at("About"), None);
        assert_eq!(at("name: fine").as_deref(), Some("things::fine"));
        assert_eq!(at("SELECT 1").as_deref(), Some("things::fine"));
        assert_eq!(at("nothing").as_deref(), Some("things::broken"));
        assert_eq!(at("'x").as_deref(), Some("things::broken"));
        assert_eq!(outline.query_at("queries/other.sql", 40), None);
        let called = outline.query_called("things::broken[status]");
        assert_eq!(called.map(|query| query.name.as_str()), Some("broken"));
    }
}
