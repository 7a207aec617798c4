//! The queries in Diesel's query builder, the same for its connections with and without `async`.
//!
//! `is_deleted` is negated and not compared with `false`, which would be sent as a parameter, and
//! the server could not use a partial index for it.

#![allow(clippy::elidable_lifetime_names, reason = "`auto_type` names them")]

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, CountStar, auto_type, count_star, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

use super::data::Data;
use super::enums::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use super::rows::{Answer, Customer, Found, Interaction, Message, Parent, Restaurant, Thread};
use super::schema::{ai_interactions, customers, restaurants, whatsapp_messages};

/// Rows of five parameters each, below the 65,535 that a statement may have.
pub const CHUNK: usize = 13_000;

#[auto_type]
pub fn restaurant<'a>(phone: &'a str) -> _ {
    let columns: AsSelect<Restaurant, Pg> = Restaurant::as_select();
    restaurants::table
        .filter(restaurants::phone_number.eq(phone))
        .select(columns)
}

#[auto_type]
pub fn customer<'a>(phone: &'a str, restaurant: Uuid) -> _ {
    let columns: AsSelect<Customer, Pg> = Customer::as_select();
    customers::table
        .filter(customers::phone_number.eq(phone))
        .filter(customers::restaurant_id.eq(restaurant))
        .filter(not(customers::is_deleted))
        .select(columns)
}

#[auto_type]
pub fn by_status(restaurant: Uuid, status: CustomerStatus, max_rows: i64) -> _ {
    let columns: AsSelect<Customer, Pg> = Customer::as_select();
    customers::table
        .filter(customers::restaurant_id.eq(restaurant))
        .filter(customers::status.eq(status))
        .filter(not(customers::is_deleted))
        .order(customers::created_at.desc())
        .limit(max_rows)
        .select(columns)
}

#[auto_type]
pub fn count_customers(restaurant: Uuid) -> _ {
    let count: CountStar = count_star();
    customers::table
        .filter(customers::restaurant_id.eq(restaurant))
        .filter(not(customers::is_deleted))
        .select(count)
}

#[auto_type]
pub fn conversation(customer: Uuid, restaurant: Uuid, max_rows: i64) -> _ {
    let columns: AsSelect<Message, Pg> = Message::as_select();
    whatsapp_messages::table
        .filter(whatsapp_messages::customer_id.eq(customer))
        .filter(whatsapp_messages::restaurant_id.eq(restaurant))
        .order(whatsapp_messages::created_at.desc())
        .limit(max_rows)
        .select(columns)
}

#[auto_type]
pub fn count_messages(restaurant: Uuid, from: MessageDirection, status: MessageStatus) -> _ {
    let count: CountStar = count_star();
    whatsapp_messages::table
        .filter(whatsapp_messages::restaurant_id.eq(restaurant))
        .filter(whatsapp_messages::direction.eq(from))
        .filter(whatsapp_messages::status.eq(status))
        .select(count)
}

#[auto_type]
pub fn interactions<'a>(messages: &'a [Uuid], restaurant: Uuid) -> _ {
    let columns: AsSelect<Interaction, Pg> = Interaction::as_select();
    ai_interactions::table
        .filter(ai_interactions::message_id.eq_any(messages))
        .filter(ai_interactions::restaurant_id.eq(restaurant))
        .order(ai_interactions::created_at)
        .select(columns)
}

#[auto_type]
pub fn messages(customer: Uuid) -> _ {
    let columns: AsSelect<Parent, Pg> = Parent::as_select();
    whatsapp_messages::table
        .filter(whatsapp_messages::customer_id.eq(customer))
        .order(whatsapp_messages::created_at)
        .select(columns)
}

#[auto_type]
pub fn of_customer(customer: Uuid) -> _ {
    let columns: AsSelect<Answer, Pg> = Answer::as_select();
    let messages = whatsapp_messages::table
        .filter(whatsapp_messages::customer_id.eq(customer))
        .select(whatsapp_messages::id);
    ai_interactions::table
        .filter(ai_interactions::message_id.eq_any(messages))
        .order(ai_interactions::created_at)
        .select(columns)
}

#[auto_type]
pub fn joined(customer: Uuid) -> _ {
    let message: AsSelect<Parent, Pg> = Parent::as_select();
    let answer: AsSelect<Option<Answer>, Pg> = Option::<Answer>::as_select();
    whatsapp_messages::table
        .left_join(ai_interactions::table)
        .filter(whatsapp_messages::customer_id.eq(customer))
        .order((whatsapp_messages::created_at, ai_interactions::created_at))
        .select((message, answer))
}

/// What is asked of customers, where it is given.
#[derive(Debug, Clone, Copy)]
pub struct Filters {
    pub status: Option<CustomerStatus>,
    pub feedback: Option<FeedbackSentiment>,
    pub since: Option<DateTime<Utc>>,
}

impl Filters {
    /// Two of three.
    pub fn of(data: &Data) -> Self {
        Self {
            status: Some(CustomerStatus::Active),
            feedback: None,
            since: Some(data.since),
        }
    }
}

/// The type of a query depends on its conditions, so it is boxed, and prepared by its text.
pub fn search(
    restaurant: Uuid,
    filters: Filters,
) -> diesel::dsl::IntoBoxed<'static, diesel::dsl::Select<customers::table, AsSelect<Found, Pg>>, Pg>
{
    let mut query = customers::table
        .select(Found::as_select())
        .into_boxed()
        .filter(customers::restaurant_id.eq(restaurant))
        .filter(not(customers::is_deleted));
    if let Some(status) = filters.status {
        query = query.filter(customers::status.eq(status));
    }
    if let Some(feedback) = filters.feedback {
        query = query.filter(customers::feedback_sentiment.eq(feedback));
    }
    if let Some(since) = filters.since {
        query = query.filter(customers::created_at.ge(since));
    }
    query
        .order((customers::created_at.desc(), customers::id))
        .limit(50)
}

/// What `grouped_by` gives belongs to the messages in their order.
pub fn zipped(messages: Vec<Parent>, answers: Vec<Vec<Answer>>) -> Vec<Thread> {
    let both = messages.into_iter().zip(answers);
    both.map(|(message, answers)| Thread { message, answers })
        .collect()
}
