//! Which statements of migrations are reported, and which are not: the same on every server.

use std::collections::BTreeMap;

use planwright_codegen::Checked;

use crate::project::TempProject;

const QUERY: &str = "-- name: one :one\nSELECT 1 AS one;";

/// Migrations between lines of dashes, in which `t` and `part` are tables that an earlier
/// migration made, the second one partitioned; and squawk's names of what is reported.
type Case = (&'static str, &'static str);

const CASES: &[Case] = &[
    // Indexes: on a table that is there, and on one that is made here.
    ("CREATE INDEX ON t (k)", "require-concurrent-index-creation"),
    (
        "CREATE INDEX ON public.t (k)",
        "require-concurrent-index-creation",
    ),
    ("-- outside\nCREATE INDEX CONCURRENTLY t_k ON t (k)", ""),
    ("CREATE TABLE t_new (k int); CREATE INDEX ON t_new (k)", ""),
    (
        "CREATE TABLE t_new (k int); CREATE INDEX ON public.\"t_new\" (k)",
        "",
    ),
    (
        "CREATE TABLE t_new (k int)\n----\nCREATE INDEX ON t_new (k)",
        "require-concurrent-index-creation",
    ),
    (
        "CREATE TABLE IF NOT EXISTS t (k int); CREATE INDEX ON t (k)",
        "require-concurrent-index-creation",
    ),
    (
        "DROP TABLE t; CREATE TABLE t (k int); CREATE INDEX ON t (k)",
        "ban-drop-table",
    ),
    // A table of another schema is another table.
    (
        "CREATE SCHEMA t_s; CREATE TABLE t_s.t (k int); CREATE INDEX ON t (k)",
        "require-concurrent-index-creation",
    ),
    (
        "CREATE SCHEMA t_s; CREATE TABLE t_s.t (k int); CREATE INDEX ON t_s.t (k)",
        "",
    ),
    (
        "CREATE MATERIALIZED VIEW t_m AS SELECT 1 AS x; CREATE UNIQUE INDEX ON t_m (x)",
        "",
    ),
    // A partitioned table has no concurrent way but part by part.
    (
        "CREATE INDEX ON part (k)",
        "require-concurrent-index-creation",
    ),
    ("CREATE INDEX ON ONLY part (k)", ""),
    (
        "CREATE INDEX ON ONLY t (k)",
        "require-concurrent-index-creation",
    ),
    ("DROP INDEX t_old", "require-concurrent-index-deletion"),
    ("-- outside\nDROP INDEX CONCURRENTLY t_old", ""),
    (
        "CREATE TABLE t_new (k int); CREATE INDEX t_i ON t_new (k); DROP INDEX t_i",
        "",
    ),
    // Constraints.
    (
        "ALTER TABLE t ADD CONSTRAINT t_c CHECK (k > 0)",
        "constraint-missing-not-valid",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_c CHECK (k > 0) NOT VALID\n----\nALTER TABLE t VALIDATE CONSTRAINT t_c",
        "",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_c CHECK (k > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT t_c",
        "constraint-missing-not-valid",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_c EXCLUDE USING btree (k WITH =)",
        "constraint-missing-not-valid",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_c UNIQUE (k)",
        "disallowed-unique-constraint",
    ),
    (
        "ALTER TABLE t ADD COLUMN u int UNIQUE",
        "disallowed-unique-constraint",
    ),
    (
        "-- outside\nCREATE UNIQUE INDEX CONCURRENTLY t_u ON t (k)\n----\nALTER TABLE t ADD CONSTRAINT t_c UNIQUE USING INDEX t_u",
        "",
    ),
    (
        "ALTER TABLE ONLY part ADD CONSTRAINT part_c UNIQUE (id)",
        "",
    ),
    (
        "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (id)",
        "adding-serial-primary-key-field",
    ),
    (
        "CREATE TABLE t_new (k int); ALTER TABLE t_new ADD UNIQUE (k), ADD PRIMARY KEY (k), ADD CHECK (k > 0)",
        "",
    ),
    // Foreign keys: a new column that is null everywhere is not checked.
    (
        "ALTER TABLE t ADD FOREIGN KEY (k) REFERENCES target",
        "adding-foreign-key-constraint",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_f FOREIGN KEY (k) REFERENCES target NOT VALID\n----\nALTER TABLE t VALIDATE CONSTRAINT t_f",
        "",
    ),
    ("ALTER TABLE t ADD COLUMN f bigint REFERENCES target", ""),
    (
        "ALTER TABLE t ADD COLUMN f bigint REFERENCES target ON DELETE SET DEFAULT",
        "",
    ),
    (
        "ALTER TABLE t ADD COLUMN f bigint DEFAULT 1 REFERENCES target",
        "adding-foreign-key-constraint",
    ),
    (
        "ALTER TABLE t ADD COLUMN f bigint REFERENCES target DEFAULT 1",
        "adding-foreign-key-constraint",
    ),
    (
        "CREATE TABLE t_new (f bigint REFERENCES target); ALTER TABLE t_new ADD FOREIGN KEY (f) REFERENCES target",
        "",
    ),
    // Columns.
    ("ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT -1", ""),
    (
        "ALTER TABLE t ADD COLUMN n text DEFAULT lower('X') || (now() + interval '1 day')::text",
        "",
    ),
    (
        "ALTER TABLE t ADD COLUMN n uuid DEFAULT gen_random_uuid()",
        "adding-field-with-default",
    ),
    (
        "CREATE FUNCTION t_f() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'; ALTER TABLE t ADD COLUMN n int DEFAULT t_f()",
        "adding-field-with-default",
    ),
    (
        "CREATE FUNCTION t_f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'; ALTER TABLE t ADD COLUMN n int DEFAULT t_f(1)",
        "",
    ),
    (
        "ALTER TABLE t ADD COLUMN n bigint GENERATED ALWAYS AS (id + 1) STORED",
        "adding-field-with-default",
    ),
    (
        "ALTER TABLE t ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY",
        "adding-field-with-default",
    ),
    (
        "DELETE FROM t; ALTER TABLE t ADD COLUMN n int NOT NULL",
        "adding-required-field",
    ),
    (
        "ALTER TABLE t ALTER COLUMN k TYPE numeric",
        "changing-column-type",
    ),
    (
        "ALTER TABLE t ALTER COLUMN k SET NOT NULL",
        "adding-not-nullable-field",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_n CHECK (k IS NOT NULL) NOT VALID\n----\nALTER TABLE t VALIDATE CONSTRAINT t_n\n----\nALTER TABLE t ALTER k SET NOT NULL, DROP CONSTRAINT t_n",
        "",
    ),
    // Not validated, dropped before, and of another column.
    (
        "ALTER TABLE t ADD CONSTRAINT t_n CHECK (k IS NOT NULL) NOT VALID\n----\nALTER TABLE t ALTER k SET NOT NULL",
        "adding-not-nullable-field",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_n CHECK (k IS NOT NULL) NOT VALID\n----\nALTER TABLE t VALIDATE CONSTRAINT t_n\n----\nALTER TABLE t DROP CONSTRAINT t_n; ALTER TABLE t ALTER k SET NOT NULL",
        "adding-not-nullable-field",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT t_n CHECK (name IS NOT NULL) NOT VALID\n----\nALTER TABLE t VALIDATE CONSTRAINT t_n\n----\nALTER TABLE t ALTER k SET NOT NULL",
        "adding-not-nullable-field",
    ),
    // What running applications miss.
    (
        "ALTER TABLE t ALTER COLUMN name DROP NOT NULL",
        "ban-drop-not-null",
    ),
    (
        "ALTER TABLE t DROP COLUMN k, DROP COLUMN name",
        "ban-drop-column ban-drop-column",
    ),
    ("ALTER TABLE t RENAME COLUMN k TO l", "renaming-column"),
    (
        "ALTER TABLE t RENAME TO t_new; CREATE INDEX ON t_new (k)",
        "renaming-table require-concurrent-index-creation",
    ),
    (
        "CREATE TABLE t_a (k int); ALTER TABLE t_a RENAME TO t_b; CREATE INDEX ON t_b (k)",
        "",
    ),
    ("TRUNCATE t CASCADE", "ban-truncate-cascade"),
    ("TRUNCATE t", ""),
    (
        "CREATE DOMAIN t_d AS int CHECK (VALUE > 0); ALTER DOMAIN t_d ADD CHECK (VALUE < 9)",
        "",
    ),
    (
        "CREATE DOMAIN t_d AS int\n----\nALTER DOMAIN t_d ADD CHECK (VALUE < 9)",
        "ban-alter-domain-with-add-constraint",
    ),
    (
        "CREATE DOMAIN t_d AS int\n----\nALTER DOMAIN t_d ADD CHECK (VALUE < 9) NOT VALID",
        "",
    ),
    // Transactions.
    (
        "ALTER TABLE t ADD COLUMN n int; COMMIT; SELECT 1",
        "transaction-nesting",
    ),
    (
        "-- outside\nBEGIN; ALTER TABLE t ADD COLUMN n int; COMMIT",
        "",
    ),
    (
        "-- outside\nBEGIN; ALTER TABLE t ADD COLUMN n int",
        "ban-uncommitted-transaction",
    ),
    (
        "INSERT INTO t (id, name) VALUES (1, 'a'); COMMIT",
        "transaction-nesting",
    ),
    (
        "-- outside\nSTART TRANSACTION; INSERT INTO t (id, name) VALUES (1, 'a')",
        "ban-uncommitted-transaction",
    ),
    // What is style is left to others.
    (
        "CREATE TABLE t_new (id serial PRIMARY KEY, c char(3), v varchar(9), ts timestamp, i int)",
        "",
    ),
    ("CREATE DOMAIN t_d AS int CHECK (VALUE > 0)", ""),
    // Comments that tell squawk what is known.
    (
        "-- squawk-ignore ban-drop-column\nALTER TABLE t DROP COLUMN k",
        "",
    ),
    (
        "ALTER TABLE t\n  -- squawk-ignore ban-drop-column\n  DROP COLUMN k,\n  DROP COLUMN name",
        "ban-drop-column",
    ),
    ("-- squawk-ignore-file\nALTER TABLE t DROP COLUMN k", ""),
    (
        "-- squawk-ignore ban-drop-colum\nALTER TABLE t DROP COLUMN k",
        "ban-drop-column squawk has no rule `ban-drop-colum`",
    ),
    // What squawk cannot read, although PostgreSQL can.
    (
        "ALTER TABLE t ADD COLUMN n text DEFAULT E'a\\'b'\n'c'",
        "squawk cannot read this statement, and says nothing of it",
    ),
    (
        "-- squawk-ignore-file\nALTER TABLE t ADD COLUMN n text DEFAULT E'a\\'b'\n'c'",
        "",
    ),
    ("SELECT E'a\\'b'\n'c'", ""),
    // The specific rule is silenced, and the general one does not speak in its place.
    (
        "ALTER TABLE t\n  -- squawk-ignore disallowed-unique-constraint\n  ADD CONSTRAINT t_c UNIQUE (k)",
        "",
    ),
];

/// The word with the case's number behind it, where it stands on its own or before `_`.
fn numbered(sql: &str, number: usize) -> String {
    let mut out = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        let len = rest[at..]
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len() - at);
        let (before, word) = (&rest[..at], &rest[at..at + len]);
        out.push_str(before);
        out.push_str(word);
        if matches!(word, "t" | "part") && !before.ends_with('_') {
            out.push_str(&number.to_string());
        }
        rest = &rest[at + len..];
    }
    out + rest
}

