//! The SQL of the contenders that take SQL: the same words for all of them.

use std::fmt::Write as _;

pub const RESTAURANT: &str = "SELECT id, name, phone_number, timezone, created_at
FROM restaurants WHERE phone_number = $1";

pub const CUSTOMER: &str =
    "SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers WHERE phone_number = $1 AND restaurant_id = $2 AND is_deleted = FALSE";

pub const BY_STATUS: &str =
    "SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers WHERE restaurant_id = $1 AND status = $2 AND is_deleted = FALSE
ORDER BY created_at DESC LIMIT $3";

pub const COUNT_CUSTOMERS: &str = "SELECT count(*) AS customers
FROM customers WHERE restaurant_id = $1 AND is_deleted = FALSE";

pub const CONVERSATION: &str = "SELECT id, direction, status, content, created_at
FROM whatsapp_messages WHERE customer_id = $1 AND restaurant_id = $2
ORDER BY created_at DESC LIMIT $3";

pub const COUNT_MESSAGES: &str = "SELECT count(*) AS messages
FROM whatsapp_messages WHERE restaurant_id = $1 AND direction = $2 AND status = $3";

pub const INTERACTIONS: &str = "SELECT message_id, id, model, latency_ms, prompt_tokens,
completion_tokens, confidence, created_at
FROM ai_interactions WHERE message_id = ANY ($1) AND restaurant_id = $2 ORDER BY created_at";

pub const MESSAGES: &str = "SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages WHERE customer_id = $1 ORDER BY created_at";

pub const OF_MESSAGE: &str = "SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions WHERE message_id = $1 ORDER BY created_at";

pub const OF_MESSAGES: &str = "SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions WHERE message_id = ANY ($1) ORDER BY created_at";

pub const OF_CUSTOMER: &str = "SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id IN (SELECT id FROM whatsapp_messages WHERE customer_id = $1)
ORDER BY created_at";

pub const JOINED: &str =
    "SELECT m.id, m.customer_id, m.direction, m.status, m.content, m.created_at,
a.message_id, a.id AS answer_id, a.model, a.latency_ms, a.confidence, a.created_at AS answered_at
FROM whatsapp_messages m LEFT JOIN ai_interactions a ON a.message_id = m.id
WHERE m.customer_id = $1 ORDER BY m.created_at, a.created_at";

pub const STORE: &str =
    "INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
VALUES ($1, $2, $3, $4, $5) RETURNING id, created_at";

pub const CREATE: &str =
    "INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::message_direction[], $4::message_status[], $5::text[])
RETURNING id, created_at";

pub const COPY: &str = "COPY ai_interactions (restaurant_id, message_id, model, latency_ms,
prompt_tokens, completion_tokens, confidence, created_at) FROM STDIN";

/// Customers by those conditions whose bit is set: status, feedback, creation. The parameters are
/// the restaurant, the number of rows, and what is given.
pub fn search(given: u8) -> String {
    let mut sql = "SELECT id, customer_number, name, phone_number, status, rating,
feedback_sentiment, created_at
FROM customers WHERE restaurant_id = $1 AND is_deleted = FALSE"
        .to_owned();
    let mut parameter = 2;
    for (bit, condition) in ["status = $", "feedback_sentiment = $", "created_at >= $"]
        .iter()
        .enumerate()
    {
        if given & (1 << bit) != 0 {
            parameter += 1;
            // Writing to a string cannot fail.
            let _ = write!(sql, " AND {condition}{parameter}");
        }
    }
    sql.push_str(" ORDER BY created_at DESC, id LIMIT $2");
    sql
}
