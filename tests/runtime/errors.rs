//! What kind of error each failure is, and what it says.

use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright::query::{ColumnError, exec, many};
use planwright::{Error, ErrorKind};
use std::error::Error as _;
use uuid::Uuid;

use crate::sample;
use crate::server::{chain, connect, empty_database};

statement!(
    BadReply,
    "INSERT INTO replies VALUES (gen_random_uuid(), 'x')"
);
statement!(NoAuthor, "INSERT INTO notes (author) VALUES (NULL)");
statement!(NoTable, "SELECT 1 FROM nothing");
statement!(Nap, "SELECT pg_sleep(60)");
statement!(
    LockFirst,
    "UPDATE accounts SET balance = balance + 1 WHERE id = 1"
);
statement!(
    LockSecond,
    "UPDATE accounts SET balance = balance + 1 WHERE id = 2"
);
statement!(Total, "SELECT sum(balance) FROM accounts");

#[tokio::test]
async fn violations_have_kinds_and_constraints() {
    let mut conn = connect().await;
    let id = Uuid::from_u128(1);
    sample::add_note(&mut conn, id, "ada", Some("x"), 0)
        .await
        .unwrap();

    let error = sample::add_note(&mut conn, id, "bob", None, 0)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.constraint(), Some("notes_pkey"));
    assert_eq!(error.query(), Some("notes::add_note"));

    let error = sample::add_note(&mut conn, Uuid::nil(), "bob", None, 9)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CheckViolation);
    assert_eq!(
        exec(&mut conn, BadReply).await.unwrap_err().kind(),
        ErrorKind::ForeignKeyViolation
    );
    assert_eq!(
        exec(&mut conn, NoAuthor).await.unwrap_err().kind(),
        ErrorKind::NotNullViolation
    );
    assert_eq!(
        exec(&mut conn, NoTable).await.unwrap_err().kind(),
        ErrorKind::Other
    );
}

#[tokio::test]
async fn a_restricted_delete_is_a_foreign_key_violation() {
    statement!(Forget, "DELETE FROM parents");
    let mut conn = connect().await;
    let tables = "CREATE TABLE parents (id int PRIMARY KEY);
        CREATE TABLE children (id int REFERENCES parents ON DELETE RESTRICT);
        INSERT INTO parents VALUES (1);
        INSERT INTO children VALUES (1)";
    conn.batch_execute(tables).await.unwrap();
    // SQLSTATE 23503 before PostgreSQL 18, 23001 since.
    let error = exec(&mut conn, Forget).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
}

#[tokio::test]
async fn display_says_what_failed_and_source_says_why() {
    let mut conn = connect().await;
    let error = exec(&mut conn, NoTable).await.unwrap_err();
    assert_eq!(
        chain(&error),
        [
            "query `runtime::errors::NoTable` failed",
            "relation \"nothing\" does not exist"
        ]
    );
}

#[tokio::test]
async fn a_decode_error_names_the_column() {
    statement!(Absent, "SELECT NULL::text AS nickname", diesel::sql_types::Text => String);
    let mut conn = connect().await;
    let error = many(&mut conn, Absent).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let said = chain(&error);
    assert_eq!(said[0], "query `runtime::errors::Absent` failed");
    assert_eq!(said[1], "cannot decode column `nickname` (position 0)");
    assert_eq!(said.len(), 3, "{said:?}");

    let diesel = error.source().unwrap().downcast_ref().unwrap();
    let diesel::result::Error::DeserializationError(column) = diesel else {
        panic!("{diesel:?}");
    };
    assert_eq!(
        column.downcast_ref::<ColumnError>().map(ColumnError::name),
        Some("nickname")
    );
}

#[tokio::test]
async fn a_statement_timeout_is_a_timeout() {
    let mut conn = connect().await;
    conn.batch_execute("SET statement_timeout = '1ms'")
        .await
        .unwrap();
    assert_eq!(
        exec(&mut conn, Nap).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
}

#[tokio::test]
async fn a_lost_connection_is_a_connection_error() {
    statement!(Leave, "SELECT pg_terminate_backend(pg_backend_pid())");
    let mut conn = connect().await;
    assert_eq!(
        exec(&mut conn, Leave).await.unwrap_err().kind(),
        ErrorKind::Connection
    );
    assert_eq!(
        exec(&mut conn, NoTable).await.unwrap_err().kind(),
        ErrorKind::Connection
    );
}

/// Two connections to one database with two accounts.
async fn two_with_accounts(begin: &str) -> (PgConnection, PgConnection) {
    let url = empty_database().await;
    let mut a = PgConnection::establish(&url).await.unwrap();
    let mut b = PgConnection::establish(&url).await.unwrap();
    let accounts = "CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);
        INSERT INTO accounts VALUES (1, 0), (2, 0)";
    a.batch_execute(accounts).await.unwrap();
    a.batch_execute(begin).await.unwrap();
    b.batch_execute(begin).await.unwrap();
    (a, b)
}

#[tokio::test]
async fn a_deadlock_is_retryable() {
    let (mut a, mut b) = two_with_accounts("SET deadlock_timeout = '10ms'; BEGIN").await;
    exec(&mut a, LockFirst).await.unwrap();
    exec(&mut b, LockSecond).await.unwrap();
    // The loser's error ends its transaction, and so the winner's wait.
    let both = futures_util::future::join(exec(&mut a, LockSecond), exec(&mut b, LockFirst)).await;
    let error = both.0.err().or(both.1.err()).unwrap();
    assert_eq!(error.kind(), ErrorKind::Deadlock);
    assert!(error.kind().is_retryable());
}

#[tokio::test]
async fn a_serialization_failure_is_retryable() {
    let (mut a, mut b) = two_with_accounts("BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    exec(&mut b, Total).await.unwrap();
    exec(&mut a, LockFirst).await.unwrap();
    a.batch_execute("COMMIT").await.unwrap();
    let error = exec(&mut b, LockFirst).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SerializationFailure);
    assert!(error.kind().is_retryable());
}

#[tokio::test]
async fn errors_go_into_diesel_and_back() {
    let mut conn = connect().await;
    let not_found = sample::note_by_id(&mut conn, Uuid::nil())
        .await
        .unwrap_err();
    let diesel = diesel::result::Error::from(not_found);
    assert_eq!(diesel, diesel::result::Error::NotFound);
    assert_eq!(Error::from(diesel).kind(), ErrorKind::NotFound);

    statement!(Pair, "SELECT generate_series(1, 2)", diesel::sql_types::Int4 => i32);
    let too_many = planwright::query::opt(&mut conn, Pair).await.unwrap_err();
    let again = Error::from(diesel::result::Error::from(too_many));
    assert_eq!(again.kind(), ErrorKind::TooManyRows);
    assert!(again.query().is_some());

    let failed = exec(&mut conn, NoTable).await.unwrap_err();
    let again = Error::from(diesel::result::Error::from(failed));
    assert_eq!(chain(&again)[0], "database operation failed");
}
