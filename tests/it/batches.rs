//! Several calls of one statement in one round trip.

use agent_catalog::customers::{CountCustomers, CustomerByPhone, RateCustomer, count_customers};
use diesel_async::AsyncConnection as _;
use planwright::pool::{Pool, PoolConfig};
use planwright::query::{batchexec, batchmany, batchone};
use planwright::testing;
use planwright::{Error, ErrorKind, assert_round_trips};
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw::texts;
use crate::world::World;

on_each_release! { single thread migrated:
    a_batch_is_one_round_trip,
    each_call_has_its_answer,
    calls_run_in_their_order,
    a_call_that_fails_is_alone,
    in_a_transaction_all_behind_fail,
    a_batch_moves_into_a_task,
}

fn rated(customer: Uuid, restaurant: Uuid, ratings: &[i16]) -> Vec<RateCustomer> {
    let call = |rating: &i16| RateCustomer {
        rating: Some(*rating),
        feedback_sentiment: None,
        id: customer,
        restaurant_id: restaurant,
    };
    ratings.iter().map(call).collect()
}

fn rating_of(customer: Uuid) -> String {
    format!("SELECT coalesce(rating::text, 'none') FROM customers WHERE id = '{customer}'")
}

async fn a_batch_is_one_round_trip(db: &Database) {
    let mut conn = testing::connect(&db.url()).await.unwrap();
    let calls = || {
        (0..100).map(|n| CountCustomers {
            restaurant_id: Uuid::from_u128(n),
        })
    };
    let counts = assert_round_trips!(== 2, conn, batchone(&mut conn, calls()));
    assert_eq!(
        counts.len(),
        100,
        "prepared in the first trip, run in the second"
    );
    let counts = assert_round_trips!(== 1, conn, batchone(&mut conn, calls()));
    assert!(
        counts
            .into_iter()
            .all(|count| count.unwrap().customers == 0)
    );
    let none: [CountCustomers; 0] = [];
    let nothing = assert_round_trips!(== 0, conn, batchone(&mut conn, none));
    assert!(nothing.is_empty());
}

async fn each_call_has_its_answer(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 71).await;
    let visible = world.visible();
    let absent = [("+15550999999", world.restaurant)];
    let phones = visible
        .iter()
        .map(|c| (c.phone_number.as_str(), world.restaurant));
    let calls: Vec<_> = phones.chain(absent).collect();
    let calls = calls
        .iter()
        .map(|(phone_number, restaurant_id)| CustomerByPhone {
            phone_number,
            restaurant_id: *restaurant_id,
        });
    let found = batchmany(conn, calls.clone()).await;
    let found: Vec<Option<Uuid>> = found
        .into_iter()
        .map(|rows| rows.unwrap().first().map(|row| row.id))
        .collect();
    let expected: Vec<_> = visible.iter().map(|c| Some(c.id)).chain([None]).collect();
    assert_eq!(found, expected);
    let one_each = batchone(conn, calls).await;
    let (found, absent) = one_each.split_at(visible.len());
    assert!(found.iter().all(Result::is_ok));
    let absent: Vec<_> = absent.iter().flat_map(Result::as_ref).collect();
    assert!(absent.is_empty(), "no row is an error of that call");
}

async fn calls_run_in_their_order(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 72).await;
    let customer = world.visible()[0].id;
    let ratings: Vec<i16> = (0..300).map(|n| n % 5 + 1).collect();
    // Also where each call prepares the statement for itself, and is sent later.
    for cached in [true, false] {
        if !cached {
            conn.set_prepared_statement_cache_size(diesel::connection::CacheSize::Disabled);
        }
        for last in [2, 4] {
            let mut ratings = ratings.clone();
            ratings.push(last);
            let done = batchexec(conn, rated(customer, world.restaurant, &ratings)).await;
            assert!(done.iter().all(Result::is_ok));
            assert_eq!(texts(conn, &rating_of(customer)).await, [last.to_string()]);
        }
    }
}

async fn a_call_that_fails_is_alone(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 73).await;
    let customer = world.visible()[0].id;
    let done = batchexec(conn, rated(customer, world.restaurant, &[1, 9, 3])).await;
    let kinds: Vec<_> = done
        .iter()
        .map(|answer| answer.as_ref().err().map(Error::kind))
        .collect();
    assert_eq!(kinds, [None, Some(ErrorKind::CheckViolation), None]);
    assert_eq!(texts(conn, &rating_of(customer)).await, ["3"]);
}

async fn in_a_transaction_all_behind_fail(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 74).await;
    let customer = world.visible()[0].id;
    let before = texts(conn, &rating_of(customer)).await;
    let mut answers = Vec::new();
    let calls = rated(customer, world.restaurant, &[1, 9, 3]);
    let lost = conn
        .transaction(async |conn| {
            answers = batchexec(conn, calls).await;
            let failed = answers.iter().position(Result::is_err);
            failed.map_or(Ok(()), |_| Err(diesel::result::Error::RollbackTransaction))
        })
        .await;
    assert!(lost.is_err());
    let failed: Vec<bool> = answers.iter().map(Result::is_err).collect();
    assert_eq!(failed, [false, true, true]);
    assert_eq!(texts(conn, &rating_of(customer)).await, before);
}

async fn a_batch_moves_into_a_task(db: &Database) {
    let pool = Pool::connect(&db.url(), PoolConfig::development())
        .await
        .unwrap();
    let restaurant = World::insert(&mut db.connect().await, 75).await.restaurant;
    let count = count_customers(&mut pool.get().await.unwrap(), restaurant)
        .await
        .unwrap();
    let task = tokio::spawn(async move {
        let mut conn = pool.get().await.unwrap();
        let calls = [restaurant, Uuid::nil()].map(|restaurant_id| CountCustomers { restaurant_id });
        batchone(&mut conn, calls).await
    });
    let counts = task.await.unwrap().into_iter();
    let counts: Vec<i64> = counts.map(|row| row.unwrap().customers).collect();
    assert_eq!(counts, [count, 0]);
}
