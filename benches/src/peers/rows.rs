//! What the cases read and write. Raw `tokio-postgres` builds these by hand, Diesel and sqlx by
//! their derives; what other libraries generate is turned into these where results are compared,
//! which is never timed.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::{
    Associations, Identifiable, Insertable, Queryable, QueryableByName, Selectable,
};
use uuid::Uuid;

use super::enums::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use super::schema::{ai_interactions, customers, restaurants, whatsapp_messages};

/// A restaurant.
#[derive(Debug, PartialEq, Queryable, Selectable, sqlx::FromRow)]
#[diesel(table_name = restaurants, check_for_backend(Pg))]
pub struct Restaurant {
    pub id: Uuid,
    pub name: String,
    pub phone_number: String,
    pub timezone: String,
    pub created_at: DateTime<Utc>,
}

/// A customer, as found by phone number and by status.
#[derive(Debug, PartialEq, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = customers, check_for_backend(Pg))]
pub struct Customer {
    pub id: Uuid,
    pub customer_number: String,
    pub name: Option<String>,
    pub phone_number: String,
    pub status: CustomerStatus,
    pub rating: Option<i16>,
    pub created_at: DateTime<Utc>,
}

/// A customer, as found by optional filters.
#[derive(Debug, PartialEq, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = customers, check_for_backend(Pg))]
pub struct Found {
    pub id: Uuid,
    pub customer_number: String,
    pub name: Option<String>,
    pub phone_number: String,
    pub status: CustomerStatus,
    pub rating: Option<i16>,
    pub feedback_sentiment: Option<FeedbackSentiment>,
    pub created_at: DateTime<Utc>,
}

/// A message of a conversation.
#[derive(Debug, PartialEq, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = whatsapp_messages, check_for_backend(Pg))]
pub struct Message {
    pub id: Uuid,
    pub direction: MessageDirection,
    pub status: MessageStatus,
    pub content: String,
    pub created_at: DateTime<Utc>,
}

/// An answer of the language model, eight columns of it.
#[derive(Debug, PartialEq, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = ai_interactions, check_for_backend(Pg))]
pub struct Interaction {
    pub message_id: Uuid,
    pub id: Uuid,
    pub model: String,
    pub latency_ms: i32,
    pub prompt_tokens: i32,
    pub completion_tokens: i32,
    pub confidence: Option<f64>,
    pub created_at: DateTime<Utc>,
}

/// A message that answers belong to.
#[derive(Debug, PartialEq, Identifiable, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = whatsapp_messages, check_for_backend(Pg))]
pub struct Parent {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub direction: MessageDirection,
    pub status: MessageStatus,
    pub content: String,
    pub created_at: DateTime<Utc>,
}

/// An answer to one of the messages.
#[derive(
    Debug,
    PartialEq,
    Identifiable,
    Associations,
    Queryable,
    Selectable,
    QueryableByName,
    sqlx::FromRow,
)]
#[diesel(table_name = ai_interactions, check_for_backend(Pg))]
#[diesel(belongs_to(Parent, foreign_key = message_id))]
pub struct Answer {
    pub message_id: Uuid,
    pub id: Uuid,
    pub model: String,
    pub latency_ms: i32,
    pub confidence: Option<f64>,
    pub created_at: DateTime<Utc>,
}

/// A message with its answers.
#[derive(Debug, PartialEq)]
pub struct Thread {
    pub message: Parent,
    pub answers: Vec<Answer>,
}

/// What six statements give.
#[derive(Debug, PartialEq)]
pub struct Dashboard {
    pub restaurant: Restaurant,
    pub customer: Customer,
    pub conversation: Vec<Message>,
    pub customers: i64,
    pub read: i64,
    pub active: Vec<Customer>,
}

/// What the database gives a new message.
#[derive(Debug, PartialEq, Queryable, Selectable, QueryableByName, sqlx::FromRow)]
#[diesel(table_name = whatsapp_messages, check_for_backend(Pg))]
pub struct Stored {
    pub id: Uuid,
    pub created_at: DateTime<Utc>,
}

/// A message to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = whatsapp_messages)]
pub struct NewMessage {
    pub restaurant_id: Uuid,
    pub customer_id: Uuid,
    pub direction: MessageDirection,
    pub status: MessageStatus,
    pub content: String,
}

/// An answer to be copied.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = ai_interactions, treat_none_as_default_value = false)]
pub struct NewInteraction {
    pub restaurant_id: Uuid,
    pub message_id: Uuid,
    pub model: String,
    pub latency_ms: i32,
    pub prompt_tokens: i32,
    pub completion_tokens: i32,
    pub confidence: Option<f64>,
    pub created_at: DateTime<Utc>,
}

/// Gives each message its answers, as is done by hand: a map from keys to places.
pub fn threads(messages: Vec<Parent>, answers: Vec<Answer>) -> Vec<Thread> {
    let places: std::collections::HashMap<Uuid, usize> = messages
        .iter()
        .enumerate()
        .map(|(place, message)| (message.id, place))
        .collect();
    let mut threads: Vec<Thread> = messages
        .into_iter()
        .map(|message| Thread {
            message,
            answers: Vec::new(),
        })
        .collect();
    for answer in answers {
        if let Some(place) = places.get(&answer.message_id) {
            threads[*place].answers.push(answer);
        }
    }
    threads
}

/// Makes messages with answers of joined rows, in which those of one message follow each other.
pub fn folded(rows: impl IntoIterator<Item = (Parent, Option<Answer>)>) -> Vec<Thread> {
    let mut threads: Vec<Thread> = Vec::new();
    for (message, answer) in rows {
        match threads.last_mut() {
            Some(last) if last.message.id == message.id => last.answers.extend(answer),
            _ => threads.push(Thread {
                message,
                answers: answer.into_iter().collect(),
            }),
        }
    }
    threads
}
