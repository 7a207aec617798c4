//! `upsert_customer_by_phone`: new, known, and both at once.

use agent_catalog::customers::{
    count_customers, create_customer, customer_by_phone, upsert_customer_by_phone,
};
use agent_catalog::messages::store_message;
use agent_catalog::types::{MessageDirection, MessageStatus};
use diesel_async::AsyncConnection as _;
use planwright::ErrorKind;
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw;
use crate::world::{World, phone};

on_each_release! { migrated:
    the_first_is_new_and_the_next_is_known,
    a_name_is_taken_over_or_kept,
    the_number_of_another_customer_is_refused,
    a_known_customer_is_not_new_whoever_holds_the_row,
    of_many_at_once_exactly_one_is_new,
}

async fn the_first_is_new_and_the_next_is_known(db: &Database) {
    let conn = &mut db.connect().await;
    let restaurant = restaurant(conn).await;
    let number = phone(1, 1);

    let first = upsert_customer_by_phone(conn, restaurant, "C-1", &number, None)
        .await
        .unwrap();
    let again = upsert_customer_by_phone(conn, restaurant, "C-2", &number, None)
        .await
        .unwrap();
    let third = upsert_customer_by_phone(conn, restaurant, "C-3", &number, None)
        .await
        .unwrap();

    assert_eq!(
        [first.is_new, again.is_new, third.is_new],
        [true, false, false]
    );
    assert_eq!([again.id, third.id], [first.id, first.id]);
    assert_eq!(
        third.customer_number, "C-1",
        "the restaurant's number stays"
    );
    assert_eq!(third.created_at, first.created_at);
    assert_eq!(count_customers(conn, restaurant).await.unwrap(), 1);
}

async fn a_name_is_taken_over_or_kept(db: &Database) {
    let conn = &mut db.connect().await;
    let restaurant = restaurant(conn).await;
    let number = phone(1, 1);
    for (given, kept) in [
        (None, None),
        (Some("Ada"), Some("Ada")),
        (None, Some("Ada")),
        (Some("Ada L."), Some("Ada L.")),
        (Some(""), Some("")),
    ] {
        let row = upsert_customer_by_phone(conn, restaurant, "C-1", &number, given)
            .await
            .unwrap();
        assert_eq!(row.name.as_deref(), kept);
        let found = customer_by_phone(conn, &number, restaurant)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.name.as_deref(), kept);
    }
}

async fn the_number_of_another_customer_is_refused(db: &Database) {
    let conn = &mut db.connect().await;
    let restaurant = restaurant(conn).await;
    create_customer(conn, restaurant, "C-1", &phone(1, 1), None)
        .await
        .unwrap();

    let taken = upsert_customer_by_phone(conn, restaurant, "C-1", &phone(1, 2), None).await;

    let error = taken.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(
        error.constraint(),
        Some("customers_restaurant_id_customer_number_key")
    );
}

/// `is_new` is read from the row's locks: those of this transaction, of an open one
/// and of one that was rolled back must not confuse it.
async fn a_known_customer_is_not_new_whoever_holds_the_row(db: &Database) {
    let (conn, other) = (&mut db.connect().await, &mut db.connect().await);
    let restaurant = restaurant(conn).await;
    let (number, own) = (phone(1, 1), "C-1");
    let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);

    let in_one_transaction = conn.transaction(async |conn| {
        let first = upsert_customer_by_phone(conn, restaurant, own, &number, None).await?;
        let again = upsert_customer_by_phone(conn, restaurant, own, &number, None).await?;
        planwright::Result::Ok((first, again))
    });
    let (first, again) = in_one_transaction.await.unwrap();
    assert_eq!((first.is_new, again.is_new), (true, false));

    // The foreign key of a message locks the customer until the transaction ends.
    raw::execute(other, "BEGIN").await;
    let stored = store_message(other, restaurant, first.id, inbound, received, "").await;
    stored.unwrap();
    let held = upsert_customer_by_phone(conn, restaurant, own, &number, None)
        .await
        .unwrap();
    raw::execute(other, "ROLLBACK").await;
    let released = upsert_customer_by_phone(conn, restaurant, own, &number, None)
        .await
        .unwrap();
    assert_eq!((held.is_new, released.is_new), (false, false));
    assert_eq!([again.id, held.id, released.id], [first.id; 3]);
}

/// A customer's first two messages can reach two workers at the same time.
async fn of_many_at_once_exactly_one_is_new(db: &Database) {
    const TASKS: usize = 40;
    let restaurant = restaurant(&mut db.connect().await).await;
    let pool = Pool::connect(&db.url(), PoolConfig::development())
        .await
        .unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut conn = pool.get().await?;
                let number = format!("C-{task}");
                upsert_customer_by_phone(&mut conn, restaurant, &number, &phone(1, 1), None).await
            })
        })
        .collect();
    let mut rows = Vec::new();
    for task in tasks {
        rows.push(task.await.unwrap().unwrap());
    }
    assert_eq!(rows.iter().filter(|row| row.is_new).count(), 1);
    let inserted = rows.iter().find(|row| row.is_new).unwrap();
    assert!(rows.iter().all(|row| row.id == inserted.id));
    assert!(
        rows.iter()
            .all(|row| row.customer_number == inserted.customer_number)
    );
}

async fn restaurant(conn: &mut PgConnection) -> Uuid {
    let world = World::sized(1, 0, 0);
    world.insert_into(conn).await;
    world.restaurant
}
