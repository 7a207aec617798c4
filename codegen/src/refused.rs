//! What the server refuses, as a diagnostic at the token it points to.

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::diagnostics::Diagnostic;
use crate::schema::migrations::{byte_of, token_span, with_server_notes};
use crate::source::{SourceFile, SourceParam, SourceQuery};

/// What the server refuses, at the token it points to.
pub(crate) fn refused(file: &SourceFile, query: &SourceQuery, error: &DbError) -> Diagnostic {
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
            let len = token_span(&query.sql, byte).len();
            let start = query.map.to_file(byte);
            start..start + len
        }
        _ => query.name_span.clone(),
    };
    let diagnostic = Diagnostic::error(code, message).at(&file.path, span, "");
    with_server_notes(diagnostic, error)
}

fn untyped(file: &SourceFile, query: &SourceQuery, message: &str) -> Diagnostic {
    let named = |p: &&SourceParam| {
        p.name
            .as_ref()
            .is_some_and(|name| message.ends_with(&format!(":{name}")))
    };
    let param = query.params.iter().find(named);
    let span = param.map_or(query.name_span.clone(), |p| p.span.clone());
    let name = param.and_then(|p| p.name.as_deref()).unwrap_or("name");
    Diagnostic::error("untyped-parameter", message)
        .at(&file.path, span, "")
        .help(format!(
            "say which: `-- @param {name} text` under the header, or `:{name}::text` in the SQL"
        ))
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
