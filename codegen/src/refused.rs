//! What the server refuses, as a diagnostic at the token it points to.

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::diagnostics::Diagnostic;
use crate::names;
use crate::schema::migrations::{byte_of, token_span, with_server_notes};
use crate::schema::{Schema, Table};
use crate::source::{SourceFile, SourceParam, SourceQuery};

/// What the server refuses, at the token it points to.
pub(crate) fn refused(
    schema: &Schema,
    file: &SourceFile,
    query: &SourceQuery,
    error: &DbError,
) -> Diagnostic {
    let code = match *error.code() {
        SqlState::SYNTAX_ERROR => "syntax",
        SqlState::UNDEFINED_TABLE => "unknown-table",
        SqlState::UNDEFINED_COLUMN => "unknown-column",
        SqlState::UNDEFINED_FUNCTION => "unknown-function",
        SqlState::INDETERMINATE_DATATYPE => "untyped-parameter",
        _ => "refused",
    };
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(byte_of(&query.sql, *position)),
        _ => None,
    };
    let message = named_params(query, error.message());
    if code == "untyped-parameter" {
        return untyped(file, query, &message);
    }
    let span = match position {
        Some(byte) if byte < query.sql.len() => {
            let start = query.map.to_file(byte);
            start..start + name_len(&query.sql, byte)
        }
        Some(_) => {
            let end = query.map.to_file(query.sql.len());
            end..end
        }
        None => query.name_span.clone(),
    };
    let diagnostic = Diagnostic::error(code, message).at(&file.path, span, "");
    let diagnostic = match nearest_table(schema, error).filter(|_| code == "unknown-table") {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    };
    with_server_notes(diagnostic, error)
}

/// The table that the one in `relation "…" does not exist` may mean.
fn nearest_table(schema: &Schema, error: &DbError) -> Option<String> {
    let wrong = error.message().split('"').nth(1)?;
    let tables = schema.tables.values().map(Table::display_name);
    let tables: Vec<String> = tables.collect();
    names::nearest(wrong, tables.iter().map(String::as_str)).map(str::to_owned)
}

/// The length of a token, or of a name with its dots: the server points to the first.
fn name_len(sql: &str, start: usize) -> usize {
    let mut end = token_span(sql, start).end;
    while sql[end..].starts_with('.') {
        end = token_span(sql, end + 1).end;
    }
    end - start
}

fn untyped(file: &SourceFile, query: &SourceQuery, message: &str) -> Diagnostic {
    let written = |index: usize, p: &SourceParam| match &p.name {
        Some(name) => format!(":{name}"),
        None => format!("${}", index + 1),
    };
    let mut params = query.params.iter().enumerate();
    let param = params.find(|(i, p)| message.ends_with(&format!(" {}", written(*i, p))));
    let span = param.map_or(query.name_span.clone(), |(_, p)| p.span.clone());
    let help = match param {
        Some((
            _,
            SourceParam {
                name: Some(name), ..
            },
        )) => format!(
            "say which, for example `-- @param {name} text` under the header, or `:{name}::text` in the SQL"
        ),
        Some((index, _)) => format!("say which, for example `${}::text`", index + 1),
        None => "say which, for example `:name::text`".to_owned(),
    };
    Diagnostic::error("untyped-parameter", message)
        .at(&file.path, span, "")
        .help(help)
}

/// The server counts parameters; their author named them.
fn named_params(query: &SourceQuery, message: &str) -> String {
    let mut message = message.to_owned();
    for (index, param) in query.params.iter().enumerate().rev() {
        if let Some(name) = &param.name {
            message = message.replace(&format!("${}", index + 1), &format!(":{name}"));
        }
    }
    message
}
