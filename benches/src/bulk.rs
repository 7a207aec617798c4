//! 10,000 messages of 7 columns as one UNNEST and as COPY by hand, and generated, in batches of
//! several sizes; then a million of them, with the memory that their process takes.

#[rustfmt::skip]
#[path = "../../codegen/tests/cases/many_messages/expected.rs"]
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
mod million;

use std::error::Error;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use self::by_hand::ByHand;
use self::catalog::queries::{
    AddMessagesInput, ImportMessagesInput, add_messages, import_messages,
};
use self::catalog::types::Direction;
use crate::order::Order;
use crate::stats;

const SCHEMA: &str = include_str!("../../codegen/tests/cases/many_messages/schema.sql");
const ROWS: u64 = 10_000;
const ROUNDS: usize = 41;
const WARM_UP: usize = 3;

#[derive(Clone, Copy)]
enum Contender {
    UnnestByHand,
    Bulk(usize),
    CopyByHand,
    Copy,
}

const CONTENDERS: [(Contender, &str); 9] = [
    (
        Contender::UnnestByHand,
        "one UNNEST, tokio-postgres by hand",
    ),
    (Contender::Bulk(100), ":bulk, batches of 100"),
    (Contender::Bulk(500), ":bulk, batches of 500"),
    (Contender::Bulk(1_000), ":bulk, batches of 1,000"),
    (Contender::Bulk(2_000), ":bulk, batches of 2,000"),
    (Contender::Bulk(5_000), ":bulk, batches of 5,000"),
    (Contender::Bulk(10_000), ":bulk, one batch"),
    (Contender::CopyByHand, "COPY, tokio-postgres by hand"),
    (Contender::Copy, ":copy"),
];

/// Measures every contender, each round in another order; behind `million`, it is the
/// process whose memory is measured.
pub(crate) async fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    if let (Some(what), Some(url)) = (arguments.next(), arguments.next()) {
        return million::child(&what, &url).await;
    }
    let server = EmbeddedServer::start().await?;
    server.create_database("bulk").await?;
    let url = server.database_url("bulk");
    let mut clients = Clients::connect(&url).await?;
    let mut times = vec![Vec::new(); CONTENDERS.len()];
    let mut order = Order::of(CONTENDERS.len());
    for round in 0..WARM_UP + ROUNDS {
        for number in order.next() {
            let took = clients.call(CONTENDERS[number].0).await?;
            if round >= WARM_UP {
                times[number].push(took);
            }
        }
    }
    let base = stats::median(&times[0]).as_secs_f64();
    for ((_, name), times) in CONTENDERS.iter().zip(&times) {
        let ratio = stats::median(times).as_secs_f64() / base;
        println!("{name:36} {ratio:6.2}  {}", stats::summary(times));
    }
    for what in ["bulk", "copy"] {
        clients.empty().await?;
        million::measure(what, &url)?;
    }
    server.stop().await?;
    Ok(())
}

struct Clients {
    generated: AsyncPgConnection,
    raw: Client,
    by_hand: ByHand,
}

impl Clients {
    async fn connect(url: &str) -> Result<Self, Box<dyn Error>> {
        let raw = connect(url).await?;
        raw.batch_execute(SCHEMA).await?;
        Ok(Self {
            generated: AsyncPgConnection::establish(url).await?,
            by_hand: ByHand::prepare(&raw).await?,
            raw,
        })
    }

    async fn empty(&self) -> Result<(), Box<dyn Error>> {
        let empty = "TRUNCATE messages; CHECKPOINT";
        Ok(self.raw.batch_execute(empty).await?)
    }

    /// Rows are made before the time counts.
    async fn call(&mut self, contender: Contender) -> Result<Duration, Box<dyn Error>> {
        self.empty().await?;
        let rows: Vec<AddMessagesInput> = (0..ROWS).map(message).collect();
        let (took, inserted) = match contender {
            Contender::UnnestByHand => {
                let start = Instant::now();
                let inserted = self.by_hand.unnest(&self.raw, &rows).await?;
                (start.elapsed(), inserted)
            }
            Contender::CopyByHand => {
                let start = Instant::now();
                let inserted = self.by_hand.copy(&self.raw, &rows).await?;
                (start.elapsed(), inserted)
            }
            Contender::Bulk(size) => {
                let start = Instant::now();
                let added = add_messages(&mut self.generated, rows).batch_size(size);
                let inserted = added.await?;
                (start.elapsed(), inserted)
            }
            Contender::Copy => {
                let rows: Vec<ImportMessagesInput> = rows.into_iter().map(imported).collect();
                let start = Instant::now();
                let inserted = import_messages(&mut self.raw, rows).await?;
                (start.elapsed(), inserted)
            }
        };
        assert_eq!(inserted, ROWS);
        Ok(took)
    }
}

async fn connect(url: &str) -> Result<Client, Box<dyn Error>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Messages of 60 bytes; a third of them were written by a model.
fn message(number: u64) -> AddMessagesInput {
    let answered = number.is_multiple_of(3);
    let begin = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    AddMessagesInput {
        restaurant_id: Uuid::from_u64_pair(1, number % 50),
        customer_id: Uuid::from_u64_pair(2, number % 5_000),
        direction: Direction::ALL[usize::from(answered)],
        model: answered.then(|| "large".to_owned()),
        tokens: answered.then_some(200),
        content: format!("What somebody wrote, somewhat longer than a line, {number:>10}"),
        created_at: begin + TimeDelta::milliseconds(i64::try_from(number).unwrap_or(0)),
    }
}

fn imported(message: AddMessagesInput) -> ImportMessagesInput {
    ImportMessagesInput {
        restaurant_id: message.restaurant_id,
        customer_id: message.customer_id,
        direction: message.direction,
        model: message.model,
        tokens: message.tokens,
        content: message.content,
        created_at: message.created_at,
    }
}
