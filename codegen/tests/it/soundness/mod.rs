//! What is called NOT NULL never returns null: random statements, run on eight sets of rows.
//!
//! The seed is fixed, so a failure comes back. In the environment `SEED=n` tries another,
//! `STATEMENTS=n` tries more, and then what is called nullable and was never seen to be null
//! is counted by what it is made of.

mod changes;
mod conditions;
mod from;
mod groups;
mod grower;
mod values;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use planwright_codegen::catalog::Query;
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::project::{TempProject, block_on, server};
use grower::Grower;
use world::SCHEMA;

/// How many statements each release is asked.
const STATEMENTS: usize = 300;
/// How many are checked at once.
const BATCH: usize = 300;

/// A small generator of numbers (Knuth's MMIX constants); nothing here needs a good one.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// A statement that ran, and what its columns held.
struct Seen {
    sql: String,
    /// What its last column is made by.
    label: &'static str,
    /// For each column the set of rows in which a null was seen.
    nulls: Vec<Option<usize>>,
    /// Whether it returned a row.
    rows: bool,
}

/// For each set of rows a schema of its own, and a connection that looks there.
async fn worlds(embedded: &EmbeddedServer, data: &[String]) -> Vec<Client> {
    let mut clients = Vec::new();
    for (number, rows) in data.iter().enumerate() {
        let config = embedded.config("postgres");
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        let settings = format!(
            "CREATE SCHEMA rows{number}; SET search_path = rows{number}; SET statement_timeout = '500ms'"
        );
        for script in [&settings, SCHEMA, rows] {
            client.batch_execute(script).await.expect("a script");
        }
        clients.push(client);
    }
    clients
}

/// Runs a statement on every set of rows, and takes back what it wrote. `None` where the
/// server refuses it each time.
async fn run(clients: &[Client], sql: String, label: &'static str) -> Option<Seen> {
    let mut seen = None;
    for (number, client) in clients.iter().enumerate() {
        // A connection that is gone is seen by the caller.
        if client.batch_execute("BEGIN").await.is_err() {
            return None;
        }
        let answer = client.simple_query(&sql).await;
        // The time limit may hit the end of the transaction instead; then it hits it once.
        if client.batch_execute("ROLLBACK").await.is_err() {
            client.batch_execute("ROLLBACK").await.ok()?;
        }
        let Ok(messages) = answer else { continue };
        let seen = seen.get_or_insert_with(|| Seen {
            sql: sql.clone(),
            label,
            nulls: Vec::new(),
            rows: false,
        });
        for message in &messages {
            if let SimpleQueryMessage::Row(row) = message {
                seen.rows = true;
                seen.nulls.resize(row.len(), None);
                for (column, null) in seen.nulls.iter_mut().enumerate() {
                    if row.get(column).is_none() {
                        null.get_or_insert(number);
                    }
                }
            }
        }
    }
    seen
}

