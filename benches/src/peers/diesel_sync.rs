//! Diesel's query builder on its own connection, libpq. Each call blocks its thread.

use diesel::insert_into;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::contender::{Contender, Result};
use super::data::Data;
use super::dsl::{self, Filters};
use super::enums::{CustomerStatus, MessageDirection, MessageStatus};
use super::rows::{
    Answer, Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Parent,
    Stored, Thread, folded, threads,
};
use super::schema::{ai_interactions, whatsapp_messages};

/// The connection keeps prepared statements by the types of queries.
pub struct DieselSync(PgConnection);

impl Contender for DieselSync {
    const NAME: &'static str = "Diesel (libpq, blocking)";
    const CRATE: &'static str = "diesel";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgConnection::establish(url)?))
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let query = dsl::customer(&data.phone, data.restaurant);
        Ok(query.get_result::<Customer>(&mut self.0)?)
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let query = dsl::conversation(data.customer, data.restaurant, 50);
        Ok(query.load::<Message>(&mut self.0)?)
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let keys = [data.message];
        let query = dsl::interactions(&keys, data.restaurant);
        Ok(query.load::<Interaction>(&mut self.0)?)
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<Found>>> {
        let query = dsl::search(data.restaurant, Filters::of(data));
        Ok(query.load::<Found>(&mut self.0)?)
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (conn, tenant) = (&mut self.0, data.restaurant);
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        let active = CustomerStatus::Active;
        Ok(Dashboard {
            restaurant: dsl::restaurant(&data.restaurant_phone).get_result(conn)?,
            customer: dsl::customer(&data.phone, tenant).get_result(conn)?,
            conversation: dsl::conversation(data.customer, tenant, 20).load(conn)?,
            customers: dsl::count_customers(tenant).get_result(conn)?,
            read: dsl::count_messages(tenant, inbound, read).get_result(conn)?,
            active: dsl::by_status(tenant, active, 20).load(conn)?,
        })
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let query = dsl::joined(data.threads_of);
        let rows: Vec<(Parent, Option<Answer>)> = query.load(&mut self.0)?;
        Ok(folded(rows))
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = dsl::messages(data.threads_of).load(&mut self.0)?;
        let answers: Vec<Answer> = Answer::belonging_to(&messages)
            .order(ai_interactions::created_at)
            .select(Answer::as_select())
            .load(&mut self.0)?;
        let answers = answers.grouped_by(&messages);
        Ok(dsl::zipped(messages, answers))
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = dsl::messages(data.threads_of).load(&mut self.0)?;
        let answers: Vec<Answer> = dsl::of_customer(data.threads_of).load(&mut self.0)?;
        Ok(threads(messages, answers))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = dsl::messages(data.threads_of).load(&mut self.0)?;
        let mut threads = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = Answer::belonging_to(&message)
                .order(ai_interactions::created_at)
                .select(Answer::as_select())
                .load(&mut self.0)?;
            threads.push(Thread { message, answers });
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        let stored: Stored = insert_into(whatsapp_messages::table)
            .values(new)
            .returning(Stored::as_returning())
            .get_result(&mut self.0)?;
        Ok(stored)
    }

    /// As many rows a statement as there may be parameters, in one transaction.
    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let transaction = self.0.transaction(|conn| {
            let mut stored: Vec<Stored> = Vec::with_capacity(new.len());
            for chunk in new.chunks(dsl::CHUNK) {
                let insert = insert_into(whatsapp_messages::table).values(chunk);
                stored.extend(insert.returning(Stored::as_returning()).load(conn)?);
            }
            diesel::QueryResult::Ok(stored)
        });
        Ok(transaction?)
    }

    async fn copy(&mut self, new: &[NewInteraction]) -> Result<u64> {
        let copied = diesel::copy_from(ai_interactions::table)
            .from_insertable(new)
            .execute(&mut self.0)?;
        Ok(u64::try_from(copied)?)
    }
}
