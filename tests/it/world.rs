//! A restaurant with customers, messages and AI interactions, made in Rust and
//! inserted as they are: the tests compute from it what a query should return.
//!
//! It looks random and is not: the same seed gives the same world. Each row's
//! `created_at` is its own, so that "newest first" has one right answer.

use agent_catalog::types::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use chrono::{DateTime, TimeDelta, Utc};
use planwright::PgConnection;
use uuid::Uuid;

use crate::raw;

/// What an inbound message can be, by the table's check.
pub(crate) const INBOUND: [MessageStatus; 2] = [MessageStatus::Received, MessageStatus::Read];

const MODELS: [&str; 3] = ["large", "small", "unsure"];
/// Gives no confidence.
const UNSURE: usize = 2;

pub(crate) struct World {
    pub(crate) restaurant: Uuid,
    pub(crate) customers: Vec<Customer>,
    pub(crate) messages: Vec<Message>,
    pub(crate) interactions: Vec<Interaction>,
}

#[expect(clippy::struct_field_names, reason = "the names of the columns")]
pub(crate) struct Customer {
    pub(crate) id: Uuid,
    pub(crate) customer_number: String,
    pub(crate) phone_number: String,
    pub(crate) name: Option<String>,
    pub(crate) status: CustomerStatus,
    pub(crate) rating: Option<i16>,
    pub(crate) sentiment: Option<FeedbackSentiment>,
    pub(crate) is_deleted: bool,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) struct Message {
    pub(crate) id: Uuid,
    pub(crate) customer_id: Uuid,
    pub(crate) direction: MessageDirection,
    pub(crate) status: MessageStatus,
    pub(crate) content: String,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) struct Interaction {
    pub(crate) id: Uuid,
    pub(crate) message_id: Uuid,
    pub(crate) model: &'static str,
    pub(crate) latency_ms: i32,
    pub(crate) prompt_tokens: i32,
    pub(crate) completion_tokens: i32,
    pub(crate) confidence: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
}

/// Minutes after the world began, and a few microseconds, which must survive.
pub(crate) fn minute(minute: usize) -> DateTime<Utc> {
    let minute = i64::try_from(minute).expect("a small number");
    let begin = DateTime::from_timestamp(1_767_614_400, 0).expect("a date");
    begin + TimeDelta::minutes(minute) + TimeDelta::microseconds(123_457)
}

/// An invented number; the restaurant's own seed and any number are told apart.
pub(crate) fn phone(seed: u64, number: usize) -> String {
    format!("+1555{seed:02}{number:05}")
}

impl World {
    /// More customers than any query's limit.
    pub(crate) fn new(seed: u64) -> Self {
        Self::sized(seed, 80, 600)
    }

    pub(crate) fn sized(seed: u64, customers: usize, messages: usize) -> Self {
        let mut dice = Dice(seed);
        let customers: Vec<_> = (0..customers)
            .map(|number| Customer::new(seed, number, &mut dice))
            .collect();
        let messages: Vec<_> = (0..messages)
            .map(|number| Message::new(seed, number, &customers, &mut dice))
            .collect();
        let inbound = messages
            .iter()
            .filter(|message| message.direction == MessageDirection::Inbound);
        let interactions = inbound
            .enumerate()
            .map(|(number, message)| Interaction::new(seed, number, message, &mut dice))
            .collect();
        Self {
            restaurant: id(seed, 0, 0),
            customers,
            messages,
            interactions,
        }
    }

    /// Made and inserted.
    pub(crate) async fn insert(conn: &mut PgConnection, seed: u64) -> Self {
        let world = Self::new(seed);
        world.insert_into(conn).await;
        world
    }

    /// Four statements of literals: not a line of what is tested is used.
    pub(crate) async fn insert_into(&self, conn: &mut PgConnection) {
        let restaurant = text(&self.restaurant.to_string());
        let phone_number = text(&phone(self.seed(), 99_999));
        raw::execute(
            conn,
            &format!(
                "INSERT INTO restaurants (id, name, phone_number, timezone)
                 VALUES ({restaurant}, 'Restaurant', {phone_number}, 'Europe/Madrid')"
            ),
        )
        .await;
        insert(
            conn,
            &restaurant,
            CUSTOMERS,
            &self.customers,
            Customer::values,
        )
        .await;
        insert(conn, &restaurant, MESSAGES, &self.messages, Message::values).await;
        insert(
            conn,
            &restaurant,
            INTERACTIONS,
            &self.interactions,
            Interaction::values,
        )
        .await;
    }

    /// The customers that lookups know, newest first.
    pub(crate) fn visible(&self) -> Vec<&Customer> {
        let visible = self
            .customers
            .iter()
            .filter(|customer| !customer.is_deleted);
        newest(visible, |customer| customer.created_at)
    }

    /// The messages exchanged with a customer, newest first.
    pub(crate) fn messages_of(&self, customer: Uuid) -> Vec<&Message> {
        let messages = self
            .messages
            .iter()
            .filter(|message| message.customer_id == customer);
        newest(messages, |message| message.created_at)
    }

    fn seed(&self) -> u64 {
        self.restaurant.as_u64_pair().0
    }
}

