//! One query for each row: slow, and plainly right.

use planwright::PgConnection;

use crate::catalog::queries::{
    CustomersJoinedRow, CustomersNestedLoaded, OrdersJoinedRow, OrdersSelectInLoaded,
    OrdersSubqueryLoaded, customer_by_id, lines_of_order, orders_of_shop, payment_of_order,
    tags_of_order,
};
use crate::shop::CUSTOMERS;

/// A line: its position, and the product.
type Line = (i32, String);

/// An order with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    key: (i32, i32),
    customer_id: Option<i32>,
    note: Option<String>,
    lines: Vec<Line>,
    first: Vec<Line>,
    tags: Vec<(i32, String)>,
    customer: Option<(i32, String)>,
    payment: Option<i32>,
}

/// A customer: the key, the name, and the lines of each order by its number.
pub(crate) type Customer = (i32, Vec<(i32, Vec<Line>)>);

impl Order {
    pub(crate) fn without_first(&self) -> Self {
        Self {
            first: Vec::new(),
            ..self.clone()
        }
    }

    pub(crate) fn without_tags(&self) -> Self {
        Self {
            tags: Vec::new(),
            ..self.clone()
        }
    }
}

pub(crate) async fn lines(conn: &mut PgConnection, shop: i32, number: i32) -> Vec<Line> {
    let lines = lines_of_order(conn, shop, number).await.expect("rows");
    lines.into_iter().map(|l| (l.position, l.product)).collect()
}

/// The orders of a shop, with the first `max_rows` lines of each beside all.
pub(crate) async fn orders(conn: &mut PgConnection, shop: i32, max_rows: i64) -> Vec<Order> {
    let mut whole = Vec::new();
    for order in orders_of_shop(conn, shop).await.expect("rows") {
        let number = order.number;
        let lines = lines(conn, shop, number).await;
        let tags = tags_of_order(conn, shop, number).await.expect("rows");
        let customer = match order.customer_id {
            Some(id) => customer_by_id(conn, id).await.expect("a row"),
            None => None,
        };
        let most = usize::try_from(max_rows).expect("a small number");
        whole.push(Order {
            key: (order.shop_id, number),
            customer_id: order.customer_id,
            note: order.note,
            first: lines.iter().take(most).cloned().collect(),
            lines,
            tags: tags.into_iter().map(|tag| (tag.id, tag.name)).collect(),
            customer: customer.map(|customer| (customer.id, customer.name)),
            payment: payment_of_order(conn, shop, number).await.expect("a row"),
        });
    }
    whole
}

/// The same orders by customer, by number.
pub(crate) fn customers(orders: &[Order]) -> Vec<Customer> {
    let of = |id: i32| {
        let own = orders.iter().filter(|order| order.customer_id == Some(id));
        let mut own: Vec<_> = own
            .map(|order| (order.key.1, order.lines.clone()))
            .collect();
        own.sort_unstable();
        own
    };
    CUSTOMERS.iter().map(|id| (*id, of(*id))).collect()
}

pub(crate) fn nested(customer: CustomersNestedLoaded) -> Customer {
    let orders = customer.orders.into_iter().map(|order| {
        let lines = order.lines.into_iter().map(|l| (l.position, l.product));
        (order.number, lines.collect())
    });
    (customer.id, orders.collect())
}

/// Joined customers in the order of [`customers`]. The query orders lines from the last, so the
/// order in which customers and orders first come is any.
pub(crate) fn sorted(customers: Vec<CustomersJoinedRow>) -> Vec<Customer> {
    let mut sorted: Vec<Customer> = customers
        .into_iter()
        .map(|customer| {
            let orders = customer.orders.into_iter().map(|order| {
                let lines = order.lines.into_iter().map(|l| (l.position, l.product));
                (order.number, lines.rev().collect())
            });
            let mut orders: Vec<(i32, Vec<Line>)> = orders.collect();
            orders.sort_unstable();
            (customer.id, orders)
        })
        .collect();
    sorted.sort_unstable();
    sorted
}

impl From<OrdersSelectInLoaded> for Order {
    fn from(row: OrdersSelectInLoaded) -> Self {
        let line = |position, product| (position, product);
        Self {
            key: (row.shop_id, row.number),
            customer_id: row.customer_id,
            note: row.note,
            lines: row
                .lines
                .into_iter()
                .map(|l| line(l.position, l.product))
                .collect(),
            first: row
                .first
                .into_iter()
                .map(|l| line(l.position, l.product))
                .collect(),
            tags: row.tags.into_iter().map(|tag| (tag.id, tag.name)).collect(),
            customer: row.customer.map(|customer| (customer.id, customer.name)),
            payment: row.payment.map(|payment| payment.amount),
        }
    }
}

impl From<OrdersSubqueryLoaded> for Order {
    fn from(row: OrdersSubqueryLoaded) -> Self {
        Self {
            key: (row.shop_id, row.number),
            customer_id: row.customer_id,
            note: row.note,
            lines: row
                .lines
                .into_iter()
                .map(|l| (l.position, l.product))
                .collect(),
            first: Vec::new(),
            tags: row.tags.into_iter().map(|tag| (tag.id, tag.name)).collect(),
            customer: row.customer.map(|customer| (customer.id, customer.name)),
            payment: row.payment.map(|payment| payment.amount),
        }
    }
}

impl From<OrdersJoinedRow> for Order {
    fn from(row: OrdersJoinedRow) -> Self {
        Self {
            key: (row.shop_id, row.number),
            customer_id: row.customer_id,
            note: row.note,
            lines: row
                .lines
                .into_iter()
                .map(|l| (l.position, l.product))
                .collect(),
            first: Vec::new(),
            tags: Vec::new(),
            customer: row.customer.map(|customer| (customer.id, customer.name)),
            payment: row.payment.map(|payment| payment.amount),
        }
    }
}
