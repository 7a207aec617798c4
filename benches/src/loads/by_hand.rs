//! What a careful person writes with `tokio-postgres`: prepared statements, and a map.

use std::collections::HashMap;
use std::error::Error;

use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use super::catalog::queries;

/// An order: its key, the customer, the note, and its lines.
#[derive(Debug)]
pub(super) struct Order {
    key: (i32, i32),
    _customer_id: Option<i32>,
    _note: Option<String>,
    lines: Vec<(i32, String)>,
}

/// How many orders, and how many lines in all.
pub(super) fn size(orders: &[Order]) -> (usize, usize) {
    let lines = orders.iter().map(|order| order.lines.len());
    (orders.len(), lines.sum())
}

pub(super) struct ByHand {
    client: Client,
    orders: Statement,
    of_orders: Statement,
    of_shop: Statement,
    joined: Statement,
}

impl ByHand {
    pub(super) async fn connect(config: &Config) -> Result<Self, Box<dyn Error>> {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(Self {
            orders: client.prepare(queries::LINES_SELECT_IN.sql).await?,
            of_orders: client.prepare(queries::LINES_OF_ORDERS.sql).await?,
            of_shop: client.prepare(queries::LINES_OF_SHOP.sql).await?,
            joined: client.prepare(queries::LINES_JOINED.sql).await?,
            client,
        })
    }

    pub(super) async fn select_in(&self) -> Result<Vec<Order>, tokio_postgres::Error> {
        let rows = self.client.query(&self.orders, &[&1_i32]).await?;
        let orders: Vec<Order> = rows.iter().map(order).collect();
        let shops: Vec<i32> = orders.iter().map(|order| order.key.0).collect();
        let numbers: Vec<i32> = orders.iter().map(|order| order.key.1).collect();
        let lines = self
            .client
            .query(&self.of_orders, &[&shops, &numbers])
            .await?;
        Ok(with_lines(orders, &lines))
    }

    pub(super) async fn subquery(&self) -> Result<Vec<Order>, tokio_postgres::Error> {
        let (rows, lines) = tokio::try_join!(
            self.client.query(&self.orders, &[&1_i32]),
            self.client.query(&self.of_shop, &[&1_i32]),
        )?;
        Ok(with_lines(rows.iter().map(order).collect(), &lines))
    }

    pub(super) async fn joined(&self) -> Result<Vec<Order>, tokio_postgres::Error> {
        let rows = self.client.query(&self.joined, &[&1_i32]).await?;
        let mut orders: Vec<Order> = Vec::new();
        for row in &rows {
            // The rows of one order follow each other.
            let key: (i32, i32) = (row.get(0), row.get(1));
            if orders.last().is_none_or(|last| last.key != key) {
                orders.push(order(row));
            }
            let line: Option<i32> = row.get(4);
            if let (Some(position), Some(last)) = (line, orders.last_mut()) {
                last.lines.push((position, row.get(5)));
            }
        }
        Ok(orders)
    }
}

fn order(row: &Row) -> Order {
    Order {
        key: (row.get(0), row.get(1)),
        _customer_id: row.get(2),
        _note: row.get(3),
        lines: Vec::new(),
    }
}

fn with_lines(mut orders: Vec<Order>, lines: &[Row]) -> Vec<Order> {
    let places: HashMap<(i32, i32), usize> = orders
        .iter()
        .enumerate()
        .map(|(place, order)| (order.key, place))
        .collect();
    for row in lines {
        if let Some(place) = places.get(&(row.get(0), row.get(1))) {
            orders[*place].lines.push((row.get(2), row.get(3)));
        }
    }
    orders
}
