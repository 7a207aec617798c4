//! Generated calls beside raw prepared `tokio-postgres`: the same rows, the same
//! socket, one call each in turn.

use std::error::Error;
use std::time::{Duration, Instant};

use agent_catalog::types::{MessageDirection, MessageStatus};
use agent_catalog::{customers, messages, restaurants};
use diesel::pg::Pg;
use diesel_async::{AsyncConnection, AsyncConnectionCore, AsyncPgConnection};
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::types::{FromSql, Kind, Type};
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use crate::order::Order;
use crate::stats;

const REPETITIONS: usize = 21;
const ROUNDS: usize = 400;
const WARM_UP: usize = 50;

/// The rows that both contenders read.
struct Rows {
    restaurant: Uuid,
    customer: Uuid,
    phone: String,
}

/// A connection of each contender.
struct Setup<'r> {
    rows: &'r Rows,
    ours: PgConnection,
    diesel: AsyncPgConnection,
    raw: Client,
    one: Statement,
    fifty: Statement,
}

async fn connect<'r>(server: &EmbeddedServer, rows: &'r Rows) -> Result<Setup<'r>, Box<dyn Error>> {
    let ours = PgConnection::establish(&server.database_url("calls")).await?;
    let diesel = AsyncPgConnection::establish(&server.database_url("calls")).await?;
    let (raw, connection) = server.config("calls").connect(NoTls).await?;
    tokio::spawn(connection);
    let one = raw.prepare(customers::CUSTOMER_BY_PHONE.sql).await?;
    let fifty = raw.prepare(messages::CONVERSATION.sql).await?;
    Ok(Setup {
        rows,
        ours,
        diesel,
        raw,
        one,
        fifty,
    })
}

/// Measures one row by a unique index and fifty rows by an index.
///
/// Which core a server process happens to run on matters more than any client, so
/// the whole is repeated on fresh connections, and each ratio is the median of the
/// repetitions. Each round runs all contenders, in another order.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let server = EmbeddedServer::start().await?;
    let rows = prepare(&server).await?;
    let (mut one, mut fifty) = (Vec::new(), Vec::new());
    for _ in 0..REPETITIONS {
        let mut setup = connect(&server, &rows).await?;
        one.push(ratios(&mut setup, Case::OneRow).await?);
        fifty.push(ratios(&mut setup, Case::FiftyRows).await?);
    }
    print("1 row", &one);
    print("50 rows", &fifty);
    checkouts(&server.database_url("calls")).await?;
    server.stop().await?;
    Ok(())
}

/// How long an idle connection is taken from a pool and given back; nobody asks the server.
async fn checkouts(url: &str) -> Result<(), Box<dyn Error>> {
    const CALLS: u32 = 10_000;
    let pool = Pool::connect(url, PoolConfig::production()).await?;
    let mut times = Vec::new();
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        for _ in 0..CALLS {
            drop(pool.get().await?);
        }
        times.push(start.elapsed() / CALLS);
    }
    let least = times.iter().min().copied().unwrap_or_default();
    let greatest = times.iter().max().copied().unwrap_or_default();
    let median = stats::median(&times);
    println!("a checkout and its return: {median:?} ({least:?} to {greatest:?})");
    Ok(())
}

#[derive(Clone, Copy)]
enum Case {
    OneRow,
    FiftyRows,
}

/// Who makes the call.
#[derive(Clone, Copy)]
enum Contender {
    /// Prepared `tokio-postgres`, by hand.
    Raw,
    /// A generated function on `planwright::PgConnection`.
    Ours,
    /// The same on diesel-async's connection.
    Diesel,
}

impl Contender {
    const ALL: [Self; 3] = [Self::Raw, Self::Ours, Self::Diesel];
}

/// The median times of generated calls by that of the raw one: on our connection, and on
/// diesel-async's.
async fn ratios(setup: &mut Setup<'_>, case: Case) -> Result<[f64; 2], Box<dyn Error>> {
    let mut times = [const { Vec::new() }; 3];
    let mut order = Order::of(Contender::ALL.len());
    for round in 0..WARM_UP + ROUNDS {
        for number in order.next() {
            let took = call(setup, case, Contender::ALL[number]).await?;
            if round >= WARM_UP {
                times[number].push(took);
            }
        }
    }
    let [raw, ours, diesel] = times.map(|times| stats::median(&times).as_secs_f64());
    Ok([ours / raw, diesel / raw])
}

