//! Applies migrations to the scratch server, statement by statement, so that a
//! failure has a place.

use std::ops::Range;

use sha2::{Digest, Sha256};
use tokio_postgres::error::{DbError, ErrorPosition};
use tokio_postgres::{Client, Error};

use crate::diagnostics::{Diagnostic, SourceText};
use crate::source::lexer::{self, Kind};

/// A migration in Diesel's layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The folder's name.
    pub name: String,
    /// `up.sql`
    pub up: SourceText,
    /// `metadata.toml`
    pub metadata: Option<SourceText>,
}

impl Migration {
    /// Diesel runs a migration in a transaction unless its metadata says otherwise.
    fn runs_in_transaction(&self) -> bool {
        #[derive(serde::Deserialize)]
        struct Metadata {
            run_in_transaction: Option<bool>,
        }
        let metadata = self.metadata.as_ref();
        let parsed = metadata.and_then(|m| toml::from_str::<Metadata>(&m.text).ok());
        parsed.and_then(|m| m.run_in_transaction).unwrap_or(true)
    }
}

/// The version by which Diesel orders a migration: what stands before the first `_`,
/// without dashes.
pub(crate) fn version(name: &str) -> String {
    name.split('_').next().unwrap_or(name).replace('-', "")
}

/// Identifies the migrations and their order, and what else a template is made from.
pub(crate) fn fingerprint(beside: &str, migrations: &[Migration]) -> String {
    let mut digest = Sha256::new();
    digest.update(beside.len().to_be_bytes());
    digest.update(beside);
    for migration in migrations {
        for text in [Some(&migration.up), migration.metadata.as_ref()] {
            let text = text.map_or("", |t| t.text.as_str());
            digest.update(text.len().to_be_bytes());
            digest.update(text);
        }
    }
    crate::lock::hex(&digest.finalize())
}

/// Why a migration was not applied.
pub(crate) enum Failure {
    /// The server refused a statement.
    Refused(Box<Diagnostic>),
    /// The connection failed.
    Connection(Error),
}

/// Applies every migration in order; the first failure ends it.
pub(crate) async fn apply(client: &Client, migrations: &[Migration]) -> Result<(), Failure> {
    for migration in migrations {
        let in_transaction = migration.runs_in_transaction();
        if in_transaction {
            client
                .batch_execute("BEGIN")
                .await
                .map_err(Failure::Connection)?;
        }
        for statement in statements(&migration.up.text) {
            let sql = &migration.up.text[statement.clone()];
            if let Err(error) = client.batch_execute(sql).await {
                return Err(match error.as_db_error() {
                    Some(refusal) => {
                        Failure::Refused(Box::new(refused(migration, &statement, refusal)))
                    }
                    None => Failure::Connection(error),
                });
            }
        }
        if in_transaction {
            client
                .batch_execute("COMMIT")
                .await
                .map_err(Failure::Connection)?;
        }
    }
    Ok(())
}

/// The statements of a script, without the blanks and comments before each.
pub(crate) fn statements(text: &str) -> Vec<Range<usize>> {
    let (tokens, _) = lexer::lex(text);
    let mut rest = tokens.as_slice();
    let mut statements = Vec::new();
    while !rest.is_empty() {
        let end = lexer::statement_end(text, rest);
        let content: Vec<_> = rest[..end]
            .iter()
            .filter(|t| !matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment))
            .collect();
        if let (Some(first), Some(last)) = (content.first(), content.last()) {
            statements.push(first.span.start..last.span.end);
        }
        rest = &rest[(end + 1).min(rest.len())..];
    }
    statements
}

fn refused(migration: &Migration, statement: &Range<usize>, error: &DbError) -> Diagnostic {
    let text = &migration.up.text;
    let sql = &text[statement.clone()];
    let span = match error.position() {
        Some(ErrorPosition::Original(position)) => {
            let start = statement.start + byte_of(sql, *position);
            token_span(text, start)
        }
        _ => {
            let line = sql.lines().next().unwrap_or("").len();
            statement.start..statement.start + line
        }
    };
    let diagnostic = Diagnostic::error(
        "migration-failed",
        format!(
            "the migration {} fails: {}",
            migration.name,
            error.message()
        ),
    )
    .at(&migration.up.path, span, "");
    with_server_notes(diagnostic, error)
}

/// The server's detail as a note, its hint as help.
pub(crate) fn with_server_notes(mut diagnostic: Diagnostic, error: &DbError) -> Diagnostic {
    if let Some(detail) = error.detail() {
        diagnostic = diagnostic.note(detail);
    }
    if let Some(hint) = error.hint() {
        diagnostic = diagnostic.help(hint);
    }
    diagnostic
}

/// The byte of the character that the server counts from 1.
pub(crate) fn byte_of(sql: &str, position: u32) -> usize {
    let index = usize::try_from(position).unwrap_or(1).saturating_sub(1);
    sql.char_indices()
        .nth(index)
        .map_or(sql.len(), |(byte, _)| byte)
}

/// The token that begins at a byte.
pub(crate) fn token_span(text: &str, start: usize) -> Range<usize> {
    let (tokens, _) = lexer::lex(&text[start.min(text.len())..]);
    let len = tokens.first().map_or(0, |token| token.span.len());
    start..start + len
}
