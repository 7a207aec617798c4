//! What Cornucopia generates, as the common rows.

use std::collections::HashMap;

use chrono::Utc;
use cornucopia::queries::bench;
use cornucopia::types as generated;
use uuid::Uuid;

use crate::peers::enums::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use crate::peers::rows::{
    Answer, Customer, Dashboard, Found, Interaction, Message, Parent, Restaurant, Stored, Thread,
};

macro_rules! same_values {
    ($($name:ident { $($label:ident = $variant:ident),* };)*) => {
        $(impl From<generated::$name> for $name {
            fn from(value: generated::$name) -> Self {
                match value {
                    $(generated::$name::$label => Self::$variant,)*
                }
            }
        })*
    };
}

same_values! {
    CustomerStatus { new = New, active = Active, inactive = Inactive, blocked = Blocked };
    FeedbackSentiment { positive = Positive, neutral = Neutral, negative = Negative };
    MessageDirection { inbound = Inbound, outbound = Outbound };
    MessageStatus {
        received = Received, queued = Queued, sent = Sent, delivered = Delivered, read = Read,
        failed = Failed
    };
}

pub(super) fn direction(direction: MessageDirection) -> generated::MessageDirection {
    match direction {
        MessageDirection::Inbound => generated::MessageDirection::inbound,
        MessageDirection::Outbound => generated::MessageDirection::outbound,
    }
}

pub(super) fn status(status: MessageStatus) -> generated::MessageStatus {
    match status {
        MessageStatus::Received => generated::MessageStatus::received,
        MessageStatus::Queued => generated::MessageStatus::queued,
        MessageStatus::Sent => generated::MessageStatus::sent,
        MessageStatus::Delivered => generated::MessageStatus::delivered,
        MessageStatus::Read => generated::MessageStatus::read,
        MessageStatus::Failed => generated::MessageStatus::failed,
    }
}

macro_rules! same_fields {
    ($($from:ident => $to:ident { $($field:ident),* } $({ $($other:ident),* })?;)*) => {
        $(impl From<bench::$from> for $to {
            fn from(row: bench::$from) -> Self {
                Self {
                    created_at: row.created_at.with_timezone(&Utc),
                    $($field: row.$field,)*
                    $($($other: row.$other.into(),)*)?
                }
            }
        })*
    };
}

same_fields! {
    RestaurantByPhone => Restaurant { id, name, phone_number, timezone };
    Customer => Customer { id, customer_number, name, phone_number, rating } { status };
    Conversation => Message { id, content } { direction, status };
    InteractionsOfMessages => Interaction {
        message_id, id, model, latency_ms, prompt_tokens, completion_tokens, confidence
    };
    MessagesOfCustomer => Parent { id, customer_id, content } { direction, status };
    Answer => Answer { message_id, id, model, latency_ms, confidence };
    Stored => Stored { id };
}

impl From<bench::SearchCustomers> for Found {
    fn from(row: bench::SearchCustomers) -> Self {
        Self {
            id: row.id,
            customer_number: row.customer_number,
            name: row.name,
            phone_number: row.phone_number,
            status: row.status.into(),
            rating: row.rating,
            feedback_sentiment: row.feedback_sentiment.map(FeedbackSentiment::from),
            created_at: row.created_at.with_timezone(&Utc),
        }
    }
}

/// What the six statements give.
pub(super) struct DashboardRows {
    pub restaurant: bench::RestaurantByPhone,
    pub customer: bench::Customer,
    pub conversation: Vec<bench::Conversation>,
    pub customers: i64,
    pub read: i64,
    pub active: Vec<bench::Customer>,
}

impl From<DashboardRows> for Dashboard {
    fn from(rows: DashboardRows) -> Self {
        Self {
            restaurant: rows.restaurant.into(),
            customer: rows.customer.into(),
            conversation: rows.conversation.into_iter().map(Message::from).collect(),
            customers: rows.customers,
            read: rows.read,
            active: rows.active.into_iter().map(Customer::from).collect(),
        }
    }
}

/// A message with its answers.
pub(super) struct ThreadRows {
    pub message: bench::MessagesOfCustomer,
    pub answers: Vec<bench::Answer>,
}

impl From<ThreadRows> for Thread {
    fn from(rows: ThreadRows) -> Self {
        Self {
            message: rows.message.into(),
            answers: rows.answers.into_iter().map(Answer::from).collect(),
        }
    }
}

/// Gives each message its answers.
pub(super) fn threads(
    messages: Vec<bench::MessagesOfCustomer>,
    answers: Vec<bench::Answer>,
) -> Vec<ThreadRows> {
    let places: HashMap<Uuid, usize> = messages
        .iter()
        .enumerate()
        .map(|(place, message)| (message.id, place))
        .collect();
    let mut threads: Vec<ThreadRows> = messages
        .into_iter()
        .map(|message| ThreadRows {
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
pub(super) fn folded(rows: Vec<bench::ThreadsJoined>) -> Vec<ThreadRows> {
    let mut threads: Vec<ThreadRows> = Vec::new();
    for row in rows {
        let (message, answer) = split(row);
        match threads.last_mut() {
            Some(last) if last.message.id == message.id => last.answers.extend(answer),
            _ => threads.push(ThreadRows {
                message,
                answers: answer.into_iter().collect(),
            }),
        }
    }
    threads
}

/// A message may have no answer.
fn split(row: bench::ThreadsJoined) -> (bench::MessagesOfCustomer, Option<bench::Answer>) {
    let message = bench::MessagesOfCustomer {
        id: row.id,
        customer_id: row.customer_id,
        direction: row.direction,
        status: row.status,
        content: row.content,
        created_at: row.created_at,
    };
    let key = row.message_id.zip(row.answer_id).zip(row.answered_at);
    let rest = row.model.zip(row.latency_ms);
    let answer =
        key.zip(rest).map(
            |(((message_id, id), created_at), (model, latency_ms))| bench::Answer {
                message_id,
                id,
                model,
                latency_ms,
                confidence: row.confidence,
                created_at,
            },
        );
    (message, answer)
}
