//! The enums and partial models of SeaORM, and what they are in common rows.

use chrono::{DateTime, Utc};
use sea_orm::{DeriveActiveEnum, DerivePartialModel, EnumIter};
use uuid::Uuid;

use super::entities::{customers, interactions, messages, restaurants};
use crate::peers::{enums, rows};

macro_rules! active_enum {
    ($name:ident $type_name:literal { $($variant:ident $label:literal),* $(,)? }) => {
        /// As SeaORM wants it declared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = $type_name)]
        pub enum $name {
            $(
                #[sea_orm(string_value = $label)]
                $variant,
            )*
        }

        impl From<$name> for enums::$name {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => Self::$variant,)*
                }
            }
        }

        impl From<enums::$name> for $name {
            fn from(value: enums::$name) -> Self {
                match value {
                    $(enums::$name::$variant => Self::$variant,)*
                }
            }
        }
    };
}

active_enum!(CustomerStatus "customer_status" {
    New "new",
    Active "active",
    Inactive "inactive",
    Blocked "blocked",
});

active_enum!(FeedbackSentiment "feedback_sentiment" {
    Positive "positive",
    Neutral "neutral",
    Negative "negative",
});

active_enum!(MessageDirection "message_direction" {
    Inbound "inbound",
    Outbound "outbound",
});

active_enum!(MessageStatus "message_status" {
    Received "received",
    Queued "queued",
    Sent "sent",
    Delivered "delivered",
    Read "read",
    Failed "failed",
});

macro_rules! partial {
    ($name:ident of $entity:literal {
        $($field:ident: $type:ty),* $(,)?
    } $({ $($other:ident: $other_type:ty),* $(,)? })?) => {
        /// The columns that a case reads.
        #[derive(Debug, DerivePartialModel)]
        #[sea_orm(entity = $entity)]
        pub struct $name {
            $(pub $field: $type,)*
            $($(pub $other: $other_type,)*)?
        }

        impl From<$name> for rows::$name {
            fn from(row: $name) -> Self {
                Self {
                    $($field: row.$field,)*
                    $($($other: row.$other.into(),)*)?
                }
            }
        }
    };
}

partial!(Customer of "customers::Entity" {
    id: Uuid,
    customer_number: String,
    name: Option<String>,
    phone_number: String,
    rating: Option<i16>,
    created_at: DateTime<Utc>,
} { status: CustomerStatus });

partial!(Message of "messages::Entity" {
    id: Uuid,
    content: String,
    created_at: DateTime<Utc>,
} { direction: MessageDirection, status: MessageStatus });

partial!(Interaction of "interactions::Entity" {
    message_id: Uuid,
    id: Uuid,
    model: String,
    latency_ms: i32,
    prompt_tokens: i32,
    completion_tokens: i32,
    confidence: Option<f64>,
    created_at: DateTime<Utc>,
});

/// A customer, as found by optional filters.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "customers::Entity")]
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

impl From<Found> for rows::Found {
    fn from(row: Found) -> Self {
        Self {
            id: row.id,
            customer_number: row.customer_number,
            name: row.name,
            phone_number: row.phone_number,
            status: row.status.into(),
            rating: row.rating,
            feedback_sentiment: row.feedback_sentiment.map(enums::FeedbackSentiment::from),
            created_at: row.created_at,
        }
    }
}

/// A message with its answers, as relations give them.
pub type Loaded = (messages::Model, Vec<interactions::Model>);

impl From<Loaded> for rows::Thread {
    fn from((message, answers): Loaded) -> Self {
        let answers = answers.into_iter().map(|answer| rows::Answer {
            message_id: answer.message_id,
            id: answer.id,
            model: answer.model,
            latency_ms: answer.latency_ms,
            confidence: answer.confidence,
            created_at: answer.created_at,
        });
        Self {
            message: rows::Parent {
                id: message.id,
                customer_id: message.customer_id,
                direction: message.direction.into(),
                status: message.status.into(),
                content: message.content,
                created_at: message.created_at,
            },
            answers: answers.collect(),
        }
    }
}

impl From<messages::Model> for rows::Stored {
    fn from(model: messages::Model) -> Self {
        Self {
            id: model.id,
            created_at: model.created_at,
        }
    }
}

/// What the six statements give.
#[derive(Debug)]
pub struct DashboardRows {
    pub restaurant: restaurants::Model,
    pub customer: Customer,
    pub conversation: Vec<Message>,
    pub customers: u64,
    pub read: u64,
    pub active: Vec<Customer>,
}

impl From<DashboardRows> for rows::Dashboard {
    fn from(page: DashboardRows) -> Self {
        Self {
            restaurant: rows::Restaurant {
                id: page.restaurant.id,
                name: page.restaurant.name,
                phone_number: page.restaurant.phone_number,
                timezone: page.restaurant.timezone,
                created_at: page.restaurant.created_at,
            },
            customer: page.customer.into(),
            conversation: page
                .conversation
                .into_iter()
                .map(rows::Message::from)
                .collect(),
            customers: i64::try_from(page.customers).unwrap_or(i64::MAX),
            read: i64::try_from(page.read).unwrap_or(i64::MAX),
            active: page.active.into_iter().map(rows::Customer::from).collect(),
        }
    }
}
