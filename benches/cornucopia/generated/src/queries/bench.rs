// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct CustomerByPhoneParams<T1: crate::StringSql> {
    pub phone_number: T1,
    pub restaurant_id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct CustomersByStatusParams {
    pub restaurant_id: uuid::Uuid,
    pub status: crate::types::CustomerStatus,
    pub max_rows: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct SearchCustomersParams {
    pub restaurant_id: uuid::Uuid,
    pub status: Option<crate::types::CustomerStatus>,
    pub feedback_sentiment: Option<crate::types::FeedbackSentiment>,
    pub created_since: Option<chrono::DateTime<chrono::FixedOffset>>,
    pub max_rows: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct ConversationParams {
    pub customer_id: uuid::Uuid,
    pub restaurant_id: uuid::Uuid,
    pub max_rows: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct CountMessagesParams {
    pub restaurant_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
}
#[derive(Debug)]
pub struct StoreMessageParams<T1: crate::StringSql> {
    pub restaurant_id: uuid::Uuid,
    pub customer_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: T1,
}
#[derive(Debug)]
pub struct CreateMessagesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = crate::types::MessageDirection>,
    T4: crate::ArraySql<Item = crate::types::MessageStatus>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
> {
    pub restaurant_ids: T1,
    pub customer_ids: T2,
    pub directions: T3,
    pub statuses: T4,
    pub contents: T6,
}
#[derive(Debug)]
pub struct InteractionsOfMessagesParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub message_ids: T1,
    pub restaurant_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct RestaurantByPhone {
    pub id: uuid::Uuid,
    pub name: String,
    pub phone_number: String,
    pub timezone: String,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct RestaurantByPhoneBorrowed<'a> {
    pub id: uuid::Uuid,
    pub name: &'a str,
    pub phone_number: &'a str,
    pub timezone: &'a str,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<RestaurantByPhoneBorrowed<'a>> for RestaurantByPhone {
    fn from(
        RestaurantByPhoneBorrowed {
            id,
            name,
            phone_number,
            timezone,
            created_at,
        }: RestaurantByPhoneBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            phone_number: phone_number.into(),
            timezone: timezone.into(),
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    pub id: uuid::Uuid,
    pub customer_number: String,
    pub name: Option<String>,
    pub phone_number: String,
    pub status: crate::types::CustomerStatus,
    pub rating: Option<i16>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct CustomerBorrowed<'a> {
    pub id: uuid::Uuid,
    pub customer_number: &'a str,
    pub name: Option<&'a str>,
    pub phone_number: &'a str,
    pub status: crate::types::CustomerStatus,
    pub rating: Option<i16>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<CustomerBorrowed<'a>> for Customer {
    fn from(
        CustomerBorrowed {
            id,
            customer_number,
            name,
            phone_number,
            status,
            rating,
            created_at,
        }: CustomerBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            customer_number: customer_number.into(),
            name: name.map(|v| v.into()),
            phone_number: phone_number.into(),
            status,
            rating,
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SearchCustomers {
    pub id: uuid::Uuid,
    pub customer_number: String,
    pub name: Option<String>,
    pub phone_number: String,
    pub status: crate::types::CustomerStatus,
    pub rating: Option<i16>,
    pub feedback_sentiment: Option<crate::types::FeedbackSentiment>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct SearchCustomersBorrowed<'a> {
    pub id: uuid::Uuid,
    pub customer_number: &'a str,
    pub name: Option<&'a str>,
    pub phone_number: &'a str,
    pub status: crate::types::CustomerStatus,
    pub rating: Option<i16>,
    pub feedback_sentiment: Option<crate::types::FeedbackSentiment>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<SearchCustomersBorrowed<'a>> for SearchCustomers {
    fn from(
        SearchCustomersBorrowed {
            id,
            customer_number,
            name,
            phone_number,
            status,
            rating,
            feedback_sentiment,
            created_at,
        }: SearchCustomersBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            customer_number: customer_number.into(),
            name: name.map(|v| v.into()),
            phone_number: phone_number.into(),
            status,
            rating,
            feedback_sentiment,
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: String,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct ConversationBorrowed<'a> {
    pub id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: &'a str,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<ConversationBorrowed<'a>> for Conversation {
    fn from(
        ConversationBorrowed {
            id,
            direction,
            status,
            content,
            created_at,
        }: ConversationBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            direction,
            status,
            content: content.into(),
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Stored {
    pub id: uuid::Uuid,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
#[derive(Debug, Clone, PartialEq)]
pub struct InteractionsOfMessages {
    pub message_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub model: String,
    pub latency_ms: i32,
    pub prompt_tokens: i32,
    pub completion_tokens: i32,
    pub confidence: Option<f64>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct InteractionsOfMessagesBorrowed<'a> {
    pub message_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub model: &'a str,
    pub latency_ms: i32,
    pub prompt_tokens: i32,
    pub completion_tokens: i32,
    pub confidence: Option<f64>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<InteractionsOfMessagesBorrowed<'a>> for InteractionsOfMessages {
    fn from(
        InteractionsOfMessagesBorrowed {
            message_id,
            id,
            model,
            latency_ms,
            prompt_tokens,
            completion_tokens,
            confidence,
            created_at,
        }: InteractionsOfMessagesBorrowed<'a>,
    ) -> Self {
        Self {
            message_id,
            id,
            model: model.into(),
            latency_ms,
            prompt_tokens,
            completion_tokens,
            confidence,
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MessagesOfCustomer {
    pub id: uuid::Uuid,
    pub customer_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: String,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct MessagesOfCustomerBorrowed<'a> {
    pub id: uuid::Uuid,
    pub customer_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: &'a str,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<MessagesOfCustomerBorrowed<'a>> for MessagesOfCustomer {
    fn from(
        MessagesOfCustomerBorrowed {
            id,
            customer_id,
            direction,
            status,
            content,
            created_at,
        }: MessagesOfCustomerBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            customer_id,
            direction,
            status,
            content: content.into(),
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub message_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub model: String,
    pub latency_ms: i32,
    pub confidence: Option<f64>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
pub struct AnswerBorrowed<'a> {
    pub message_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub model: &'a str,
    pub latency_ms: i32,
    pub confidence: Option<f64>,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
}
impl<'a> From<AnswerBorrowed<'a>> for Answer {
    fn from(
        AnswerBorrowed {
            message_id,
            id,
            model,
            latency_ms,
            confidence,
            created_at,
        }: AnswerBorrowed<'a>,
    ) -> Self {
        Self {
            message_id,
            id,
            model: model.into(),
            latency_ms,
            confidence,
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadsJoined {
    pub id: uuid::Uuid,
    pub customer_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: String,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
    pub message_id: Option<uuid::Uuid>,
    pub answer_id: Option<uuid::Uuid>,
    pub model: Option<String>,
    pub latency_ms: Option<i32>,
    pub confidence: Option<f64>,
    pub answered_at: Option<chrono::DateTime<chrono::FixedOffset>>,
}
pub struct ThreadsJoinedBorrowed<'a> {
    pub id: uuid::Uuid,
    pub customer_id: uuid::Uuid,
    pub direction: crate::types::MessageDirection,
    pub status: crate::types::MessageStatus,
    pub content: &'a str,
    pub created_at: chrono::DateTime<chrono::FixedOffset>,
    pub message_id: Option<uuid::Uuid>,
    pub answer_id: Option<uuid::Uuid>,
    pub model: Option<&'a str>,
    pub latency_ms: Option<i32>,
    pub confidence: Option<f64>,
    pub answered_at: Option<chrono::DateTime<chrono::FixedOffset>>,
}
impl<'a> From<ThreadsJoinedBorrowed<'a>> for ThreadsJoined {
    fn from(
        ThreadsJoinedBorrowed {
            id,
            customer_id,
            direction,
            status,
            content,
            created_at,
            message_id,
            answer_id,
            model,
            latency_ms,
            confidence,
            answered_at,
        }: ThreadsJoinedBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            customer_id,
            direction,
            status,
            content: content.into(),
            created_at,
            message_id,
            answer_id,
            model: model.map(|v| v.into()),
            latency_ms,
            confidence,
            answered_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct RestaurantByPhoneQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RestaurantByPhoneBorrowed, tokio_postgres::Error>,
    mapper: fn(RestaurantByPhoneBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RestaurantByPhoneQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(RestaurantByPhoneBorrowed) -> R,
    ) -> RestaurantByPhoneQuery<'c, 'a, 's, C, R, N> {
        RestaurantByPhoneQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CustomerQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CustomerBorrowed, tokio_postgres::Error>,
    mapper: fn(CustomerBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CustomerQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CustomerBorrowed) -> R) -> CustomerQuery<'c, 'a, 's, C, R, N> {
        CustomerQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct I64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i64, tokio_postgres::Error>,
    mapper: fn(i64) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I64Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i64) -> R) -> I64Query<'c, 'a, 's, C, R, N> {
        I64Query {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct SearchCustomersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SearchCustomersBorrowed, tokio_postgres::Error>,
    mapper: fn(SearchCustomersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SearchCustomersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(SearchCustomersBorrowed) -> R,
    ) -> SearchCustomersQuery<'c, 'a, 's, C, R, N> {
        SearchCustomersQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ConversationQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ConversationBorrowed, tokio_postgres::Error>,
    mapper: fn(ConversationBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ConversationQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ConversationBorrowed) -> R,
    ) -> ConversationQuery<'c, 'a, 's, C, R, N> {
        ConversationQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct StoredQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Stored, tokio_postgres::Error>,
    mapper: fn(Stored) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StoredQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Stored) -> R) -> StoredQuery<'c, 'a, 's, C, R, N> {
        StoredQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct InteractionsOfMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<InteractionsOfMessagesBorrowed, tokio_postgres::Error>,
    mapper: fn(InteractionsOfMessagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> InteractionsOfMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(InteractionsOfMessagesBorrowed) -> R,
    ) -> InteractionsOfMessagesQuery<'c, 'a, 's, C, R, N> {
        InteractionsOfMessagesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct MessagesOfCustomerQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<MessagesOfCustomerBorrowed, tokio_postgres::Error>,
    mapper: fn(MessagesOfCustomerBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MessagesOfCustomerQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(MessagesOfCustomerBorrowed) -> R,
    ) -> MessagesOfCustomerQuery<'c, 'a, 's, C, R, N> {
        MessagesOfCustomerQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct AnswerQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AnswerBorrowed, tokio_postgres::Error>,
    mapper: fn(AnswerBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AnswerQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(AnswerBorrowed) -> R) -> AnswerQuery<'c, 'a, 's, C, R, N> {
        AnswerQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ThreadsJoinedQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ThreadsJoinedBorrowed, tokio_postgres::Error>,
    mapper: fn(ThreadsJoinedBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ThreadsJoinedQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ThreadsJoinedBorrowed) -> R,
    ) -> ThreadsJoinedQuery<'c, 'a, 's, C, R, N> {
        ThreadsJoinedQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct RestaurantByPhoneStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn restaurant_by_phone() -> RestaurantByPhoneStmt {
    RestaurantByPhoneStmt(
        "SELECT id, name, phone_number, timezone, created_at FROM restaurants WHERE phone_number = $1",
        None,
    )
}
impl RestaurantByPhoneStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        phone_number: &'a T1,
    ) -> RestaurantByPhoneQuery<'c, 'a, 's, C, RestaurantByPhone, 1> {
        RestaurantByPhoneQuery {
            client,
            params: [phone_number],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<RestaurantByPhoneBorrowed, tokio_postgres::Error> {
                Ok(RestaurantByPhoneBorrowed {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    phone_number: row.try_get(2)?,
                    timezone: row.try_get(3)?,
                    created_at: row.try_get(4)?,
                })
            },
            mapper: |it| RestaurantByPhone::from(it),
        }
    }
}
pub struct CustomerByPhoneStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn customer_by_phone() -> CustomerByPhoneStmt {
    CustomerByPhoneStmt(
        "SELECT id, customer_number, name, phone_number, status, rating, created_at FROM customers WHERE phone_number = $1 AND restaurant_id = $2 AND is_deleted = FALSE",
        None,
    )
}
impl CustomerByPhoneStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        phone_number: &'a T1,
        restaurant_id: &'a uuid::Uuid,
    ) -> CustomerQuery<'c, 'a, 's, C, Customer, 2> {
        CustomerQuery {
            client,
            params: [phone_number, restaurant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<CustomerBorrowed, tokio_postgres::Error> {
                    Ok(CustomerBorrowed {
                        id: row.try_get(0)?,
                        customer_number: row.try_get(1)?,
                        name: row.try_get(2)?,
                        phone_number: row.try_get(3)?,
                        status: row.try_get(4)?,
                        rating: row.try_get(5)?,
                        created_at: row.try_get(6)?,
                    })
                },
            mapper: |it| Customer::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CustomerByPhoneParams<T1>,
        CustomerQuery<'c, 'a, 's, C, Customer, 2>,
        C,
    > for CustomerByPhoneStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CustomerByPhoneParams<T1>,
    ) -> CustomerQuery<'c, 'a, 's, C, Customer, 2> {
        self.bind(client, &params.phone_number, &params.restaurant_id)
    }
}
pub struct CustomersByStatusStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn customers_by_status() -> CustomersByStatusStmt {
    CustomersByStatusStmt(
        "SELECT id, customer_number, name, phone_number, status, rating, created_at FROM customers WHERE restaurant_id = $1 AND status = $2 AND is_deleted = FALSE ORDER BY created_at DESC LIMIT $3",
        None,
    )
}
impl CustomersByStatusStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        restaurant_id: &'a uuid::Uuid,
        status: &'a crate::types::CustomerStatus,
        max_rows: &'a i64,
    ) -> CustomerQuery<'c, 'a, 's, C, Customer, 3> {
        CustomerQuery {
            client,
            params: [restaurant_id, status, max_rows],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<CustomerBorrowed, tokio_postgres::Error> {
                    Ok(CustomerBorrowed {
                        id: row.try_get(0)?,
                        customer_number: row.try_get(1)?,
                        name: row.try_get(2)?,
                        phone_number: row.try_get(3)?,
                        status: row.try_get(4)?,
                        rating: row.try_get(5)?,
                        created_at: row.try_get(6)?,
                    })
                },
            mapper: |it| Customer::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CustomersByStatusParams,
        CustomerQuery<'c, 'a, 's, C, Customer, 3>,
        C,
    > for CustomersByStatusStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CustomersByStatusParams,
    ) -> CustomerQuery<'c, 'a, 's, C, Customer, 3> {
        self.bind(
            client,
            &params.restaurant_id,
            &params.status,
            &params.max_rows,
        )
    }
}
pub struct CountCustomersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_customers() -> CountCustomersStmt {
    CountCustomersStmt(
        "SELECT count(*) AS customers FROM customers WHERE restaurant_id = $1 AND is_deleted = FALSE",
        None,
    )
}
impl CountCustomersStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        restaurant_id: &'a uuid::Uuid,
    ) -> I64Query<'c, 'a, 's, C, i64, 1> {
        I64Query {
            client,
            params: [restaurant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct SearchCustomersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn search_customers() -> SearchCustomersStmt {
    SearchCustomersStmt(
        "SELECT id, customer_number, name, phone_number, status, rating, feedback_sentiment, created_at FROM customers WHERE restaurant_id = $1 AND is_deleted = FALSE AND ($2::customer_status IS NULL OR status = $2) AND ($3::feedback_sentiment IS NULL OR feedback_sentiment = $3) AND ($4::timestamptz IS NULL OR created_at >= $4) ORDER BY created_at DESC, id LIMIT $5",
        None,
    )
}
impl SearchCustomersStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        restaurant_id: &'a uuid::Uuid,
        status: &'a Option<crate::types::CustomerStatus>,
        feedback_sentiment: &'a Option<crate::types::FeedbackSentiment>,
        created_since: &'a Option<chrono::DateTime<chrono::FixedOffset>>,
        max_rows: &'a i64,
    ) -> SearchCustomersQuery<'c, 'a, 's, C, SearchCustomers, 5> {
        SearchCustomersQuery {
            client,
            params: [restaurant_id, status, feedback_sentiment, created_since, max_rows],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<SearchCustomersBorrowed, tokio_postgres::Error> {
                Ok(SearchCustomersBorrowed {
                    id: row.try_get(0)?,
                    customer_number: row.try_get(1)?,
                    name: row.try_get(2)?,
                    phone_number: row.try_get(3)?,
                    status: row.try_get(4)?,
                    rating: row.try_get(5)?,
                    feedback_sentiment: row.try_get(6)?,
                    created_at: row.try_get(7)?,
                })
            },
            mapper: |it| SearchCustomers::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        SearchCustomersParams,
        SearchCustomersQuery<'c, 'a, 's, C, SearchCustomers, 5>,
        C,
    > for SearchCustomersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SearchCustomersParams,
    ) -> SearchCustomersQuery<'c, 'a, 's, C, SearchCustomers, 5> {
        self.bind(
            client,
            &params.restaurant_id,
            &params.status,
            &params.feedback_sentiment,
            &params.created_since,
            &params.max_rows,
        )
    }
}
pub struct ConversationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn conversation() -> ConversationStmt {
    ConversationStmt(
        "SELECT id, direction, status, content, created_at FROM whatsapp_messages WHERE customer_id = $1 AND restaurant_id = $2 ORDER BY created_at DESC LIMIT $3",
        None,
    )
}
impl ConversationStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        customer_id: &'a uuid::Uuid,
        restaurant_id: &'a uuid::Uuid,
        max_rows: &'a i64,
    ) -> ConversationQuery<'c, 'a, 's, C, Conversation, 3> {
        ConversationQuery {
            client,
            params: [customer_id, restaurant_id, max_rows],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ConversationBorrowed, tokio_postgres::Error> {
                    Ok(ConversationBorrowed {
                        id: row.try_get(0)?,
                        direction: row.try_get(1)?,
                        status: row.try_get(2)?,
                        content: row.try_get(3)?,
                        created_at: row.try_get(4)?,
                    })
                },
            mapper: |it| Conversation::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ConversationParams,
        ConversationQuery<'c, 'a, 's, C, Conversation, 3>,
        C,
    > for ConversationStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ConversationParams,
    ) -> ConversationQuery<'c, 'a, 's, C, Conversation, 3> {
        self.bind(
            client,
            &params.customer_id,
            &params.restaurant_id,
            &params.max_rows,
        )
    }
}
pub struct CountMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_messages() -> CountMessagesStmt {
    CountMessagesStmt(
        "SELECT count(*) AS messages FROM whatsapp_messages WHERE restaurant_id = $1 AND direction = $2 AND status = $3",
        None,
    )
}
impl CountMessagesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        restaurant_id: &'a uuid::Uuid,
        direction: &'a crate::types::MessageDirection,
        status: &'a crate::types::MessageStatus,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        I64Query {
            client,
            params: [restaurant_id, direction, status],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CountMessagesParams,
        I64Query<'c, 'a, 's, C, i64, 3>,
        C,
    > for CountMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CountMessagesParams,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        self.bind(
            client,
            &params.restaurant_id,
            &params.direction,
            &params.status,
        )
    }
}
pub struct StoreMessageStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn store_message() -> StoreMessageStmt {
    StoreMessageStmt(
        "INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content) VALUES ($1, $2, $3, $4, $5) RETURNING id, created_at",
        None,
    )
}
impl StoreMessageStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        restaurant_id: &'a uuid::Uuid,
        customer_id: &'a uuid::Uuid,
        direction: &'a crate::types::MessageDirection,
        status: &'a crate::types::MessageStatus,
        content: &'a T1,
    ) -> StoredQuery<'c, 'a, 's, C, Stored, 5> {
        StoredQuery {
            client,
            params: [restaurant_id, customer_id, direction, status, content],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Stored, tokio_postgres::Error> {
                Ok(Stored {
                    id: row.try_get(0)?,
                    created_at: row.try_get(1)?,
                })
            },
            mapper: |it| Stored::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        StoreMessageParams<T1>,
        StoredQuery<'c, 'a, 's, C, Stored, 5>,
        C,
    > for StoreMessageStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a StoreMessageParams<T1>,
    ) -> StoredQuery<'c, 'a, 's, C, Stored, 5> {
        self.bind(
            client,
            &params.restaurant_id,
            &params.customer_id,
            &params.direction,
            &params.status,
            &params.content,
        )
    }
}
pub struct CreateMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn create_messages() -> CreateMessagesStmt {
    CreateMessagesStmt(
        "INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::message_direction[], $4::message_status[], $5::text[]) RETURNING id, created_at",
        None,
    )
}
impl CreateMessagesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = crate::types::MessageDirection>,
        T4: crate::ArraySql<Item = crate::types::MessageStatus>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
    >(
        &'s self,
        client: &'c C,
        restaurant_ids: &'a T1,
        customer_ids: &'a T2,
        directions: &'a T3,
        statuses: &'a T4,
        contents: &'a T6,
    ) -> StoredQuery<'c, 'a, 's, C, Stored, 5> {
        StoredQuery {
            client,
            params: [restaurant_ids, customer_ids, directions, statuses, contents],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Stored, tokio_postgres::Error> {
                Ok(Stored {
                    id: row.try_get(0)?,
                    created_at: row.try_get(1)?,
                })
            },
            mapper: |it| Stored::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = crate::types::MessageDirection>,
    T4: crate::ArraySql<Item = crate::types::MessageStatus>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CreateMessagesParams<T1, T2, T3, T4, T5, T6>,
        StoredQuery<'c, 'a, 's, C, Stored, 5>,
        C,
    > for CreateMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CreateMessagesParams<T1, T2, T3, T4, T5, T6>,
    ) -> StoredQuery<'c, 'a, 's, C, Stored, 5> {
        self.bind(
            client,
            &params.restaurant_ids,
            &params.customer_ids,
            &params.directions,
            &params.statuses,
            &params.contents,
        )
    }
}
pub struct InteractionsOfMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn interactions_of_messages() -> InteractionsOfMessagesStmt {
    InteractionsOfMessagesStmt(
        "SELECT message_id, id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at FROM ai_interactions WHERE message_id = ANY ($1) AND restaurant_id = $2 ORDER BY created_at",
        None,
    )
}
impl InteractionsOfMessagesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        message_ids: &'a T1,
        restaurant_id: &'a uuid::Uuid,
    ) -> InteractionsOfMessagesQuery<'c, 'a, 's, C, InteractionsOfMessages, 2> {
        InteractionsOfMessagesQuery {
            client,
            params: [message_ids, restaurant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<InteractionsOfMessagesBorrowed, tokio_postgres::Error> {
                Ok(InteractionsOfMessagesBorrowed {
                    message_id: row.try_get(0)?,
                    id: row.try_get(1)?,
                    model: row.try_get(2)?,
                    latency_ms: row.try_get(3)?,
                    prompt_tokens: row.try_get(4)?,
                    completion_tokens: row.try_get(5)?,
                    confidence: row.try_get(6)?,
                    created_at: row.try_get(7)?,
                })
            },
            mapper: |it| InteractionsOfMessages::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InteractionsOfMessagesParams<T1>,
        InteractionsOfMessagesQuery<'c, 'a, 's, C, InteractionsOfMessages, 2>,
        C,
    > for InteractionsOfMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InteractionsOfMessagesParams<T1>,
    ) -> InteractionsOfMessagesQuery<'c, 'a, 's, C, InteractionsOfMessages, 2> {
        self.bind(client, &params.message_ids, &params.restaurant_id)
    }
}
pub struct MessagesOfCustomerStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn messages_of_customer() -> MessagesOfCustomerStmt {
    MessagesOfCustomerStmt(
        "SELECT id, customer_id, direction, status, content, created_at FROM whatsapp_messages WHERE customer_id = $1 ORDER BY created_at",
        None,
    )
}
impl MessagesOfCustomerStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        customer_id: &'a uuid::Uuid,
    ) -> MessagesOfCustomerQuery<'c, 'a, 's, C, MessagesOfCustomer, 1> {
        MessagesOfCustomerQuery {
            client,
            params: [customer_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<MessagesOfCustomerBorrowed, tokio_postgres::Error> {
                Ok(MessagesOfCustomerBorrowed {
                    id: row.try_get(0)?,
                    customer_id: row.try_get(1)?,
                    direction: row.try_get(2)?,
                    status: row.try_get(3)?,
                    content: row.try_get(4)?,
                    created_at: row.try_get(5)?,
                })
            },
            mapper: |it| MessagesOfCustomer::from(it),
        }
    }
}
pub struct AnswersOfMessageStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn answers_of_message() -> AnswersOfMessageStmt {
    AnswersOfMessageStmt(
        "SELECT message_id, id, model, latency_ms, confidence, created_at FROM ai_interactions WHERE message_id = $1 ORDER BY created_at",
        None,
    )
}
impl AnswersOfMessageStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        message_id: &'a uuid::Uuid,
    ) -> AnswerQuery<'c, 'a, 's, C, Answer, 1> {
        AnswerQuery {
            client,
            params: [message_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AnswerBorrowed, tokio_postgres::Error> {
                    Ok(AnswerBorrowed {
                        message_id: row.try_get(0)?,
                        id: row.try_get(1)?,
                        model: row.try_get(2)?,
                        latency_ms: row.try_get(3)?,
                        confidence: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                    })
                },
            mapper: |it| Answer::from(it),
        }
    }
}
pub struct AnswersOfMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn answers_of_messages() -> AnswersOfMessagesStmt {
    AnswersOfMessagesStmt(
        "SELECT message_id, id, model, latency_ms, confidence, created_at FROM ai_interactions WHERE message_id = ANY ($1) ORDER BY created_at",
        None,
    )
}
impl AnswersOfMessagesStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        message_ids: &'a T1,
    ) -> AnswerQuery<'c, 'a, 's, C, Answer, 1> {
        AnswerQuery {
            client,
            params: [message_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AnswerBorrowed, tokio_postgres::Error> {
                    Ok(AnswerBorrowed {
                        message_id: row.try_get(0)?,
                        id: row.try_get(1)?,
                        model: row.try_get(2)?,
                        latency_ms: row.try_get(3)?,
                        confidence: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                    })
                },
            mapper: |it| Answer::from(it),
        }
    }
}
pub struct AnswersOfCustomerStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn answers_of_customer() -> AnswersOfCustomerStmt {
    AnswersOfCustomerStmt(
        "SELECT message_id, id, model, latency_ms, confidence, created_at FROM ai_interactions WHERE message_id IN (SELECT id FROM whatsapp_messages WHERE customer_id = $1) ORDER BY created_at",
        None,
    )
}
impl AnswersOfCustomerStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        customer_id: &'a uuid::Uuid,
    ) -> AnswerQuery<'c, 'a, 's, C, Answer, 1> {
        AnswerQuery {
            client,
            params: [customer_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AnswerBorrowed, tokio_postgres::Error> {
                    Ok(AnswerBorrowed {
                        message_id: row.try_get(0)?,
                        id: row.try_get(1)?,
                        model: row.try_get(2)?,
                        latency_ms: row.try_get(3)?,
                        confidence: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                    })
                },
            mapper: |it| Answer::from(it),
        }
    }
}
pub struct ThreadsJoinedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn threads_joined() -> ThreadsJoinedStmt {
    ThreadsJoinedStmt(
        "SELECT m.id, m.customer_id, m.direction, m.status, m.content, m.created_at, a.message_id, a.id AS answer_id, a.model, a.latency_ms, a.confidence, a.created_at AS answered_at FROM whatsapp_messages m LEFT JOIN ai_interactions a ON a.message_id = m.id WHERE m.customer_id = $1 ORDER BY m.created_at, a.created_at",
        None,
    )
}
impl ThreadsJoinedStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        customer_id: &'a uuid::Uuid,
    ) -> ThreadsJoinedQuery<'c, 'a, 's, C, ThreadsJoined, 1> {
        ThreadsJoinedQuery {
            client,
            params: [customer_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ThreadsJoinedBorrowed, tokio_postgres::Error> {
                    Ok(ThreadsJoinedBorrowed {
                        id: row.try_get(0)?,
                        customer_id: row.try_get(1)?,
                        direction: row.try_get(2)?,
                        status: row.try_get(3)?,
                        content: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                        message_id: row.try_get(6)?,
                        answer_id: row.try_get(7)?,
                        model: row.try_get(8)?,
                        latency_ms: row.try_get(9)?,
                        confidence: row.try_get(10)?,
                        answered_at: row.try_get(11)?,
                    })
                },
            mapper: |it| ThreadsJoined::from(it),
        }
    }
}
