//! Applies migrations to the scratch server, statement by statement, so that a
//! failure has a place.

use std::ops::Range;

use sha2::{Digest, Sha256};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};
use tokio_postgres::{Client, Error};

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::files::{Migration, version};
use crate::source::lexer::{self, Kind};

/// What Diesel reads of a `metadata.toml`.
#[derive(serde::Deserialize)]
struct Metadata {
    run_in_transaction: Option<bool>,
}

impl Migration {
    /// Diesel runs a migration in a transaction unless its metadata says otherwise.
    fn metadata(&self) -> Result<Metadata, toml::de::Error> {
        toml::from_str(self.metadata.as_ref().map_or("", |m| m.text.as_str()))
    }

    /// Whether Diesel puts a transaction around it.
    pub(crate) fn in_transaction(&self) -> bool {
        // `verify` has read it before.
        let metadata = self.metadata().ok();
        metadata.and_then(|m| m.run_in_transaction).unwrap_or(true)
    }

    /// Whether it is one transaction, as so many statements: Diesel sends them together,
    /// and of several that come together PostgreSQL makes one transaction.
    pub(crate) fn is_one_transaction(&self, statements: usize) -> bool {
        statements > 1 || self.in_transaction()
    }
}

/// Each metadata can be read, and no two migrations have one version: Diesel would take
/// the second for applied.
pub(crate) fn verify(migrations: &[Migration]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for migration in migrations {
        if let (Err(error), Some(metadata)) = (migration.metadata(), &migration.metadata) {
            diagnostics.push(
                Diagnostic::error("invalid-metadata", error.message().to_owned())
                    .at(&metadata.path, error.span().unwrap_or(0..0), "")
                    .help("it may say `run_in_transaction = false`"),
            );
        }
    }
    for pair in migrations.windows(2) {
        if version(&pair[0].name) == version(&pair[1].name) {
            let (first, second) = (&pair[0].name, &pair[1].name);
            diagnostics.push(
                Diagnostic::error(
                    "duplicate-migration",
                    format!("the migrations {first} and {second} have the same version"),
                )
                .at(&pair[1].up.path, 0..0, "")
                .help("rename one of the two folders: the version is what stands before the first `_`"),
            );
        }
    }
    diagnostics
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
    crate::fingerprint::hex(&digest.finalize())
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
        let statements = statements(&migration.up.text);
        let one_transaction = migration.is_one_transaction(statements.len());
        if one_transaction {
            client
                .batch_execute("BEGIN")
                .await
                .map_err(Failure::Connection)?;
        }
        for statement in statements {
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
        if one_transaction {
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
    if *error.code() == SqlState::ACTIVE_SQL_TRANSACTION {
        return diagnostic.help(
            "give it a migration of its own, with a metadata.toml that says `run_in_transaction = false`",
        );
    }
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
