//! Diesel's `sql_query` on diesel-async: SQL by hand, columns found by name.

use diesel::sql_types::{Array, BigInt, Text, Uuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::contender::{Contender, Result};
use super::data::Data;
use super::rows::{
    Answer, Customer, Interaction, Message, NewMessage, Parent, Stored, Thread, threads,
};
use super::schema::sql_types::{MessageDirectionType, MessageStatusType};
use super::statements as sql;

/// Diesel takes no statement of `sql_query` for safe to keep, so each call prepares its own.
pub struct DieselSql(AsyncPgConnection);

impl Contender for DieselSql {
    const NAME: &'static str = "Diesel sql_query on diesel-async";
    const CRATE: &'static str = "diesel-async";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self(AsyncPgConnection::establish(url).await?))
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let query = sql_query(sql::CUSTOMER)
            .bind::<Text, _>(&data.phone)
            .bind::<Uuid, _>(data.restaurant);
        Ok(query.get_result::<Customer>(&mut self.0).await?)
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let query = sql_query(sql::CONVERSATION)
            .bind::<Uuid, _>(data.customer)
            .bind::<Uuid, _>(data.restaurant)
            .bind::<BigInt, _>(50);
        Ok(query.load::<Message>(&mut self.0).await?)
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let query = sql_query(sql::INTERACTIONS)
            .bind::<Array<Uuid>, _>(vec![data.message])
            .bind::<Uuid, _>(data.restaurant);
        Ok(query.load::<Interaction>(&mut self.0).await?)
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = self.of(sql::MESSAGES, data.threads_of).await?;
        let keys: Vec<uuid::Uuid> = messages.iter().map(|message| message.id).collect();
        let answers = sql_query(sql::OF_MESSAGES).bind::<Array<Uuid>, _>(keys);
        Ok(threads(
            messages,
            answers.load::<Answer>(&mut self.0).await?,
        ))
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = self.of(sql::MESSAGES, data.threads_of).await?;
        let answers: Vec<Answer> = self.of(sql::OF_CUSTOMER, data.threads_of).await?;
        Ok(threads(messages, answers))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages: Vec<Parent> = self.of(sql::MESSAGES, data.threads_of).await?;
        let mut threads = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = self.of(sql::OF_MESSAGE, message.id).await?;
            threads.push(Thread { message, answers });
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        let query = sql_query(sql::STORE)
            .bind::<Uuid, _>(new.restaurant_id)
            .bind::<Uuid, _>(new.customer_id)
            .bind::<MessageDirectionType, _>(new.direction)
            .bind::<MessageStatusType, _>(new.status)
            .bind::<Text, _>(&new.content);
        Ok(query.get_result::<Stored>(&mut self.0).await?)
    }

    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let restaurants: Vec<_> = new.iter().map(|row| row.restaurant_id).collect();
        let customers: Vec<_> = new.iter().map(|row| row.customer_id).collect();
        let directions: Vec<_> = new.iter().map(|row| row.direction).collect();
        let statuses: Vec<_> = new.iter().map(|row| row.status).collect();
        let contents: Vec<_> = new.iter().map(|row| row.content.as_str()).collect();
        let query = sql_query(sql::CREATE)
            .bind::<Array<Uuid>, _>(restaurants)
            .bind::<Array<Uuid>, _>(customers)
            .bind::<Array<MessageDirectionType>, _>(directions)
            .bind::<Array<MessageStatusType>, _>(statuses)
            .bind::<Array<Text>, _>(contents);
        Ok(query.load::<Stored>(&mut self.0).await?)
    }
}

impl DieselSql {
    /// The rows of a statement whose only parameter is a key.
    async fn of<Row>(&mut self, sql: &'static str, key: uuid::Uuid) -> Result<Vec<Row>>
    where
        Row: QueryableByName<diesel::pg::Pg> + Send + 'static,
    {
        let query = sql_query(sql).bind::<Uuid, _>(key);
        Ok(query.load(&mut self.0).await?)
    }
}
