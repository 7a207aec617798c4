//! `queries/analytics.sql`.

use std::collections::BTreeMap;

use agent_catalog::analytics::{
    CustomerAnalyticsRow, customer_analytics, messages_by_direction_and_status,
};
use agent_catalog::messages::store_message;
use agent_catalog::types::{FeedbackSentiment, MessageDirection, MessageStatus};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::fixture::Database;
use crate::world::{Customer, Message, World, minute};

on_each_release! { migrated:
    the_dashboard_is_that_computed_from_the_rows,
    an_empty_restaurant_has_no_averages,
    without_inbound_messages_there_is_no_response_rate,
    messages_by_direction_and_status_are_those_of_the_rows,
}

async fn the_dashboard_is_that_computed_from_the_rows(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 15).await;
    let instants = [
        minute(0),
        world.customers[0].created_at,
        world.messages[0].created_at,
        minute(500_000),
        minute(2_000_000),
    ];
    for since in instants {
        let found = customer_analytics(conn, since, world.restaurant)
            .await
            .unwrap();
        let expected = dashboard(&world, since);
        assert_both_close(found.average_rating, expected.average_rating);
        assert_both_close(found.response_rate, expected.response_rate);
        let averages = (found.average_rating, found.response_rate);
        let (average_rating, response_rate) = averages;
        let expected = CustomerAnalyticsRow {
            average_rating,
            response_rate,
            ..expected
        };
        assert_eq!(found, expected, "since {since}");
    }
}

async fn an_empty_restaurant_has_no_averages(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(1, 0, 0);
    world.insert_into(conn).await;
    for restaurant in [world.restaurant, Uuid::nil()] {
        let found = customer_analytics(conn, minute(0), restaurant)
            .await
            .unwrap();
        assert_eq!((found.average_rating, found.response_rate), (None, None));
        assert_eq!(found, dashboard(&world, minute(0)));
        let counts = messages_by_direction_and_status(conn, restaurant, minute(0))
            .await
            .unwrap();
        assert_eq!(counts, []);
    }
}

async fn without_inbound_messages_there_is_no_response_rate(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(2, 1, 0);
    world.insert_into(conn).await;
    let (restaurant, customer) = (world.restaurant, world.customers[0].id);
    let mut rates = Vec::new();
    for direction in [MessageDirection::Outbound, MessageDirection::Inbound] {
        let status = MessageStatus::Read;
        store_message(conn, restaurant, customer, direction, status, "")
            .await
            .unwrap();
        let since = DateTime::UNIX_EPOCH;
        rates.push(
            customer_analytics(conn, since, restaurant)
                .await
                .unwrap()
                .response_rate,
        );
    }
    assert_eq!(rates, [None, Some(1.0)]);
}

async fn messages_by_direction_and_status_are_those_of_the_rows(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 16).await;
    for since in [minute(0), world.messages[0].created_at, minute(2_000_000)] {
        let mut expected = BTreeMap::new();
        for message in world
            .messages
            .iter()
            .filter(|message| message.created_at >= since)
        {
            *expected
                .entry((message.direction, message.status))
                .or_insert(0) += 1;
        }
        let found = messages_by_direction_and_status(conn, world.restaurant, since)
            .await
            .unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|row| ((row.direction, row.status), row.messages))
            .collect();
        assert_eq!(found, Vec::from_iter(expected), "in the order of the enums");
    }
}

fn dashboard(world: &World, since: DateTime<Utc>) -> CustomerAnalyticsRow {
    let customers = world.visible();
    let messages = world
        .messages
        .iter()
        .filter(|message| message.created_at >= since);
    let messages: Vec<_> = messages.collect();
    let feedback = |sentiment| {
        count(&customers, |customer: &&Customer| {
            customer.sentiment == Some(sentiment)
        })
    };
    let direction = |direction| {
        count(&messages, |message: &&Message| {
            message.direction == direction
        })
    };
    let status = |status| count(&messages, |message: &&Message| message.status == status);
    let ratings: Vec<_> = customers
        .iter()
        .filter_map(|customer| customer.rating)
        .collect();
    let sum: f64 = ratings.iter().copied().map(f64::from).sum();
    let (inbound, outbound) = (
        direction(MessageDirection::Inbound),
        direction(MessageDirection::Outbound),
    );
    CustomerAnalyticsRow {
        total_customers: count(&customers, |_| true),
        new_customers: count(&customers, |customer| customer.created_at >= since),
        average_rating: ratio(sum, count(&ratings, |_| true)),
        positive_feedback: feedback(FeedbackSentiment::Positive),
        neutral_feedback: feedback(FeedbackSentiment::Neutral),
        negative_feedback: feedback(FeedbackSentiment::Negative),
        inbound_messages: inbound,
        outbound_messages: outbound,
        delivered_messages: status(MessageStatus::Delivered),
        read_messages: status(MessageStatus::Read),
        failed_messages: status(MessageStatus::Failed),
        response_rate: ratio(float(outbound), inbound),
    }
}

fn count<T>(rows: &[T], which: impl Fn(&T) -> bool) -> i64 {
    i64::try_from(rows.iter().filter(|row| which(row)).count()).unwrap()
}

fn ratio(sum: f64, count: i64) -> Option<f64> {
    (count != 0).then(|| sum / float(count))
}

fn float(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap())
}

fn assert_both_close(found: Option<f64>, expected: Option<f64>) {
    match (found, expected) {
        (Some(found), Some(expected)) => assert_close(found, expected),
        _ => assert_eq!(found, expected),
    }
}

/// Equal but for the order in which a sum was rounded.
pub(crate) fn assert_close(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(
        error <= 1e-12 * expected.abs().max(1.0),
        "{found}, expected {expected}"
    );
}
