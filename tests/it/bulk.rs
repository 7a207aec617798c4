//! The queries of the catalog that are given many rows.

use agent_catalog::ai_interactions::{
    ImportAiInteractionsInput, ai_interactions_of_message, import_ai_interactions,
};
use agent_catalog::customers::{AddCustomersInput, add_customers, count_customers};
use agent_catalog::messages::{
    CREATE_MESSAGES, CreateMessagesInput, conversation, create_messages,
};
use agent_catalog::types::{MessageDirection, MessageStatus};
use planwright::pool::{Pool, PoolConfig};
use planwright::timing;

use crate::fixture::Database;
use crate::world::{World, phone};

on_each_release! { migrated:
    messages_come_back_in_order,
    known_customers_are_left_out,
    interactions_are_taken_over,
}

async fn messages_come_back_in_order(db: &Database) {
    let pool = Pool::connect(&db.url(), PoolConfig::development())
        .await
        .unwrap();
    let mut conn = pool.get().await.unwrap();
    let world = World::sized(1, 3, 0);
    world.insert_into(&mut db.connect().await).await;
    let (restaurant_id, customer_id) = (world.restaurant, world.customers[0].id);
    let message = |number: i32| CreateMessagesInput {
        restaurant_id,
        customer_id,
        direction: MessageDirection::Outbound,
        status: MessageStatus::ALL[1],
        content: format!("Message {number}"),
    };
    let before = timing_of_messages();
    let created = create_messages(&mut conn, (0..250).map(message));
    let created = created.batch_size(100).await.unwrap();
    let stored = conversation(&mut conn, customer_id, restaurant_id, 1_000).await;
    let stored = stored.unwrap();
    assert_eq!(created.len(), 250);
    assert!(created.is_sorted_by_key(|row| row.created_at));
    for (number, (created, stored)) in created.iter().zip(stored.iter().rev()).enumerate() {
        assert_eq!(
            (created.id, created.created_at),
            (stored.id, stored.created_at)
        );
        assert_eq!(stored.content, format!("Message {number}"));
    }
    // A call for each batch, whose rows are counted. Other tests add to them.
    let after = timing_of_messages();
    assert!(after.0 >= before.0 + 3 && after.1 >= before.1 + 250);
}

/// How many calls there were, and how many rows.
fn timing_of_messages() -> (u64, u64) {
    let mut timers = timing::timers().into_iter();
    let timer = timers.find(|timer| timer.name() == CREATE_MESSAGES.name);
    let snapshot = timer.map(timing::Timer::snapshot);
    snapshot.map_or((0, 0), |snapshot| (snapshot.finished, snapshot.rows))
}

async fn known_customers_are_left_out(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(1, 0, 0);
    world.insert_into(conn).await;
    let restaurant_id = world.restaurant;
    let customer = |number: usize| AddCustomersInput {
        restaurant_id,
        customer_number: format!("L-{number}"),
        phone_number: phone(1, number),
        name: None,
    };
    let added = add_customers(conn, (0..20).map(customer)).batch_size(8);
    assert_eq!(added.await.unwrap(), 20);
    let known = (10..30).map(|number| AddCustomersInput {
        customer_number: format!("M-{number}"),
        ..customer(number)
    });
    assert_eq!(add_customers(conn, known).await.unwrap(), 10);
    assert_eq!(count_customers(conn, restaurant_id).await.unwrap(), 30);
}

async fn interactions_are_taken_over(db: &Database) {
    let conn = &mut db.connect().await;
    let mut world = World::sized(1, 5, 40);
    let interactions = std::mem::take(&mut world.interactions);
    world.insert_into(conn).await;
    let rows = interactions.iter().map(|known| ImportAiInteractionsInput {
        restaurant_id: world.restaurant,
        message_id: known.message_id,
        model: known.model.to_owned(),
        latency_ms: known.latency_ms,
        prompt_tokens: known.prompt_tokens,
        completion_tokens: known.completion_tokens,
        confidence: known.confidence,
        created_at: known.created_at,
    });
    let imported = import_ai_interactions(conn, rows).await;
    assert_eq!(imported.unwrap(), interactions.len() as u64);
    for known in &interactions {
        let found = ai_interactions_of_message(conn, known.message_id, world.restaurant).await;
        let found = &found.unwrap()[0];
        assert_eq!(
            (found.model.as_str(), found.confidence, found.created_at),
            (known.model, known.confidence, known.created_at)
        );
    }
}
