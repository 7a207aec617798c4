//! Rows loaded for other rows: the same as one query for each of them, in a fixed number of
//! statements.

use std::collections::BTreeMap;

use agent_catalog::ai_interactions::ai_interactions_of_message;
use agent_catalog::customers::{
    customer_with_conversation, customers_with_messages, soft_delete_customer,
};
use agent_catalog::messages::{conversation, messages_with_interactions};
use planwright::ErrorKind;
use uuid::Uuid;

use crate::coverage::prepared;
use crate::fixture::Database;
use crate::world::World;

on_each_release! { migrated:
    customers_have_the_messages_that_one_query_each_finds,
    a_customer_has_the_conversation,
    messages_have_their_customer_and_interactions,
    a_load_is_as_many_statements_as_it_says,
    no_parent_is_no_statement_for_children,
}

async fn customers_have_the_messages_that_one_query_each_finds(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 21).await;
    World::insert(conn, 22).await;
    for max_rows in [0, 1, 3, 1_000] {
        let loaded = customers_with_messages(conn, world.restaurant, max_rows)
            .await
            .unwrap();
        assert_eq!(loaded.len(), 50, "a page of the visible ones");
        let mut several = 0;
        for customer in &loaded {
            let naive = conversation(conn, customer.id, world.restaurant, max_rows)
                .await
                .unwrap();
            let own: Vec<_> = customer
                .messages
                .iter()
                .map(|m| (m.id, m.direction, m.status, &m.content, m.created_at))
                .collect();
            let naive: Vec<_> = naive
                .iter()
                .map(|m| (m.id, m.direction, m.status, &m.content, m.created_at))
                .collect();
            assert_eq!(own, naive);
            assert!(
                customer
                    .messages
                    .iter()
                    .all(|m| m.customer_id == customer.id)
            );
            several += usize::from(own.len() > 1);
        }
        assert_eq!(
            several > 10,
            max_rows > 1,
            "{several} with several messages"
        );
    }
}

async fn a_customer_has_the_conversation(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 23).await;
    for customer in &world.customers {
        let loaded = customer_with_conversation(conn, customer.id, world.restaurant, 20)
            .await
            .unwrap();
        assert_eq!(loaded.is_none(), customer.is_deleted);
        let Some(loaded) = loaded else { continue };
        let naive = conversation(conn, customer.id, world.restaurant, 20)
            .await
            .unwrap();
        let ids: Vec<Uuid> = naive.iter().map(|message| message.id).collect();
        let own: Vec<Uuid> = loaded.messages.iter().map(|message| message.id).collect();
        assert_eq!((loaded.id, own), (customer.id, ids));
    }
}

async fn messages_have_their_customer_and_interactions(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 24).await;
    // A message keeps its customer, also one that was deleted since.
    soft_delete_customer(conn, world.messages[0].customer_id, world.restaurant)
        .await
        .unwrap();
    let numbers: BTreeMap<Uuid, &str> = world
        .customers
        .iter()
        .map(|customer| (customer.id, customer.customer_number.as_str()))
        .collect();
    let loaded = messages_with_interactions(conn, world.restaurant, 1_000)
        .await
        .unwrap();
    assert_eq!(loaded.len(), world.messages.len());
    let mut answered = 0;
    for message in &loaded {
        assert_eq!(message.customer.id, message.customer_id);
        assert_eq!(
            message.customer.customer_number,
            numbers[&message.customer_id]
        );
        let naive = ai_interactions_of_message(conn, message.id, world.restaurant)
            .await
            .unwrap();
        let naive: Vec<_> = naive
            .iter()
            .map(|i| (i.id, i.model.as_str(), i.latency_ms, i.created_at))
            .collect();
        let own: Vec<_> = message
            .interactions
            .iter()
            .map(|i| (i.id, i.model.as_str(), i.latency_ms, i.created_at))
            .collect();
        assert_eq!(own, naive);
        answered += own.len();
    }
    assert_eq!(answered, world.interactions.len());
}

/// The server counts the executions itself.
async fn a_load_is_as_many_statements_as_it_says(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 25).await;
    customers_with_messages(conn, world.restaurant, 5)
        .await
        .unwrap();
    messages_with_interactions(conn, world.restaurant, 500)
        .await
        .unwrap();
    assert_eq!(
        prepared(conn).await,
        [
            ("ai_interactions::ai_interactions_of_messages", 1),
            ("customers::customers_by_ids", 1),
            ("customers::customers_with_messages", 1),
            ("messages::messages_of_customers", 1),
            ("messages::messages_with_interactions", 1),
        ]
    );
    let trips = |info: &planwright::QueryInfo| info.round_trips;
    assert_eq!(trips(&agent_catalog::customers::CUSTOMERS_WITH_MESSAGES), 2);
    assert_eq!(
        trips(&agent_catalog::messages::MESSAGES_WITH_INTERACTIONS),
        3
    );
}

async fn no_parent_is_no_statement_for_children(db: &Database) {
    let conn = &mut db.connect().await;
    assert_eq!(
        customers_with_messages(conn, Uuid::nil(), 5).await.unwrap(),
        []
    );
    assert_eq!(
        messages_with_interactions(conn, Uuid::nil(), 5)
            .await
            .unwrap(),
        []
    );
    assert_eq!(
        prepared(conn).await,
        [
            ("customers::customers_with_messages", 1),
            ("messages::messages_with_interactions", 1),
        ]
    );
    // Errors of the parent's statement stop before the children.
    let refused = messages_with_interactions(conn, Uuid::nil(), -1).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Other);
}
