//! The height of a b-tree from the cost that the planner sees in it.
//!
//! A scan of a b-tree starts with a descent, which costs the planner
//! `ceil(log2(rows)) * cpu_operator_cost + (height + 1) * 50 * cpu_operator_cost`
//! (`btcostestimate` in `src/backend/utils/adt/selfuncs.c`). With a `cpu_operator_cost` of 1
//! the first term is below 50, so whole fifties of the start-up cost are the levels.

use tokio_postgres::{Client, Error};

use crate::server::first_column;

/// What a level costs, in units of `cpu_operator_cost`.
const LEVEL: f64 = 50.0;

/// The levels above the leaves; `None` when the planner cannot be brought to read this
/// index, or this role may not read its table.
pub(super) async fn of(
    client: &Client,
    index: &str,
    table: &str,
    predicate: Option<&str>,
    order: &[String],
) -> Result<Option<u32>, Error> {
    const PREPARE: &str = "
        SAVEPOINT height;
        SET LOCAL cpu_operator_cost = 1;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_bitmapscan = off;
        SET LOCAL enable_sort = off;
        SET LOCAL max_parallel_workers_per_gather = 0";
    let condition = predicate.map_or_else(String::new, |p| format!(" WHERE {p}"));
    let explain = format!(
        "EXPLAIN (FORMAT JSON) SELECT 1 FROM ONLY {table}{condition} ORDER BY {}",
        order.join(", ")
    );
    client.batch_execute(PREPARE).await?;
    let answer = client.simple_query(&explain).await;
    client
        .batch_execute("ROLLBACK TO height; RELEASE height")
        .await?;
    let messages = match answer {
        Ok(messages) => messages,
        Err(error) if error.as_db_error().is_some() => return Ok(None),
        Err(error) => return Err(error),
    };
    let plan: serde_json::Value =
        serde_json::from_str(&first_column(&messages)).unwrap_or_default();
    let scan = &plan[0]["Plan"];
    if scan["Index Name"].as_str() != Some(index) {
        return Ok(None);
    }
    Ok(scan["Startup Cost"].as_f64().map(levels))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cost is a small positive number"
)]
fn levels(start_up: f64) -> u32 {
    ((start_up / LEVEL).floor() as u32).saturating_sub(1)
}
