//! What `:bulk` inserts and answers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use planwright::PgConnection;
use planwright::{assert_round_trips, testing};

use crate::Database;
use crate::catalog::guests::{
    AddComputedInput, AddGivenInput, AddNumberedInput, GuestIdsInput, UpsertGuestsInput,
    add_computed, add_given, add_guests, add_numbered, create_guests, guest_ids, upsert_guests,
};
use crate::catalog::types::Mood;
use crate::guests::{guest, plain};

pub(crate) async fn every_type_arrives(db: &Database) {
    let conn = &mut db.connect().await;
    let rows = (0..10_000).map(|number| guest(1, number));
    let created = create_guests(conn, rows).await.unwrap();
    assert_eq!(created.len(), 10_000);
    // Written as literals, by nothing of what is tested.
    let expected = "SELECT n, CASE WHEN n % 3 <> 0 THEN '+49' || n END, CASE WHEN n % 4 <> 0 THEN 'Größe ' || n || E' \\\\N\\t\"' END,
        CASE WHEN n % 5 <> 0 THEN 'n' || n END, (ARRAY['calm', 'in a hurry'])[1 + n % 2]::mood,
        CASE WHEN n % 3 <> 0 THEN (ARRAY['calm', 'in a hurry'])[1 + n % 2]::mood END,
        CASE WHEN n % 4 <> 0 THEN (ARRAY['small', 'large'])[1 + n % 2]::shop.size END,
        CASE WHEN n % 5 <> 0 THEN 'ab' END, CASE WHEN n % 6 <> 0 THEN (n % 70) / 10.0 END,
        CASE WHEN n % 7 <> 0 THEN jsonb_build_object('n', jsonb_build_array(n, NULL)) END,
        CASE WHEN n % 8 <> 0 THEN decode('00ff' || lpad(to_hex(n % 200), 2, '0'), 'hex') END,
        CASE WHEN n % 9 <> 0 THEN '2026-01-05 12:00:00.123456+00'::timestamptz + n * interval '1 second' END
        FROM generate_series(0, 9999) n";
    let found = "SELECT number, phone::text, name::text, nickname::text, mood, feeling::mood, size, code::text,
        rating, facts, raw, seen FROM guests WHERE shop_id = 1";
    let missing = db
        .sees(&format!("({expected}) EXCEPT ({found}) LIMIT 3"))
        .await;
    assert_eq!(missing, "");
}

pub(crate) async fn rows_come_back_in_order(db: &Database) {
    let conn = &mut db.connect().await;
    let rows = (0..2_500).rev().map(|number| guest(1, number));
    let created = create_guests(conn, rows).await.unwrap();
    let numbers: Vec<i32> = created.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (0..2_500).rev().collect::<Vec<_>>());
    assert!(created.is_sorted_by_key(|row| row.id));
    assert_eq!(created[0].mood, guest(1, 2_499).mood);

    let rows = (0..5).map(|number| GuestIdsInput { shop_id: 2, number });
    let ids = guest_ids(conn, rows).batch_size(2).await.unwrap();
    assert_eq!(ids.len(), 5);
    assert!(ids.is_sorted());
}

pub(crate) async fn conflicts_are_left_out(db: &Database) {
    let conn = &mut db.connect().await;
    assert_eq!(add_guests(conn, plain(1, [2, 4])).await.unwrap(), 2);
    // Two are known, and one comes twice.
    let rows = plain(1, [1, 2, 3, 3, 4, 5]);
    assert_eq!(add_guests(conn, rows).batch_size(4).await.unwrap(), 3);
    assert_eq!(db.count("guests").await, 5);
}

fn named(number: i32, name: &str) -> UpsertGuestsInput {
    UpsertGuestsInput {
        shop_id: 1,
        number,
        name: Some(name.to_owned()),
    }
}

pub(crate) async fn conflicts_are_updated(db: &Database) {
    let conn = &mut db.connect().await;
    upsert_guests(conn, [named(2, "old")]).await.unwrap();
    let rows = vec![named(1, "a"), named(2, "b"), named(3, "c")];
    let upserted = upsert_guests(conn, rows).await.unwrap();
    let upserted: Vec<_> = upserted
        .iter()
        .map(|row| (row.number, row.name.as_deref(), row.is_new))
        .collect();
    assert_eq!(
        upserted,
        [
            (1, Some("a"), true),
            (2, Some("b"), false),
            (3, Some("c"), true)
        ]
    );
}

