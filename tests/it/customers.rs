//! `queries/customers.sql`: lookups, lists, and what changes a customer.

use agent_catalog::customers::{
    count_customers, create_customer, customer_by_phone, customer_with_restaurant,
    customers_by_feedback, customers_by_status, customers_with_message_counts,
    most_active_customers, rate_customer, soft_delete_customer, update_customer_status,
    upsert_customer_by_phone,
};
use agent_catalog::types::{CustomerStatus, FeedbackSentiment};
use planwright::ErrorKind;
use planwright::PgConnection;
use uuid::Uuid;

use crate::fixture::Database;
use crate::raw;
use crate::world::{World, minute, phone};

on_each_release! { migrated:
    a_lookup_by_phone_hits_and_misses,
    a_customer_comes_with_the_restaurant,
    customers_of_a_status_come_newest_first,
    customers_of_a_feedback_come_newest_first,
    customers_are_counted,
    a_deleted_customer_is_left_out_everywhere,
    a_deleted_customers_number_is_free_again,
    a_taken_number_is_a_unique_violation,
    wrong_values_are_refused,
    a_status_is_set,
    a_rating_is_stored_and_cleared,
}

async fn a_lookup_by_phone_hits_and_misses(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 1).await;
    for customer in &world.customers {
        let found = customer_by_phone(conn, &customer.phone_number, world.restaurant)
            .await
            .unwrap();
        assert_eq!(found.is_none(), customer.is_deleted);
        let Some(found) = found else { continue };
        assert_eq!(found.id, customer.id);
        assert_eq!(found.customer_number, customer.customer_number);
        assert_eq!(found.name, customer.name);
        assert_eq!(found.phone_number, customer.phone_number);
        assert_eq!(found.status, customer.status);
        assert_eq!(found.rating, customer.rating);
        assert_eq!(found.created_at, customer.created_at);
    }
    let unknown = phone(1, world.customers.len());
    assert_eq!(
        customer_by_phone(conn, &unknown, world.restaurant)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        customer_by_phone(conn, "", world.restaurant).await.unwrap(),
        None
    );
}

async fn a_customer_comes_with_the_restaurant(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 2).await;
    for customer in world.visible() {
        let found = customer_with_restaurant(conn, customer.id, world.restaurant)
            .await
            .unwrap();
        let found = found.unwrap();
        assert_eq!(found.id, customer.id);
        assert_eq!(found.customer_number, customer.customer_number);
        assert_eq!(found.name, customer.name);
        assert_eq!(found.phone_number, customer.phone_number);
        assert_eq!(found.status, customer.status);
        assert_eq!(found.rating, customer.rating);
        assert_eq!(found.feedback_sentiment, customer.sentiment);
        assert_eq!(found.restaurant.id, world.restaurant);
        assert_eq!(found.restaurant.name, "Restaurant");
        assert_eq!(found.restaurant.timezone, "Europe/Madrid");
    }
    let unknown = Uuid::nil();
    assert_eq!(
        customer_with_restaurant(conn, unknown, world.restaurant)
            .await
            .unwrap(),
        None
    );
}

async fn customers_of_a_status_come_newest_first(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 3).await;
    for status in CustomerStatus::ALL {
        let of_status = world
            .visible()
            .into_iter()
            .filter(|customer| customer.status == status);
        let expected: Vec<Uuid> = of_status.map(|customer| customer.id).collect();
        assert!(expected.len() > 2, "enough to cut off");
        for limit in [0, 1, expected.len() - 1, expected.len(), expected.len() + 1] {
            let max_rows = i64::try_from(limit).unwrap();
            let found = customers_by_status(conn, world.restaurant, status, max_rows)
                .await
                .unwrap();
            let ids: Vec<Uuid> = found.iter().map(|customer| customer.id).collect();
            assert_eq!(ids, expected[..limit.min(expected.len())]);
            assert!(found.iter().all(|customer| customer.status == status));
        }
        let found = customers_by_status(conn, world.restaurant, status, 1)
            .await
            .unwrap();
        let newest = world
            .customers
            .iter()
            .find(|customer| customer.id == expected[0])
            .unwrap();
        assert_eq!(found[0].customer_number, newest.customer_number);
        assert_eq!(found[0].name, newest.name);
        assert_eq!(found[0].phone_number, newest.phone_number);
        assert_eq!(found[0].rating, newest.rating);
        assert_eq!(found[0].created_at, newest.created_at);
    }
}

