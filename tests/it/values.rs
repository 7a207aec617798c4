//! Values that have to survive the way there and back.

use agent_catalog::customers::{
    create_customer, customer_by_phone, customer_with_restaurant, rate_customer,
    update_customer_status, upsert_customer_by_phone,
};
use agent_catalog::messages::{conversation, store_message};
use agent_catalog::restaurants::{create_restaurant, restaurant_by_phone};
use agent_catalog::types::{CustomerStatus, FeedbackSentiment, MessageDirection, MessageStatus};
use planwright::ErrorKind;
use planwright::PgConnection;
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw;
use crate::world::{INBOUND, phone};

/// What breaks code that quotes, counts or cuts text.
const TEXTS: [&str; 11] = [
    "O'Brien; DROP TABLE customers; --",
    r#"say "hi" \ \n $1 :name %s {}"#,
    "👩‍👩‍👧‍👦 🇪🇸 👋🏽",
    "日本語 العربية עברית ไทย",
    "e\u{301} is not \u{e9}",
    "line\r\nline\ttab",
    " spaces around ",
    "$$ $tag$ E'\\x41'",
    "\u{1}\u{7f}\u{feff}\u{10ffff}",
    "NULL",
    "{\"json\": [1, null]}",
];

on_each_release! { migrated:
    labels_are_those_of_the_database,
    every_customer_status_and_sentiment_round_trips,
    every_direction_and_status_round_trips,
    null_is_none,
    text_round_trips,
    a_zero_byte_is_an_error,
    an_unknown_label_is_an_error_that_names_the_column,
}

async fn labels_are_those_of_the_database(db: &Database) {
    let conn = &mut db.connect().await;
    let labels = |type_name: &str| format!("SELECT unnest(enum_range(NULL::{type_name}))::text");
    let statuses = raw::texts(conn, &labels("customer_status")).await;
    assert_eq!(statuses, CustomerStatus::ALL.map(CustomerStatus::label));
    let sentiments = raw::texts(conn, &labels("feedback_sentiment")).await;
    assert_eq!(
        sentiments,
        FeedbackSentiment::ALL.map(FeedbackSentiment::label)
    );
    let directions = raw::texts(conn, &labels("message_direction")).await;
    assert_eq!(
        directions,
        MessageDirection::ALL.map(MessageDirection::label)
    );
    let statuses = raw::texts(conn, &labels("message_status")).await;
    assert_eq!(statuses, MessageStatus::ALL.map(MessageStatus::label));
    assert!(CustomerStatus::ALL.is_sorted() && FeedbackSentiment::ALL.is_sorted());
    assert!(MessageDirection::ALL.is_sorted() && MessageStatus::ALL.is_sorted());
}

async fn every_customer_status_and_sentiment_round_trips(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = customer(conn, None).await;
    for status in CustomerStatus::ALL {
        assert_eq!(
            update_customer_status(conn, status, id, restaurant)
                .await
                .unwrap(),
            1
        );
        let found = customer_by_phone(conn, &phone(1, 2), restaurant)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.status, status);
        let stored = raw::texts(conn, "SELECT status::text FROM customers").await;
        assert_eq!(stored, [status.to_string()]);
    }
    for sentiment in FeedbackSentiment::ALL {
        let rated = rate_customer(conn, None, Some(sentiment), id, restaurant)
            .await
            .unwrap();
        assert_eq!(rated, 1);
        let found = customer_with_restaurant(conn, id, restaurant)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.feedback_sentiment, Some(sentiment));
        let stored = raw::texts(conn, "SELECT feedback_sentiment::text FROM customers").await;
        assert_eq!(stored, [sentiment.to_string()]);
    }
}

async fn every_direction_and_status_round_trips(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = customer(conn, None).await;
    for direction in MessageDirection::ALL {
        for status in MessageStatus::ALL {
            if direction == MessageDirection::Inbound && !INBOUND.contains(&status) {
                continue;
            }
            let stored = store_message(conn, restaurant, id, direction, status, "")
                .await
                .unwrap();
            let newest = conversation(conn, id, restaurant, 1)
                .await
                .unwrap()
                .remove(0);
            assert_eq!(newest.id, stored.id);
            assert_eq!((newest.direction, newest.status), (direction, status));
            let row = format!(
                "SELECT concat_ws(' ', direction, status) FROM whatsapp_messages WHERE id = '{}'",
                stored.id
            );
            assert_eq!(
                raw::texts(conn, &row).await,
                [format!("{direction} {status}")]
            );
        }
    }
}