pub(crate) async fn the_server_computes(db: &Database) {
    let conn = &mut db.connect().await;
    let row = |number, mood| AddComputedInput {
        shop: "TWO".to_owned(),
        number,
        name: "ada".to_owned(),
        mood,
        feeling: None,
    };
    let rows = [row(1, None), row(2, Some(Mood::InAHurry))];
    assert_eq!(add_computed(conn, rows).await.unwrap(), 2);
    let found = "SELECT shop_id, number, name, mood, feeling FROM guests ORDER BY number";
    assert_eq!(
        db.sees(found).await,
        "(2,1001,ADA1,calm,) (2,1002,ADA2,\"in a hurry\",)"
    );
}

pub(crate) async fn names_do_not_clash(db: &Database) {
    let conn = &mut db.connect().await;
    let given = "x".to_owned();
    let added = add_given(conn, [AddGivenInput { given }]).await;
    assert_eq!(added.unwrap(), 1);
    let name = "three".to_owned();
    let added = add_numbered(conn, [AddNumberedInput { id: 3, name }]).await;
    assert_eq!(added.unwrap(), 1);
    let found = "SELECT given::text, name FROM given, shops WHERE id = 3";
    assert_eq!(db.sees(found).await, "(x,three)");
}

pub(crate) async fn nothing_is_sent_for_nothing(db: &Database) {
    let conn = &mut testing::connect(&db.url).await.unwrap();
    let added = assert_round_trips!(== 0, conn, add_guests(conn, plain(1, [])));
    assert_eq!(added.unwrap(), 0);
    let created = assert_round_trips!(== 0, conn, create_guests(conn, []));
    assert_eq!(created.unwrap(), []);
}

pub(crate) async fn one_batch_is_one_round_trip(db: &Database) {
    let conn = &mut testing::connect(&db.url).await.unwrap();
    add_guests(conn, plain(1, [1])).await.unwrap();
    let added = assert_round_trips!(== 1, conn, add_guests(conn, plain(1, 0..1_000)));
    assert_eq!(added.unwrap(), 999);
    // BEGIN and COMMIT, and a savepoint before each batch.
    let together =
        async |conn: &mut PgConnection| add_guests(conn, plain(2, 0..30)).batch_size(10).await;
    let added = assert_round_trips!(== 8, conn, together(conn));
    assert_eq!(added.unwrap(), 30);
    let separately = async |conn: &mut PgConnection| {
        let added = add_guests(conn, plain(2, 0..30)).batch_size(10);
        added.per_batch().await
    };
    let added = assert_round_trips!(== 3, conn, separately(conn));
    assert_eq!(added.unwrap(), 0);
}

pub(crate) async fn progress_is_told(db: &Database) {
    let conn = &mut db.connect().await;
    let told = Mutex::new(Vec::new());
    let tell =
        |progress: planwright::bulk::Progress| told.lock().unwrap().push(progress.to_string());
    let rows = plain(1, 0..25);
    let added = add_guests(conn, rows).batch_size(10).on_progress(tell);
    added.await.unwrap();
    let odd = plain(2, (0..25).filter(|n| n % 2 == 1));
    let added = add_guests(conn, odd).batch_size(10).on_progress(tell);
    added.await.unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [
            "10 of 25 rows",
            "20 of 25 rows",
            "25 of 25 rows",
            "10 rows",
            "12 rows"
        ]
    );
}

pub(crate) async fn rows_are_handed_over(db: &Database) {
    let conn = &mut db.connect().await;
    let mut lengths = Vec::new();
    let rows = (0..25).map(|number| guest(1, number));
    let created = create_guests(conn, rows)
        .batch_size(10)
        .on_rows(|rows| lengths.push((rows.len(), rows[0].number)));
    assert_eq!(created.await.unwrap(), 25);
    assert_eq!(lengths, [(10, 0), (10, 10), (5, 20)]);
}

/// No more rows are taken than one batch has, and one to know whether there is another.
pub(crate) async fn rows_are_taken_when_they_are_sent(db: &Database) {
    let conn = &mut db.connect().await;
    let taken = AtomicUsize::new(0);
    let most = Mutex::new(0);
    let count = || taken.load(Ordering::Relaxed);
    let rows = plain(1, 0..100).inspect(|_| {
        taken.fetch_add(1, Ordering::Relaxed);
    });
    let added = add_guests(conn, rows)
        .batch_size(10)
        .on_progress(|progress| {
            let ahead = count() - usize::try_from(progress.rows).unwrap();
            let mut most = most.lock().unwrap();
            *most = ahead.max(*most);
        });
    assert_eq!(added.await.unwrap(), 100);
    assert!(*most.lock().unwrap() <= 1, "{most:?}");
    assert_eq!(count(), 100);
}
