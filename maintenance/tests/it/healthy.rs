//! Of a healthy database nothing is said.

use planwright_maintenance::{activity, indexes, tables};

use crate::fixture::{Database, run};

on_each_release! { of_a_healthy_database_nothing_is_said }

async fn of_a_healthy_database_nothing_is_said(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let make = "
        CREATE TABLE authors (id int PRIMARY KEY, name text UNIQUE);
        CREATE TABLE notes (id int PRIMARY KEY, author int REFERENCES authors, body text);
        INSERT INTO authors SELECT n, 'author ' || n FROM generate_series(1, 100) n;
        INSERT INTO notes SELECT n, 1 + n % 100, 'body' FROM generate_series(1, 5000) n;
        CREATE INDEX notes_author ON notes (author, id);
        ANALYZE";
    run(&client, make).await;
    run(
        &client,
        &"SELECT body FROM notes WHERE author = 5;".repeat(100),
    )
    .await;

    assert_eq!(activity::long_transactions(conn, 0.0).await.unwrap(), []);
    assert_eq!(activity::lock_waits(conn, 0.0).await.unwrap(), []);
    assert_eq!(activity::hidden_sessions(conn).await.unwrap(), 0);
    assert_eq!(indexes::invalid_indexes(conn).await.unwrap(), []);
    assert_eq!(indexes::index_builds(conn).await.unwrap(), []);
    assert_eq!(indexes::unused_indexes(conn, 0).await.unwrap(), []);
    assert_eq!(indexes::duplicate_indexes(conn).await.unwrap(), []);
    assert_eq!(tables::missing_indexes(conn, 50, 10_000).await.unwrap(), []);
    for row in tables::table_bloat(conn, 100_000).await.unwrap() {
        assert!(row.bloat_bytes * 4 < row.bytes, "{row:?}");
    }
}