impl Customer {
    fn new(seed: u64, number: usize, dice: &mut Dice) -> Self {
        Self {
            id: id(seed, 1, number),
            customer_number: format!("C-{number}"),
            phone_number: phone(seed, number),
            name: (!dice.one_in(4)).then(|| format!("Customer {number}")),
            status: dice.pick(&CustomerStatus::ALL),
            rating: (!dice.one_in(3)).then(|| dice.pick(&[1, 2, 3, 4, 5])),
            sentiment: (!dice.one_in(3)).then(|| dice.pick(&FeedbackSentiment::ALL)),
            is_deleted: dice.one_in(10),
            created_at: minute(dice.below(1_000) * 1_000 + number),
        }
    }

    fn values(&self) -> Vec<String> {
        vec![
            text(&self.id.to_string()),
            text(&self.customer_number),
            text(&self.phone_number),
            or_null(self.name.as_deref().map(text)),
            text(self.status.label()),
            or_null(self.rating),
            or_null(self.sentiment.map(|sentiment| text(sentiment.label()))),
            self.is_deleted.to_string(),
            text(&self.created_at.to_rfc3339()),
        ]
    }
}

impl Message {
    /// A fifth of the customers get most of the messages, and the last tenth none.
    fn new(seed: u64, number: usize, customers: &[Customer], dice: &mut Dice) -> Self {
        let (busy, silent) = (customers.len().div_ceil(5), customers.len() / 10);
        let among = if dice.one_in(3) {
            customers.len() - silent
        } else {
            busy
        };
        let direction = dice.pick(&MessageDirection::ALL);
        let status = match direction {
            MessageDirection::Inbound => dice.pick(&INBOUND),
            MessageDirection::Outbound => dice.pick(&MessageStatus::ALL),
        };
        Self {
            id: id(seed, 2, number),
            customer_id: customers[dice.below(among)].id,
            direction,
            status,
            content: format!("Message {number}"),
            created_at: minute(dice.below(100) * 10_000 + number),
        }
    }

    fn values(&self) -> Vec<String> {
        vec![
            text(&self.id.to_string()),
            text(&self.customer_id.to_string()),
            text(self.direction.label()),
            text(self.status.label()),
            text(&self.content),
            text(&self.created_at.to_rfc3339()),
        ]
    }
}

impl Interaction {
    fn new(seed: u64, number: usize, message: &Message, dice: &mut Dice) -> Self {
        let model = dice.pick(&[0, 0, 0, 1, UNSURE]);
        let percent = u8::try_from(dice.below(101)).expect("at most 100");
        Self {
            id: id(seed, 3, number),
            message_id: message.id,
            model: MODELS[model],
            latency_ms: dice.number(5_000),
            prompt_tokens: dice.number(2_000_000),
            completion_tokens: dice.number(1_000),
            confidence: (model != UNSURE && !dice.one_in(5)).then(|| f64::from(percent) / 100.0),
            created_at: message.created_at + TimeDelta::seconds(2),
        }
    }

    fn values(&self) -> Vec<String> {
        vec![
            text(&self.id.to_string()),
            text(&self.message_id.to_string()),
            text(self.model),
            self.latency_ms.to_string(),
            self.prompt_tokens.to_string(),
            self.completion_tokens.to_string(),
            or_null(self.confidence),
            text(&self.created_at.to_rfc3339()),
        ]
    }
}

const CUSTOMERS: &str = "customers (restaurant_id, id, customer_number, phone_number, name, \
     status, rating, feedback_sentiment, is_deleted, created_at)";
const MESSAGES: &str = "whatsapp_messages (restaurant_id, id, customer_id, direction, status, \
     content, created_at)";
const INTERACTIONS: &str = "ai_interactions (restaurant_id, id, message_id, model, latency_ms, \
     prompt_tokens, completion_tokens, confidence, created_at)";

async fn insert<R>(
    conn: &mut PgConnection,
    restaurant: &str,
    into: &str,
    rows: &[R],
    values: impl Fn(&R) -> Vec<String>,
) {
    if rows.is_empty() {
        return;
    }
    let rows: Vec<_> = rows
        .iter()
        .map(|row| format!("({restaurant}, {})", values(row).join(", ")))
        .collect();
    raw::execute(
        conn,
        &format!("INSERT INTO {into} VALUES {}", rows.join(", ")),
    )
    .await;
}

fn newest<'a, R>(
    rows: impl Iterator<Item = &'a R>,
    created_at: impl Fn(&R) -> DateTime<Utc>,
) -> Vec<&'a R> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| std::cmp::Reverse(created_at(row)));
    rows
}

/// Rows of one kind are told apart by number, kinds and restaurants by the rest.
fn id(seed: u64, kind: u64, number: usize) -> Uuid {
    let number = u64::try_from(number).expect("64 bits");
    Uuid::from_u64_pair(seed, (kind << 32) | number)
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn or_null(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| value.to_string())
}

/// The `SplitMix64` sequence.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let limit = u64::try_from(limit).expect("64 bits");
        usize::try_from((mixed ^ (mixed >> 31)) % limit).expect("below the limit")
    }

    fn number(&mut self, limit: usize) -> i32 {
        i32::try_from(self.below(limit)).expect("below the limit")
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
