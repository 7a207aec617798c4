//! Queries that run once for each row of another are found where they run.

use agent_catalog::customers::{
    AddCustomersInput, add_customers, count_customers, customer_by_phone, customers_with_messages,
};
use agent_catalog::messages::{conversation, messages_of_customers};
use agent_catalog::restaurants::create_restaurant;
use futures_util::future::{join, join_all};
use planwright::PgConnection;
use planwright::timing::{Environment, Settings, configure, settings, track, try_track};
use uuid::Uuid;

use crate::capture::{Capture, Fields, value};
use crate::fixture::Database;
use crate::settings::settings_of;
use crate::world::{World, phone};

on_each_release! { single thread migrated:
    a_query_for_each_row_is_found,
    a_load_is_not,
    joined_calls_count_too,
    nothing_is_counted_in_production,
    nothing_is_counted_outside,
    tasks_do_not_mix,
    nested_operations_are_told_apart,
    an_operation_that_is_dropped_warns,
    each_kind_of_query_has_its_advice,
    batches_are_no_repetition,
}

const NOBODY: Uuid = Uuid::nil();

async fn conversations(conn: &mut PgConnection, times: usize) {
    for _ in 0..times {
        conversation(conn, NOBODY, NOBODY, 5).await.unwrap();
    }
}

/// The warnings so far: query, count and operation.
fn repeated(capture: &Capture) -> Vec<(String, String, String)> {
    let text = |fields: &Fields, name| value(fields, name).to_owned();
    let events = capture.with_message("query repeated");
    let events = events.iter().map(|event| {
        (
            text(event, "name"),
            text(event, "count"),
            text(event, "operation"),
        )
    });
    events.collect()
}

fn warning(name: &str, count: usize, operation: &str) -> (String, String, String) {
    (name.to_owned(), count.to_string(), operation.to_owned())
}

async fn a_query_for_each_row_is_found(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let world = World::sized(41, 30, 90);
    world.insert_into(conn).await;
    let (capture, _guard) = Capture::start();
    let found = try_track("page", async {
        let mut found = 0;
        for customer in &world.customers {
            found += conversation(conn, customer.id, world.restaurant, 9)
                .await?
                .len();
        }
        planwright::Result::Ok(found)
    });
    assert!(found.await.unwrap() > 30);
    let warnings = capture.with_message("query repeated");
    assert_eq!(
        repeated(&capture),
        [warning("messages::conversation", 30, "page")]
    );
    assert_eq!(
        value(&warnings[0], "advice"),
        "call `messages::messages_of_customers` once, with all values"
    );
    // One that is just below, and one that reaches it.
    track("page", conversations(conn, 9)).await;
    assert_eq!(repeated(&capture).len(), 1);
    track("page", conversations(conn, 10)).await;
    assert_eq!(
        repeated(&capture)[1..],
        [warning("messages::conversation", 10, "page")]
    );
}

async fn a_load_is_not(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 42).await;
    let (capture, _guard) = Capture::start();
    let page = async |conn: &mut PgConnection, times: usize| {
        for _ in 0..times {
            let loaded = customers_with_messages(conn, world.restaurant, 9).await;
            assert_eq!(loaded.unwrap().len(), 50);
        }
    };
    track("page", page(conn, 1)).await;
    assert_eq!(repeated(&capture), []);
    // Its own repetition is one of both queries.
    track("pages", page(conn, 10)).await;
    assert_eq!(
        repeated(&capture),
        [
            warning("customers::customers_with_messages", 10, "pages"),
            warning("messages::messages_of_customers", 10, "pages"),
        ]
    );
}

async fn joined_calls_count_too(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &db.connect().await;
    let (capture, _guard) = Capture::start();
    let all = join_all((0..12).map(|_| async move {
        conversation(&mut &*conn, NOBODY, NOBODY, 5).await.unwrap();
    }));
    track("all at once", all).await;
    assert_eq!(
        repeated(&capture),
        [warning("messages::conversation", 12, "all at once")]
    );
}

async fn nothing_is_counted_in_production(db: &Database) {
    let _settings = settings_of(Environment::Production).await;
    assert_eq!(settings().repeat_threshold, None);
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    track("page", conversations(conn, 30)).await;
    assert_eq!(repeated(&capture), []);
    // Unless it is asked for.
    configure(Settings::production().with_repeat_threshold(Some(30)));
    track("page", conversations(conn, 29)).await;
    track("page", conversations(conn, 30)).await;
    assert_eq!(
        repeated(&capture),
        [warning("messages::conversation", 30, "page")]
    );
}

