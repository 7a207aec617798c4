//! The server knows queries by name, and prepares them once all the same.

use agent_catalog::QUERIES;
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::SimpleAsyncConnection as _;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use planwright::migrate::Migrator;
use planwright::{Command, PgConnection};
use planwright_embedded::{EmbeddedServer, Settings};

use crate::coverage::{every_query, prepared};
use crate::fixture::migrations;

#[tokio::test]
async fn postgresql_15_shows_names() {
    the_server_shows_names(15).await;
}

#[tokio::test]
async fn postgresql_18_shows_names() {
    the_server_shows_names(18).await;
}

async fn the_server_shows_names(major: u32) {
    const ROUNDS: usize = 3;
    // The library has to be there from the start: this server is for this test alone.
    let settings = Settings::new()
        .major(major)
        .require_major(true)
        .setting("shared_preload_libraries", "pg_stat_statements");
    let server = EmbeddedServer::start_with(&settings).await.unwrap();
    server.create_database("named").await.unwrap();
    let url = server.database_url("named");
    Migrator::from_path(migrations())
        .unwrap()
        .up(&url)
        .await
        .unwrap();
    let conn = &mut PgConnection::establish(&url).await.unwrap();
    conn.batch_execute("CREATE EXTENSION pg_stat_statements")
        .await
        .unwrap();
    for round in 0..ROUNDS {
        every_query(conn, round).await.unwrap();
    }

    let statements = "SELECT query, calls FROM pg_stat_statements WHERE query LIKE '%action=%'";
    let statements = sql::<(st::Text, st::BigInt)>(statements).load(conn).await;
    let statements: Vec<(String, i64)> = statements.unwrap();
    for query in QUERIES {
        let (module, name) = query.name.split_once("::").unwrap();
        // All statements of a query have its name.
        let name = name.split('[').next().unwrap();
        let comment = format!("/*action='{name}',application='agent',controller='{module}'*/");
        assert!(query.sql.ends_with(&comment), "{}", query.sql);
        assert!(!query.preview().contains("action="), "{}", query.preview());
        let shown = statements
            .iter()
            .filter(|(text, _)| text.ends_with(&comment));
        let calls: i64 = shown.map(|(_, calls)| calls).sum();
        assert!(
            calls >= 3,
            "{}: {calls} calls in {statements:#?}",
            query.name
        );
    }
    // The comment is constant, so nothing was prepared twice. COPY is prepared for one call.
    let prepared = prepared(conn).await;
    let kept = QUERIES
        .iter()
        .filter(|query| query.command != Command::Copy);
    assert_eq!(prepared.len(), kept.count());
    assert!(
        prepared.iter().all(|(_, calls)| *calls >= 3),
        "{prepared:?}"
    );
    server.stop().await.unwrap();
}
