//! Tables that are read whole, that are bloated, and what came from memory.

use diesel_async::AsyncPgConnection;
use planwright_maintenance::tables::{self, TableBloatRow};

use crate::fixture::{Database, run};

on_each_release! {
    a_table_that_is_read_whole_lacks_an_index,
    deleted_rows_are_bloat,
    what_has_no_statistics_is_not_estimated,
    cache_hits_are_counted,
}

async fn a_table_that_is_read_whole_lacks_an_index(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let make = "
        CREATE TABLE notes (id int PRIMARY KEY, author int);
        INSERT INTO notes SELECT n, n % 1000 FROM generate_series(1, 2000) n;
        ANALYZE notes";
    run(&client, make).await;
    run(&client, &"SELECT FROM notes WHERE author = 1;".repeat(20)).await;
    run(&client, &"SELECT FROM notes WHERE id = 1;".repeat(30)).await;
    let rows = tables::missing_indexes(conn, 20, 1_500).await.unwrap();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    // To make the primary key read the table as well, when it was empty.
    assert_eq!(row.table_name, "notes");
    assert!(
        row.sequential_scans >= 20 && row.rows_per_scan >= 1_500,
        "{row:?}"
    );
    assert_eq!((row.index_scans, row.live_rows), (30, 2_000));
    assert_eq!(tables::missing_indexes(conn, 1_000, 1).await.unwrap(), []);
    assert_eq!(tables::missing_indexes(conn, 1, 5_000).await.unwrap(), []);
}

/// The only table.
async fn bloat(conn: &mut AsyncPgConnection) -> TableBloatRow {
    let rows = tables::table_bloat(conn, 1).await.unwrap();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    row.clone()
}

async fn deleted_rows_are_bloat(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let make = "
        CREATE TABLE \"Notes\" (id int, body text, at timestamptz);
        INSERT INTO \"Notes\" SELECT n, repeat('x', n % 100), now() FROM generate_series(1, 20000) n;
        VACUUM ANALYZE \"Notes\"";
    for statement in make.split(';') {
        run(&client, statement).await;
    }
    let full = bloat(conn).await;
    assert!(
        full.bloat_bytes * 10 < full.bytes,
        "a table without a gap: {full:?}"
    );
    assert_eq!((full.live_rows, full.dead_rows), (20_000, 0));

    run(&client, "DELETE FROM \"Notes\" WHERE id % 10 > 0").await;
    let dead = bloat(conn).await;
    assert_eq!((dead.live_rows, dead.dead_rows), (2_000, 18_000));
    run(&client, &dead.vacuum_statement).await;
    let empty = bloat(conn).await;
    assert_eq!(empty.dead_rows, 0, "{empty:?}");
    assert!(
        empty.bloat_bytes * 10 > empty.bytes * 8,
        "nine rows of ten are gone: {empty:?}"
    );
    assert!(empty.last_vacuum.is_some());
    run(&client, &empty.rewrite_statement).await;
    let rewritten = bloat(conn).await;
    assert!(rewritten.bloat_bytes * 5 < rewritten.bytes, "{rewritten:?}");
}

async fn what_has_no_statistics_is_not_estimated(db: &Database) {
    let (client, role) = (db.client().await, db.role());
    run(
        &client,
        "CREATE TABLE notes (id int); INSERT INTO notes VALUES (1)",
    )
    .await;
    run(&client, &format!("CREATE ROLE {role} LOGIN")).await;
    let row = bloat(&mut db.connect().await).await;
    assert_eq!(
        (row.estimated_bytes, row.is_readable),
        (None, true),
        "never analysed"
    );
    run(&client, "ANALYZE notes").await;
    assert_eq!(
        bloat(&mut db.connect().await).await.estimated_bytes,
        Some(8_192)
    );
    let row = bloat(&mut db.connect_as(&role).await).await;
    assert_eq!((row.estimated_bytes, row.is_readable), (None, false));
}

async fn cache_hits_are_counted(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let rates = tables::cache_hit_rates(conn).await.unwrap();
    let kinds: Vec<_> = rates.iter().map(|row| (&*row.kind, row.rate)).collect();
    assert_eq!(kinds, [("tables", None), ("indexes", None)]);
    run(
        &client,
        "CREATE TABLE notes (id int PRIMARY KEY); INSERT INTO notes VALUES (1)",
    )
    .await;
    run(
        &client,
        &"SET enable_seqscan = off; SELECT FROM notes WHERE id = 1;".repeat(20),
    )
    .await;
    let rates = tables::cache_hit_rates(conn).await.unwrap();
    for row in &rates {
        assert!(row.rate > Some(0.5) && row.blocks_hit > 0, "{row:?}");
    }
    let misses = tables::cache_misses(conn).await.unwrap();
    let read: i64 = rates.iter().map(|row| row.blocks_read).sum();
    let of = misses
        .iter()
        .map(|row| row.table_blocks_read + row.index_blocks_read);
    assert_eq!(of.sum::<i64>(), read);
}
