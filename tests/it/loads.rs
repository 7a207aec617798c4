//! Rows loaded for other rows: the same as one query for each of them, in a fixed number of
//! statements.

use std::collections::BTreeMap;

use agent_catalog::ai_interactions::{ai_interactions_of_message, ai_statistics};
use agent_catalog::analytics::{customer_analytics, dashboard, messages_by_direction_and_status};
use agent_catalog::customers::{
    customer_with_conversation, customers_with_history, customers_with_messages, inbox,
    most_active_customers, soft_delete_customer,
};
use agent_catalog::messages::{conversation, messages_with_interactions, transcript};
use planwright::ErrorKind;
use uuid::Uuid;

use crate::coverage::prepared;
use crate::fixture::Database;
use crate::world::{World, minute};

on_each_release! { migrated:
    customers_have_the_messages_that_one_query_each_finds,
    a_customer_has_the_conversation,
    messages_have_their_customer_and_interactions,
    a_dashboard_is_its_queries_in_one_trip,
    a_transcript_has_the_interactions_of_its_messages,
    a_history_goes_down_two_levels,
    an_inbox_has_the_latest_message_of_each,
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

async fn a_dashboard_is_its_queries_in_one_trip(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 26).await;
    let (restaurant, since) = (world.restaurant, minute(30));
    let page = dashboard(conn, restaurant, since).await.unwrap().unwrap();
    assert_eq!(page.id, restaurant);
    let figures = customer_analytics(conn, since, restaurant).await.unwrap();
    assert_eq!(page.figures, figures);
    let messages = messages_by_direction_and_status(conn, restaurant, since).await;
    assert_eq!(page.messages, messages.unwrap());
    let models = ai_statistics(conn, restaurant, since).await.unwrap();
    assert_eq!(page.models, models);
    let active = most_active_customers(conn, restaurant, since).await;
    assert_eq!(page.most_active, active.unwrap());
    assert!(!page.messages.is_empty() && !page.models.is_empty() && !page.most_active.is_empty());
    assert_eq!(agent_catalog::analytics::DASHBOARD.round_trips, 1);
    let nobody = dashboard(conn, Uuid::nil(), since).await.unwrap();
    assert_eq!(nobody, None);
}

async fn a_transcript_has_the_interactions_of_its_messages(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 27).await;
    World::insert(conn, 28).await;
    let times: Vec<_> = world.messages.iter().map(|m| m.created_at).collect();
    let (first, last) = (*times.iter().min().unwrap(), *times.iter().max().unwrap());
    let middle = first + (last - first) / 2;
    for (from, until) in [
        (first, middle),
        (middle, last),
        (last, first),
        (first, first),
    ] {
        let script = transcript(conn, world.restaurant, from, until)
            .await
            .unwrap();
        let expected = times.iter().filter(|at| (from..until).contains(at)).count();
        assert_eq!(script.len(), expected);
        for message in &script {
            let naive = ai_interactions_of_message(conn, message.id, world.restaurant).await;
            let naive: Vec<Uuid> = naive.unwrap().iter().map(|i| i.id).collect();
            let own: Vec<Uuid> = message.interactions.iter().map(|i| i.id).collect();
            assert_eq!(own, naive);
        }
    }
    assert_eq!(agent_catalog::messages::TRANSCRIPT.round_trips, 1);
}

async fn a_history_goes_down_two_levels(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 29).await;
    let history = customers_with_history(conn, world.restaurant, 4)
        .await
        .unwrap();
    assert_eq!(history.len(), 50);
    let mut answered = 0;
    for customer in &history {
        assert_eq!(customer.restaurant.id, world.restaurant);
        let naive = conversation(conn, customer.id, world.restaurant, 4)
            .await
            .unwrap();
        assert_eq!(
            customer.messages.iter().map(|m| m.id).collect::<Vec<_>>(),
            naive.iter().map(|m| m.id).collect::<Vec<_>>()
        );
        for message in &customer.messages {
            let naive = ai_interactions_of_message(conn, message.id, world.restaurant).await;
            let naive: Vec<Uuid> = naive.unwrap().iter().map(|i| i.id).collect();
            let own: Vec<Uuid> = message.interactions.iter().map(|i| i.id).collect();
            assert_eq!(own, naive);
            answered += own.len();
        }
    }
    assert!(answered > 0);
    assert_eq!(
        agent_catalog::customers::CUSTOMERS_WITH_HISTORY.round_trips,
        3
    );
}

async fn an_inbox_has_the_latest_message_of_each(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 30).await;
    let mut latest = Vec::new();
    for customer in world.visible() {
        let messages = conversation(conn, customer.id, world.restaurant, 1)
            .await
            .unwrap();
        latest.extend(messages.iter().map(|m| (m.created_at, customer.id, m.id)));
    }
    // No two messages of a world are of one moment.
    latest.sort_unstable_by(|a, b| b.cmp(a));
    latest.truncate(50);
    let inbox = inbox(conn, world.restaurant).await.unwrap();
    let inbox: Vec<_> = inbox
        .iter()
        .map(|row| (row.latest.created_at, row.id, row.latest.id))
        .collect();
    assert_eq!(inbox, latest);
    assert!(latest.len() > 10);
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
        2
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
