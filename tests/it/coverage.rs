//! Every query of the catalog is run, prepared once, and timed under its name.

use std::collections::BTreeSet;

use agent_catalog::QUERIES;
use agent_catalog::ai_interactions::{
    ImportAiInteractionsInput, StoreAiInteraction, ai_interactions_of_message,
    import_ai_interactions, store_ai_interaction,
};
use agent_catalog::analytics::dashboard;
use agent_catalog::customers::{
    AddCustomersInput, SearchCustomers, SearchCustomersOrder, SearchCustomersRow, add_customers,
    count_customers, create_customer, customer_by_phone, customer_with_conversation,
    customer_with_restaurant, customers_by_feedback, customers_by_status, customers_with_history,
    customers_with_message_counts, customers_with_messages, inbox, rate_customer, search_customers,
    soft_delete_customer, update_customer_status, upsert_customer_by_phone,
};
use agent_catalog::messages::{
    CreateMessagesInput, MessagesByPageCursor, conversation, count_messages, create_messages,
    every_message, messages_between, messages_by_page, messages_with_interactions,
    set_message_status, store_message, transcript,
};
use agent_catalog::restaurants::{create_restaurant, restaurant_by_phone};
use agent_catalog::types::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::RunQueryDsl as _;
use futures_util::TryStreamExt as _;
use planwright::timing::{Timer, timers};
use planwright::{Command, PgConnection};
use uuid::Uuid;

use crate::fixture::Database;
use crate::world::{minute, phone};

on_each_release! { migrated: each_query_has_a_statement_of_its_own, each_query_is_timed }

/// A second query with the same `QueryId` would run the first one's statement, and
/// have none of its own here.
async fn each_query_has_a_statement_of_its_own(db: &Database) {
    const ROUNDS: i64 = 3;
    let conn = &mut db.connect().await;
    for round in 0..ROUNDS {
        every_query(conn, usize::try_from(round).unwrap())
            .await
            .unwrap();
    }
    // What two queries load runs twice.
    let calls = |name: &str| match name {
        "messages::messages_of_customers" | "ai_interactions::ai_interactions_of_messages" => {
            2 * ROUNDS
        }
        _ => ROUNDS,
    };
    // COPY goes through another connection, where no statement of it stays.
    let prepares = QUERIES
        .iter()
        .filter(|query| query.command != Command::Copy);
    let names = prepares.map(|query| query.name);
    let mut expected: Vec<_> = names.map(|name| (name, calls(name))).collect();
    expected.sort_unstable();
    assert_eq!(prepared(conn).await, expected, "name and calls");
}

/// The timers are the process's and only grow: other tests add to them, none takes away.
async fn each_query_is_timed(db: &Database) {
    let conn = &mut db.connect().await;
    let finished = || -> Vec<_> {
        let of_queries = timers().into_iter().map(Timer::snapshot);
        // Statements that other tests write for themselves have their module's name.
        let of_queries = of_queries
            .filter(|snapshot| snapshot.info.is_some() && !snapshot.name.starts_with("it::"));
        of_queries
            .map(|snapshot| (snapshot.name, snapshot.finished))
            .collect()
    };
    every_query(conn, 1).await.unwrap();
    let before = finished();
    every_query(conn, 2).await.unwrap();
    let after = finished();

    let mut expected: Vec<_> = QUERIES.iter().map(|query| query.name).collect();
    expected.sort_unstable();
    let names: Vec<_> = after.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected);
    for ((name, before), (_, after)) in before.into_iter().zip(after) {
        assert!(before < after, "{name} was not timed");
    }
}

#[test]
fn no_two_queries_are_taken_for_one_another() {
    let names: BTreeSet<_> = QUERIES.iter().map(|query| query.name).collect();
    let texts: BTreeSet<_> = QUERIES.iter().map(|query| query.sql).collect();
    let fingerprints: BTreeSet<_> = QUERIES.iter().map(|query| query.fingerprint).collect();
    assert_eq!(
        [names.len(), texts.len(), fingerprints.len()],
        [QUERIES.len(); 3]
    );
}

/// The catalog's statements that are prepared on the connection: the query's name
/// and how often it ran, by name.
pub(crate) async fn prepared(conn: &mut PgConnection) -> Vec<(&'static str, i64)> {
    let statements = "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements";
    let statements = sql::<(st::Text, st::BigInt)>(statements).load(conn).await;
    let statements: Vec<(String, i64)> = statements.unwrap();
    let mut prepared: Vec<_> = statements
        .iter()
        .filter_map(|(sql, calls)| {
            let query = QUERIES.iter().find(|query| query.sql == sql)?;
            Some((query.name, *calls))
        })
        .collect();
    prepared.sort_unstable();
    prepared
}

