//! A restaurant's key never reaches another restaurant's rows.

use std::collections::BTreeSet;

use agent_catalog::ai_interactions::{
    ImportAiInteractionsInput, StoreAiInteraction, ai_interactions_of_message,
    ai_interactions_of_messages, ai_statistics, import_ai_interactions, store_ai_interaction,
};
use agent_catalog::analytics::{customer_analytics, dashboard, messages_by_direction_and_status};
use agent_catalog::customers::{
    AddCustomersInput, add_customers, count_customers, create_customer, customer_by_phone,
    customer_with_conversation, customer_with_restaurant, customers_by_feedback, customers_by_ids,
    customers_by_status, customers_with_history, customers_with_message_counts,
    customers_with_messages, inbox, most_active_customers, rate_customer, soft_delete_customer,
    update_customer_status, upsert_customer_by_phone,
};
use agent_catalog::messages::{
    CreateMessagesInput, conversation, count_messages, create_messages, every_message,
    messages_between, messages_by_page, messages_of_customers, messages_with_interactions,
    set_message_status, store_message, transcript,
};
use agent_catalog::types::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use futures_util::TryStreamExt as _;
use planwright::{Command, ErrorKind, PgConnection};
use uuid::Uuid;

use crate::coverage::{prepared, search_all_ways};
use crate::fixture::Database;
use crate::raw;
use crate::world::{World, minute};

on_each_release! { migrated:
    what_a_restaurant_reads_does_not_depend_on_others,
    another_restaurants_rows_are_not_found,
    another_restaurants_rows_are_not_changed,
    every_query_with_a_tenant_is_tried,
}

async fn what_a_restaurant_reads_does_not_depend_on_others(db: &Database) {
    let conn = &mut db.connect().await;
    let own = World::insert(conn, 1).await;
    let alone = answers(conn, own.restaurant).await;

    let other = World::insert(conn, 2).await;

    assert_eq!(answers(conn, own.restaurant).await, alone);
    assert_ne!(answers(conn, other.restaurant).await, alone);
}

async fn another_restaurants_rows_are_not_found(db: &Database) {
    let conn = &mut db.connect().await;
    let (intruder, victim) = both(conn).await;
    look(conn, &intruder, &victim).await;
}

