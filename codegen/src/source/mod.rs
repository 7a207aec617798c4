//! Annotated SQL files to [`SourceQuery`]s.
//!
//! Finds headers, documentation, directives and parameters, and keeps for each
//! byte of the SQL that the server sees the byte of the file it came from. It
//! reads no file and knows no schema.

mod batches;
mod builder;
mod clorinde;
mod directives;
mod header;
pub(crate) mod inserts;
pub(crate) mod lexer;
mod normalized;
mod orders;
mod outline;
pub(crate) mod pages;
mod parameters;
mod parts;
pub mod places;
mod variants;

use std::ops::Range;

pub use directives::{
    BudgetDirective, Directives, IndexDirective, LoadArg, LoadBy, LoadDirective, LoadShape,
    LoadValue, NullRule, OrderDirective, Ordering, PageDirective, PageKey, ParamDirective,
    Reasoned, SampleDirective,
};
pub use normalized::normalized;
pub use outline::{Outline, OutlinedQuery};
pub use variants::{Part, Variant};

use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::parallel::on_all_cores;
use header::{Header, split_queries};

/// What a call of the query gives back; the word behind the name in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Exactly one row.
    One,
    /// One row or none.
    Opt,
    /// Any number of rows.
    Many,
    /// Any number of rows, one by one as they arrive.
    Stream,
    /// Nothing.
    Exec,
    /// The number of rows changed.
    ExecRows,
    /// What INSERT gives of many rows, sent in batches.
    Bulk,
    /// The number of many rows, sent with COPY.
    Copy,
    /// Exactly one row for each of several calls, which go out together.
    BatchOne,
    /// Any number of rows for each of several calls.
    BatchMany,
    /// Nothing, for each of several calls.
    BatchExec,
}

impl Command {
    /// Every command and its word.
    pub const ALL: [(Command, &'static str); 11] = [
        (Command::One, ":one"),
        (Command::Opt, ":opt"),
        (Command::Many, ":many"),
        (Command::Stream, ":stream"),
        (Command::Exec, ":exec"),
        (Command::ExecRows, ":execrows"),
        (Command::Bulk, ":bulk"),
        (Command::Copy, ":copy"),
        (Command::BatchOne, ":batchone"),
        (Command::BatchMany, ":batchmany"),
        (Command::BatchExec, ":batchexec"),
    ];

    /// Other words for some, that other tools' catalogs have.
    const ALIASES: [(Command, &'static str); 2] = [
        (Command::ExecRows, ":execresult"),
        (Command::Copy, ":copyfrom"),
    ];

    /// The command of a word in a header.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Command> {
        let mut known = Self::ALL.iter().chain(&Self::ALIASES);
        known.find(|(_, w)| *w == word).map(|(command, _)| *command)
    }

    /// The word in a header, such as `:many`.
    #[must_use]
    pub fn word(self) -> &'static str {
        // Every variant stands in `ALL`.
        Self::ALL
            .iter()
            .find(|(command, _)| *command == self)
            .map_or("", |(_, word)| word)
    }

    /// Whether a call is given many rows to insert.
    #[must_use]
    pub fn takes_rows(self) -> bool {
        matches!(self, Command::Bulk | Command::Copy)
    }

    /// What each of the calls gives back, where several go out together.
    #[must_use]
    pub fn each(self) -> Command {
        match self {
            Command::BatchOne => Command::One,
            Command::BatchMany => Command::Many,
            Command::BatchExec => Command::Exec,
            other => other,
        }
    }

    /// Whether several calls go out together.
    #[must_use]
    pub fn is_batch(self) -> bool {
        self.each() != self
    }

    /// Whether a call returns rows whatever its statement is; a `:bulk` does where there is a
    /// RETURNING clause.
    #[must_use]
    pub fn returns_rows(self) -> bool {
        matches!(
            self.each(),
            Command::One | Command::Opt | Command::Many | Command::Stream
        )
    }
}

/// One file of annotated SQL; it becomes one Rust module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path relative to the project, with forward slashes.
    pub path: String,
    /// The Rust module's name.
    pub module: String,
    /// The comment above the first header, line by line.
    pub docs: Vec<String>,
    /// The queries in their order.
    pub queries: Vec<SourceQuery>,
}

/// One named statement, or one variant of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceQuery {
    /// The name as written.
    pub name: String,
    /// Where the name stands in the file.
    pub name_span: Range<usize>,
    /// What a call gives back.
    pub command: Command,
    /// Where the command stands in the file.
    pub command_span: Range<usize>,
    /// The comment under the header, line by line.
    pub docs: Vec<String>,
    /// The `@` lines.
    pub directives: Directives,
    /// The statement as written, without the closing semicolon.
    pub written: String,
    /// The statement with `$1`, `$2` … for its parameters and without the closing
    /// semicolon: what the server sees.
    pub sql: String,
    /// The parameters; the first is `$1`.
    pub params: Vec<SourceParam>,
    /// The tables whose columns become structs.
    pub embeds: Vec<Embed>,
    /// From the SQL's bytes to the file's.
    pub map: SpanMap,
    /// Which of the query's variants it is, where there are several.
    pub variant: Option<Variant>,
}

