//! Rows by hand: every column by its position, into an owned value.

use tokio_postgres::Row;

use crate::peers::rows::{
    Answer, Customer, Found, Interaction, Message, Parent, Restaurant, Stored,
};

pub fn restaurant(row: &Row) -> Restaurant {
    Restaurant {
        id: row.get(0),
        name: row.get(1),
        phone_number: row.get(2),
        timezone: row.get(3),
        created_at: row.get(4),
    }
}

pub fn customer(row: &Row) -> Customer {
    Customer {
        id: row.get(0),
        customer_number: row.get(1),
        name: row.get(2),
        phone_number: row.get(3),
        status: row.get(4),
        rating: row.get(5),
        created_at: row.get(6),
    }
}

pub fn found(row: &Row) -> Found {
    Found {
        id: row.get(0),
        customer_number: row.get(1),
        name: row.get(2),
        phone_number: row.get(3),
        status: row.get(4),
        rating: row.get(5),
        feedback_sentiment: row.get(6),
        created_at: row.get(7),
    }
}

pub fn message(row: &Row) -> Message {
    Message {
        id: row.get(0),
        direction: row.get(1),
        status: row.get(2),
        content: row.get(3),
        created_at: row.get(4),
    }
}

pub fn interaction(row: &Row) -> Interaction {
    Interaction {
        message_id: row.get(0),
        id: row.get(1),
        model: row.get(2),
        latency_ms: row.get(3),
        prompt_tokens: row.get(4),
        completion_tokens: row.get(5),
        confidence: row.get(6),
        created_at: row.get(7),
    }
}

pub fn parent(row: &Row) -> Parent {
    Parent {
        id: row.get(0),
        customer_id: row.get(1),
        direction: row.get(2),
        status: row.get(3),
        content: row.get(4),
        created_at: row.get(5),
    }
}

pub fn answer(row: &Row) -> Answer {
    Answer {
        message_id: row.get(0),
        id: row.get(1),
        model: row.get(2),
        latency_ms: row.get(3),
        confidence: row.get(4),
        created_at: row.get(5),
    }
}

/// The columns of an answer behind those of its message; a message may have none.
pub fn joined_answer(row: &Row) -> Option<Answer> {
    Some(Answer {
        message_id: row.get::<_, Option<_>>(6)?,
        id: row.get(7),
        model: row.get(8),
        latency_ms: row.get(9),
        confidence: row.get(10),
        created_at: row.get(11),
    })
}

pub fn stored(row: &Row) -> Stored {
    Stored {
        id: row.get(0),
        created_at: row.get(1),
    }
}
