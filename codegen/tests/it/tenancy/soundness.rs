//! What is called scoped does not depend on other tenants: random queries give one tenant
//! the same rows with and without the rows of another. The seed is fixed, so a failure
//! comes back; `SEED=n` tries another.

use std::fmt::Write as _;

use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::grower::Grower;
use super::{ROWS, scoped};
use crate::project::{block_on, server};

const QUERIES: usize = 500;

/// What a query gives: its rows, sorted.
pub(super) type Rows = Vec<Vec<Option<String>>>;

/// Two databases with the same tables, one with the rows of both tenants, one with those of
/// tenant 1 alone.
pub(super) async fn databases(major: u32) -> (EmbeddedServer, [Client; 2]) {
    let embedded = EmbeddedServer::start_with(&server(major))
        .await
        .expect("a server");
    let both = connect(&embedded, "postgres").await;
    both.batch_execute("CREATE DATABASE alone")
        .await
        .expect("a database");
    let alone = connect(&embedded, "alone").await;
    for client in [&both, &alone] {
        client.batch_execute(ROWS).await.expect("the rows");
        client
            .batch_execute("SET statement_timeout = '2s'")
            .await
            .expect("a setting");
    }
    alone
        .batch_execute(include_str!("alone.sql"))
        .await
        .expect("fewer rows");
    (embedded, [both, alone])
}

async fn connect(embedded: &EmbeddedServer, database: &str) -> Client {
    let (client, connection) = embedded
        .config(database)
        .connect(NoTls)
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}

/// The rows that tenant 1 gets; `None` when the server refuses the query.
pub(super) async fn rows(client: &Client, sql: &str) -> Option<Rows> {
    let sql = sql.replace(":tenant", "1");
    let messages = client.simple_query(&sql).await.ok()?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let values = (0..row.len()).map(|i| row.get(i).map(str::to_owned));
            Some(values.collect())
        }
        _ => None,
    });
    let mut rows: Rows = rows.collect();
    rows.sort();
    Some(rows)
}

/// Whether each query that runs gives both databases the same rows.
async fn run(queries: Vec<String>, major: u32) -> Vec<(String, bool)> {
    let (embedded, [both, alone]) = databases(major).await;
    let mut seen = Vec::new();
    for sql in queries {
        let (with, without) = (rows(&both, &sql).await, rows(&alone, &sql).await);
        if with.is_some() || without.is_some() {
            seen.push((sql, with == without));
        }
    }
    embedded.stop().await.expect("the server stops");
    seen
}

#[test]
fn scoped_queries_do_not_see_other_tenants_on_15() {
    unseen(1, 15);
}

#[test]
fn scoped_queries_do_not_see_other_tenants_on_18() {
    unseen(2, 18);
}

fn unseen(seed: u64, major: u32) {
    let seed = super::seed(seed);
    let mut grower = Grower::new(seed);
    let queries: Vec<String> = (0..QUERIES).map(|_| grower.query(2)).collect();
    let ran = block_on(run(queries, major));
    assert!(
        ran.len() > QUERIES * 8 / 10,
        "only {} queries ran",
        ran.len()
    );
    let texts: Vec<&str> = ran.iter().map(|(sql, _)| sql.as_str()).collect();
    let verdicts = scoped(&texts, major);
    let (mut accepted, mut rejected, mut caught) = (0, 0, 0);
    let mut violations = String::new();
    for ((sql, same), scoped) in ran.iter().zip(verdicts) {
        accepted += usize::from(scoped);
        rejected += usize::from(!scoped);
        caught += usize::from(!scoped && !same);
        if scoped && !same {
            let _ = writeln!(violations, "{sql}");
        }
    }
    let counts = format!("{accepted} accepted, {rejected} rejected, {caught} of these leak");
    assert!(violations.is_empty(), "seed {seed}: {counts}\n{violations}");
    // The test would also pass if everything were rejected, or if nothing could leak.
    assert!(
        accepted > QUERIES / 5 && rejected > QUERIES / 5 && caught > QUERIES / 10,
        "{counts}"
    );
}