impl SourceQuery {
    /// The name of the query with its module: `customers::search_customers`.
    #[must_use]
    pub fn query_name(&self, module: &str) -> String {
        format!("{module}::{}", crate::names::function(&self.name))
    }

    /// The name of the statement: that of the query, with what tells the variant from the
    /// others, as in `customers::search_customers[status,newest]`.
    #[must_use]
    pub fn full_name(&self, module: &str) -> String {
        let label = self.variant.as_ref().map(Variant::label);
        self.query_name(module) + &label.unwrap_or_default()
    }

    /// Whether it is the first variant of its query, or the only statement.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.variant
            .as_ref()
            .is_none_or(|variant| variant.index == 0)
    }

    /// Whether a parameter says by its presence which parts are there.
    #[must_use]
    pub fn is_optional(&self, param: &str) -> bool {
        let parts = self.variant.iter().flat_map(|variant| &variant.parts);
        parts.into_iter().any(|part| part.name == param)
    }
}

/// A parameter as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceParam {
    /// Its name; `None` for a bare `$1`, which is named after what it is compared with.
    pub name: Option<String>,
    /// Whether the way it is written says that it may be null (`sqlc.narg`).
    pub nullable: bool,
    /// Where it first stands in the file.
    pub span: Range<usize>,
}

/// All columns of a table, which become one struct (`sqlc.embed`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// The table's name or alias, which is the field's.
    pub name: String,
    /// Where the columns stand in the SQL.
    pub offset: usize,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// Leads from a byte of the SQL to the byte of the file it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpanMap {
    /// Pairs (SQL, file), ascending; between two anchors bytes advance alike.
    anchors: Vec<(usize, usize)>,
    /// Where parameters end, as pairs (SQL, file): `$1` is shorter than its name.
    param_ends: Vec<(usize, usize)>,
    /// Where each of them begins in the SQL.
    param_starts: Vec<usize>,
}

impl SpanMap {
    fn anchor(&mut self, sql: usize, file: usize) {
        self.anchors.push((sql, file));
    }

    /// A range of the SQL stands for what ends there in the file.
    fn replaced(&mut self, sql: Range<usize>, file_end: usize) {
        self.param_starts.push(sql.start);
        self.param_ends.push((sql.end, file_end));
    }

    /// Forgets what leads to the bytes from an end on.
    fn cut(&mut self, end: usize) {
        while self.anchors.last().is_some_and(|(sql, _)| *sql > end) {
            self.anchors.pop();
        }
    }

    /// The byte of the file.
    #[must_use]
    pub fn to_file(&self, sql: usize) -> usize {
        let after = self.anchors.partition_point(|(start, _)| *start <= sql);
        let Some((start, file)) = after.checked_sub(1).map(|i| self.anchors[i]) else {
            return sql;
        };
        // `$10` is longer than `:a`: what lies in it does not lead beyond the name.
        let next = self.param_ends.partition_point(|(end, _)| *end < sql);
        let inside = self.param_ends.get(next).filter(|(end, _)| {
            self.param_starts
                .get(next)
                .is_some_and(|begins| *begins == start)
                && sql <= *end
        });
        let place = file + (sql - start);
        inside.map_or(place, |(_, end)| place.min(*end))
    }

    /// The bytes of the file that a range of the SQL, from the beginning of one token to
    /// the end of another, came from.
    #[must_use]
    pub fn to_file_range(&self, sql: Range<usize>) -> Range<usize> {
        let start = self.to_file(sql.start);
        let param = self.param_ends.binary_search_by_key(&sql.end, |end| end.0);
        let end = match param {
            Ok(param) => self.param_ends[param].1,
            Err(_) => self.to_file(sql.end.saturating_sub(1)) + 1,
        };
        // What a directive put into the SQL leads out of the statement.
        start..end.max(start + 1)
    }
}

/// Reads annotated SQL. What can be read is returned even when there are errors.
#[must_use]
pub fn parse(files: &[SourceText]) -> (Vec<SourceFile>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let parsed = on_all_cores(files, |file| {
        let mut of_file = Diagnostics::new();
        (parse_file(file, &mut of_file), of_file)
    });
    let parsed = parsed.into_iter().map(|(file, of_file)| {
        diagnostics.extend(of_file);
        file
    });
    let parsed: Vec<SourceFile> = parsed.collect();
    if parsed.iter().all(|file| file.queries.is_empty()) && !diagnostics.has_errors() {
        diagnostics.push(
            Diagnostic::error("no-queries", "the catalog has no query").help(
                "add a file such as queries/customers.sql, with a statement under a header: `-- name: count_customers :one`",
            ),
        );
    }
    report_duplicates(&parsed, &mut diagnostics);
    (parsed, diagnostics)
}

