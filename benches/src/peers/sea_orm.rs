//! SeaORM: entities, and partial models where a case reads some of the columns. What it loads and
//! stores are whole models, because that is what its relations and RETURNING give.
//!
//! Its connection is always a pool, here of one. The check of a connection before each use, a
//! round trip, is switched off.
//! `is_deleted` is negated and not compared with `false`, which would be sent as a parameter, and
//! the server could not use a partial index for it.

pub mod entities;
pub mod types;

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectOptions, Database, DatabaseConnection,
    EntityTrait, ExprTrait, LoaderTrait, ModelTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, TransactionTrait,
};

use self::entities::{customers, interactions, messages, restaurants};
use self::types::{
    Customer, CustomerStatus, DashboardRows, FeedbackSentiment, Found, Interaction, Loaded,
    Message, MessageDirection, MessageStatus,
};
use super::contender::{Contender, Result};
use super::data::Data;
use super::dsl::CHUNK;
use super::rows::{self, Dashboard, NewMessage, Stored, Thread};

pub struct SeaOrm(DatabaseConnection);

impl Contender for SeaOrm {
    const NAME: &'static str = "SeaORM";
    const CRATE: &'static str = "sea-orm";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self(pool(url, 1).await?))
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<rows::Customer>> {
        customer(&self.0, data).await
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<rows::Message>>> {
        conversation(&self.0, data, 50).await
    }

    async fn ten_thousand_rows(
        &mut self,
        data: &Data,
    ) -> Result<Vec<impl Into<rows::Interaction>>> {
        let query = interactions::Entity::find()
            .filter(interactions::Column::MessageId.is_in([data.message]))
            .filter(interactions::Column::RestaurantId.eq(data.restaurant))
            .order_by_asc(interactions::Column::CreatedAt)
            .into_partial_model::<Interaction>();
        Ok(query.all(&self.0).await?)
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<rows::Found>>> {
        let status = Some(CustomerStatus::Active);
        let feedback: Option<FeedbackSentiment> = None;
        let since = Some(data.since);
        let conditions = Condition::all()
            .add_option(status.map(|it| customers::Column::Status.eq(it)))
            .add_option(feedback.map(|it| customers::Column::FeedbackSentiment.eq(it)))
            .add_option(since.map(|it| customers::Column::CreatedAt.gte(it)));
        let query = customers::Entity::find()
            .filter(customers::Column::RestaurantId.eq(data.restaurant))
            .filter(customers::Column::IsDeleted.into_expr().not())
            .filter(conditions)
            .order_by_desc(customers::Column::CreatedAt)
            .order_by_asc(customers::Column::Id)
            .limit(50)
            .into_partial_model::<Found>();
        Ok(query.all(&self.0).await?)
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (db, tenant) = (&self.0, data.restaurant);
        let (inbound, read) = (MessageDirection::Inbound, MessageStatus::Read);
        Ok(DashboardRows {
            restaurant: restaurants::Entity::find()
                .filter(restaurants::Column::PhoneNumber.eq(&data.restaurant_phone))
                .one(db)
                .await?
                .ok_or("no restaurant")?,
            customer: customer(db, data).await?,
            conversation: conversation(db, data, 20).await?,
            customers: customers::Entity::find()
                .filter(customers::Column::RestaurantId.eq(tenant))
                .filter(customers::Column::IsDeleted.into_expr().not())
                .count(db)
                .await?,
            read: messages::Entity::find()
                .filter(messages::Column::RestaurantId.eq(tenant))
                .filter(messages::Column::Direction.eq(inbound))
                .filter(messages::Column::Status.eq(read))
                .count(db)
                .await?,
            active: customers::Entity::find()
                .filter(customers::Column::RestaurantId.eq(tenant))
                .filter(customers::Column::Status.eq(CustomerStatus::Active))
                .filter(customers::Column::IsDeleted.into_expr().not())
                .order_by_desc(customers::Column::CreatedAt)
                .limit(20)
                .into_partial_model()
                .all(db)
                .await?,
        })
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        // An order given behind the relation would come after the messages' keys.
        let query = messages::Entity::find()
            .filter(messages::Column::CustomerId.eq(data.threads_of))
            .order_by_asc(messages::Column::CreatedAt)
            .find_with_related(interactions::Entity)
            .order_by_asc(interactions::Column::CreatedAt);
        let loaded: Vec<Loaded> = query.all(&self.0).await?;
        Ok(loaded)
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self.messages(data).await?;
        let answers = interactions::Entity::find().order_by_asc(interactions::Column::CreatedAt);
        let answers = messages.load_many(answers, &self.0).await?;
        let loaded: Vec<Loaded> = messages.into_iter().zip(answers).collect();
        Ok(loaded)
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self.messages(data).await?;
        let mut loaded: Vec<Loaded> = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = message
                .find_related(interactions::Entity)
                .order_by_asc(interactions::Column::CreatedAt)
                .all(&self.0)
                .await?;
            loaded.push((message, answers));
        }
        Ok(loaded)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        Ok(active(new).insert(&self.0).await?)
    }

    /// As many rows a statement as there may be parameters, in one transaction.
    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let transaction = self.0.begin().await?;
        let mut stored: Vec<messages::Model> = Vec::with_capacity(new.len());
        for chunk in new.chunks(CHUNK) {
            let insert = messages::Entity::insert_many(chunk.iter().map(active));
            stored.extend(insert.exec_with_returning(&transaction).await?);
        }
        transaction.commit().await?;
        Ok(stored)
    }
}

impl SeaOrm {
    async fn messages(&self, data: &Data) -> Result<Vec<messages::Model>> {
        let query = messages::Entity::find()
            .filter(messages::Column::CustomerId.eq(data.threads_of))
            .order_by_asc(messages::Column::CreatedAt);
        Ok(query.all(&self.0).await?)
    }
}

/// A pool of so many connections, which are opened at once and stay.
pub async fn pool(url: &str, connections: u32) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(connections)
        .test_before_acquire(false)
        .sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

/// A customer by phone number.
pub async fn customer(db: &DatabaseConnection, data: &Data) -> Result<Customer> {
    let query = customers::Entity::find()
        .filter(customers::Column::PhoneNumber.eq(&data.phone))
        .filter(customers::Column::RestaurantId.eq(data.restaurant))
        .filter(customers::Column::IsDeleted.into_expr().not())
        .into_partial_model();
    Ok(query.one(db).await?.ok_or("no customer")?)
}

async fn conversation(db: &DatabaseConnection, data: &Data, rows: u64) -> Result<Vec<Message>> {
    let query = messages::Entity::find()
        .filter(messages::Column::CustomerId.eq(data.customer))
        .filter(messages::Column::RestaurantId.eq(data.restaurant))
        .order_by_desc(messages::Column::CreatedAt)
        .limit(rows)
        .into_partial_model();
    Ok(query.all(db).await?)
}

fn active(new: &NewMessage) -> messages::ActiveModel {
    messages::ActiveModel {
        restaurant_id: Set(new.restaurant_id),
        customer_id: Set(new.customer_id),
        direction: Set(new.direction.into()),
        status: Set(new.status.into()),
        content: Set(new.content.clone()),
        ..Default::default()
    }
}
