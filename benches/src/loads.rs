//! 100 orders with 50 lines each: one query for each order, and the strategies of a load plan,
//! generated and by hand. The same rows, one connection each, one call each in turn.

#[rustfmt::skip]
#[path = "../../codegen/tests/cases/load_plans/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod catalog;
mod by_hand;

use std::error::Error;
use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::EmbeddedServer;

use self::by_hand::ByHand;
use self::catalog::queries;
use crate::order::Order;
use crate::stats;

const SCHEMA: &str = include_str!("../../codegen/tests/cases/load_plans/schema.sql");
/// Orders of 60 bytes, and lines of 30.
const ROWS: &str = "
INSERT INTO orders
SELECT 1, n, NULL, 'what the customer said about order ' || n, FALSE
FROM generate_series(1, 100) n;
INSERT INTO lines
SELECT 1, n, p, 'a product with a name, ' || p
FROM generate_series(1, 100) n, generate_series(1, 50) p;
ANALYZE;";

const ORDERS: usize = 100;
const LINES: usize = ORDERS * 50;
const ROUNDS: usize = 200;
const WARM_UP: usize = 10;

#[derive(Clone, Copy)]
enum Contender {
    OneByOne,
    SelectIn,
    SelectInByHand,
    Subquery,
    SubqueryByHand,
    Joined,
    JoinedByHand,
}

use Contender::{
    Joined, JoinedByHand, OneByOne, SelectIn, SelectInByHand, Subquery, SubqueryByHand,
};

const CONTENDERS: [(Contender, &str); 7] = [
    (OneByOne, "one query for each order"),
    (SelectIn, "select-in"),
    (SelectInByHand, "select-in, tokio-postgres by hand"),
    (Subquery, "subquery"),
    (SubqueryByHand, "subquery, tokio-postgres by hand"),
    (Joined, "joined"),
    (JoinedByHand, "joined, tokio-postgres by hand"),
];

/// Measures every contender, each round in another order.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let server = EmbeddedServer::start().await?;
    server.create_database("loads").await?;
    let mut conn = PgConnection::establish(&server.database_url("loads")).await?;
    conn.batch_execute(SCHEMA).await?;
    conn.batch_execute(ROWS).await?;
    let by_hand = ByHand::connect(&server.config("loads")).await?;

    let mut times = vec![Vec::new(); CONTENDERS.len()];
    let mut order = Order::of(CONTENDERS.len());
    for round in 0..WARM_UP + ROUNDS {
        for number in order.next() {
            let took = call(CONTENDERS[number].0, &mut conn, &by_hand).await?;
            if round >= WARM_UP {
                times[number].push(took);
            }
        }
    }
    let fastest = times.iter().map(|times| stats::median(times)).min();
    let fastest = fastest.unwrap_or_default().as_secs_f64();
    for ((_, name), times) in CONTENDERS.iter().zip(&times) {
        let ratio = stats::median(times).as_secs_f64() / fastest;
        println!("{name:36} {ratio:6.2}  {}", stats::summary(times));
    }
    server.stop().await?;
    Ok(())
}

async fn call(
    contender: Contender,
    conn: &mut PgConnection,
    by_hand: &ByHand,
) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let found = match contender {
        OneByOne => {
            let orders = queries::orders_of_shop(conn, 1).await?;
            let mut lines = Vec::with_capacity(orders.len());
            for order in &orders {
                lines.push(queries::lines_of_order(conn, 1, order.number).await?);
            }
            (orders.len(), lines.iter().map(Vec::len).sum())
        }
        SelectIn => {
            let orders = queries::lines_select_in(conn, 1).await?;
            (orders.len(), orders.iter().map(|o| o.lines.len()).sum())
        }
        Subquery => {
            let orders = queries::lines_subquery(conn, 1).await?;
            (orders.len(), orders.iter().map(|o| o.lines.len()).sum())
        }
        Joined => {
            let orders = queries::lines_joined(conn, 1).await?;
            (orders.len(), orders.iter().map(|o| o.lines.len()).sum())
        }
        SelectInByHand => by_hand::size(&by_hand.select_in().await?),
        SubqueryByHand => by_hand::size(&by_hand.subquery().await?),
        JoinedByHand => by_hand::size(&by_hand.joined().await?),
    };
    let took = start.elapsed();
    assert_eq!(found, (ORDERS, LINES));
    Ok(took)
}
