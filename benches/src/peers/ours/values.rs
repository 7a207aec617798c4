//! What is generated, as the common rows, and the rows to be written, as what is generated.

use agent_catalog::ai_interactions::{AiInteractionsOfMessagesRow, ImportAiInteractionsInput};
use agent_catalog::customers::{CustomerByPhoneRow, CustomersByStatusRow, SearchCustomersRow};
use agent_catalog::messages::{
    ConversationRow, CreateMessagesInput, CreateMessagesRow, StoreMessageRow,
};
use agent_catalog::restaurants::RestaurantByPhoneRow;
use agent_catalog::types as generated;

use super::catalog::queries::{
    AnswersOfCustomerRow, AnswersOfMessageRow, AnswersOfMessagesRow, MessagesOfCustomerRow,
    ThreadsJoinedAnswers, ThreadsJoinedRow, ThreadsSelectInLoaded, ThreadsSubqueryLoaded,
};
use super::catalog::types as of_loads;
use crate::peers::contender::Result;
use crate::peers::enums::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use crate::peers::rows::{
    Answer, Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Parent,
    Restaurant, Stored, Thread,
};

macro_rules! same_fields {
    ($($from:ty => $to:ident { $($field:ident),* } $({ $($other:ident),* })?;)*) => {
        $(impl From<$from> for $to {
            fn from(row: $from) -> Self {
                Self {
                    $($field: row.$field,)*
                    $($($other: row.$other.into(),)*)?
                }
            }
        })*
    };
}

macro_rules! same_values {
    ($($from:ty => $to:ident { $($variant:ident),* };)*) => {
        $(impl From<$from> for $to {
            fn from(value: $from) -> Self {
                match value {
                    $(<$from>::$variant => Self::$variant,)*
                }
            }
        })*
    };
}

same_values! {
    generated::CustomerStatus => CustomerStatus { New, Active, Inactive, Blocked };
    generated::FeedbackSentiment => FeedbackSentiment { Positive, Neutral, Negative };
    generated::MessageDirection => MessageDirection { Inbound, Outbound };
    generated::MessageStatus => MessageStatus { Received, Queued, Sent, Delivered, Read, Failed };
    of_loads::MessageDirection => MessageDirection { Inbound, Outbound };
    of_loads::MessageStatus => MessageStatus { Received, Queued, Sent, Delivered, Read, Failed };
}

same_fields! {
    RestaurantByPhoneRow => Restaurant { id, name, phone_number, timezone, created_at };
    CustomerByPhoneRow => Customer { id, customer_number, name, phone_number, rating, created_at }
        { status };
    CustomersByStatusRow => Customer { id, customer_number, name, phone_number, rating, created_at }
        { status };
    ConversationRow => Message { id, content, created_at } { direction, status };
    AiInteractionsOfMessagesRow => Interaction {
        message_id, id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at
    };
    StoreMessageRow => Stored { id, created_at };
    CreateMessagesRow => Stored { id, created_at };
    MessagesOfCustomerRow => Parent { id, customer_id, content, created_at } { direction, status };
    AnswersOfMessageRow => Answer { message_id, id, model, latency_ms, confidence, created_at };
    AnswersOfMessagesRow => Answer { message_id, id, model, latency_ms, confidence, created_at };
    AnswersOfCustomerRow => Answer { message_id, id, model, latency_ms, confidence, created_at };
    ThreadsJoinedAnswers => Answer { message_id, id, model, latency_ms, confidence, created_at };
}

macro_rules! with_answers {
    ($($from:ty),*) => {
        $(impl From<$from> for Thread {
            fn from(row: $from) -> Self {
                Self {
                    message: Parent {
                        id: row.id,
                        customer_id: row.customer_id,
                        direction: row.direction.into(),
                        status: row.status.into(),
                        content: row.content,
                        created_at: row.created_at,
                    },
                    answers: row.answers.into_iter().map(Answer::from).collect(),
                }
            }
        })*
    };
}

with_answers!(
    ThreadsJoinedRow,
    ThreadsSelectInLoaded,
    ThreadsSubqueryLoaded
);

impl From<(MessagesOfCustomerRow, Vec<AnswersOfMessageRow>)> for Thread {
    fn from((message, answers): (MessagesOfCustomerRow, Vec<AnswersOfMessageRow>)) -> Self {
        Self {
            message: message.into(),
            answers: answers.into_iter().map(Answer::from).collect(),
        }
    }
}

impl From<SearchCustomersRow> for Found {
    fn from(row: SearchCustomersRow) -> Self {
        Self {
            id: row.id,
            customer_number: row.customer_number,
            name: row.name,
            phone_number: row.phone_number,
            status: row.status.into(),
            rating: row.rating,
            feedback_sentiment: row.feedback_sentiment.map(FeedbackSentiment::from),
            created_at: row.created_at,
        }
    }
}

/// What the six calls give.
type Rows = (
    Option<RestaurantByPhoneRow>,
    Option<CustomerByPhoneRow>,
    Vec<ConversationRow>,
    i64,
    i64,
    Vec<CustomersByStatusRow>,
);

/// The dashboard of generated rows.
#[derive(Debug)]
pub struct DashboardRows {
    restaurant: RestaurantByPhoneRow,
    customer: CustomerByPhoneRow,
    conversation: Vec<ConversationRow>,
    customers: i64,
    read: i64,
    active: Vec<CustomersByStatusRow>,
}

impl DashboardRows {
    pub(super) fn of(
        (restaurant, customer, conversation, customers, read, active): Rows,
    ) -> Result<Self> {
        Ok(Self {
            restaurant: restaurant.ok_or("no restaurant")?,
            customer: customer.ok_or("no customer")?,
            conversation,
            customers,
            read,
            active,
        })
    }
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

pub(super) fn direction(direction: MessageDirection) -> generated::MessageDirection {
    match direction {
        MessageDirection::Inbound => generated::MessageDirection::Inbound,
        MessageDirection::Outbound => generated::MessageDirection::Outbound,
    }
}

pub(super) fn status(status: MessageStatus) -> generated::MessageStatus {
    match status {
        MessageStatus::Received => generated::MessageStatus::Received,
        MessageStatus::Queued => generated::MessageStatus::Queued,
        MessageStatus::Sent => generated::MessageStatus::Sent,
        MessageStatus::Delivered => generated::MessageStatus::Delivered,
        MessageStatus::Read => generated::MessageStatus::Read,
        MessageStatus::Failed => generated::MessageStatus::Failed,
    }
}

/// A row to be inserted.
pub(super) fn message(new: &NewMessage) -> CreateMessagesInput {
    CreateMessagesInput {
        restaurant_id: new.restaurant_id,
        customer_id: new.customer_id,
        direction: direction(new.direction),
        status: status(new.status),
        content: new.content.clone(),
    }
}

/// A row to be copied.
pub(super) fn interaction(new: &NewInteraction) -> ImportAiInteractionsInput {
    ImportAiInteractionsInput {
        restaurant_id: new.restaurant_id,
        message_id: new.message_id,
        model: new.model.clone(),
        latency_ms: new.latency_ms,
        prompt_tokens: new.prompt_tokens,
        completion_tokens: new.completion_tokens,
        confidence: new.confidence,
        created_at: new.created_at,
    }
}
