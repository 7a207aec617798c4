//! Every way to load what belongs to a row gives what one query for each row gives.

#[rustfmt::skip]
#[path = "../cases/load_plans/expected.rs"]
#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "generated; its own crate chooses its lints"
)]
mod catalog;
mod naive;
mod shop;

use catalog::queries::{
    customers_joined, customers_nested, orders_joined, orders_select_in, orders_subquery, tagged,
};
use diesel_async::SimpleAsyncConnection as _;
use naive::Order;
use planwright::PgConnection;
use planwright::testing::{self, Counted};
use planwright::{QueryInfo, assert_round_trips};
use planwright_embedded::{EmbeddedServer, Settings};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::TestRunner;
use shop::Shop;

const SCHEMA: &str = include_str!("../cases/load_plans/schema.sql");

#[tokio::test]
async fn postgresql_15_loads_what_single_queries_find() {
    loads_what_single_queries_find(15).await;
}

#[tokio::test]
async fn postgresql_18_loads_what_single_queries_find() {
    loads_what_single_queries_find(18).await;
}

async fn loads_what_single_queries_find(major: u32) {
    let settings = Settings::new().major(major).require_major(true);
    let server = EmbeddedServer::start_with(&settings)
        .await
        .expect("a server");
    server.create_database("plans").await.expect("a database");
    let url = server.database_url("plans");
    let mut conn = testing::connect(&url).await.expect("a connection");
    conn.batch_execute(SCHEMA).await.expect("the schema");
    conn.batch_execute(shop::CUSTOMERS_AND_TAGS)
        .await
        .expect("rows");

    for (number, shop) in [Shop::default(), Shop::large(3_000)].iter().enumerate() {
        let id = i32::try_from(number).expect("a small number");
        shop.insert(&mut conn, id).await;
        compare(&mut conn, id, 2).await;
        // Every statement is prepared by now.
        count(&mut conn, id).await;
    }
    // Each case is a shop of its own, so cases do not see each other.
    let runtime = tokio::runtime::Handle::current();
    let checked = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig {
            cases: 40,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let conn = std::cell::RefCell::new(conn);
        let next = std::cell::Cell::new(100);
        let mut runner = TestRunner::new(config);
        runner.run(&(shop::any(), 0..4_i64), |(shop, max_rows)| {
            let id = next.replace(next.get() + 1);
            let conn = &mut conn.borrow_mut();
            runtime.block_on(async {
                shop.insert(conn, id).await;
                compare(conn, id, max_rows).await;
            });
            Ok(())
        })
    });
    checked
        .await
        .expect("the cases ran")
        .expect("every case is equal");
    server.stop().await.expect("the server stops");
}

/// Every strategy against one query for each row.
async fn compare(conn: &mut PgConnection, shop: i32, max_rows: i64) {
    let expected = naive::orders(conn, shop, max_rows).await;
    let select_in = orders_select_in(conn, shop, max_rows).await.expect("rows");
    assert_eq!(
        select_in.into_iter().map(Order::from).collect::<Vec<_>>(),
        expected
    );

    let subquery = orders_subquery(conn, shop).await.expect("rows");
    let subquery: Vec<Order> = subquery.into_iter().map(Order::from).collect();
    let without_first: Vec<Order> = expected.iter().map(Order::without_first).collect();
    assert_eq!(subquery, without_first);

    let joined = orders_joined(conn, shop).await.expect("rows");
    let joined: Vec<Order> = joined.into_iter().map(Order::from).collect();
    let without_tags: Vec<Order> = without_first.iter().map(Order::without_tags).collect();
    assert_eq!(joined, without_tags);

    let tagged = tagged(conn, shop).await.expect("rows");
    for row in &tagged {
        let lines: Vec<_> = row
            .lines
            .iter()
            .map(|l| (l.position, l.product.clone()))
            .collect();
        assert_eq!(lines, naive::lines(conn, row.shop_id, row.number).await);
    }

    let ids = shop::CUSTOMERS;
    let nested = customers_nested(conn, &ids, shop).await.expect("rows");
    let nested: Vec<_> = nested.into_iter().map(naive::nested).collect();
    assert_eq!(nested, naive::customers(&expected));
    let joined = customers_joined(conn, shop, &ids).await.expect("rows");
    assert_eq!(naive::sorted(joined), naive::customers(&expected));
}

/// As many round trips as the catalog prints, however many rows there are, and fewer where there
/// are none.
async fn count(conn: &mut Counted, shop: i32) {
    use catalog::queries as q;
    let said = |info: &QueryInfo| u64::from(info.round_trips);
    let trips = [
        &q::ORDERS_SELECT_IN,
        &q::ORDERS_SUBQUERY,
        &q::ORDERS_JOINED,
        &q::CUSTOMERS_NESTED,
    ];
    let trips = trips.map(said);
    assert_eq!(trips, [2, 1, 1, 3]);
    let [select_in, subquery, joined, nested] = trips;
    // Shop 0 has no orders, so there is nothing to ask for on the levels below.
    let (select_in, nested) = if shop == 0 {
        (1, 2)
    } else {
        (select_in, nested)
    };
    assert_round_trips!(== select_in, conn, orders_select_in(conn, shop, 2)).expect("rows");
    assert_round_trips!(== subquery, conn, orders_subquery(conn, shop)).expect("rows");
    assert_round_trips!(== joined, conn, orders_joined(conn, shop)).expect("rows");
    let ids = shop::CUSTOMERS;
    assert_round_trips!(== nested, conn, customers_nested(conn, &ids, shop)).expect("rows");
}
