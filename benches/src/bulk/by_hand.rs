//! What a careful person writes with `tokio-postgres`: an array for each column, and the
//! driver's own writer of the binary format.

use std::error::Error;
use std::pin::pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};

use super::catalog::queries::{ADD_MESSAGES, AddMessagesInput, IMPORT_MESSAGES};
use super::catalog::types::Direction;

pub(super) struct ByHand {
    unnest: Statement,
    direction: Type,
}

impl ByHand {
    pub(super) async fn prepare(client: &Client) -> Result<Self, Box<dyn Error>> {
        let one = "INSERT INTO messages (direction, restaurant_id, customer_id, content, created_at) VALUES ($1, $2, $3, $4, $5)";
        let one = client.prepare(one).await?;
        Ok(Self {
            unnest: client.prepare(ADD_MESSAGES.sql).await?,
            direction: one.params()[0].clone(),
        })
    }

    pub(super) async fn unnest(
        &self,
        client: &Client,
        rows: &[AddMessagesInput],
    ) -> Result<u64, Box<dyn Error>> {
        let restaurants: Vec<_> = rows.iter().map(|row| row.restaurant_id).collect();
        let customers: Vec<_> = rows.iter().map(|row| row.customer_id).collect();
        let directions: Vec<_> = rows.iter().map(|row| Label(row.direction)).collect();
        let models: Vec<_> = rows.iter().map(|row| row.model.as_deref()).collect();
        let tokens: Vec<_> = rows.iter().map(|row| row.tokens).collect();
        let contents: Vec<_> = rows.iter().map(|row| row.content.as_str()).collect();
        let times: Vec<_> = rows.iter().map(|row| row.created_at).collect();
        let columns: [&(dyn ToSql + Sync); 7] = [
            &restaurants,
            &customers,
            &directions,
            &models,
            &tokens,
            &contents,
            &times,
        ];
        Ok(client.execute(&self.unnest, &columns).await?)
    }

    pub(super) async fn copy(
        &self,
        client: &Client,
        rows: &[AddMessagesInput],
    ) -> Result<u64, Box<dyn Error>> {
        let types = [
            Type::UUID,
            Type::UUID,
            self.direction.clone(),
            Type::TEXT,
            Type::INT4,
            Type::TEXT,
            Type::TIMESTAMPTZ,
        ];
        let sink = client.copy_in(IMPORT_MESSAGES.sql).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        for row in rows {
            let values: [&(dyn ToSql + Sync); 7] = [
                &row.restaurant_id,
                &row.customer_id,
                &Label(row.direction),
                &row.model,
                &row.tokens,
                &row.content,
                &row.created_at,
            ];
            writer.as_mut().write(&values).await?;
        }
        Ok(writer.finish().await?)
    }
}

/// A direction as its label.
#[derive(Debug)]
struct Label(Direction);

impl ToSql for Label {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.label().as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