/// Runs each query once, as a restaurant of its own. A new query is added here.
pub(crate) async fn every_query(conn: &mut PgConnection, round: usize) -> planwright::Result<()> {
    let [own_number, first, second, third] = [0, 1, 2, 3].map(|n| phone(1, round * 10 + n));
    let (begin, end) = (minute(0), minute(2_000_000));

    let restaurant = create_restaurant(conn, "Corner", &own_number, "UTC")
        .await?
        .id;
    restaurant_by_phone(conn, &own_number).await?;

    let customer = create_customer(conn, restaurant, "C-1", &first, None)
        .await?
        .id;
    upsert_customer_by_phone(conn, restaurant, "C-2", &second, None).await?;
    customer_by_phone(conn, &first, restaurant).await?;
    customer_with_restaurant(conn, customer, restaurant).await?;
    customers_by_status(conn, restaurant, CustomerStatus::New, 9).await?;
    customers_by_feedback(conn, restaurant, FeedbackSentiment::Positive, 9).await?;
    count_customers(conn, restaurant).await?;
    update_customer_status(conn, CustomerStatus::Active, customer, restaurant).await?;
    rate_customer(conn, Some(5), None, customer, restaurant).await?;

    let (outbound, queued) = (MessageDirection::Outbound, MessageStatus::Queued);
    let message = store_message(conn, restaurant, customer, outbound, queued, "Hello")
        .await?
        .id;
    set_message_status(conn, MessageStatus::Sent, message, restaurant).await?;
    conversation(conn, customer, restaurant, 9).await?;
    customer_with_conversation(conn, customer, restaurant, 9).await?;
    customers_with_messages(conn, restaurant, 9).await?;
    messages_with_interactions(conn, restaurant, 9).await?;
    messages_between(conn, restaurant, begin, end).await?;
    count_messages(conn, restaurant, outbound, queued).await?;
    customers_with_message_counts(conn, restaurant).await?;
    inbox(conn, restaurant).await?;

    let answer = StoreAiInteraction {
        restaurant_id: restaurant,
        message_id: message,
        model: "large",
        latency_ms: 1,
        prompt_tokens: 1,
        completion_tokens: 1,
        confidence: None,
    };
    store_ai_interaction(conn, answer).await?;
    ai_interactions_of_message(conn, message, restaurant).await?;
    customers_with_history(conn, restaurant, 9).await?;
    transcript(conn, restaurant, begin, end).await?;
    dashboard(conn, restaurant, begin).await?;

    search_all_ways(conn, restaurant).await?;
    let mut page = messages_by_page(conn, restaurant, None, 9).await?;
    let after = page.rows.pop().map(|row| MessagesByPageCursor {
        created_at: row.created_at,
        id: row.id,
    });
    messages_by_page(conn, restaurant, after.as_ref(), 9).await?;
    every_message(conn, restaurant)
        .try_collect::<Vec<_>>()
        .await?;

    many_rows(conn, (restaurant, customer, message), third).await?;

    soft_delete_customer(conn, customer, restaurant).await?;
    Ok(())
}

/// The queries that are given rows.
async fn many_rows(
    conn: &mut PgConnection,
    (restaurant_id, customer_id, message_id): (Uuid, Uuid, Uuid),
    phone_number: String,
) -> planwright::Result<()> {
    let customer = AddCustomersInput {
        restaurant_id,
        customer_number: "C-3".to_owned(),
        phone_number,
        name: None,
    };
    add_customers(conn, [customer]).await?;
    let message = CreateMessagesInput {
        restaurant_id,
        customer_id,
        direction: MessageDirection::Outbound,
        status: MessageStatus::Queued,
        content: "Hello again".to_owned(),
    };
    create_messages(conn, [message]).await?;
    let answer = ImportAiInteractionsInput {
        restaurant_id,
        message_id,
        model: "large".to_owned(),
        latency_ms: 1,
        prompt_tokens: 1,
        completion_tokens: 1,
        confidence: None,
        created_at: minute(0),
    };
    import_ai_interactions(conn, [answer]).await?;
    Ok(())
}

/// With everything given, with nothing, and with all between.
pub(crate) async fn search_all_ways(
    conn: &mut PgConnection,
    restaurant_id: Uuid,
) -> planwright::Result<Vec<SearchCustomersRow>> {
    let mut found = Vec::new();
    for combination in 0..16_u8 {
        let given = |bit: u8| combination & (1 << bit) != 0;
        let query = SearchCustomers {
            restaurant_id,
            status: given(0).then_some(CustomerStatus::Active),
            feedback_sentiment: given(1).then_some(FeedbackSentiment::Positive),
            created_since: given(2).then_some(minute(0)),
            max_rows: 100,
            order: if given(3) {
                SearchCustomersOrder::Name
            } else {
                SearchCustomersOrder::Newest
            },
        };
        found.extend(search_customers(conn, query).await?);
    }
    Ok(found)
}
