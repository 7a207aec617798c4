//! `tokio-postgres` by hand, where several statements can go out together: the client sends them
//! without waiting as soon as their futures are polled together.

use futures::future::try_join_all;
use tokio::try_join;

use super::contender::{Contender, Result};
use super::data::Data;
use super::enums::{CustomerStatus, MessageDirection, MessageStatus};
use super::raw::{Raw, decode};
use super::rows::{Dashboard, Parent, Thread, threads};

/// All statements at once.
pub struct RawPipelined(Raw);

impl Contender for RawPipelined {
    const NAME: &'static str = "tokio-postgres, pipelined";
    const CRATE: &'static str = "tokio-postgres";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self(Raw::connect(url).await?))
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (raw, client, tenant) = (&self.0, &self.0.client, &data.restaurant);
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        let (status, rows) = (CustomerStatus::Active, 20_i64);
        let phone = &[&data.restaurant_phone as _];
        let all = &[tenant as _];
        let by_phone = &[&data.phone as _, tenant as _];
        let last = &[&data.customer as _, tenant as _, &rows as _];
        let which = &[tenant as _, &inbound as _, &read as _];
        let active = &[tenant as _, &status as _, &rows as _];
        let (restaurant, customer, conversation, customers, read, active) = try_join!(
            client.query_one(&raw.restaurant, phone),
            client.query_one(&raw.customer, by_phone),
            client.query(&raw.conversation, last),
            client.query_one(&raw.customers, all),
            client.query_one(&raw.read, which),
            client.query(&raw.active, active),
        )?;
        Ok(Dashboard {
            restaurant: decode::restaurant(&restaurant),
            customer: decode::customer(&customer),
            conversation: conversation.iter().map(decode::message).collect(),
            customers: customers.get(0),
            read: read.get(0),
            active: active.iter().map(decode::customer).collect(),
        })
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let (raw, client, key) = (&self.0, &self.0.client, &[&data.threads_of as _]);
        let (messages, answers) = try_join!(
            client.query(&raw.messages, key),
            client.query(&raw.of_customer, key),
        )?;
        let messages = messages.iter().map(decode::parent).collect();
        Ok(threads(
            messages,
            answers.iter().map(decode::answer).collect(),
        ))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let (raw, client) = (&self.0, &self.0.client);
        let rows = client.query(&raw.messages, &[&data.threads_of]).await?;
        let messages = rows.iter().map(decode::parent);
        try_join_all(messages.map(|message: Parent| async move {
            let answers = client.query(&raw.of_message, &[&message.id]).await?;
            let answers = answers.iter().map(decode::answer).collect();
            Ok(Thread { message, answers })
        }))
        .await
    }
}
