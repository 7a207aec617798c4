//! Customers of a few restaurants, made in Rust and inserted as they are.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::PgConnection;
use planwright_embedded::EmbeddedServer;
use uuid::Uuid;

use crate::project::{block_on, server};
use crate::soundness::Random;

pub(crate) const CITIES: [&str; 2] = ["Bern", "Genf"];
const RESTAURANTS: usize = 3;
const CUSTOMERS: usize = 400;

/// A customer, and the city of its restaurant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) restaurant: Uuid,
    pub(crate) city: Option<&'static str>,
    pub(crate) name: Option<String>,
    pub(crate) phone: String,
    pub(crate) status: &'static str,
    pub(crate) rating: Option<i16>,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) fn restaurant(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}

/// Many of them are made at the same time as others.
pub(crate) fn customers() -> Vec<Customer> {
    let mut random = Random(11);
    let customers = (0..CUSTOMERS).map(|number| {
        let restaurant_number = random.below(RESTAURANTS);
        let minutes = TimeDelta::minutes(random.below(60).try_into().expect("small"));
        Customer {
            id: number.try_into().expect("small"),
            restaurant: restaurant(restaurant_number),
            city: CITIES.get(restaurant_number).copied(),
            name: random
                .chance(80)
                .then(|| format!("name {}", random.below(40))),
            phone: format!("{number}"),
            status: random.pick(&["active", "blocked"]),
            rating: random
                .chance(70)
                .then(|| random.below(6).try_into().expect("small")),
            created_at: DateTime::UNIX_EPOCH + minutes,
        }
    });
    customers.collect()
}

/// Runs a test on the customers, on a server of this version.
pub(crate) fn with_customers(major: u32, test: impl AsyncFnOnce(&mut PgConnection)) {
    with_schema(major, include_str!("../../cases/schema.sql"), test);
}

/// The same in tables that have other indexes.
pub(crate) fn with_schema(major: u32, schema: &str, test: impl AsyncFnOnce(&mut PgConnection)) {
    block_on(async {
        let embedded = EmbeddedServer::start_with(&server(major)).await;
        let embedded = embedded.expect("a server");
        embedded.create_database("shop").await.expect("a database");
        let connected = PgConnection::establish(&embedded.database_url("shop")).await;
        let mut conn = connected.expect("a connection");
        execute(&mut conn, schema).await;
        insert(&mut conn, &customers()).await;
        test(&mut conn).await;
        drop(conn);
        embedded.stop().await.expect("the server stops");
    });
}

pub(crate) async fn execute(conn: &mut PgConnection, statements: &str) {
    let done = conn.batch_execute(statements).await;
    done.unwrap_or_else(|error| panic!("{statements}: {error}"));
}

async fn insert(conn: &mut PgConnection, customers: &[Customer]) {
    let text = |value: Option<&str>| value.map_or("NULL".to_owned(), |text| format!("'{text}'"));
    for number in 0..RESTAURANTS {
        let city = text(CITIES.get(number).copied());
        let id = restaurant(number);
        execute(
            conn,
            &format!("INSERT INTO restaurants VALUES ('{id}', 'R', {city})"),
        )
        .await;
    }
    let rows: Vec<String> = customers.iter().map(values).collect();
    let insert = format!(
        "INSERT INTO customers (id, restaurant_id, name, phone, status, rating, created_at)
         OVERRIDING SYSTEM VALUE VALUES {}; ANALYZE",
        rows.join(", ")
    );
    execute(conn, &insert).await;
}

fn values(customer: &Customer) -> String {
    let name = customer.name.as_ref();
    let name = name.map_or("NULL".to_owned(), |name| format!("'{name}'"));
    let rating = customer.rating.map_or("NULL".to_owned(), |r| r.to_string());
    let (id, restaurant, phone) = (customer.id, customer.restaurant, &customer.phone);
    let (status, created_at) = (customer.status, customer.created_at.to_rfc3339());
    format!("({id}, '{restaurant}', {name}, '{phone}', '{status}', {rating}, '{created_at}')")
}

/// The texts that are prepared on the connection, and how often each ran.
pub(crate) async fn prepared(conn: &mut PgConnection) -> Vec<(String, i64)> {
    let statements = "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements";
    let statements = sql::<(st::Text, st::BigInt)>(statements).load(conn).await;
    statements.expect("the prepared statements")
}
