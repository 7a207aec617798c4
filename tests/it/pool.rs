//! Many tasks, few connections.

use agent_catalog::ai_interactions::{StoreAiInteraction, store_ai_interaction};
use agent_catalog::customers::{count_customers, upsert_customer_by_phone};
use agent_catalog::messages::{conversation, count_messages, store_message};
use agent_catalog::types::{MessageDirection, MessageStatus};
use diesel_async::AsyncConnection as _;
use planwright::pool::{Pool, PoolConfig};
use planwright::{Error, ErrorKind};
use uuid::Uuid;

use crate::fixture::Database;
use crate::world::{World, phone};

const TASKS: usize = 60;
const MESSAGES: usize = 5;

on_each_release! { migrated:
    concurrent_tasks_see_their_own_rows,
    one_connection_pipelines_different_queries,
    a_failed_transaction_leaves_nothing,
}

async fn concurrent_tasks_see_their_own_rows(db: &Database) {
    let world = World::sized(1, 0, 0);
    world.insert_into(&mut db.connect().await).await;
    let restaurant = world.restaurant;
    let config = PoolConfig::development().with_base(2).with_overflow(2);
    let pool = Pool::connect(&db.url(), config).await.unwrap();

    let tasks: Vec<_> = (0..TASKS)
        .map(|number| tokio::spawn(serve(pool.clone(), restaurant, number)))
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        let newest_first = task.await.unwrap().unwrap();
        let expected: Vec<_> = (0..MESSAGES)
            .rev()
            .map(|message| content(number, message))
            .collect();
        assert_eq!(newest_first, expected);
    }

    let mut conn = pool.get().await.unwrap();
    let customers = count_customers(&mut conn, restaurant).await.unwrap();
    assert_eq!(usize::try_from(customers), Ok(TASKS));
    let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);
    let messages = count_messages(&mut conn, restaurant, inbound, received)
        .await
        .unwrap();
    assert_eq!(usize::try_from(messages), Ok(TASKS * MESSAGES));
    drop(conn);
    let health = pool.health();
    assert_eq!(
        (health.checked_out, health.waiting, health.timeouts),
        (0, 0, 0)
    );
    assert!(health.open <= health.limit);
}

/// A customer writes, on whatever connection is free, and reads the conversation.
async fn serve(pool: Pool, restaurant: Uuid, number: usize) -> planwright::Result<Vec<String>> {
    let (own, phone) = (format!("C-{number}"), phone(1, number));
    for message in 0..MESSAGES {
        let mut conn = pool.get().await?;
        conn.transaction(async |conn| {
            let customer = upsert_customer_by_phone(conn, restaurant, &own, &phone, None).await?;
            assert_eq!(customer.is_new, message == 0);
            let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);
            let content = content(number, message);
            store_message(conn, restaurant, customer.id, inbound, received, &content).await
        })
        .await?;
    }
    let mut conn = pool.get().await?;
    let customer = upsert_customer_by_phone(&mut conn, restaurant, &own, &phone, None).await?;
    let conversation = conversation(&mut conn, customer.id, restaurant, 100).await?;
    Ok(conversation
        .into_iter()
        .map(|message| message.content)
        .collect())
}

fn content(customer: usize, message: usize) -> String {
    format!("message {message} of customer {customer}")
}

async fn one_connection_pipelines_different_queries(db: &Database) {
    let mut conn = db.connect().await;
    let world = World::insert(&mut conn, 2).await;
    let (restaurant, conn) = (world.restaurant, &conn);
    let customers = count_customers(&mut &*conn, restaurant).await.unwrap();
    let ask = async |customer: Uuid| {
        let (mut one, mut two) = (conn, conn);
        let both = futures_util::future::join(
            conversation(&mut one, customer, restaurant, 1_000),
            count_customers(&mut two, restaurant),
        );
        both.await
    };
    let all = world.customers.iter().map(|customer| ask(customer.id));
    let answers = futures_util::future::join_all(all).await;
    for (customer, (messages, count)) in world.customers.iter().zip(answers) {
        assert_eq!(count.unwrap(), customers);
        let found: Vec<_> = messages.unwrap().iter().map(|message| message.id).collect();
        let expected = world.messages_of(customer.id).into_iter();
        assert_eq!(
            found,
            expected.map(|message| message.id).collect::<Vec<_>>()
        );
    }
}

async fn a_failed_transaction_leaves_nothing(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(3, 1, 0);
    world.insert_into(conn).await;
    let (restaurant, customer) = (world.restaurant, world.customers[0].id);
    let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);

    let failed: Result<(), Error> = conn
        .transaction(async |conn| {
            store_message(conn, restaurant, customer, inbound, received, "lost").await?;
            let answer = StoreAiInteraction {
                restaurant_id: restaurant,
                message_id: Uuid::nil(),
                model: "large",
                latency_ms: 1,
                prompt_tokens: 1,
                completion_tokens: 1,
                confidence: None,
            };
            store_ai_interaction(conn, answer).await?;
            Ok(())
        })
        .await;

    assert_eq!(failed.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    assert!(
        conversation(conn, customer, restaurant, 9)
            .await
            .unwrap()
            .is_empty()
    );
}