/// A project with every case as migrations of its own, on tables of its own.
fn project() -> TempProject {
    let mut base = "CREATE TABLE target (id bigint PRIMARY KEY);\n".to_owned();
    for number in 0..CASES.len() {
        base.push_str(&numbered(
            "CREATE TABLE t (id bigint PRIMARY KEY, k bigint, name text NOT NULL);
             CREATE INDEX t_old ON t (name);
             CREATE TABLE part (id bigint, k bigint) PARTITION BY HASH (id);\n",
            number,
        ));
    }
    let project = TempProject::of(&base, QUERY);
    project.write("planwright.toml", "rules = { dead-index = \"allow\", duplicate-index = \"allow\", foreign-key-unindexed = \"allow\" }");
    for (number, (sql, _)) in CASES.iter().enumerate() {
        for (step, sql) in sql.split("----").enumerate() {
            let folder = format!("migrations/2025-01-01-{number:03}{step}_case");
            project.write(&format!("{folder}/up.sql"), numbered(sql.trim(), number));
            if sql.contains("-- outside") {
                let outside = "run_in_transaction = false";
                project.write(&format!("{folder}/metadata.toml"), outside);
            }
        }
    }
    project
}

/// What is reported of each case.
fn reported(checked: &Checked) -> BTreeMap<usize, Vec<String>> {
    let mut reported: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for warning in checked.warnings.sorted() {
        assert_eq!(warning.code, "migration-safety", "{warning:?}");
        let path = &warning.labels[0].path;
        let number = path.strip_prefix("migrations/2025-01-01-");
        let number = number.map_or("", |rest| &rest[..3]);
        let what = warning.message.split(": ").next().unwrap_or_default();
        let number = number.parse().expect("a case");
        reported.entry(number).or_default().push(what.to_owned());
    }
    reported
}

