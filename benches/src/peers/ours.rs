//! What Planwright generates, on its own connection and on diesel-async's. Most queries are those
//! of the agent's catalog (`queries/`), as it ships them; the loads are of
//! `codegen/tests/cases/side_by_side/queries.sql`.

#[rustfmt::skip]
#[path = "../../../codegen/tests/cases/side_by_side/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod catalog;
mod values;

use agent_catalog::types::{CustomerStatus, MessageDirection, MessageStatus};
use agent_catalog::{ai_interactions, customers, messages, restaurants};
use diesel::pg::Pg;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use planwright::PgConnection;
use tokio::try_join;

use self::catalog::queries;
use super::case::Case;
use super::contender::{Contender, NotOffered, Result};
use super::data::Data;
use super::rows::{
    Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Stored, Thread,
};

/// Generated functions on a connection.
pub struct Generated<C> {
    conn: C,
    /// The rows of the next call, which takes them over.
    messages: Vec<messages::CreateMessagesInput>,
    interactions: Vec<ai_interactions::ImportAiInteractionsInput>,
}

/// In what the two connections differ.
pub trait Connection: AsyncConnection<Backend = Pg> {
    const NAME: &'static str;

    async fn dashboard(&mut self, data: &Data) -> Result<values::DashboardRows>;

    /// Two statements that go out together.
    async fn subquery(&mut self, _: &Data) -> Result<Vec<queries::ThreadsSubqueryLoaded>> {
        Err(NotOffered.into())
    }

    async fn copy(&mut self, _: Vec<ai_interactions::ImportAiInteractionsInput>) -> Result<u64> {
        Err(NotOffered.into())
    }
}

impl Connection for PgConnection {
    const NAME: &'static str = "Planwright";

    /// Six calls share a round trip.
    async fn dashboard(&mut self, data: &Data) -> Result<values::DashboardRows> {
        let (conn, tenant) = (&*self, data.restaurant);
        let [first, second, third, fourth, fifth, sixth] = &mut [conn; 6];
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        let rows = try_join!(
            restaurants::restaurant_by_phone(first, &data.restaurant_phone),
            customers::customer_by_phone(second, &data.phone, tenant),
            messages::conversation(third, data.customer, tenant, 20),
            customers::count_customers(fourth, tenant),
            messages::count_messages(fifth, tenant, inbound, read),
            customers::customers_by_status(sixth, tenant, CustomerStatus::Active, 20),
        )?;
        values::DashboardRows::of(rows)
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<queries::ThreadsSubqueryLoaded>> {
        Ok(queries::threads_subquery(self, data.threads_of).await?)
    }

    async fn copy(&mut self, rows: Vec<ai_interactions::ImportAiInteractionsInput>) -> Result<u64> {
        Ok(ai_interactions::import_ai_interactions(self, rows).await?)
    }
}

impl Connection for AsyncPgConnection {
    const NAME: &'static str = "Planwright on diesel-async";

    /// One call after the other.
    async fn dashboard(&mut self, data: &Data) -> Result<values::DashboardRows> {
        let tenant = data.restaurant;
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        values::DashboardRows::of((
            restaurants::restaurant_by_phone(self, &data.restaurant_phone).await?,
            customers::customer_by_phone(self, &data.phone, tenant).await?,
            messages::conversation(self, data.customer, tenant, 20).await?,
            customers::count_customers(self, tenant).await?,
            messages::count_messages(self, tenant, inbound, read).await?,
            customers::customers_by_status(self, tenant, CustomerStatus::Active, 20).await?,
        ))
    }
}

impl<C: Connection> Contender for Generated<C> {
    const NAME: &'static str = C::NAME;
    const CRATE: &'static str = "planwright";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self {
            conn: C::establish(url).await?,
            messages: Vec::new(),
            interactions: Vec::new(),
        })
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let conn = &mut self.conn;
        let found = customers::customer_by_phone(conn, &data.phone, data.restaurant).await?;
        Ok(found.ok_or("no customer")?)
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let conn = &mut self.conn;
        Ok(messages::conversation(conn, data.customer, data.restaurant, 50).await?)
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let (conn, keys) = (&mut self.conn, [data.message]);
        Ok(ai_interactions::ai_interactions_of_messages(conn, &keys, data.restaurant).await?)
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<Found>>> {
        let query = customers::SearchCustomers {
            restaurant_id: data.restaurant,
            status: Some(CustomerStatus::Active),
            feedback_sentiment: None,
            created_since: Some(data.since),
            max_rows: 50,
            order: customers::SearchCustomersOrder::Newest,
        };
        Ok(customers::search_customers(&mut self.conn, query).await?)
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        self.conn.dashboard(data).await
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        Ok(queries::threads_joined(&mut self.conn, data.threads_of).await?)
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        Ok(queries::threads_select_in(&mut self.conn, data.threads_of).await?)
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        self.conn.subquery(data).await
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let conn = &mut self.conn;
        let messages = queries::messages_of_customer(conn, data.threads_of).await?;
        let mut threads = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = queries::answers_of_message(conn, message.id).await?;
            threads.push((message, answers));
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        Ok(messages::store_message(
            &mut self.conn,
            new.restaurant_id,
            new.customer_id,
            values::direction(new.direction),
            values::status(new.status),
            &new.content,
        )
        .await?)
    }

    fn given(&mut self, case: Case, data: &Data) {
        match case {
            Case::InsertMany => {
                self.messages = data.messages.iter().map(values::message).collect();
            }
            Case::Copy => {
                self.interactions = data.interactions.iter().map(values::interaction).collect();
            }
            _ => {}
        }
    }

    /// Batches of 1,000, as it does unless told otherwise.
    async fn insert_many(&mut self, _: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let rows = std::mem::take(&mut self.messages);
        Ok(messages::create_messages(&mut self.conn, rows).await?)
    }

    async fn copy(&mut self, _: &[NewInteraction]) -> Result<u64> {
        self.conn.copy(std::mem::take(&mut self.interactions)).await
    }
}
