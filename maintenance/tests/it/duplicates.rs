//! Which indexes another one replaces.

use planwright_maintenance::indexes;

use crate::fixture::{Database, run};

on_each_release! { duplicates_are_found_and_others_are_not }

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text, d jsonb)";

/// The indexes of a case, and which are not needed, each with the one in its place.
const CASES: &[(&str, &[(&str, &str)])] = &[
    // The same: the older one stays.
    (
        "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a)",
        &[("y", "x")],
    ),
    // A prefix, in either direction.
    (
        "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a, b)",
        &[("x", "y")],
    ),
    (
        "CREATE INDEX x ON t (a, b DESC); CREATE INDEX y ON t (a DESC, b)",
        &[("y", "x")],
    ),
    (
        "CREATE INDEX x ON t (a, b DESC); CREATE INDEX y ON t (a, b)",
        &[],
    ),
    // Not a prefix.
    ("CREATE INDEX x ON t (b); CREATE INDEX y ON t (a, b)", &[]),
    // Of a constraint.
    ("CREATE INDEX x ON t (id)", &[("x", "t_pkey")]),
    ("CREATE UNIQUE INDEX x ON t (id)", &[("x", "t_pkey")]),
    // What is unique forbids something.
    (
        "CREATE UNIQUE INDEX x ON t (a); CREATE INDEX y ON t (a, b)",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX x ON t (a); CREATE UNIQUE INDEX y ON t (a)",
        &[("y", "x")],
    ),
    (
        "CREATE INDEX x ON t (a); CREATE UNIQUE INDEX y ON t (a)",
        &[("x", "y")],
    ),
    // Other predicates, classes, collations and methods.
    (
        "CREATE INDEX x ON t (a) WHERE b > 0; CREATE INDEX y ON t (a, b)",
        &[],
    ),
    (
        "CREATE INDEX x ON t (a) WHERE b > 0; CREATE INDEX y ON t (a, c) WHERE b > 0",
        &[("x", "y")],
    ),
    (
        "CREATE INDEX x ON t (c text_pattern_ops); CREATE INDEX y ON t (c, a)",
        &[],
    ),
    (
        "CREATE INDEX x ON t (c COLLATE \"C\"); CREATE INDEX y ON t (c, a)",
        &[],
    ),
    (
        "CREATE INDEX x ON t USING hash (a); CREATE INDEX y ON t (a)",
        &[],
    ),
    (
        "CREATE INDEX x ON t USING hash (a); CREATE INDEX y ON t USING hash (a)",
        &[("y", "x")],
    ),
    (
        "CREATE INDEX x ON t USING gin (d); CREATE INDEX y ON t USING gin (d jsonb_path_ops)",
        &[],
    ),
    // What is included must be there as well.
    (
        "CREATE INDEX x ON t (a) INCLUDE (c); CREATE INDEX y ON t (a, b)",
        &[],
    ),
    (
        "CREATE INDEX x ON t (a) INCLUDE (c); CREATE INDEX y ON t (a, c)",
        &[("x", "y")],
    ),
    (
        "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a) INCLUDE (c)",
        &[("x", "y")],
    ),
    // Expressions.
    (
        "CREATE INDEX x ON t (lower(c)); CREATE INDEX y ON t (lower(c), a)",
        &[("x", "y")],
    ),
    (
        "CREATE INDEX x ON t (lower(c)); CREATE INDEX y ON t (upper(c), a)",
        &[],
    ),
    // The best of several.
    (
        "CREATE INDEX x ON t (a); CREATE INDEX y ON t (a, b); CREATE INDEX z ON t (a, b, id)",
        &[("x", "z"), ("y", "z")],
    ),
];

async fn duplicates_are_found_and_others_are_not(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    for (make, expected) in CASES {
        run(&client, TABLE).await;
        run(&client, make).await;
        let rows = indexes::duplicate_indexes(conn).await.unwrap();
        let mut found: Vec<_> = rows
            .iter()
            .map(|row| (row.index_name.as_str(), row.other_index.as_str()))
            .collect();
        found.sort_unstable();
        assert_eq!(found, *expected, "{make}");
        for row in &rows {
            run(&client, &row.remedy).await;
        }
        let rest = indexes::duplicate_indexes(conn).await.unwrap();
        assert_eq!(rest, [], "{make}");
        run(&client, "DROP TABLE t").await;
    }
}
