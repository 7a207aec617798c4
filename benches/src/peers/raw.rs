//! `tokio-postgres` by hand: statements prepared when the connection is opened, every column taken
//! out of its row by position. What all others are measured by.

pub mod decode;

use std::pin::pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Statement};

use super::contender::{Contender, Result};
use super::data::{Data, connect};
use super::enums::{CustomerStatus, MessageDirection, MessageStatus};
use super::rows::{
    Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Parent, Stored,
    Thread, threads,
};
use super::statements as sql;

/// One statement after the other.
pub struct Raw {
    pub(super) client: Client,
    pub(super) customer: Statement,
    pub(super) conversation: Statement,
    interactions: Statement,
    search: Vec<Statement>,
    pub(super) restaurant: Statement,
    pub(super) customers: Statement,
    pub(super) read: Statement,
    pub(super) active: Statement,
    joined: Statement,
    pub(super) messages: Statement,
    pub(super) of_message: Statement,
    of_messages: Statement,
    pub(super) of_customer: Statement,
    store: Statement,
    create: Statement,
}

impl Contender for Raw {
    const NAME: &'static str = "tokio-postgres, prepared";
    const CRATE: &'static str = "tokio-postgres";

    async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        let mut search = Vec::new();
        for given in 0..8 {
            search.push(client.prepare(&sql::search(given)).await?);
        }
        Ok(Self {
            customer: client.prepare(sql::CUSTOMER).await?,
            conversation: client.prepare(sql::CONVERSATION).await?,
            interactions: client.prepare(sql::INTERACTIONS).await?,
            search,
            restaurant: client.prepare(sql::RESTAURANT).await?,
            customers: client.prepare(sql::COUNT_CUSTOMERS).await?,
            read: client.prepare(sql::COUNT_MESSAGES).await?,
            active: client.prepare(sql::BY_STATUS).await?,
            joined: client.prepare(sql::JOINED).await?,
            messages: client.prepare(sql::MESSAGES).await?,
            of_message: client.prepare(sql::OF_MESSAGE).await?,
            of_messages: client.prepare(sql::OF_MESSAGES).await?,
            of_customer: client.prepare(sql::OF_CUSTOMER).await?,
            store: client.prepare(sql::STORE).await?,
            create: client.prepare(sql::CREATE).await?,
            client,
        })
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let values = &[&data.phone as _, &data.restaurant as _];
        let row = self.client.query_opt(&self.customer, values).await?;
        Ok(decode::customer(&row.ok_or("no customer")?))
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let values = &[&data.customer as _, &data.restaurant as _, &50_i64 as _];
        let rows = self.client.query(&self.conversation, values).await?;
        Ok(rows.iter().map(decode::message).collect())
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let keys = [data.message];
        let values = &[&&keys[..] as _, &data.restaurant as _];
        let rows = self.client.query(&self.interactions, values).await?;
        Ok(rows.iter().map(decode::interaction).collect())
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<Found>>> {
        // Of the three conditions, the first and the third are given.
        let values = &[
            &data.restaurant as _,
            &50_i64 as _,
            &CustomerStatus::Active as _,
            &data.since as _,
        ];
        let rows = self.client.query(&self.search[0b101], values).await?;
        Ok(rows.iter().map(decode::found).collect())
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (client, tenant) = (&self.client, &data.restaurant);
        let phone = &[&data.restaurant_phone as _];
        let restaurant = client.query_one(&self.restaurant, phone).await?;
        let values = &[&data.phone as _, tenant as _];
        let found = client.query_one(&self.customer, values).await?;
        let values = &[&data.customer as _, tenant as _, &20_i64 as _];
        let conversation = client.query(&self.conversation, values).await?;
        let customers = client.query_one(&self.customers, &[tenant]).await?;
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        let values = &[tenant as _, &inbound as _, &read as _];
        let read = client.query_one(&self.read, values).await?;
        let values = &[tenant as _, &CustomerStatus::Active as _, &20_i64 as _];
        let active = client.query(&self.active, values).await?;
        Ok(Dashboard {
            restaurant: decode::restaurant(&restaurant),
            customer: decode::customer(&found),
            conversation: conversation.iter().map(decode::message).collect(),
            customers: customers.get(0),
            read: read.get(0),
            active: active.iter().map(decode::customer).collect(),
        })
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let rows = self.client.query(&self.joined, &[&data.threads_of]).await?;
        let mut threads: Vec<Thread> = Vec::new();
        for row in &rows {
            // The rows of one message follow each other, and need its columns once.
            let id: uuid::Uuid = row.get(0);
            if threads.last().is_none_or(|last| last.message.id != id) {
                threads.push(Thread {
                    message: decode::parent(row),
                    answers: Vec::new(),
                });
            }
            if let (Some(last), Some(answer)) = (threads.last_mut(), decode::joined_answer(row)) {
                last.answers.push(answer);
            }
        }
        Ok(threads)
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let rows = self
            .client
            .query(&self.messages, &[&data.threads_of])
            .await?;
        let messages: Vec<Parent> = rows.iter().map(decode::parent).collect();
        let keys: Vec<uuid::Uuid> = messages.iter().map(|message| message.id).collect();
        let answers = self.client.query(&self.of_messages, &[&keys]).await?;
        Ok(threads(
            messages,
            answers.iter().map(decode::answer).collect(),
        ))
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self
            .client
            .query(&self.messages, &[&data.threads_of])
            .await?;
        let answers = self
            .client
            .query(&self.of_customer, &[&data.threads_of])
            .await?;
        let messages = messages.iter().map(decode::parent).collect();
        Ok(threads(
            messages,
            answers.iter().map(decode::answer).collect(),
        ))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let rows = self
            .client
            .query(&self.messages, &[&data.threads_of])
            .await?;
        let mut threads = Vec::with_capacity(rows.len());
        for message in rows.iter().map(decode::parent) {
            let answers = self.client.query(&self.of_message, &[&message.id]).await?;
            let answers = answers.iter().map(decode::answer).collect();
            threads.push(Thread { message, answers });
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        let values = &[
            &new.restaurant_id as _,
            &new.customer_id as _,
            &new.direction as _,
            &new.status as _,
            &new.content as _,
        ];
        let row = self.client.query_one(&self.store, values).await?;
        Ok(decode::stored(&row))
    }

    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let restaurants: Vec<_> = new.iter().map(|row| row.restaurant_id).collect();
        let customers: Vec<_> = new.iter().map(|row| row.customer_id).collect();
        let directions: Vec<_> = new.iter().map(|row| row.direction).collect();
        let statuses: Vec<_> = new.iter().map(|row| row.status).collect();
        let contents: Vec<_> = new.iter().map(|row| row.content.as_str()).collect();
        let values = &[
            &restaurants as _,
            &customers as _,
            &directions as _,
            &statuses as _,
            &contents as _,
        ];
        let rows = self.client.query(&self.create, values).await?;
        Ok(rows.iter().map(decode::stored).collect())
    }

    async fn copy(&mut self, new: &[NewInteraction]) -> Result<u64> {
        let types = [
            Type::UUID,
            Type::UUID,
            Type::TEXT,
            Type::INT4,
            Type::INT4,
            Type::INT4,
            Type::FLOAT8,
            Type::TIMESTAMPTZ,
        ];
        let copy = format!("{} (FORMAT binary)", sql::COPY);
        let sink = self.client.copy_in(&copy).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for row in new {
            let values = &[
                &row.restaurant_id as _,
                &row.message_id as _,
                &row.model as _,
                &row.latency_ms as _,
                &row.prompt_tokens as _,
                &row.completion_tokens as _,
                &row.confidence as _,
                &row.created_at as _,
            ];
            writer.as_mut().write(values).await?;
        }
        Ok(writer.finish().await?)
    }
}