#[test]
fn what_locks_or_breaks_is_reported_and_nothing_else() {
    for major in [15, 18] {
        let checked = project().check(major).expect("a catalog");
        let reported = reported(&checked);
        let mut wrong = Vec::new();
        for (number, (sql, expected)) in CASES.iter().enumerate() {
            let mut got = reported.get(&number).cloned().unwrap_or_default();
            got.sort();
            if got.join(" ") != *expected {
                wrong.push(format!("{sql}\n  gives    {got:?}\n  expected {expected}"));
            }
        }
        assert!(wrong.is_empty(), "on {major}:\n{}", wrong.join("\n"));
    }
}

/// How many warnings there are of three migrations that each index the table of the first.
fn judged(config: &str) -> usize {
    let project = TempProject::of("CREATE TABLE a (x int, y int)", QUERY);
    for (version, column) in [("2024-02-01-000001", "x"), ("2024-03-01-000001", "y")] {
        let path = format!("migrations/{version}_index/up.sql");
        project.write(&path, format!("CREATE INDEX ON a ({column})"));
    }
    let config = format!("rules = {{ dead-index = \"allow\" }}\n{config}");
    project.write("planwright.toml", config);
    project.check(15).expect("a catalog").warnings.len()
}

#[test]
fn migrations_before_a_version_are_not_judged() {
    for (from, expected) in [
        ("", 2),
        ("2024-01-01-000001", 2),
        ("2024-02-01-000001", 2),
        ("2024-02-01-000001_index", 2),
        ("20240201000002", 1),
        ("2024-03-01", 1),
        ("2024-03-01-000002", 0),
    ] {
        let config = format!("[migration-safety]\nfrom = \"{from}\"");
        assert_eq!(judged(&config), expected, "{from}");
    }
    assert_eq!(judged(""), 2);
}

#[test]
fn a_column_that_is_computed_when_it_is_read_rewrites_nothing() {
    let project = TempProject::of("CREATE TABLE a (x int); CREATE TABLE b (x int)", QUERY);
    let virtual_columns = "ALTER TABLE a ADD y int GENERATED ALWAYS AS (x + 1) VIRTUAL;
        ALTER TABLE a ADD z int GENERATED ALWAYS AS (x + 1);
        ALTER TABLE b ADD y int GENERATED ALWAYS AS (x + 1) STORED;";
    project.write(
        "migrations/2024-02-01-000001_columns/up.sql",
        virtual_columns,
    );
    let checked = project.check(18).expect("a catalog");
    let warnings = checked.warnings.sorted();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0]
            .notes
            .iter()
            .any(|note| note.ends_with("made `b`"))
    );
}