async fn nothing_is_counted_outside(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    conversations(conn, 30).await;
    track("page", conversations(conn, 5)).await;
    conversations(conn, 30).await;
    assert_eq!(repeated(&capture), []);
}

async fn tasks_do_not_mix(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let (mut one, mut other) = (db.connect().await, db.connect().await);
    let (capture, _guard) = Capture::start();
    // Both wait for their own server's answers in turn, on one thread.
    let one = tokio::spawn(async move { track("one", conversations(&mut one, 9)).await });
    let other = tokio::spawn(async move {
        track("other", async {
            conversations(&mut other, 3).await;
            for _ in 0..11 {
                count_customers(&mut other, NOBODY).await.unwrap();
            }
        })
        .await;
    });
    let (one, other) = join(one, other).await;
    one.and(other).unwrap();
    assert_eq!(
        repeated(&capture),
        [warning("customers::count_customers", 11, "other")]
    );
}

async fn nested_operations_are_told_apart(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    // Every turn is tracked: the loop around them is what repeats.
    let turns = async {
        for _ in 0..6 {
            track("turn", conversations(conn, 2)).await;
        }
    };
    track("turns", turns).await;
    assert_eq!(
        repeated(&capture),
        [warning("messages::conversation", 12, "turns")]
    );

    // What the inner one warned of is not said again.
    let outer = async {
        track("inner", conversations(conn, 20)).await;
        conversations(conn, 9).await;
    };
    track("outer", outer).await;
    assert_eq!(
        repeated(&capture)[1..],
        [warning("messages::conversation", 20, "inner")]
    );
}

async fn an_operation_that_is_dropped_warns(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    let (done, mut end) = tokio::sync::oneshot::channel();
    let endless = track("endless", async {
        conversations(conn, 15).await;
        done.send(()).unwrap();
        std::future::pending::<()>().await;
    });
    tokio::select! {
        () = endless => unreachable!("it waits for ever"),
        ended = &mut end => ended.unwrap(),
    }
    assert_eq!(
        repeated(&capture),
        [warning("messages::conversation", 15, "endless")]
    );
}

/// A batch is many rows already.
async fn batches_are_no_repetition(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let name = phone(44, 0);
    let restaurant_id = create_restaurant(conn, "Corner", &name, "UTC").await;
    let restaurant_id = restaurant_id.unwrap().id;
    let (capture, _guard) = Capture::start();
    let customers = (0..20).map(|number| AddCustomersInput {
        restaurant_id,
        customer_number: format!("C-{number}"),
        phone_number: phone(44, number),
        name: None,
    });
    let added = add_customers(conn, customers).batch_size(1);
    let added = track("list", added.into_future()).await;
    assert_eq!(added.unwrap(), 20);
    assert_eq!(repeated(&capture), []);
}

async fn each_kind_of_query_has_its_advice(db: &Database) {
    let _settings = settings_of(Environment::Development).await;
    let conn = &mut db.connect().await;
    let (capture, _guard) = Capture::start();
    let many = async {
        for number in 0..10 {
            let name = phone(43, number);
            create_restaurant(conn, "Corner", &name, "UTC")
                .await
                .unwrap();
            customer_by_phone(conn, &name, NOBODY).await.unwrap();
            messages_of_customers(conn, &[NOBODY], NOBODY, 5)
                .await
                .unwrap();
        }
    };
    track("many", many).await;
    let advice: Vec<_> = capture.with_message("query repeated");
    let advice: Vec<_> = advice
        .iter()
        .map(|event| (value(event, "name"), value(event, "advice")))
        .collect();
    assert_eq!(
        advice,
        [
            (
                "restaurants::create_restaurant",
                "make it a `:bulk`, and call it once with all rows"
            ),
            (
                "customers::customer_by_phone",
                "write it with `WHERE column = ANY (:values)`, and link it to the rows it belongs \
                 to with `@load`"
            ),
            (
                "messages::messages_of_customers",
                "it takes an array: call it once, with all values"
            ),
        ]
    );
}
