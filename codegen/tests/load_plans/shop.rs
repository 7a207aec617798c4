//! Generated orders of one shop.

use std::fmt::Write as _;

use diesel_async::SimpleAsyncConnection as _;
use planwright::PgConnection;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any as anything};

/// The customers that there are; orders have one of them or none.
pub(crate) const CUSTOMERS: [i32; 4] = [1, 2, 3, 4];

pub(crate) const CUSTOMERS_AND_TAGS: &str = "
INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Ada'), (4, 'Mary');
INSERT INTO tags VALUES (1, 'paid'), (2, 'late'), (3, 'gift');";

/// The orders of a shop; their numbers are their places.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shop {
    orders: Vec<Order>,
}

#[derive(Debug, Clone)]
struct Order {
    customer: Option<i32>,
    note: Option<String>,
    is_deleted: bool,
    products: Vec<String>,
    tags: Vec<i32>,
    amount: Option<i32>,
}

/// Any shop: none or a few orders, and most with several things each.
pub(crate) fn any() -> impl Strategy<Value = Shop> {
    let order = (
        option::of(1..=4_i32),
        option::of("[a-z']{0,3}"),
        anything::<bool>(),
        vec("[a-c]{1,2}", 0..5),
        btree_set(1..=3_i32, 0..3),
        option::of(anything::<i32>()),
    );
    let order = order.prop_map(
        |(customer, note, is_deleted, products, tags, amount)| Order {
            customer,
            note,
            is_deleted,
            products,
            tags: tags.into_iter().collect(),
            amount,
        },
    );
    let orders = proptest::prop_oneof![
        1 => Just(Vec::new()),
        1 => vec(order.clone(), 1),
        6 => vec(order, 2..25),
    ];
    orders.prop_map(|orders| Shop { orders })
}

impl Shop {
    /// Many orders, all alike.
    pub(crate) fn large(orders: usize) -> Self {
        let order = Order {
            customer: Some(2),
            note: None,
            is_deleted: false,
            products: vec!["bread".to_owned(), "salt".to_owned()],
            tags: vec![1, 3],
            amount: Some(7),
        };
        Self {
            orders: vec![order; orders],
        }
    }

    pub(crate) async fn insert(&self, conn: &mut PgConnection, id: i32) {
        let mut sql = String::new();
        for (number, order) in self.orders.iter().enumerate() {
            order.insert(&mut sql, id, number);
        }
        conn.batch_execute(&sql).await.expect("rows");
    }
}

impl Order {
    fn insert(&self, sql: &mut String, shop: i32, number: usize) {
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let or_null = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
        let customer = or_null(self.customer.map(|id| id.to_string()));
        let note = or_null(self.note.as_deref().map(text));
        let mut row = |table: &str, values: String| {
            // Writing to a string cannot fail.
            let _ = write!(
                sql,
                "INSERT INTO {table} VALUES ({shop}, {number}, {values});"
            );
        };
        row("orders", format!("{customer}, {note}, {}", self.is_deleted));
        for (position, product) in self.products.iter().enumerate() {
            row("lines", format!("{position}, {}", text(product)));
        }
        for tag in &self.tags {
            row("order_tags", tag.to_string());
        }
        if let Some(amount) = self.amount {
            row("payments", amount.to_string());
        }
    }
}
