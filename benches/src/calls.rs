//! Generated calls beside raw prepared `tokio-postgres`: the same rows, the same
//! socket, one call each in turn.

use std::error::Error;
use std::time::{Duration, Instant};

use agent_catalog::types::{MessageDirection, MessageStatus};
use agent_catalog::{customers, messages, restaurants};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use crate::stats;

const ROUNDS: usize = 2_000;

struct Setup {
    generated: AsyncPgConnection,
    raw: Client,
    restaurant: Uuid,
    customer: Uuid,
    phone: String,
}

/// Measures one row by a unique index and fifty rows by an index.
pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let server = EmbeddedServer::start().await?;
    let mut setup = prepare(&server).await?;
    let one = setup.raw.prepare(customers::CUSTOMER_BY_PHONE.sql).await?;
    let fifty = setup.raw.prepare(messages::CONVERSATION.sql).await?;
    let (mut raw, mut generated) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw.push(raw_one(&setup, &one).await?);
        let start = Instant::now();
        let found =
            customers::customer_by_phone(&mut setup.generated, &setup.phone, setup.restaurant)
                .await?;
        generated.push(start.elapsed());
        assert!(found.is_some(), "the customer was inserted");
    }
    print("1 row", &raw, &generated);
    let (mut raw, mut generated) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw.push(raw_fifty(&setup, &fifty).await?);
        let start = Instant::now();
        let found =
            messages::conversation(&mut setup.generated, setup.customer, setup.restaurant, 50)
                .await?;
        generated.push(start.elapsed());
        assert_eq!(found.len(), 50, "fifty messages were inserted");
    }
    print("50 rows", &raw, &generated);
    drop(setup);
    server.stop().await?;
    Ok(())
}

fn print(name: &str, raw: &[Duration], generated: &[Duration]) {
    let ratio = stats::median(generated).as_secs_f64() / stats::median(raw).as_secs_f64();
    println!(
        "{name}: generated / raw tokio-postgres {ratio:.3} (raw median {:.1} us)",
        stats::median(raw).as_secs_f64() * 1e6
    );
}

async fn prepare(server: &EmbeddedServer) -> Result<Setup, Box<dyn Error>> {
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
    let mut generated = AsyncPgConnection::establish(&server.database_url("calls")).await?;
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
    Ok(Setup {
        generated,
        raw,
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
async fn raw_one(setup: &Setup, statement: &Statement) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let row = setup
        .raw
        .query_opt(statement, &[&setup.phone, &setup.restaurant])
        .await?
        .ok_or("no row")?;
    let id: Uuid = row.get(0);
    let number: String = row.get(1);
    let name: Option<String> = row.get(2);
    let phone: String = row.get(3);
    let created: chrono::DateTime<chrono::Utc> = row.get(6);
    let rating: Option<i16> = row.get(5);
    let took = start.elapsed();
    std::hint::black_box((id, number, name, phone, created, rating));
    Ok(took)
}

async fn raw_fifty(setup: &Setup, statement: &Statement) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let rows = setup
        .raw
        .query(statement, &[&setup.customer, &setup.restaurant, &50_i64])
        .await?;
    let messages: Vec<(Uuid, String, chrono::DateTime<chrono::Utc>)> = rows
        .iter()
        .map(|row| (row.get(0), row.get(3), row.get(4)))
        .collect();
    let took = start.elapsed();
    assert_eq!(std::hint::black_box(messages).len(), 50);
    Ok(took)
}