async fn customers_of_a_feedback_come_newest_first(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 5).await;
    for sentiment in FeedbackSentiment::ALL {
        let of_sentiment = world
            .visible()
            .into_iter()
            .filter(|customer| customer.sentiment == Some(sentiment));
        let expected: Vec<_> = of_sentiment
            .map(|customer| (customer.id, customer.rating, customer.created_at))
            .collect();
        assert!(expected.len() > 1, "enough to cut off");
        for limit in [0, 1, expected.len(), expected.len() + 1] {
            let max_rows = i64::try_from(limit).unwrap();
            let found = customers_by_feedback(conn, world.restaurant, sentiment, max_rows)
                .await
                .unwrap();
            let found: Vec<_> = found
                .iter()
                .map(|customer| (customer.id, customer.rating, customer.created_at))
                .collect();
            assert_eq!(found, expected[..limit.min(expected.len())]);
        }
    }
}

async fn customers_are_counted(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 4).await;
    let expected = world.visible().len();
    assert!(expected < world.customers.len(), "some are deleted");
    let counted = count_customers(conn, world.restaurant).await.unwrap();
    assert_eq!(usize::try_from(counted), Ok(expected));
    assert_eq!(count_customers(conn, Uuid::nil()).await.unwrap(), 0);
}

async fn a_deleted_customer_is_left_out_everywhere(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = one_customer(conn).await;
    let positive = Some(FeedbackSentiment::Positive);
    rate_customer(conn, None, positive, id, restaurant)
        .await
        .unwrap();
    assert_eq!(
        sightings(conn, restaurant, id).await,
        7,
        "found by every lookup"
    );

    assert_eq!(soft_delete_customer(conn, id, restaurant).await.unwrap(), 1);

    assert_eq!(sightings(conn, restaurant, id).await, 0);
    let status = CustomerStatus::Active;
    assert_eq!(
        update_customer_status(conn, status, id, restaurant)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        rate_customer(conn, Some(5), None, id, restaurant)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        soft_delete_customer(conn, id, restaurant).await.unwrap(),
        0,
        "once is enough"
    );
    let row = "SELECT concat_ws(' ', status, coalesce(rating, 0), feedback_sentiment, is_deleted)
               FROM customers";
    assert_eq!(
        raw::texts(conn, row).await,
        ["new 0 positive t"],
        "the row stays as it was"
    );
}

/// How many of the seven lookups return the restaurant's only customer.
async fn sightings(conn: &mut PgConnection, restaurant: Uuid, id: Uuid) -> usize {
    let by_phone = customer_by_phone(conn, &phone(1, 1), restaurant)
        .await
        .unwrap();
    let by_id = customer_with_restaurant(conn, id, restaurant)
        .await
        .unwrap();
    let by_status = customers_by_status(conn, restaurant, CustomerStatus::New, 9)
        .await
        .unwrap();
    let positive = FeedbackSentiment::Positive;
    let by_feedback = customers_by_feedback(conn, restaurant, positive, 9)
        .await
        .unwrap();
    let counted = customers_with_message_counts(conn, restaurant)
        .await
        .unwrap();
    let active = most_active_customers(conn, restaurant, minute(0))
        .await
        .unwrap();
    let count = count_customers(conn, restaurant).await.unwrap();
    usize::from(by_phone.is_some())
        + usize::from(by_id.is_some())
        + by_status.len()
        + by_feedback.len()
        + counted.len()
        + active.len()
        + usize::try_from(count).unwrap()
}

