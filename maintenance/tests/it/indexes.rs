//! Which indexes are used.

use planwright_maintenance::indexes;

use crate::fixture::{Database, run};

on_each_release! { an_index_is_unused_until_a_scan, what_must_stay_is_not_unused }

async fn an_index_is_unused_until_a_scan(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let make = "
        CREATE TABLE notes (id int PRIMARY KEY, author int, \"Mood\" int);
        INSERT INTO notes SELECT n, n % 1000, n FROM generate_series(1, 20000) n;
        CREATE INDEX notes_author ON notes (author);
        CREATE INDEX \"notes Mood\" ON notes (\"Mood\");
        ANALYZE notes";
    run(&client, make).await;
    run(&client, "SELECT id FROM notes WHERE author = 7").await;
    let rows = indexes::unused_indexes(conn, 1).await.unwrap();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(
        (&*row.table_name, &*row.index_name),
        ("notes", "notes Mood")
    );
    assert_eq!(row.remedy, "DROP INDEX CONCURRENTLY public.\"notes Mood\"");
    assert!(row.bytes > 100_000 && row.definition.starts_with("CREATE INDEX"));
    let larger = indexes::unused_indexes(conn, row.bytes + 1).await.unwrap();
    assert_eq!(larger, []);

    let usage = indexes::index_usage(conn).await.unwrap();
    let of = |name: &str| usage.iter().find(|row| row.index_name == name).unwrap();
    assert_eq!(of("notes Mood").scans, 0);
    assert_eq!(
        (of("notes_author").scans, of("notes_author").entries_read),
        (1, 20)
    );
    assert!(of("notes_pkey").backs_constraint && !of("notes_author").is_unique);

    run(&client, &row.remedy).await;
    assert_eq!(indexes::unused_indexes(conn, 1).await.unwrap(), []);
}

async fn what_must_stay_is_not_unused(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let make = "
        CREATE TABLE a (id int PRIMARY KEY, b int UNIQUE, c int, d int4range, e int NOT NULL,
                        EXCLUDE USING gist (d WITH &&));
        CREATE UNIQUE INDEX a_c ON a (c);
        CREATE UNIQUE INDEX a_e ON a (e);
        ALTER TABLE a REPLICA IDENTITY USING INDEX a_e;
        CREATE TABLE parted (id int) PARTITION BY RANGE (id);
        CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9);
        CREATE INDEX ON parted (id)";
    run(&client, make).await;
    assert_eq!(indexes::unused_indexes(conn, 0).await.unwrap(), []);
    run(&client, "CREATE INDEX part_only ON part ((id + 1))").await;
    let rows = indexes::unused_indexes(conn, 0).await.unwrap();
    assert_eq!(
        rows.len(),
        1,
        "an index of a partition alone can be dropped: {rows:?}"
    );
}
