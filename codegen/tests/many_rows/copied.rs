//! What `:copy` inserts, and what it says of rows that are refused.

use planwright::{Error, ErrorKind};
use std::sync::Mutex;
use tokio::sync::Notify;

use crate::Database;
use crate::catalog::guests::{RowsInput, create_guests, import_guests, rows};
use crate::catalog::tags::{ImportTagsInput, import_tags};
use crate::guests::{guest, imported};

/// The same rows as those that `:bulk` inserts.
pub(crate) async fn every_type_arrives(db: &Database) {
    let client = &mut db.client().await;
    let rows = (0..10_000).map(|number| imported(guest(1, number)));
    assert_eq!(import_guests(client, rows).await.unwrap(), 10_000);
    let conn = &mut db.connect().await;
    let rows = (0..10_000).map(|number| guest(2, number));
    create_guests(conn, rows).await.unwrap();
    let of = |shop: i32| {
        format!(
            "SELECT number, phone, name, nickname, mood, feeling, size, code, rating, facts, raw, seen
             FROM guests WHERE shop_id = {shop}"
        )
    };
    let missing = format!("{} EXCEPT {} LIMIT 3", of(2), of(1));
    assert_eq!(db.sees(&missing).await, "");
    assert_eq!(db.count("guests WHERE shop_id = 1").await, 10_000);
    // They are in the order in which they were given.
    let order = "SELECT bool_and(id - first = number) FROM (SELECT id, number, min(id) OVER () AS first FROM guests WHERE shop_id = 1) g";
    assert_eq!(db.sees(order).await, "(t)");
}

pub(crate) async fn arrays_arrive(db: &Database) {
    let client = &mut db.client().await;
    let row = |order, tags: &[&str], scores: Option<Vec<i32>>| ImportTagsInput {
        order,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        scores,
    };
    let rows = [
        row(1, &["a", "b,c", ""], Some(vec![1, -2])),
        row(2, &[], None),
        row(3, &["NULL"], Some(vec![])),
    ];
    assert_eq!(import_tags(client, rows).await.unwrap(), 3);
    let found = "SELECT tags = ARRAY['a', 'b,c', ''] AND scores = ARRAY[1, -2] FROM shop.\"Tags\" WHERE \"order\" = 1";
    assert_eq!(db.sees(found).await, "(t)");
    let found = "SELECT tags, scores FROM shop.\"Tags\" WHERE \"order\" > 1 ORDER BY \"order\"";
    assert_eq!(db.sees(found).await, "({},) (\"{\"\"NULL\"\"}\",{})");
}

pub(crate) async fn nothing_is_sent_for_nothing(db: &Database) {
    let client = &mut db.client().await;
    // Where anything were sent, this would be an error.
    client
        .batch_execute("BEGIN; DO $$ BEGIN RAISE 'x'; END $$")
        .await
        .unwrap_err();
    assert_eq!(import_tags(client, []).await.unwrap(), 0);
    client.batch_execute("ROLLBACK").await.unwrap();
}

fn said(error: &Error) -> (ErrorKind, Option<u64>, u64) {
    (error.kind(), error.row(), error.committed())
}

pub(crate) async fn the_row_is_named(db: &Database) {
    let client = &mut db.client().await;
    for bad in [0, 1, 999, 1_000, 1_777, 2_999] {
        let rows = (0..3_000).map(|n| guest(1, if n == bad { -1 } else { n }));
        let error = import_guests(client, rows.map(imported)).await.unwrap_err();
        let row = u64::try_from(bad).unwrap();
        assert_eq!(said(&error), (ErrorKind::CheckViolation, Some(row), 0));
        assert_eq!(error.constraint(), Some("guests_number_check"));
        assert_eq!(error.query(), Some("guests::import_guests"));
    }
    for (first, second) in [(0, 1), (0, 2_999), (1_000, 1_500)] {
        let rows = (0..3_000).map(|n| guest(1, if n == second { first } else { n }));
        let error = import_guests(client, rows.map(imported)).await.unwrap_err();
        let row = u64::try_from(second).unwrap();
        assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(row), 0));
    }
    for row in [0, 50, 99] {
        let mut rows: Vec<_> = (0..100).map(|n| imported(guest(1, n))).collect();
        rows[row].nickname = Some("much too long".to_owned());
        let error = import_guests(client, rows.clone()).await.unwrap_err();
        assert_eq!(said(&error), (ErrorKind::Other, Some(row as u64), 0));
        rows[row].nickname = None;
        rows[row].phone = Some("49".to_owned());
        let error = import_guests(client, rows).await.unwrap_err();
        assert_eq!(
            said(&error),
            (ErrorKind::CheckViolation, Some(row as u64), 0)
        );
    }
    assert_eq!(db.count("guests").await, 0);
    let rows = (0..10).map(|n| imported(guest(1, n)));
    assert_eq!(import_guests(client, rows).await.unwrap(), 10);
}

/// Rows larger than what is sent at once, and more rows than are encoded at once.
pub(crate) async fn large_rows_and_many(db: &Database) {
    let client = &mut db.client().await;
    let told = Mutex::new(Vec::new());
    let given = (0..300_000).map(|n| RowsInput {
        id: n + 10,
        name: match n {
            100 | 200_000 => "x".repeat(3_000_000),
            _ => String::new(),
        },
    });
    let copied = rows(client, given).on_progress(|progress| told.lock().unwrap().push(progress));
    assert_eq!(copied.await.unwrap(), 300_000);
    assert_eq!(db.count("shops").await, 300_002);
    let large = "SELECT id, length(name) FROM shops WHERE length(name) > 10 ORDER BY id";
    assert_eq!(db.sees(large).await, "(110,3000000) (200010,3000000)");
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted_by_key(|progress| progress.rows));
    assert!(told.iter().all(|progress| progress.total == Some(300_000)));
    assert_eq!(told.last().unwrap().rows, 300_000);
}

pub(crate) async fn given_up_in_the_middle(db: &Database) {
    let client = &mut db.client().await;
    let begun = Notify::new();
    let given = (0..).map(|n| RowsInput {
        id: n + 10,
        name: "x".repeat(1_000),
    });
    let copied = rows(client, given).on_progress(|progress| {
        if progress.rows > 1_000 {
            begun.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = begun.notified() => {}
        done = copied.into_future() => panic!("it was not given up: {done:?}"),
    }
    client.batch_execute("VACUUM shops").await.unwrap();
    assert_eq!(db.count("shops").await, 2);
}

pub(crate) async fn inside_a_transaction(db: &Database) {
    let client = &mut db.client().await;
    let given = || {
        (10..20).map(|id| RowsInput {
            id,
            name: String::new(),
        })
    };
    client.batch_execute("BEGIN").await.unwrap();
    assert_eq!(rows(client, given()).await.unwrap(), 10);
    client.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(db.count("shops").await, 2);
    client.batch_execute("BEGIN").await.unwrap();
    rows(client, given()).await.unwrap();
    let error = rows(client, given()).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(0), 0));
    client.batch_execute("COMMIT").await.unwrap();
    assert_eq!(db.count("shops").await, 2);
}

/// The server checks foreign keys behind the last row.
pub(crate) async fn a_missing_parent_names_none(db: &Database) {
    let client = &mut db.client().await;
    let rows = (0..100).map(|n| imported(guest(if n == 50 { 77 } else { 1 }, n)));
    let error = import_guests(client, rows).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::ForeignKeyViolation, None, 0));
    assert_eq!(db.count("guests").await, 0);
}