/// The queries that a name in a file may mean: the one of the same file, else every one of that
/// name. A name may have its module before it.
pub(crate) fn queries_named<'a>(
    files: &'a [SourceFile],
    file: &SourceFile,
    name: &str,
) -> Vec<(&'a SourceFile, &'a SourceQuery)> {
    let all = files.iter().flat_map(|file| {
        let first = file.queries.iter().filter(|query| query.is_first());
        first.map(move |query| (file, query))
    });
    let called = |file: &SourceFile, query: &SourceQuery| {
        let own = crate::names::function(&query.name);
        own == name || format!("{}::{own}", file.module) == name
    };
    let named: Vec<_> = all.filter(|(file, query)| called(file, query)).collect();
    let near = named.iter().find(|(of, _)| of.module == file.module);
    match near {
        Some(near) if named.len() > 1 => vec![*near],
        _ => named,
    }
}

fn parse_file(file: &SourceText, diagnostics: &mut Diagnostics) -> SourceFile {
    let (tokens, unclosed) = lexer::lex(&file.text);
    if let Some(unclosed) = &unclosed {
        diagnostics.push(
            Diagnostic::error("syntax", format!("this {} is never closed", unclosed.what)).at(
                &file.path,
                unclosed.span.start..unclosed.span.start + 1,
                "opened here",
            ),
        );
    }
    let (docs, mut headers) = split_queries(file, &tokens, diagnostics);
    if unclosed.is_some() {
        // What is never closed ends with the file: the last query is not whole.
        headers.pop();
    }
    let queries = headers
        .into_iter()
        .flat_map(|header| parse_query(file, &header, diagnostics).unwrap_or_default())
        .collect();
    SourceFile {
        path: file.path.clone(),
        module: module_name(&file.path),
        docs,
        queries,
    }
}

/// A query, or its variants.
fn parse_query(
    file: &SourceText,
    header: &Header<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<SourceQuery>> {
    let (docs, directives) = directives::read(file, header, diagnostics);
    let statement = parameters::read(file, header, &directives, diagnostics)?;
    let query = |body: parameters::Body| SourceQuery {
        name: header.name.clone(),
        name_span: header.name_span.clone(),
        command: header.command,
        command_span: header.command_span.clone(),
        docs: docs.clone(),
        directives: directives.clone(),
        written: statement.written.clone(),
        sql: body.sql,
        params: body.params,
        embeds: body.embeds,
        map: body.map,
        variant: body.variant,
    };
    Some(statement.bodies.into_iter().map(query).collect())
}

/// `queries/sub/customers.sql` is the module `customers`.
fn module_name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    crate::names::snake_case(file.strip_suffix(".sql").unwrap_or(file))
}

/// Why a module cannot have this name, if it cannot.
fn unusable_module(name: &str) -> Option<&'static str> {
    match name {
        "lib" | "main" | "types" => Some("is a file of the generated crate itself"),
        name if !name.is_ascii() => Some("is not ASCII, as a Rust module's file must be"),
        name => crate::names::unusable(name),
    }
}

fn report_duplicates(files: &[SourceFile], diagnostics: &mut Diagnostics) {
    for (index, file) in files.iter().enumerate() {
        if let Some(first) = files[..index].iter().find(|f| f.module == file.module) {
            diagnostics.push(
                Diagnostic::error(
                    "duplicate-name",
                    format!(
                        "{} and {} would both be the module `{}`",
                        first.path, file.path, file.module
                    ),
                )
                .at(&file.path, 0..0, "")
                .help("rename one of the two files"),
            );
        }
        if let Some(problem) = unusable_module(&file.module) {
            diagnostics.push(
                Diagnostic::error(
                    "unusable-name",
                    format!(
                        "the file {} cannot be a Rust module: `{}` {problem}",
                        file.path, file.module
                    ),
                )
                .at(&file.path, 0..0, "")
                .help("rename the file"),
            );
        }
        let queries: Vec<&SourceQuery> = file.queries.iter().filter(|q| q.is_first()).collect();
        for (position, query) in queries.iter().enumerate() {
            let name = crate::names::function(&query.name);
            let earlier = queries[..position]
                .iter()
                .find(|q| crate::names::function(&q.name) == name);
            let same_type = |q: &&&SourceQuery| {
                crate::names::upper_camel_case(&q.name)
                    == crate::names::upper_camel_case(&query.name)
            };
            if let Some(earlier) = earlier {
                diagnostics.push(
                    Diagnostic::error(
                        "duplicate-name",
                        format!("the query `{name}` is defined twice"),
                    )
                    .at(&file.path, query.name_span.clone(), "defined again here")
                    .at(&file.path, earlier.name_span.clone(), "first defined here")
                    .help("give one of the two another name"),
                );
            } else if let Some(earlier) = queries[..position].iter().find(same_type) {
                let type_name = crate::names::upper_camel_case(&query.name);
                diagnostics.push(
                    Diagnostic::error(
                        "duplicate-name",
                        format!("two queries would be the struct `{type_name}`"),
                    )
                    .at(&file.path, query.name_span.clone(), "this one")
                    .at(&file.path, earlier.name_span.clone(), "and this one")
                    .help("give one of the two another name"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests;