async fn null_is_none(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = customer(conn, None).await;
    let by_phone = customer_by_phone(conn, &phone(1, 2), restaurant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((by_phone.name, by_phone.rating), (None, None));
    let by_id = customer_with_restaurant(conn, id, restaurant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (by_id.name, by_id.rating, by_id.feedback_sentiment),
        (None, None, None)
    );
    let nulls = "SELECT num_nulls(name, rating, feedback_sentiment)::text FROM customers";
    assert_eq!(
        raw::texts(conn, nulls).await,
        ["3"],
        "and None was stored as NULL"
    );
}

async fn text_round_trips(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = customer(conn, None).await;
    let (outbound, sent) = (MessageDirection::Outbound, MessageStatus::Sent);
    let long = "ñ".repeat(100_000);
    for (number, text) in TEXTS.into_iter().chain(["", &long]).enumerate() {
        store_message(conn, restaurant, id, outbound, sent, text)
            .await
            .unwrap();
        let newest = conversation(conn, id, restaurant, 1)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(newest.content, text);

        let known = phone(1, 2);
        let row = upsert_customer_by_phone(conn, restaurant, "-", &known, Some(text)).await;
        assert_eq!(row.unwrap().name.as_deref(), Some(text));
        let found = customer_by_phone(conn, &known, restaurant)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.name.as_deref(), Some(text));
        assert_eq!(
            customer_by_phone(conn, text, restaurant).await.unwrap(),
            None
        );

        // A restaurant has a name.
        if !text.is_empty() {
            let own = phone(9, number);
            create_restaurant(conn, text, &own, text).await.unwrap();
            let found = restaurant_by_phone(conn, &own).await.unwrap().unwrap();
            assert_eq!((found.name.as_str(), found.timezone.as_str()), (text, text));
        }
    }
}

async fn a_zero_byte_is_an_error(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, _) = customer(conn, None).await;
    let error = create_customer(conn, restaurant, "C-2", &phone(1, 3), Some("a\0b")).await;
    let error = error.unwrap_err();
    assert_eq!(error.query(), Some("customers::create_customer"));
    // The connection goes on.
    assert_eq!(
        customer_by_phone(conn, &phone(1, 3), restaurant)
            .await
            .unwrap(),
        None
    );
}

/// A database that was migrated further than the program knows.
async fn an_unknown_label_is_an_error_that_names_the_column(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = customer(conn, None).await;
    raw::execute(conn, "ALTER TYPE customer_status ADD VALUE 'paused'").await;
    raw::execute(conn, "UPDATE customers SET status = 'paused'").await;

    let error = customer_by_phone(conn, &phone(1, 2), restaurant)
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.query(), Some("customers::customer_by_phone"));
    let causes = std::iter::successors(std::error::Error::source(&error), |error| error.source());
    let said: Vec<_> = causes.map(ToString::to_string).collect();
    assert!(said.concat().contains("`status`"), "{said:?}");
    assert!(said.concat().contains("paused"), "{said:?}");
    let active = CustomerStatus::Active;
    assert_eq!(
        update_customer_status(conn, active, id, restaurant)
            .await
            .unwrap(),
        1
    );
    assert!(
        customer_by_phone(conn, &phone(1, 2), restaurant)
            .await
            .unwrap()
            .is_some()
    );
}

/// A restaurant and its only customer, whose number is `phone(1, 2)`.
async fn customer(conn: &mut PgConnection, name: Option<&str>) -> (Uuid, Uuid) {
    let restaurant = create_restaurant(conn, "Corner", &phone(1, 1), "UTC")
        .await
        .unwrap()
        .id;
    let customer = create_customer(conn, restaurant, "C-1", &phone(1, 2), name)
        .await
        .unwrap();
    (restaurant, customer.id)
}
