//! Rows that the server refuses: which one, and nothing else.

use diesel_async::SimpleAsyncConnection as _;
use planwright::{Error, ErrorKind};

use crate::Database;
use crate::catalog::guests::{
    AddGivenInput, AddNodesInput, UpsertGuestsInput, add_given, add_guests, add_nodes,
    create_guests, upsert_guests,
};
use crate::guests::{guest, plain};

/// What an error says of a row.
fn said(error: &Error) -> (ErrorKind, Option<u64>, u64) {
    (error.kind(), error.row(), error.committed())
}

/// A negative number is refused by a check.
pub(crate) async fn the_row_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    for (batch_size, rows, bad) in [
        (1_000, 1, 0),
        (1_000, 1_000, 0),
        (1_000, 1_000, 999),
        (1_000, 1_000, 500),
        (1_000, 777, 13),
        (100, 1_000, 100),
        (100, 1_000, 199),
        (7, 1_000, 699),
        (1, 30, 17),
    ] {
        let numbers = (0..rows).map(|n| if n == bad { -1 } else { n });
        let added = add_guests(conn, plain(1, numbers)).batch_size(batch_size);
        let error = added.await.unwrap_err();
        let row = u64::try_from(bad).unwrap();
        assert_eq!(said(&error), (ErrorKind::CheckViolation, Some(row), 0));
        assert_eq!(error.constraint(), Some("guests_number_check"));
        let text = format!("query `guests::add_guests` failed at row {row}, counted from 0");
        assert_eq!(error.to_string(), text);
        assert_eq!(db.count("guests").await, 0);
    }
    // Data that does not fit is no constraint: a text that is too long, and a domain.
    let mut rows: Vec<_> = (0..40).map(|n| guest(1, n)).collect();
    rows[33].nickname = Some("much too long".to_owned());
    let error = create_guests(conn, rows.clone()).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::Other, Some(33), 0));
    rows[31].phone = Some("49".to_owned());
    let error = create_guests(conn, rows).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::CheckViolation, Some(31), 0));
    assert_eq!(add_guests(conn, plain(1, 0..10)).await.unwrap(), 10);
}

pub(crate) async fn a_clash_inside_a_batch_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    for (first, second) in [(0, 1), (0, 99), (49, 50), (98, 99), (13, 77)] {
        let rows = (0..100).map(|n| guest(1, if n == second { first } else { n }));
        let error = create_guests(conn, rows).await.unwrap_err();
        let row = u64::try_from(second).unwrap();
        assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(row), 0));
        assert_eq!(error.constraint(), Some("guests_shop_id_number_key"));
    }
    assert_eq!(db.count("guests").await, 0);
}

pub(crate) async fn a_clash_with_another_batch_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    create_guests(conn, [guest(2, 5)]).await.unwrap();
    let rows = |again: i32| (0..40).map(move |n| guest(1, if n == 35 { again } else { n }));
    for again in [3, 29] {
        let created = create_guests(conn, rows(again)).batch_size(10);
        let error = created.await.unwrap_err();
        assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(35), 0));
    }
    let created = create_guests(conn, rows(3)).batch_size(10).per_batch();
    let error = created.await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(35), 30));
    let text = "query `guests::create_guests` failed at row 35, counted from 0; the rows before 30 are committed";
    assert_eq!(error.to_string(), text);
    assert_eq!(db.count("guests").await, 31);
}

/// ON CONFLICT DO UPDATE refuses the second of two rows only where one statement has both.
pub(crate) async fn the_same_row_twice_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    for (first, second) in [(0, 99), (49, 50), (3, 80)] {
        let rows = (0..100).map(|n| UpsertGuestsInput {
            shop_id: 1,
            number: if n == second { first } else { n },
            name: None,
        });
        let error = upsert_guests(conn, rows).await.unwrap_err();
        let row = u64::try_from(second).unwrap();
        assert_eq!(said(&error), (ErrorKind::Other, Some(row), 0));
    }
    assert_eq!(db.count("guests").await, 0);
}

fn nodes(
    rows: impl IntoIterator<Item = (i32, Option<i32>)>,
) -> impl Iterator<Item = AddNodesInput> {
    rows.into_iter()
        .map(|(id, parent)| AddNodesInput { id, parent })
}

