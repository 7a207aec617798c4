//! sqlx: `query_as` and derived `FromRow`, statements prepared once per connection, as it does
//! unless told otherwise.

use std::fmt::Write as _;

use sqlx::postgres::{PgConnection, PgRow, Postgres};
use sqlx::{Connection, QueryBuilder, Row, query, query_as, query_scalar};
use uuid::Uuid;

use super::contender::{Contender, Result};
use super::data::Data;
use super::enums::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use super::rows::{
    Answer, Customer, Dashboard, Found, Interaction, Message, NewInteraction, NewMessage, Parent,
    Restaurant, Stored, Thread, folded, threads,
};
use super::statements as sql;

pub struct Sqlx(PgConnection);

impl Contender for Sqlx {
    const NAME: &'static str = "sqlx";
    const CRATE: &'static str = "sqlx";

    async fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgConnection::connect(url).await?))
    }

    async fn one_row(&mut self, data: &Data) -> Result<impl Into<Customer>> {
        let query = query_as::<_, Customer>(sql::CUSTOMER)
            .bind(&data.phone)
            .bind(data.restaurant);
        Ok(query.fetch_one(&mut self.0).await?)
    }

    async fn fifty_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Message>>> {
        let query = query_as::<_, Message>(sql::CONVERSATION)
            .bind(data.customer)
            .bind(data.restaurant)
            .bind(50_i64);
        Ok(query.fetch_all(&mut self.0).await?)
    }

    async fn ten_thousand_rows(&mut self, data: &Data) -> Result<Vec<impl Into<Interaction>>> {
        let query = query_as::<_, Interaction>(sql::INTERACTIONS)
            .bind([data.message])
            .bind(data.restaurant);
        Ok(query.fetch_all(&mut self.0).await?)
    }

    async fn optional_filters(&mut self, data: &Data) -> Result<Vec<impl Into<Found>>> {
        let status = Some(CustomerStatus::Active);
        let feedback: Option<FeedbackSentiment> = None;
        let since = Some(data.since);
        let mut query = QueryBuilder::<Postgres>::new(
            "SELECT id, customer_number, name, phone_number, status, rating, feedback_sentiment, \
             created_at FROM customers WHERE is_deleted = FALSE AND restaurant_id = ",
        );
        query.push_bind(data.restaurant);
        if let Some(status) = status {
            query.push(" AND status = ").push_bind(status);
        }
        if let Some(feedback) = feedback {
            query.push(" AND feedback_sentiment = ").push_bind(feedback);
        }
        if let Some(since) = since {
            query.push(" AND created_at >= ").push_bind(since);
        }
        query
            .push(" ORDER BY created_at DESC, id LIMIT ")
            .push_bind(50_i64);
        Ok(query
            .build_query_as::<Found>()
            .fetch_all(&mut self.0)
            .await?)
    }

    async fn dashboard(&mut self, data: &Data) -> Result<impl Into<Dashboard>> {
        let (conn, tenant) = (&mut self.0, data.restaurant);
        Ok(Dashboard {
            restaurant: query_as::<_, Restaurant>(sql::RESTAURANT)
                .bind(&data.restaurant_phone)
                .fetch_one(&mut *conn)
                .await?,
            customer: query_as::<_, Customer>(sql::CUSTOMER)
                .bind(&data.phone)
                .bind(tenant)
                .fetch_one(&mut *conn)
                .await?,
            conversation: query_as::<_, Message>(sql::CONVERSATION)
                .bind(data.customer)
                .bind(tenant)
                .bind(20_i64)
                .fetch_all(&mut *conn)
                .await?,
            customers: query_scalar(sql::COUNT_CUSTOMERS)
                .bind(tenant)
                .fetch_one(&mut *conn)
                .await?,
            read: query_scalar(sql::COUNT_MESSAGES)
                .bind(tenant)
                .bind(MessageDirection::Inbound)
                .bind(MessageStatus::Read)
                .fetch_one(&mut *conn)
                .await?,
            active: query_as::<_, Customer>(sql::BY_STATUS)
                .bind(tenant)
                .bind(CustomerStatus::Active)
                .bind(20_i64)
                .fetch_all(&mut *conn)
                .await?,
        })
    }

    async fn joined(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let rows = query(sql::JOINED)
            .bind(data.threads_of)
            .try_map(|row: PgRow| Ok((parent(&row)?, joined_answer(&row)?)))
            .fetch_all(&mut self.0)
            .await?;
        Ok(folded(rows))
    }

    async fn select_in(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self.messages(data).await?;
        let keys: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
        let answers = query_as::<_, Answer>(sql::OF_MESSAGES).bind(keys);
        Ok(threads(messages, answers.fetch_all(&mut self.0).await?))
    }

    async fn subquery(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self.messages(data).await?;
        let answers = query_as::<_, Answer>(sql::OF_CUSTOMER).bind(data.threads_of);
        Ok(threads(messages, answers.fetch_all(&mut self.0).await?))
    }

    async fn one_by_one(&mut self, data: &Data) -> Result<Vec<impl Into<Thread>>> {
        let messages = self.messages(data).await?;
        let mut threads = Vec::with_capacity(messages.len());
        for message in messages {
            let answers = query_as::<_, Answer>(sql::OF_MESSAGE).bind(message.id);
            let answers = answers.fetch_all(&mut self.0).await?;
            threads.push(Thread { message, answers });
        }
        Ok(threads)
    }

    async fn insert_one(&mut self, new: &NewMessage) -> Result<impl Into<Stored>> {
        let query = query_as::<_, Stored>(sql::STORE)
            .bind(new.restaurant_id)
            .bind(new.customer_id)
            .bind(new.direction)
            .bind(new.status)
            .bind(&new.content);
        Ok(query.fetch_one(&mut self.0).await?)
    }

    async fn insert_many(&mut self, new: &[NewMessage]) -> Result<Vec<impl Into<Stored>>> {
        let restaurants: Vec<_> = new.iter().map(|row| row.restaurant_id).collect();
        let customers: Vec<_> = new.iter().map(|row| row.customer_id).collect();
        let directions: Vec<_> = new.iter().map(|row| row.direction).collect();
        let statuses: Vec<_> = new.iter().map(|row| row.status).collect();
        let contents: Vec<_> = new.iter().map(|row| row.content.as_str()).collect();
        let query = query_as::<_, Stored>(sql::CREATE)
            .bind(restaurants)
            .bind(customers)
            .bind(directions)
            .bind(statuses)
            .bind(contents);
        Ok(query.fetch_all(&mut self.0).await?)
    }

    /// The text format, which the caller writes.
    async fn copy(&mut self, new: &[NewInteraction]) -> Result<u64> {
        let mut copy = self.0.copy_in_raw(sql::COPY).await?;
        let mut text = String::new();
        for row in new {
            let model = row.model.replace('\\', "\\\\").replace('\t', "\\t");
            let model = model.replace('\n', "\\n").replace('\r', "\\r");
            write!(text, "{}\t{}\t{model}\t", row.restaurant_id, row.message_id)?;
            write!(text, "{}\t{}\t", row.latency_ms, row.prompt_tokens)?;
            write!(text, "{}\t", row.completion_tokens)?;
            match row.confidence {
                Some(confidence) => write!(text, "{confidence}")?,
                None => text.push_str("\\N"),
            }
            writeln!(text, "\t{}", row.created_at)?;
            if text.len() > 60_000 {
                copy.send(text.as_bytes()).await?;
                text.clear();
            }
        }
        copy.send(text.as_bytes()).await?;
        Ok(copy.finish().await?)
    }
}

impl Sqlx {
    async fn messages(&mut self, data: &Data) -> Result<Vec<Parent>> {
        let query = query_as::<_, Parent>(sql::MESSAGES).bind(data.threads_of);
        Ok(query.fetch_all(&mut self.0).await?)
    }
}

fn parent(row: &PgRow) -> sqlx::Result<Parent> {
    Ok(Parent {
        id: row.try_get(0)?,
        customer_id: row.try_get(1)?,
        direction: row.try_get(2)?,
        status: row.try_get(3)?,
        content: row.try_get(4)?,
        created_at: row.try_get(5)?,
    })
}

/// The columns of an answer behind those of its message; a message may have none.
fn joined_answer(row: &PgRow) -> sqlx::Result<Option<Answer>> {
    let Some(message_id) = row.try_get(6)? else {
        return Ok(None);
    };
    Ok(Some(Answer {
        message_id,
        id: row.try_get(7)?,
        model: row.try_get(8)?,
        latency_ms: row.try_get(9)?,
        confidence: row.try_get(10)?,
        created_at: row.try_get(11)?,
    }))
}
