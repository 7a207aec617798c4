//! Customers by what is known of them, messages page by page, and everything in a stream.

use std::collections::BTreeSet;

use agent_catalog::customers::{SearchCustomers, SearchCustomersOrder, search_customers};
use agent_catalog::messages::{MessagesByPageCursor, every_message, messages_by_page};
use agent_catalog::types::{CustomerStatus, FeedbackSentiment};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use uuid::Uuid;

use crate::coverage::prepared;
use crate::fixture::Database;
use crate::raw;
use crate::world::{Customer, World};

on_each_release! { migrated:
    every_combination_finds_what_a_filter_in_rust_finds,
    pages_are_the_messages_in_their_order,
    a_stream_is_every_message,
}

/// Nothing, and each of the values that customers have.
fn given<T: Copy + Ord>(values: impl Iterator<Item = Option<T>>) -> Vec<Option<T>> {
    let values: BTreeSet<T> = values.flatten().collect();
    let values = values.into_iter().map(Some);
    values.chain([None]).collect()
}

async fn every_combination_finds_what_a_filter_in_rust_finds(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 41).await;
    World::insert(conn, 42).await;
    let visible = world.visible();
    let times: Vec<DateTime<Utc>> = visible.iter().map(|c| c.created_at).collect();
    let statuses = [
        None,
        Some(CustomerStatus::Active),
        Some(CustomerStatus::Blocked),
    ];
    let feedback = [None, Some(FeedbackSentiment::Positive)];
    let mut found = 0;
    for (status, feedback_sentiment) in statuses
        .into_iter()
        .flat_map(|status| feedback.map(|feedback| (status, feedback)))
    {
        for created_since in
            given([times.iter().min().copied(), times.get(20).copied()].into_iter())
        {
            for order in [SearchCustomersOrder::Newest, SearchCustomersOrder::Name] {
                for max_rows in [3, 1_000] {
                    let query = SearchCustomers {
                        restaurant_id: world.restaurant,
                        status,
                        feedback_sentiment,
                        created_since,
                        max_rows,
                        order,
                    };
                    let rows = search_customers(conn, query).await.unwrap();
                    let rows: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
                    assert_eq!(rows, filtered(&visible, &query), "{query:?}");
                    found += rows.len();
                }
            }
        }
    }
    assert!(found > 500, "{found}");
    let of_search = |name: &str| name.starts_with("customers::search_customers[");
    let statements = prepared(conn).await;
    let statements = statements.iter().filter(|(name, _)| of_search(name));
    assert_eq!(statements.count(), 16, "one for each combination");
}

fn filtered(customers: &[&Customer], query: &SearchCustomers) -> Vec<Uuid> {
    let mut found: Vec<&&Customer> = customers
        .iter()
        .filter(|customer| {
            query.status.is_none_or(|status| customer.status == status)
                && (query.feedback_sentiment.is_none()
                    || customer.sentiment == query.feedback_sentiment)
                && query
                    .created_since
                    .is_none_or(|since| customer.created_at >= since)
        })
        .collect();
    match query.order {
        SearchCustomersOrder::Newest => {
            found.sort_by_key(|customer| (std::cmp::Reverse(customer.created_at), customer.id));
        }
        SearchCustomersOrder::Name => {
            found.sort_by_key(|customer| (customer.name.is_none(), &customer.name, customer.id));
        }
    }
    found.truncate(usize::try_from(query.max_rows).unwrap());
    found.iter().map(|customer| customer.id).collect()
}

async fn pages_are_the_messages_in_their_order(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 43).await;
    World::insert(conn, 44).await;
    // Many messages of one moment.
    raw::execute(
        conn,
        "UPDATE whatsapp_messages SET created_at = date_trunc('hour', created_at)",
    )
    .await;
    let mut expected: Vec<(DateTime<Utc>, Uuid)> = Vec::new();
    let mut messages = every_message(conn, world.restaurant);
    while let Some(message) = messages.try_next().await.unwrap() {
        expected.push((message.created_at, message.id));
    }
    drop(messages);
    expected.sort_unstable_by(|a, b| b.cmp(a));
    for page_size in [1, 7, 300, 600, 601] {
        let (mut seen, mut after): (Vec<_>, Option<MessagesByPageCursor>) = (Vec::new(), None);
        loop {
            let page = messages_by_page(conn, world.restaurant, after.as_ref(), page_size).await;
            let page = page.unwrap();
            assert!(page.rows.len() <= usize::try_from(page_size).unwrap());
            seen.extend(page.rows.iter().map(|row| (row.created_at, row.id)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);
    }
}

async fn a_stream_is_every_message(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 45).await;
    World::insert(conn, 46).await;
    let streamed: Vec<_> = every_message(conn, world.restaurant)
        .map_ok(|message| (message.created_at, message.id))
        .try_collect()
        .await
        .unwrap();
    let mut expected: Vec<_> = world
        .messages
        .iter()
        .map(|m| (m.created_at, m.id))
        .collect();
    expected.sort_unstable();
    assert_eq!(streamed, expected);
}