/// A foreign key is checked when its statement is done: a row may refer to one behind it.
pub(crate) async fn a_missing_parent_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    let parent = |n: i32| (n > 0).then_some(n - 1);
    let row = |n: i32| (n, if n == 57 { Some(1_000) } else { parent(n) });
    for batch_size in [100, 10] {
        let added = add_nodes(conn, nodes((0..100).map(row))).batch_size(batch_size);
        let error = added.await.unwrap_err();
        assert_eq!(said(&error), (ErrorKind::ForeignKeyViolation, Some(57), 0));
        assert_eq!(db.count("nodes").await, 0);
    }
    let behind = nodes([(0, Some(2)), (1, Some(0)), (2, None)]);
    assert_eq!(add_nodes(conn, behind).await.unwrap(), [0, 1, 2]);
}

/// Only the first 48 batches of a transaction have a savepoint.
pub(crate) async fn beyond_the_savepoints(db: &Database) {
    let conn = &mut db.connect().await;
    let numbers = (0..60).map(|n| if n == 55 { -1 } else { n });
    let added = add_guests(conn, plain(1, numbers)).batch_size(1);
    let error = added.await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::CheckViolation, Some(55), 0));
    // The row that it clashes with, or refers to, is gone when it is looked for.
    let row = |n: i32| (if n == 55 { 50 } else { n }, None);
    let added = add_nodes(conn, nodes((0..60).map(row))).batch_size(1);
    let error = added.await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, None, 0));
    let row = |n: i32| (n, if n == 55 { Some(1_000) } else { None });
    let added = add_nodes(conn, nodes((0..60).map(row))).batch_size(1);
    let error = added.await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::ForeignKeyViolation, None, 0));
    // One that clashes with an earlier batch is still found.
    let row = |n: i32| (if n == 55 { 20 } else { n }, None);
    let added = add_nodes(conn, nodes((0..60).map(row))).batch_size(1);
    let error = added.await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, Some(55), 0));
    assert_eq!(db.count("guests").await + db.count("nodes").await, 0);
}

pub(crate) async fn what_is_no_rows_fault_names_none(db: &Database) {
    let conn = &mut db.connect().await;
    let renamed = "ALTER TABLE nodes RENAME parent TO mother";
    conn.batch_execute(renamed).await.unwrap();
    let error = add_nodes(conn, nodes([(1, None)])).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::Other, None, 0));

    // The statement waits for a lock until it is told not to.
    let other = &mut db.connect().await;
    other
        .batch_execute("BEGIN; LOCK TABLE guests")
        .await
        .unwrap();
    let limit = "SET lock_timeout = '10ms'";
    conn.batch_execute(limit).await.unwrap();
    let error = add_guests(conn, plain(1, 0..10)).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::LockTimeout, None, 0));
    other.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(add_guests(conn, plain(1, 0..10)).await.unwrap(), 10);
}

pub(crate) async fn a_deferred_constraint_names_none(db: &Database) {
    let conn = &mut db.connect().await;
    let rows = || {
        let texts = ["a", "b", "a", "c"].into_iter();
        texts.map(|given| AddGivenInput {
            given: given.to_owned(),
        })
    };
    // One statement is a transaction, and so the constraint is checked at its end: the parts in
    // which the row is looked for are not.
    let error = add_given(conn, rows()).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, None, 0));
    let error = add_given(conn, rows()).batch_size(2).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::UniqueViolation, None, 0));
    assert_eq!(db.count("given").await, 0);
    let rows = rows().take(2);
    assert_eq!(add_given(conn, rows).await.unwrap(), 2);
}

/// PostgreSQL's texts hold no zero byte, and its times end in the year 294276.
pub(crate) async fn an_unwritable_value_is_named(db: &Database) {
    let conn = &mut db.connect().await;
    let mut rows: Vec<_> = (0..20).map(|n| guest(1, n)).collect();
    rows[11].name = Some("\0".to_owned());
    let error = create_guests(conn, rows).await.unwrap_err();
    assert_eq!(said(&error), (ErrorKind::Other, Some(11), 0));
}
