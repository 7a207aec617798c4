//! Rows joined to one row: the key that says which rows of the server become one.

use std::collections::BTreeSet;

use super::{Field, FieldValue, KeyColumn, Module, Query, RowStruct};
use crate::analyze::Column;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::{Index, Schema};
use crate::source::{Command, SourceFile, SourceQuery};

/// Gives every struct that rows are joined to its key. What cannot be collapsed is reported.
pub(crate) fn collapse(
    schema: &Schema,
    modules: &mut [Module],
    sources: &[SourceFile],
    found: &mut Diagnostics,
) {
    for (module, file) in modules.iter_mut().zip(sources) {
        let mut rows = std::mem::take(&mut module.rows);
        for row in &mut rows {
            let of_row =
                |source: &&SourceQuery| names::upper_camel_case(&source.name) == row.query_type;
            let Some(source) = file.queries.iter().find(of_row) else {
                continue;
            };
            let query = module
                .queries
                .iter()
                .find(|q| q.type_name() == row.query_type);
            match key(schema, row, query) {
                Ok(key) => row.key = key,
                Err(problem) => found.push(problem.diagnostic(file, source)),
            }
        }
        module.rows = rows;
    }
}

/// Why rows cannot be put together.
struct Problem {
    message: String,
    help: String,
}

impl Problem {
    fn diagnostic(self, file: &SourceFile, source: &SourceQuery) -> Diagnostic {
        Diagnostic::error("joined-rows", self.message)
            .at(&file.path, source.name_span.clone(), "in this query")
            .help(self.help)
    }
}

/// The key of a struct; empty where nothing is joined to it.
fn key(schema: &Schema, row: &RowStruct, query: Option<&Query>) -> Result<Vec<KeyColumn>, Problem> {
    outside_of_rows(row)?;
    let mut joined = row.fields.iter().filter(|field| is_many(field));
    let Some(first) = joined.next() else {
        return Ok(Vec::new());
    };
    if let Some(second) = joined.next() {
        let (first, second) = (&first.ident, &second.ident);
        return Err(Problem {
            message: format!(
                "`{first}` and `{second}` are joined to the same row: each of one comes with \
                 each of the other"
            ),
            help: format!("join one of them, and load the other: `-- @load {second}: …`"),
        });
    }
    if query.is_some_and(|query| query.command == Command::Stream) {
        return Err(Problem {
            message: format!(
                "the rows of a `:stream` are given out one by one, and `{}` would be several",
                first.ident
            ),
            help: "make it a `:many`; or stream the joined rows as they are, without `[]`"
                .to_owned(),
        });
    }
    if !row.nested && query.is_some_and(|query| query.analysis.limited) {
        return Err(Problem {
            message: format!(
                "LIMIT counts the rows before they are put together: the last one may lack some \
                 of its `{}`",
                first.ident
            ),
            help: "limit the rows in a sub-select that the others are joined to".to_owned(),
        });
    }
    let key = unique_columns(schema, &row.fields);
    if key.is_empty() {
        let own = row.of.split("::").nth(1).filter(|_| row.nested);
        let own = own.map_or(String::new(), |own| format!(", as `\"{own}[].…\"`"));
        return Err(Problem {
            message: format!(
                "nothing tells which rows with `{}` belong together",
                first.ident
            ),
            help: format!("return the primary key of what they are joined to{own}"),
        });
    }
    if let Some(column) = key.iter().find(|column| !column.rust_type.is_key()) {
        return Err(Problem {
            message: format!(
                "`{}` is `{}`, which is no key",
                column.ident, column.sql_type
            ),
            help: "cast it in the SQL: `…::text`".to_owned(),
        });
    }
    Ok(key)
}

fn is_many(field: &Field) -> bool {
    matches!(field.value, FieldValue::Nested { many: true, .. })
}

/// A struct that there is one of in each row has nothing joined to it: the rows are put
/// together by the struct around it.
fn outside_of_rows(row: &RowStruct) -> Result<(), Problem> {
    for field in &row.fields {
        let FieldValue::Nested {
            many: false,
            fields,
            ..
        } = &field.value
        else {
            continue;
        };
        if let Some(inner) = fields.iter().find(|field| is_many(field)) {
            let (outer, inner) = (&field.ident, &inner.ident);
            return Err(Problem {
                message: format!("`{outer}` is one, and `{inner}` in it would be several"),
                help: format!("name the columns `\"{inner}[].…\"`, beside `{outer}`"),
            });
        }
    }
    Ok(())
}

/// The columns among the fields that make up whole unique keys of their tables.
fn unique_columns(schema: &Schema, fields: &[Field]) -> Vec<KeyColumn> {
    let columns: Vec<(&Field, &Column)> = fields
        .iter()
        .filter_map(|field| match &field.value {
            FieldValue::Column { column, .. } => Some((field, column)),
            FieldValue::Nested { .. } => None,
        })
        .collect();
    let origins: BTreeSet<(u32, i64)> = columns.iter().filter_map(|(_, c)| c.origin).collect();
    let mut parts: BTreeSet<(u32, i64)> = BTreeSet::new();
    for index in schema
        .indexes
        .iter()
        .filter(|index| tells_rows_apart(schema, index))
    {
        let of_index: Vec<(u32, i64)> = index
            .keys
            .iter()
            .filter_map(|key| Some((index.table_oid, key.attribute?)))
            .collect();
        let whole = of_index.len() == index.keys.len();
        let known = parts.iter().any(|(table, _)| *table == index.table_oid);
        if whole && !known && of_index.iter().all(|part| origins.contains(part)) {
            parts.extend(of_index);
        }
    }
    let of_key = columns
        .iter()
        .filter(|(_, column)| column.origin.is_some_and(|origin| parts.contains(&origin)));
    of_key
        .map(|(field, column)| KeyColumn {
            ident: field.ident.clone(),
            sql_type: column.sql_type.clone(),
            rust_type: column.rust_type.clone(),
            nullable: column.nullable,
        })
        .collect()
}

/// Whether no two rows of a table have one key: nothing in it can be null, and it holds for
/// every row, at any time.
fn tells_rows_apart(schema: &Schema, index: &Index) -> bool {
    let table = schema.tables.get(&index.table_oid);
    let not_null = |attribute: Option<i64>| {
        let column = attribute.and_then(|attribute| table?.columns.get(&attribute));
        column.is_some_and(|column| column.not_null)
    };
    index.unique
        && !index.deferrable
        && index.predicate.is_none()
        && index.keys.iter().all(|key| not_null(key.attribute))
}