async fn another_restaurants_rows_are_not_changed(db: &Database) {
    let conn = &mut db.connect().await;
    let (intruder, victim) = both(conn).await;
    let before = raw::contents(conn, victim.restaurant).await;
    change(conn, &intruder, &victim).await;
    change_many(conn, &intruder, &victim).await;
    let imported = imported(&intruder, &victim);
    let imported = import_ai_interactions(conn, imported).await;
    assert_eq!(imported.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(raw::contents(conn, victim.restaurant).await, before);
}

/// A new query with a restaurant's key has to be added above.
async fn every_query_with_a_tenant_is_tried(db: &Database) {
    let conn = &mut db.connect().await;
    let (intruder, victim) = both(conn).await;
    answers(conn, intruder.restaurant).await;
    look(conn, &intruder, &victim).await;
    change(conn, &intruder, &victim).await;
    change_many(conn, &intruder, &victim).await;
    let tried: BTreeSet<_> = prepared(conn)
        .await
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    // The dashboard's own statement knows the restaurant by its primary key.
    let scoped = agent_catalog::QUERIES.iter().filter(|query| {
        query.sql.contains("restaurant_id") || query.name == "analytics::dashboard"
    });
    // COPY goes through a connection of its own, and is tried above.
    let scoped = scoped.filter(|query| query.command != Command::Copy);
    assert_eq!(tried, scoped.map(|query| query.name).collect());
}

/// What every list and every figure says of a restaurant.
async fn answers(conn: &mut PgConnection, restaurant: Uuid) -> String {
    let (begin, end) = (minute(0), minute(2_000_000));
    let (active, inbound) = (CustomerStatus::Active, MessageDirection::Inbound);
    let by_status = customers_by_status(conn, restaurant, active, 1_000)
        .await
        .unwrap();
    let pleased = customers_by_feedback(conn, restaurant, FeedbackSentiment::Positive, 1_000)
        .await
        .unwrap();
    let newest = customers_with_message_counts(conn, restaurant)
        .await
        .unwrap();
    let talks = customers_with_messages(conn, restaurant, 9).await.unwrap();
    let answered = messages_with_interactions(conn, restaurant, 1_000)
        .await
        .unwrap();
    let history = customers_with_history(conn, restaurant, 9).await.unwrap();
    let latest = inbox(conn, restaurant).await.unwrap();
    let script = transcript(conn, restaurant, begin, end).await.unwrap();
    let page = dashboard(conn, restaurant, begin).await.unwrap();
    assert!(!history.is_empty() && !latest.is_empty() && !script.is_empty() && page.is_some());
    let searched = search_all_ways(conn, restaurant).await.unwrap();
    let first = messages_by_page(conn, restaurant, None, 9).await.unwrap();
    let second = messages_by_page(conn, restaurant, first.next.as_ref(), 9).await;
    let exported: Vec<_> = every_message(conn, restaurant).try_collect().await.unwrap();
    assert!(!searched.is_empty() && first.next.is_some() && !exported.is_empty());
    let busiest = most_active_customers(conn, restaurant, begin)
        .await
        .unwrap();
    let customers = count_customers(conn, restaurant).await.unwrap();
    let between = messages_between(conn, restaurant, begin, end)
        .await
        .unwrap();
    let read = count_messages(conn, restaurant, inbound, MessageStatus::Read)
        .await
        .unwrap();
    let dashboard = customer_analytics(conn, begin, restaurant).await.unwrap();
    let counts = messages_by_direction_and_status(conn, restaurant, begin)
        .await
        .unwrap();
    let models = ai_statistics(conn, restaurant, begin).await.unwrap();
    assert!(
        !by_status.is_empty() && !pleased.is_empty() && !newest.is_empty() && !busiest.is_empty()
    );
    assert!(!talks.is_empty() && !answered.is_empty());
    assert!(customers > 0 && !between.is_empty() && read > 0);
    assert!(!counts.is_empty() && !models.is_empty());
    format!(
        "{by_status:?} {pleased:?} {newest:?} {busiest:?} {customers} {between:?} {read} {dashboard:?} \
         {counts:?} {models:?} {talks:?} {answered:?} {history:?} {latest:?} {script:?} {page:?} \
         {searched:?} {first:?} {second:?} {exported:?}"
    )
}

/// Asks for everything of `victim` by its own keys, as `intruder`.
async fn look(conn: &mut PgConnection, intruder: &World, victim: &World) {
    let own = intruder.restaurant;
    for customer in &victim.customers {
        let by_phone = customer_by_phone(conn, &customer.phone_number, own)
            .await
            .unwrap();
        assert_eq!(by_phone, None);
        assert_eq!(
            customer_with_restaurant(conn, customer.id, own)
                .await
                .unwrap(),
            None
        );
        let messages = conversation(conn, customer.id, own, 1_000).await.unwrap();
        assert!(messages.is_empty());
        let whole = customer_with_conversation(conn, customer.id, own, 9)
            .await
            .unwrap();
        assert_eq!(whole, None);
    }
    let customers: Vec<Uuid> = victim.customers.iter().map(|c| c.id).collect();
    let messages: Vec<Uuid> = victim.messages.iter().map(|m| m.id).collect();
    let found = customers_by_ids(conn, &customers, own).await.unwrap();
    assert_eq!(found, []);
    let found = messages_of_customers(conn, &customers, own, 9)
        .await
        .unwrap();
    assert_eq!(found, []);
    let found = ai_interactions_of_messages(conn, &messages, own)
        .await
        .unwrap();
    assert_eq!(found, []);
    for message in &victim.messages {
        let answers = ai_interactions_of_message(conn, message.id, own)
            .await
            .unwrap();
        assert!(answers.is_empty());
    }
}

/// Tries to change everything of `victim` by its own keys, as `intruder`.
async fn change(conn: &mut PgConnection, intruder: &World, victim: &World) {
    let own = intruder.restaurant;
    for customer in &victim.customers {
        let (id, status) = (customer.id, CustomerStatus::Blocked);
        assert_eq!(
            update_customer_status(conn, status, id, own).await.unwrap(),
            0
        );
        let negative = Some(FeedbackSentiment::Negative);
        assert_eq!(
            rate_customer(conn, Some(1), negative, id, own)
                .await
                .unwrap(),
            0
        );
        assert_eq!(soft_delete_customer(conn, id, own).await.unwrap(), 0);
    }
    for message in &victim.messages {
        let changed = set_message_status(conn, MessageStatus::Failed, message.id, own).await;
        assert_eq!(changed.unwrap(), 0);
    }
    let customer = &victim.customers[0];
    let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);
    let stored = store_message(conn, own, customer.id, inbound, received, "").await;
    assert_eq!(stored.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    let answer = StoreAiInteraction {
        restaurant_id: own,
        message_id: victim.messages[0].id,
        model: "large",
        latency_ms: 0,
        prompt_tokens: 0,
        completion_tokens: 0,
        confidence: None,
    };
    let stored = store_ai_interaction(conn, answer).await;
    assert_eq!(stored.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);

    // The same numbers are another customer here.
    let (number, phone) = ("V-1", &customer.phone_number);
    let made = create_customer(conn, own, number, phone, Some("Mallory"))
        .await
        .unwrap();
    let known = upsert_customer_by_phone(conn, own, number, phone, Some("Mallet"))
        .await
        .unwrap();
    assert_eq!((known.id, known.is_new), (made.id, false));
    assert!(
        victim
            .customers
            .iter()
            .all(|customer| customer.id != made.id)
    );
    assert_eq!(soft_delete_customer(conn, made.id, own).await.unwrap(), 1);
}

/// The same with many rows at once.
async fn change_many(conn: &mut PgConnection, intruder: &World, victim: &World) {
    let restaurant_id = intruder.restaurant;
    let messages =
        [&intruder.customers[0], &victim.customers[0]].map(|customer| CreateMessagesInput {
            restaurant_id,
            customer_id: customer.id,
            direction: MessageDirection::Inbound,
            status: MessageStatus::Received,
            content: String::new(),
        });
    let error = create_messages(conn, messages).await.unwrap_err();
    let said = (error.kind(), error.row());
    assert_eq!(said, (ErrorKind::ForeignKeyViolation, Some(1)));

    // A number that another restaurant knows is a new one here.
    let mut visible = victim.visible();
    let customer = visible.pop().map(|customer| AddCustomersInput {
        restaurant_id,
        customer_number: "V-2".to_owned(),
        phone_number: customer.phone_number.clone(),
        name: None,
    });
    assert_eq!(add_customers(conn, customer).await.unwrap(), 1);
}

/// An answer to a message of `victim`.
fn imported(intruder: &World, victim: &World) -> Option<ImportAiInteractionsInput> {
    victim
        .messages
        .first()
        .map(|message| ImportAiInteractionsInput {
            restaurant_id: intruder.restaurant,
            message_id: message.id,
            model: "large".to_owned(),
            latency_ms: 0,
            prompt_tokens: 0,
            completion_tokens: 0,
            confidence: None,
            created_at: minute(0),
        })
}

async fn both(conn: &mut PgConnection) -> (World, World) {
    let (intruder, victim) = (World::sized(3, 40, 60), World::sized(4, 40, 60));
    intruder.insert_into(conn).await;
    victim.insert_into(conn).await;
    (intruder, victim)
}
