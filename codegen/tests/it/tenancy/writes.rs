//! Statements that are called scoped leave the rows of other tenants as they are, and do
//! the same with and without them. The seed is fixed, so a failure comes back; `SEED=n`
//! tries another.

use std::fmt::Write as _;

use tokio_postgres::Client;

use super::grower::{Grower, TABLES};
use super::scoped;
use super::soundness::{Rows, databases, rows};
use crate::project::block_on;

const STATEMENTS: usize = 500;

/// What a statement did to the rows of tenant 2, and to all others.
type Effect = (Rows, Rows);

/// What one statement did in both databases.
struct Seen {
    sql: String,
    /// `None` where the server refused it.
    both: Option<Effect>,
    alone: Option<Effect>,
}

async fn every_row(client: &Client, of: &str) -> Rows {
    let mut all = Rows::new();
    for (table, _) in TABLES {
        let sql = format!("SELECT '{table}', * FROM {table} WHERE {of}");
        all.extend(rows(client, &sql).await.expect("rows"));
    }
    all
}

/// Runs a statement, and takes it back.
async fn effect(client: &Client, sql: &str) -> Option<Effect> {
    client.batch_execute("BEGIN").await.expect("a transaction");
    let done = rows(client, sql).await;
    let effect = match done {
        Some(_) => Some((
            every_row(client, "tid = 2").await,
            every_row(client, "tid IS DISTINCT FROM 2").await,
        )),
        None => None,
    };
    client
        .batch_execute("ROLLBACK")
        .await
        .expect("the old rows");
    effect
}

async fn run(statements: Vec<String>, major: u32) -> (Rows, Vec<Seen>) {
    let (embedded, [both, alone]) = databases(major).await;
    let others = every_row(&both, "tid = 2").await;
    let mut seen = Vec::new();
    for sql in statements {
        let with = effect(&both, &sql).await;
        let without = effect(&alone, &sql).await;
        if with.is_some() || without.is_some() {
            seen.push(Seen {
                sql,
                both: with,
                alone: without,
            });
        }
    }
    embedded.stop().await.expect("the server stops");
    (others, seen)
}

/// What is wrong with a statement that is called scoped.
fn harm(seen: &Seen, others: &Rows) -> Option<&'static str> {
    let inserts = seen.sql.contains("INSERT");
    match (&seen.both, &seen.alone) {
        (Some((theirs, _)), _) if theirs != others => Some("changes other tenants' rows"),
        // Numbers that are unique across tenants can be taken by another one.
        (Some((_, own)), Some((_, alone))) if own != alone && !seen.sql.contains("CONFLICT") => {
            Some("depends on other tenants' rows")
        }
        (Some(_), None) | (None, Some(_)) if !inserts => {
            Some("fails because of other tenants' rows")
        }
        _ => None,
    }
}

#[test]
fn scoped_statements_leave_other_tenants_alone_on_15() {
    untouched(3, 15);
}

#[test]
fn scoped_statements_leave_other_tenants_alone_on_18() {
    untouched(4, 18);
}

fn untouched(seed: u64, major: u32) {
    let seed = super::seed(seed);
    let mut grower = Grower::new(seed);
    let by_source = |number: usize| major >= 17 && number.is_multiple_of(10);
    let statements = (0..STATEMENTS).map(|number| {
        if by_source(number) {
            grower.merge_by_source()
        } else {
            grower.statement()
        }
    });
    let (others, ran) = block_on(run(statements.collect(), major));
    let texts: Vec<&str> = ran.iter().map(|seen| seen.sql.as_str()).collect();
    let verdicts = scoped(&texts, major);
    let (mut accepted, mut rejected, mut caught) = (0, 0, 0);
    let mut violations = String::new();
    for (seen, scoped) in ran.iter().zip(verdicts) {
        let harm = harm(seen, &others);
        accepted += usize::from(scoped);
        rejected += usize::from(!scoped);
        caught += usize::from(!scoped && harm.is_some());
        if let Some(harm) = harm.filter(|_| scoped) {
            let _ = writeln!(violations, "{harm}: {}", seen.sql);
        }
    }
    let counts = format!("{accepted} accepted, {rejected} rejected, {caught} of these do harm");
    assert!(violations.is_empty(), "seed {seed}: {counts}\n{violations}");
    // The test would also pass if everything were rejected, or if nothing could do harm.
    let enough = STATEMENTS / 10;
    assert!(
        accepted > enough && rejected > enough && caught > enough,
        "{counts}"
    );
}