#[expect(clippy::print_stdout, reason = "says what a server fell over")]
async fn run_all(
    statements: Vec<(String, &'static str)>,
    data: &[String],
    major: u32,
) -> Vec<Seen> {
    let embedded = EmbeddedServer::start_with(&server(major))
        .await
        .expect("a server");
    let clients = worlds(&embedded, data).await;
    let mut all = Vec::new();
    for (sql, label) in statements {
        all.extend(run(&clients, sql.clone(), label).await);
        // A server that falls over is no concern of this test, unless it runs too little.
        if clients.iter().any(Client::is_closed) {
            println!("PostgreSQL {major} ends the connection on\n{sql};");
            break;
        }
    }
    drop(clients);
    // One that fell over cannot stop any more.
    let _ = embedded.stop().await;
    all
}

/// What is said of the statements' columns, by the same path as `planwright check`.
fn analysed(seen: &[Seen], major: u32) -> Vec<Query> {
    let mut text = String::new();
    for (number, seen) in seen.iter().enumerate() {
        let _ = writeln!(text, "-- name: q{number} :many\n{};", seen.sql);
    }
    let project = TempProject::of(SCHEMA, &text).judged_by(&[], "");
    match project.check(major) {
        Ok(checked) => checked.catalog.queries().cloned().collect(),
        Err(failure) => panic!("{failure}"),
    }
}

/// Counts by what the last column is made of: not null, null and seen, nullable and never seen.
type Counts = BTreeMap<&'static str, [usize; 3]>;

fn violations(seen: &[Seen], checked: &[Query], data: &[String]) -> String {
    let mut violations = String::new();
    assert_eq!(seen.len(), checked.len());
    for (seen, query) in seen.iter().zip(checked) {
        let columns = &query.analysis.columns;
        for (column, null) in columns.iter().zip(&seen.nulls) {
            if let Some(number) = null.filter(|_| !column.nullable) {
                let (name, sql) = (&column.name, &seen.sql);
                let rows = &data[number];
                let _ = writeln!(
                    violations,
                    "{name} is null in\n{sql};\nwith the rows\n{rows}"
                );
            }
        }
    }
    violations
}

fn count(seen: &[Seen], checked: &[Query], counts: &mut Counts) {
    for (seen, query) in seen.iter().zip(checked) {
        let columns = &query.analysis.columns;
        if let (Some(column), Some(null)) = (columns.last(), seen.nulls.last()) {
            let class = match (column.nullable, null.is_some()) {
                (false, _) => 0,
                (true, true) => 1,
                (true, false) => 2,
            };
            counts.entry(seen.label).or_default()[class] += 1;
        }
    }
}

fn table(counts: &Counts) -> String {
    let mut text = "not null, nullable and seen to be, nullable and never seen to be\n".to_owned();
    for (label, [never, seen, unseen]) in counts {
        let _ = writeln!(text, "{never:6} {seen:6} {unseen:6} {label}");
    }
    text
}

#[test]
fn what_is_called_not_null_is_never_null_on_15() {
    never_null(1, 15);
}

#[test]
fn what_is_called_not_null_is_never_null_on_18() {
    never_null(2, 18);
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|n| n.parse().ok())
}

#[expect(clippy::print_stdout, reason = "a long run is for what it prints")]
fn never_null(seed: u64, major: u32) {
    let seed = number("SEED").map_or(seed, |seed| seed as u64 * 100 + u64::from(major));
    let wanted = number("STATEMENTS").unwrap_or(STATEMENTS);
    let mut grower = Grower::new(Random(seed), major);
    let (mut counts, mut ran, mut with_rows, mut not_null) = (Counts::new(), 0, 0, 0);
    let mut wrong = String::new();
    for _ in 0..wanted.div_ceil(BATCH) {
        let data = world::data(&mut grower.random, major);
        let statements = (0..BATCH).map(|_| {
            let sql = grower.statement();
            (sql, grower.label)
        });
        let answers = block_on(run_all(statements.collect(), &data, major));
        ran += answers.len();
        with_rows += answers.iter().filter(|seen| seen.rows).count();
        let checked = analysed(&answers, major);
        wrong.push_str(&violations(&answers, &checked, &data));
        count(&answers, &checked, &mut counts);
        let columns = checked.iter().flat_map(|query| &query.analysis.columns);
        not_null += columns.filter(|column| !column.nullable).count();
    }
    if wanted > STATEMENTS {
        println!(
            "{ran} of {wanted} statements ran, {with_rows} returned rows\n{}",
            table(&counts)
        );
    }
    assert!(wrong.is_empty(), "seed {seed}\n{wrong}");
    assert!(ran > wanted * 6 / 10, "only {ran} statements ran");
    assert!(with_rows > wanted / 2, "only {with_rows} returned rows");
    // The test would also pass if everything were called nullable.
    assert!(not_null > wanted, "only {not_null} columns are NOT NULL");
}
