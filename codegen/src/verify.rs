//! Shows the server what `:bulk` and `:copy` send, which no author wrote.

use std::collections::BTreeSet;

use tokio_postgres::error::DbError;

use crate::analyze::{Analysis, ManyRows};
use crate::answers::Answers;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::server::{Server, ServerError};
use crate::source::{Command, SourceFile, SourceQuery};

/// Prepares what is sent for many rows. A query whose statement is refused is reported, and has
/// no analysis any more.
pub(crate) async fn many_rows(
    server: &Server,
    answers: &mut Answers,
    queries: &[(&SourceFile, &SourceQuery)],
    analysed: &mut [Option<Analysis>],
    found: &mut Diagnostics,
) -> Result<(), ServerError> {
    let mut secured = None;
    for ((file, query), analysis) in queries.iter().zip(analysed) {
        let Some(many) = analysis.as_ref().and_then(|a| a.many_rows.as_ref()) else {
            continue;
        };
        let refusal = if answers.is_accepted(&many.sql) {
            None
        } else {
            accept(server, answers, query, many).await?
        };
        let problem = match refusal {
            Some(said) => Some(refused(query, many, &said)),
            None if query.command == Command::Copy => {
                let tables = match secured.take() {
                    Some(tables) => tables,
                    None => with_row_security(server).await?,
                };
                let problem = tables
                    .contains(&many.table_oid)
                    .then(|| by_policies(query, many));
                secured = Some(tables);
                problem
            }
            None => None,
        };
        if let Some(problem) = problem {
            found.push(problem.at(&file.path, query.name_span.clone(), ""));
            *analysis = None;
        }
    }
    Ok(())
}

/// Shows the server a statement; why it refuses that, if it does.
async fn accept(
    server: &Server,
    answers: &mut Answers,
    query: &SourceQuery,
    many: &ManyRows,
) -> Result<Option<DbError>, ServerError> {
    match server.client.prepare(&many.sql).await {
        Ok(_) => {
            answers.accept(&many.sql, &query.sql);
            Ok(None)
        }
        Err(error) => match error.as_db_error() {
            Some(said) => Ok(Some(said.clone())),
            None => Err(error.into()),
        },
    }
}

fn refused(query: &SourceQuery, many: &ManyRows, said: &DbError) -> Diagnostic {
    let (word, message) = (query.command.word(), said.message());
    Diagnostic::error("refused", message)
        .note(format!("a `{word}` sends:\n{}", many.sql))
        .help("the server takes the statement of one row, and not that of many: write the values more plainly")
}

/// The tables whose rows policies choose, unless it is their owner who asks.
async fn with_row_security(server: &Server) -> Result<BTreeSet<u32>, ServerError> {
    let tables = "SELECT oid FROM pg_catalog.pg_class WHERE relrowsecurity";
    let tables = server.client.query(tables, &[]).await?;
    Ok(tables.iter().map(|table| table.get(0)).collect())
}

fn by_policies(query: &SourceQuery, many: &ManyRows) -> Diagnostic {
    let message = format!(
        "`{}` has row policies, which COPY cannot follow: `{}` would fail for all but the owner",
        many.table, query.name
    );
    Diagnostic::error("invalid-copy", message).help("use `:bulk`, whose rows go through INSERT")
}
