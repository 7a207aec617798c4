//! The rows that every contender reads, and those that it writes.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::contender::Result;
use super::enums::{MessageDirection, MessageStatus};
use super::rows::{NewInteraction, NewMessage};

/// The databases, and what is asked of them.
#[derive(Debug)]
pub struct Data {
    /// The database that is read.
    pub url: String,
    /// The database that is written.
    pub scratch: String,
    pub restaurant: Uuid,
    pub restaurant_phone: String,
    pub customer: Uuid,
    pub phone: String,
    /// The customer with 100 messages and 5,000 answers.
    pub threads_of: Uuid,
    /// The message with 10,000 answers.
    pub message: Uuid,
    pub since: DateTime<Utc>,
    pub messages: Vec<NewMessage>,
    pub interactions: Vec<NewInteraction>,
}

/// The same keys, names and times in every run.
const ROWS: &str = "
INSERT INTO restaurants (id, name, phone_number, timezone, created_at)
VALUES (md5('restaurant')::uuid, 'Bench', '+15550000000', 'UTC', '2026-01-01');
INSERT INTO customers (id, restaurant_id, customer_number, phone_number, name, status, rating,
                       feedback_sentiment, created_at, updated_at)
SELECT md5('customer ' || n)::uuid, md5('restaurant')::uuid, n, '+1555' || (1000000 + n),
       CASE WHEN n % 5 > 0 THEN 'Customer ' || n END,
       (enum_range(NULL::customer_status))[1 + n % 4],
       CASE WHEN n % 3 = 0 THEN 1 + n % 5 END,
       CASE WHEN n % 3 = 0 THEN (enum_range(NULL::feedback_sentiment))[1 + n % 3] END,
       timestamptz '2026-01-01' + n * interval '1 minute', '2026-02-01'
FROM generate_series(1, 2000) n;
";

/// 50 messages of the first customer; 100 of the second, with 50 answers each; one of the third,
/// with 10,000.
const CONVERSATIONS: &str = "
INSERT INTO whatsapp_messages (id, restaurant_id, customer_id, direction, status, content, created_at)
SELECT md5('message ' || c || ' ' || n)::uuid, md5('restaurant')::uuid,
       md5('customer ' || c)::uuid,
       CASE WHEN n % 2 = 0 THEN 'inbound' ELSE 'outbound' END::message_direction, 'read',
       'What somebody wrote, somewhat longer than a line, ' || n,
       timestamptz '2026-02-01' + n * interval '1 second'
FROM (VALUES (1, 50), (2, 100), (3, 1)) AS of (c, messages), generate_series(1, messages) n;
INSERT INTO ai_interactions (id, restaurant_id, message_id, model, latency_ms, prompt_tokens,
                             completion_tokens, confidence, created_at)
SELECT md5('answer ' || c || ' ' || n || ' ' || a)::uuid, md5('restaurant')::uuid,
       md5('message ' || c || ' ' || n)::uuid, 'a large model', 300 + a % 700, 100 + a % 50, a % 90,
       CASE WHEN a % 4 > 0 THEN (a % 100) / 100.0 END,
       timestamptz '2026-02-02' + n * interval '1 minute' + a * interval '1 millisecond'
FROM (VALUES (2, 100, 50), (3, 1, 10000)) AS of (c, messages, answers),
     generate_series(1, messages) n, generate_series(1, answers) a;
ANALYZE;
";

/// What is left of the written rows before a call.
pub const EMPTIED: &str = "
TRUNCATE whatsapp_messages, ai_interactions;
INSERT INTO whatsapp_messages (id, restaurant_id, customer_id, direction, status, content)
VALUES (md5('message 3 1')::uuid, md5('restaurant')::uuid, md5('customer 3')::uuid,
        'inbound', 'received', 'What copied answers belong to');
CHECKPOINT;
";

/// Makes both databases by the migrations of the repository, and fills them.
pub async fn fill(server: &EmbeddedServer, many: u64) -> Result<Data> {
    for (database, rows) in [("peers", CONVERSATIONS), ("scratch", EMPTIED)] {
        server.create_database(database).await?;
        let client = connect(&server.database_url(database)).await?;
        migrate(&client).await?;
        client.batch_execute(ROWS).await?;
        client.batch_execute(rows).await?;
        client.batch_execute("VACUUM ANALYZE").await?;
    }
    Data::of(
        &server.database_url("peers"),
        &server.database_url("scratch"),
        many,
    )
    .await
}

impl Data {
    /// What is asked of databases that are filled.
    pub async fn of(url: &str, scratch: &str, many: u64) -> Result<Self> {
        let client = connect(url).await?;
        let keys = "SELECT md5('restaurant')::uuid, md5('customer 1')::uuid,
                           md5('customer 2')::uuid, md5('message 3 1')::uuid";
        let keys = client.query_one(keys, &[]).await?;
        let (restaurant, customer, message) = (keys.get(0), keys.get(1), keys.get(3));
        let new_message = |number| new_message(restaurant, customer, number);
        let new_interaction = |number| new_interaction(restaurant, message, number);
        Ok(Self {
            url: url.to_owned(),
            scratch: scratch.to_owned(),
            restaurant,
            restaurant_phone: "+15550000000".to_owned(),
            customer,
            phone: "+15551000001".to_owned(),
            threads_of: keys.get(2),
            message,
            since: "2026-01-01T12:00:00Z".parse()?,
            messages: (0..many).map(new_message).collect(),
            interactions: (0..many).map(new_interaction).collect(),
        })
    }
}

/// A plain connection.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn migrate(client: &Client) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.path());
    }
    names.sort();
    for name in names {
        let sql = std::fs::read_to_string(name.join("up.sql"))?;
        client.batch_execute(&sql).await?;
    }
    Ok(())
}

/// A message of 60 bytes; the number makes each another.
fn new_message(restaurant_id: Uuid, customer_id: Uuid, number: u64) -> NewMessage {
    let outbound = number.is_multiple_of(3);
    NewMessage {
        restaurant_id,
        customer_id,
        direction: if outbound {
            MessageDirection::Outbound
        } else {
            MessageDirection::Inbound
        },
        status: if outbound {
            MessageStatus::Sent
        } else {
            MessageStatus::Received
        },
        content: format!("What somebody wrote, somewhat longer than a line, {number:>10}"),
    }
}

/// An answer; the number makes each another.
fn new_interaction(restaurant_id: Uuid, message_id: Uuid, number: u64) -> NewInteraction {
    // Below 10,000 where it is measured; larger ones wrap.
    let small = i32::try_from(number % 1_000).unwrap_or(0);
    let begin = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    NewInteraction {
        restaurant_id,
        message_id,
        model: "a large model".to_owned(),
        latency_ms: 300 + small,
        prompt_tokens: 100,
        completion_tokens: small,
        confidence: (small % 4 > 0).then_some(f64::from(small) / 1_000.0),
        created_at: begin + TimeDelta::milliseconds(i64::try_from(number).unwrap_or(0)),
    }
}