async fn a_deleted_customers_number_is_free_again(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, first) = one_customer(conn).await;
    let number = phone(1, 1);
    soft_delete_customer(conn, first, restaurant).await.unwrap();

    let second = create_customer(conn, restaurant, "C-2", &number, None)
        .await
        .unwrap()
        .id;
    assert_ne!(second, first);
    soft_delete_customer(conn, second, restaurant)
        .await
        .unwrap();
    let third = upsert_customer_by_phone(conn, restaurant, "C-3", &number, None)
        .await
        .unwrap();

    assert!(third.is_new);
    let found = customer_by_phone(conn, &number, restaurant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.customer_number.as_str()),
        (third.id, "C-3")
    );
    let kept = "SELECT customer_number FROM customers WHERE is_deleted ORDER BY 1";
    assert_eq!(raw::texts(conn, kept).await, ["C-1", "C-2"]);
}

async fn a_taken_number_is_a_unique_violation(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, _) = one_customer(conn).await;

    let same_phone = create_customer(conn, restaurant, "C-2", &phone(1, 1), None).await;
    let error = same_phone.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.query(), Some("customers::create_customer"));
    assert_eq!(error.constraint(), Some("idx_customers_phone_restaurant"));

    let same_number = create_customer(conn, restaurant, "C-1", &phone(1, 2), None).await;
    let error = same_number.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(
        error.constraint(),
        Some("customers_restaurant_id_customer_number_key")
    );
    assert_eq!(count_customers(conn, restaurant).await.unwrap(), 1);
}

async fn wrong_values_are_refused(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = one_customer(conn).await;

    for wrong in ["5550100", "+0155501000", "+1555 0100", "", "+15550100x"] {
        let error = create_customer(conn, restaurant, "C-2", wrong, None)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation, "{wrong}");
        assert_eq!(error.constraint(), Some("customers_phone_number_check"));
    }
    let nowhere = create_customer(conn, Uuid::nil(), "C-2", &phone(1, 2), None).await;
    assert_eq!(nowhere.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    for rating in [0, 6, -1, i16::MAX] {
        let error = rate_customer(conn, Some(rating), None, id, restaurant)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation, "{rating}");
    }
    // A negative LIMIT is the server's to refuse.
    let negative = customers_by_status(conn, restaurant, CustomerStatus::New, -1).await;
    assert_eq!(negative.unwrap_err().kind(), ErrorKind::Other);
}

async fn a_status_is_set(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = one_customer(conn).await;
    let updated_at = "SELECT updated_at::text FROM customers";
    let before = raw::texts(conn, updated_at).await;

    let status = CustomerStatus::Blocked;
    assert_eq!(
        update_customer_status(conn, status, id, restaurant)
            .await
            .unwrap(),
        1
    );

    let found = customer_by_phone(conn, &phone(1, 1), restaurant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.status, status);
    assert_ne!(raw::texts(conn, updated_at).await, before);
    assert_eq!(
        update_customer_status(conn, status, Uuid::nil(), restaurant)
            .await
            .unwrap(),
        0
    );
}

async fn a_rating_is_stored_and_cleared(db: &Database) {
    let conn = &mut db.connect().await;
    let (restaurant, id) = one_customer(conn).await;
    let positive = Some(FeedbackSentiment::Positive);
    for (rating, sentiment) in [
        (Some(1), positive),
        (Some(5), None),
        (None, positive),
        (None, None),
    ] {
        let rated = rate_customer(conn, rating, sentiment, id, restaurant)
            .await
            .unwrap();
        assert_eq!(rated, 1);
        let found = customer_with_restaurant(conn, id, restaurant)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.rating, found.feedback_sentiment),
            (rating, sentiment)
        );
    }
}

/// A restaurant and its only customer, `C-1`.
async fn one_customer(conn: &mut PgConnection) -> (Uuid, Uuid) {
    let world = World::sized(1, 0, 0);
    world.insert_into(conn).await;
    let restaurant = world.restaurant;
    let made = create_customer(conn, restaurant, "C-1", &phone(1, 1), Some("Ada"))
        .await
        .unwrap();
    assert_eq!(
        (made.customer_number.as_str(), made.phone_number.as_str()),
        ("C-1", phone(1, 1).as_str())
    );
    assert_eq!(
        (made.name.as_deref(), made.status),
        (Some("Ada"), CustomerStatus::New)
    );
    assert_eq!(made.rating, None);
    let found = customer_by_phone(conn, &phone(1, 1), restaurant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.id, found.created_at), (made.id, made.created_at));
    (restaurant, made.id)
}