async fn call(
    setup: &mut Setup<'_>,
    case: Case,
    contender: Contender,
) -> Result<Duration, Box<dyn Error>> {
    let rows = setup.rows;
    match (case, contender) {
        (Case::OneRow, Contender::Raw) => raw_one(setup).await,
        (Case::FiftyRows, Contender::Raw) => raw_fifty(setup).await,
        (Case::OneRow, Contender::Ours) => generated_one(&mut setup.ours, rows).await,
        (Case::FiftyRows, Contender::Ours) => generated_fifty(&mut setup.ours, rows).await,
        (Case::OneRow, Contender::Diesel) => generated_one(&mut setup.diesel, rows).await,
        (Case::FiftyRows, Contender::Diesel) => generated_fifty(&mut setup.diesel, rows).await,
    }
}

fn print(name: &str, ratios: &[[f64; 2]]) {
    for (number, connection) in ["PgConnection", "AsyncPgConnection"].iter().enumerate() {
        let mut ratios: Vec<f64> = ratios.iter().map(|ratios| ratios[number]).collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{name}: generated on {connection} / raw tokio-postgres {:.3} ({:.3} to {:.3})",
            ratios[ratios.len() / 2],
            ratios[0],
            ratios[ratios.len() - 1],
        );
    }
}

async fn generated_one<C>(conn: &mut C, rows: &Rows) -> Result<Duration, Box<dyn Error>>
where
    C: AsyncConnectionCore<Backend = Pg>,
{
    let start = Instant::now();
    let found = customers::customer_by_phone(conn, &rows.phone, rows.restaurant).await?;
    let took = start.elapsed();
    std::hint::black_box(found.ok_or("no row")?);
    Ok(took)
}

async fn generated_fifty<C>(conn: &mut C, rows: &Rows) -> Result<Duration, Box<dyn Error>>
where
    C: AsyncConnectionCore<Backend = Pg>,
{
    let start = Instant::now();
    let found = messages::conversation(conn, rows.customer, rows.restaurant, 50).await?;
    let took = start.elapsed();
    assert_eq!(std::hint::black_box(found).len(), 50);
    Ok(took)
}

async fn prepare(server: &EmbeddedServer) -> Result<Rows, Box<dyn Error>> {
    server.create_database("calls").await?;
    let (raw, connection) = server.config("calls").connect(NoTls).await?;
    tokio::spawn(connection);
    for folder in ["restaurants", "customers", "whatsapp_messages"] {
        for entry in sorted("migrations")? {
            if entry.ends_with(folder)
                || (entry.contains("_idx_") && entry.contains(&format!("idx_{folder}")))
            {
                let sql = std::fs::read_to_string(format!("migrations/{entry}/up.sql"))?;
                raw.batch_execute(&sql).await?;
            }
        }
    }
    let mut generated = PgConnection::establish(&server.database_url("calls")).await?;
    let phone = "+15550000001".to_owned();
    let restaurant = restaurants::create_restaurant(&mut generated, "Bench", "+15550000000", "UTC")
        .await?
        .id;
    let customer =
        customers::create_customer(&mut generated, restaurant, "1", &phone, Some("A customer"))
            .await?
            .id;
    for number in 0..50 {
        let content = format!("message {number}");
        messages::store_message(
            &mut generated,
            restaurant,
            customer,
            MessageDirection::Inbound,
            MessageStatus::Received,
            &content,
        )
        .await?;
    }
    raw.batch_execute("ANALYZE").await?;
    Ok(Rows {
        restaurant,
        customer,
        phone,
    })
}

fn sorted(folder: &str) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// What a careful person writes by hand: every column taken out of the row.
async fn raw_one(setup: &Setup<'_>) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let row = setup
        .raw
        .query_opt(&setup.one, &[&setup.rows.phone, &setup.rows.restaurant])
        .await?
        .ok_or("no row")?;
    let id: Uuid = row.get(0);
    let number: String = row.get(1);
    let name: Option<String> = row.get(2);
    let phone: String = row.get(3);
    let created: chrono::DateTime<chrono::Utc> = row.get(6);
    let status: Label = row.get(4);
    let rating: Option<i16> = row.get(5);
    let took = start.elapsed();
    std::hint::black_box((id, number, name, phone, status, created, rating));
    Ok(took)
}

async fn raw_fifty(setup: &Setup<'_>) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let rows = setup
        .raw
        .query(
            &setup.fifty,
            &[&setup.rows.customer, &setup.rows.restaurant, &50_i64],
        )
        .await?;
    let messages: Vec<(Uuid, Label, Label, String, chrono::DateTime<chrono::Utc>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
        .collect();
    let took = start.elapsed();
    assert_eq!(std::hint::black_box(messages).len(), 50);
    Ok(took)
}

/// An enum's label as raw code reads it: the bytes, compared with nothing.
#[derive(Debug)]
struct Label(#[expect(dead_code, reason = "read like the other columns, and dropped")] String);

impl<'a> FromSql<'a> for Label {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?.to_owned()))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Enum(_))
    }
}
