//! The two ways to count the messages of customers: by sub-select and by GROUP BY.

use std::collections::BTreeMap;

use agent_catalog::customers::{
    CustomerMessageCount, customers_with_message_counts, most_active_customers,
};
use chrono::{DateTime, Utc};

use crate::fixture::Database;
use crate::world::{Customer, World, minute};

/// The literal LIMITs of the two queries.
const NEWEST: usize = 50;
const MOST_ACTIVE: usize = 20;

on_each_release! { migrated:
    the_newest_customers_with_their_counts,
    the_most_active_customers_since_a_date,
    both_forms_agree,
}

async fn the_newest_customers_with_their_counts(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 5).await;
    let visible = world.visible();
    assert!(visible.len() > NEWEST, "more than the limit");
    let newest = visible.into_iter().take(NEWEST);
    let expected: Vec<_> = newest
        .map(|customer| count(&world, customer, minute(0)))
        .collect();
    assert!(
        expected.iter().any(|row| row.message_count == 0),
        "some wrote nothing"
    );

    let found = customers_with_message_counts(conn, world.restaurant)
        .await
        .unwrap();

    assert_eq!(found, expected);
}

async fn the_most_active_customers_since_a_date(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 6).await;
    let instants = [
        minute(0),
        world.messages[0].created_at,
        minute(500_000),
        minute(2_000_000),
    ];
    for since in instants {
        let found = most_active_customers(conn, world.restaurant, since)
            .await
            .unwrap();
        assert_eq!(found, most_active(&world, since), "since {since}");
    }
    let none = most_active_customers(conn, world.restaurant, minute(2_000_000))
        .await
        .unwrap();
    assert_eq!(
        none.len(),
        MOST_ACTIVE,
        "a customer without messages counts as 0"
    );
    assert!(
        none.iter()
            .all(|row| (row.message_count, row.last_message_at) == (0, None))
    );
}

/// A customer whom both return has the same row in both, when all messages count.
async fn both_forms_agree(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 7).await;
    let newest = customers_with_message_counts(conn, world.restaurant)
        .await
        .unwrap();
    let newest: BTreeMap<_, _> = newest.into_iter().map(|row| (row.id, row)).collect();
    let active = most_active_customers(conn, world.restaurant, minute(0))
        .await
        .unwrap();
    let in_both: Vec<_> = active
        .iter()
        .filter(|row| newest.contains_key(&row.id))
        .collect();
    assert!(in_both.len() > MOST_ACTIVE / 4, "enough to compare");
    for row in in_both {
        assert_eq!(newest[&row.id], *row);
    }
}

fn most_active(world: &World, since: DateTime<Utc>) -> Vec<CustomerMessageCount> {
    let visible = world.visible().into_iter();
    let mut rows: Vec<_> = visible
        .map(|customer| count(world, customer, since))
        .collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.message_count), row.id));
    rows.truncate(MOST_ACTIVE);
    rows
}

fn count(world: &World, customer: &Customer, since: DateTime<Utc>) -> CustomerMessageCount {
    let messages = world.messages_of(customer.id).into_iter();
    let times: Vec<_> = messages
        .map(|message| message.created_at)
        .filter(|created_at| *created_at >= since)
        .collect();
    CustomerMessageCount {
        id: customer.id,
        name: customer.name.clone(),
        phone_number: customer.phone_number.clone(),
        message_count: i64::try_from(times.len()).unwrap(),
        last_message_at: times.into_iter().max(),
    }
}
