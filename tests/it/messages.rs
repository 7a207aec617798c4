//! `queries/messages.sql`.

use agent_catalog::messages::{
    ConversationRow, MessagesBetweenRow, conversation, count_messages, messages_between,
    set_message_status, store_message,
};
use agent_catalog::types::{MessageDirection, MessageStatus};
use chrono::{DateTime, TimeDelta, Utc};
use planwright::ErrorKind;
use uuid::Uuid;

use crate::fixture::Database;
use crate::world::{World, minute};

/// The literal LIMIT of `messages_between`.
const MOST: usize = 1_000;

on_each_release! { migrated:
    a_stored_message_is_in_the_conversation,
    a_conversation_is_newest_first_and_cut_off,
    a_range_has_its_first_instant_and_not_its_last,
    a_range_ends_at_its_limit,
    only_outbound_messages_change_their_status,
    messages_are_counted_by_direction_and_status,
    an_inbound_message_is_never_queued,
}

async fn a_stored_message_is_in_the_conversation(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(1, 1, 0);
    world.insert_into(conn).await;
    let customer = world.customers[0].id;
    let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);
    assert_eq!(
        conversation(conn, customer, world.restaurant, 9)
            .await
            .unwrap(),
        []
    );

    let stored = store_message(conn, world.restaurant, customer, inbound, received, "Hello").await;

    let stored = stored.unwrap();
    let expected = ConversationRow {
        id: stored.id,
        direction: inbound,
        status: received,
        content: "Hello".to_owned(),
        created_at: stored.created_at,
    };
    assert_eq!(
        conversation(conn, customer, world.restaurant, 9)
            .await
            .unwrap(),
        [expected]
    );

    let nobody = Uuid::nil();
    let stored = store_message(conn, world.restaurant, nobody, inbound, received, "Hello").await;
    assert_eq!(stored.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
}

async fn a_conversation_is_newest_first_and_cut_off(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 8).await;
    for customer in world.customers.iter().take(20) {
        let messages = world.messages_of(customer.id).into_iter();
        let expected: Vec<_> = messages
            .map(|message| ConversationRow {
                id: message.id,
                direction: message.direction,
                status: message.status,
                content: message.content.clone(),
                created_at: message.created_at,
            })
            .collect();
        for limit in [0, 1, expected.len() / 2, expected.len(), expected.len() + 1] {
            let max_rows = i64::try_from(limit).unwrap();
            let found = conversation(conn, customer.id, world.restaurant, max_rows)
                .await
                .unwrap();
            assert_eq!(found, expected[..limit.min(expected.len())]);
        }
    }
}

async fn a_range_has_its_first_instant_and_not_its_last(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 9).await;
    let mut times: Vec<_> = world
        .messages
        .iter()
        .map(|message| message.created_at)
        .collect();
    times.sort();
    let (first, middle, last) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    let instant = TimeDelta::microseconds(1);
    for (from, until, count) in [
        (first, last, times.len() - 1),
        (first, last + instant, times.len()),
        (first + instant, last, times.len() - 2),
        (first, middle, times.len() / 2),
        (middle, middle + instant, 1),
        (middle, middle, 0),
        (last, first, 0),
    ] {
        let found = messages_between(conn, world.restaurant, from, until)
            .await
            .unwrap();
        assert_eq!(found.len(), count);
        assert_eq!(found, between(&world, from, until));
    }
}

async fn a_range_ends_at_its_limit(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(10, 30, MOST + 50);
    world.insert_into(conn).await;
    let (from, until) = (minute(0), minute(2_000_000));
    let mut expected = between(&world, from, until);
    expected.truncate(MOST);
    assert_eq!(
        messages_between(conn, world.restaurant, from, until)
            .await
            .unwrap(),
        expected
    );
}

async fn only_outbound_messages_change_their_status(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(11, 10, 60);
    world.insert_into(conn).await;
    for message in &world.messages {
        let outbound = message.direction == MessageDirection::Outbound;
        let changed = set_message_status(conn, MessageStatus::Failed, message.id, world.restaurant);
        assert_eq!(changed.await.unwrap(), u64::from(outbound));
    }
    for found in messages_between(conn, world.restaurant, minute(0), minute(2_000_000))
        .await
        .unwrap()
    {
        let before = world
            .messages
            .iter()
            .find(|message| message.id == found.id)
            .unwrap();
        let expected = match before.direction {
            MessageDirection::Inbound => before.status,
            MessageDirection::Outbound => MessageStatus::Failed,
        };
        assert_eq!(found.status, expected);
    }
    let unknown = set_message_status(conn, MessageStatus::Sent, Uuid::nil(), world.restaurant);
    assert_eq!(unknown.await.unwrap(), 0);
}

async fn messages_are_counted_by_direction_and_status(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 12).await;
    let mut total = 0;
    for direction in MessageDirection::ALL {
        for status in MessageStatus::ALL {
            let same = world
                .messages
                .iter()
                .filter(|message| (message.direction, message.status) == (direction, status));
            let counted = count_messages(conn, world.restaurant, direction, status)
                .await
                .unwrap();
            let counted = usize::try_from(counted).unwrap();
            assert_eq!(counted, same.count(), "{direction} {status}");
            total += counted;
        }
    }
    assert_eq!(total, world.messages.len());
}

async fn an_inbound_message_is_never_queued(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(13, 1, 0);
    world.insert_into(conn).await;
    let (customer, inbound) = (world.customers[0].id, MessageDirection::Inbound);
    for status in MessageStatus::ALL {
        let stored = store_message(conn, world.restaurant, customer, inbound, status, "").await;
        if crate::world::INBOUND.contains(&status) {
            stored.unwrap();
        } else {
            assert_eq!(
                stored.unwrap_err().kind(),
                ErrorKind::CheckViolation,
                "{status}"
            );
        }
    }
}

/// What `messages_between` should return without its limit.
fn between(world: &World, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<MessagesBetweenRow> {
    let messages = world.messages.iter();
    let mut rows: Vec<_> = messages
        .filter(|message| (from..until).contains(&message.created_at))
        .map(|message| {
            let mut customers = world.customers.iter();
            let customer = customers.find(|customer| customer.id == message.customer_id);
            MessagesBetweenRow {
                id: message.id,
                customer_id: message.customer_id,
                customer_name: customer.unwrap().name.clone(),
                direction: message.direction,
                status: message.status,
                content: message.content.clone(),
                created_at: message.created_at,
            }
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    rows
}
