//! What Cornucopia generates of `benches/cornucopia/queries`, with statements that are prepared
//! when the connection is opened: its quickest way. The crate in `benches/cornucopia/generated` was
//! made by Cornucopia 1.0.1, in `benches/cornucopia`, of a database with the four tables of
//! `migrations`:
//!
//! `cornucopia live URL --queries-path queries --destination generated`
//!
//! Optional filters are conditions that a null parameter switches off.

mod values;

use cornucopia::queries::bench;
use cornucopia::types::{CustomerStatus, MessageDirection, MessageStatus};
use tokio_postgres::Client;

use super::contender::{Contender, Result};
use super::data::{Data, connect};
use super::rows::{Customer, Dashboard, Found, Interaction, Message, NewMessage, Stored, Thread};

pub struct Cornucopia {
    client: Client,
    restaurant: bench::RestaurantByPhoneStmt,
    customer: bench::CustomerByPhoneStmt,
    by_status: bench::CustomersByStatusStmt,
    customers: bench::CountCustomersStmt,
    search: bench::SearchCustomersStmt,
    conversation: bench::ConversationStmt,
    read: bench::CountMessagesStmt,
    store: bench::StoreMessageStmt,
    create: bench::CreateMessagesStmt,
    interactions: bench::InteractionsOfMessagesStmt,
    messages: bench::MessagesOfCustomerStmt,
    of_message: bench::AnswersOfMessageStmt,
    of_messages: bench::AnswersOfMessagesStmt,
    of_customer: bench::AnswersOfCustomerStmt,
    joined: bench::ThreadsJoinedStmt,
}

impl Contender for Cornucopia {
    const NAME: &'static str = "Cornucopia";
    const CRATE: &'static str = "cornucopia";

    async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        Ok(Self {
            restaurant: bench::restaurant_by_phone().prepare(&client).await?,
            customer: bench::customer_by_phone().prepare(&client).await?,
            by_status: bench::customers_by_status().prepare(&client).await?,
            customers: bench::count_customers().prepare(&client).await?,
            search: bench::search_customers().prepare(&client).await?,
            conversation: bench::conversation().prepare(&client).await?,
            read: bench::count_messages().prepare(&client).await?,
            store: bench::store_message().prepare(&client).await?,
            create: bench::create_messages().prepare(&client).await?,
            interactions: bench::interactions_of_messages().prepare(&client).await?,
            messages: bench::messages_of_customer().prepare(&client).await?,
            of_message: bench::answers_of_message().prepare(&client).await?,
            of_messages: bench::answers_of_messages().prepare(&client).await?,
            of_customer: bench::answers_of_customer().prepare(&client).await?,
            joined: bench::threads_joined().prepare(&client).await?,
            client,
        })
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let query = self
            .customer
            .bind(&self.client, &data.phone, &data.restaurant);
        Ok(query.one().await?)
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let (client, tenant) = (&self.client, &data.restaurant);
        let query = self.conversation.bind(client, &data.customer, tenant, &50);
        Ok(query.all().await?)
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let keys = [data.message];
        let keys = &&keys[..];
        let query = self.interactions.bind(&self.client, keys, &data.restaurant);
        Ok(query.all().await?)
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<Found>>> {
        let (client, since) = (&self.client, Some(data.since.fixed_offset()));
        let status = Some(CustomerStatus::active);
        let query = self
            .search
            .bind(client, &data.restaurant, &status, &None, &since, &50);
        Ok(query.all().await?)
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (client, tenant) = (&self.client, &data.restaurant);
        let (from, status) = (MessageDirection::inbound, MessageStatus::read);
        let wanted = CustomerStatus::active;
        let restaurant = self.restaurant.bind(client, &data.restaurant_phone);
        let customer = self.customer.bind(client, &data.phone, tenant);
        let conversation = self.conversation.bind(client, &data.customer, tenant, &20);
        let customers = self.customers.bind(client, tenant);
        let read = self.read.bind(client, tenant, &from, &status);
        let active = self.by_status.bind(client, tenant, &wanted, &20);
        Ok(values::DashboardRows {
            restaurant: restaurant.one().await?,
            customer: customer.one().await?,
            conversation: conversation.all().await?,
            customers: customers.one().await?,
            read: read.one().await?,
            active: active.all().await?,
        })
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let rows = self
            .joined
            .bind(&self.client, &data.threads_of)
            .all()
            .await?;
        Ok(values::folded(rows))
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let client = &self.client;
        let messages = self.messages.bind(client, &data.threads_of).all().await?;
        let keys: Vec<uuid::Uuid> = messages.iter().map(|message| message.id).collect();
        let answers = self.of_messages.bind(client, &keys).all().await?;
        Ok(values::threads(messages, answers))
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let client = &self.client;
        let messages = self.messages.bind(client, &data.threads_of).all().await?;
        let answers = self
            .of_customer
            .bind(client, &data.threads_of)
            .all()
            .await?;
        Ok(values::threads(messages, answers))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let client = &self.client;
        let messages = self.messages.bind(client, &data.threads_of).all().await?;
        let mut threads = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = self.of_message.bind(client, &message.id).all().await?;
            threads.push(values::ThreadRows { message, answers });
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        let direction = values::direction(new.direction);
        let status = values::status(new.status);
        let (tenant, customer) = (&new.restaurant_id, &new.customer_id);
        let query = self.store.bind(
            &self.client,
            tenant,
            customer,
            &direction,
            &status,
            &new.content,
        );
        Ok(query.one().await?)
    }

    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let restaurants: Vec<_> = new.iter().map(|row| row.restaurant_id).collect();
        let customers: Vec<_> = new.iter().map(|row| row.customer_id).collect();
        let directions: Vec<_> = new
            .iter()
            .map(|row| values::direction(row.direction))
            .collect();
        let statuses: Vec<_> = new.iter().map(|row| values::status(row.status)).collect();
        let contents: Vec<_> = new.iter().map(|row| row.content.as_str()).collect();
        let query = self.create.bind(
            &self.client,
            &restaurants,
            &customers,
            &directions,
            &statuses,
            &contents,
        );
        Ok(query.all().await?)
    }
}
