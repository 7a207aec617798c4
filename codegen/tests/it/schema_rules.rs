//! Rules about the schema as a whole: the same findings on every server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use planwright_codegen::Checked;
use planwright_codegen::diagnostics::Diagnostic;

use crate::project::TempProject;

/// Statements of a schema of its own, and what is found of it.
type Case = (&'static str, &'static [&'static str]);

const ONE: &str = "-- name: one :one\nSELECT 1 AS one;\n";

/// A project with each case in a schema of its own, so that the same names come again.
fn project(base: &str, cases: &[Case], queries: &str) -> TempProject {
    let mut sql = String::new();
    for (number, (statements, _)) in cases.iter().enumerate() {
        let _ = writeln!(
            sql,
            "CREATE SCHEMA s{number:02}; SET search_path = s{number:02}; {base} {statements};"
        );
    }
    TempProject::of(&sql, queries)
}

/// The warnings of one rule by the number of the schema they are about.
fn found(checked: &Checked, rule: &str) -> BTreeMap<usize, Vec<Diagnostic>> {
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    for warning in checked.warnings.sorted() {
        let at = warning.message.rfind("`s").filter(|_| warning.code == rule);
        let number = at.and_then(|at| warning.message.get(at + 2..at + 4)?.parse().ok());
        if let Some(number) = number {
            found.entry(number).or_default().push(warning.clone());
        }
    }
    found
}

/// Checks every case on both servers; `say` shows a finding as the case writes it.
fn check(rule: &str, project: &TempProject, cases: &[Case], say: impl Fn(&Diagnostic) -> String) {
    for major in [15, 18] {
        let checked = project.check(major).expect("a catalog");
        let found = found(&checked, rule);
        let mut wrong = Vec::new();
        for (number, (statements, expected)) in cases.iter().enumerate() {
            let said = found.get(&number).into_iter().flatten();
            let mut said: Vec<String> = said.map(&say).collect();
            said.sort();
            if said != *expected {
                wrong.push(format!(
                    "{statements}\n  gives    {said:?}\n  expected {expected:?}"
                ));
            }
        }
        assert!(wrong.is_empty(), "on {major}:\n{}", wrong.join("\n"));
    }
}

/// The words in back quotes, without the one that names the table.
fn quoted(diagnostic: &Diagnostic) -> String {
    let words = diagnostic.message.split('`').skip(1).step_by(2);
    let words: Vec<&str> = words.filter(|word| !word.starts_with('s')).collect();
    words.join(" ")
}

const DUPLICATES: &[Case] = &[
    ("CREATE INDEX i ON t (a); CREATE INDEX j ON t (a)", &["j i"]),
    (
        "CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (a)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a); CREATE INDEX j ON t (a, b); CREATE INDEX k ON t (a, b, c)",
        &["i k", "j k"],
    ),
    ("CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (b)", &[]),
    (
        "CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (b, a)",
        &[],
    ),
    // Both directions are read, if all keys turn.
    (
        "CREATE INDEX i ON t (a, b, c); CREATE INDEX j ON t (a DESC, b DESC)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a, b DESC); CREATE INDEX j ON t (a DESC, b)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a, b DESC); CREATE INDEX j ON t (a, b)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a NULLS FIRST); CREATE INDEX j ON t (a)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a DESC NULLS LAST); CREATE INDEX j ON t (a NULLS FIRST)",
        &["j i"],
    ),
    // Operator classes, collations, expressions, predicates.
    (
        "CREATE INDEX i ON t (n text_pattern_ops); CREATE INDEX j ON t (n)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (n COLLATE \"POSIX\"); CREATE INDEX j ON t (n)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (lower(n), a); CREATE INDEX j ON t (lower(n))",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (lower(n)); CREATE INDEX j ON t (upper(n)); CREATE INDEX k ON t (n)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a, b) WHERE c > 0; CREATE INDEX j ON t (a) WHERE c > 0",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a, b) WHERE c > 0; CREATE INDEX j ON t (a)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (a) WHERE c > 0",
        &[],
    ),
    // Columns that are only carried.
    (
        "CREATE INDEX i ON t (a) INCLUDE (b); CREATE INDEX j ON t (a)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a, c); CREATE INDEX j ON t (a) INCLUDE (b)",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (a) INCLUDE (b)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a) INCLUDE (b, c); CREATE INDEX j ON t (a) INCLUDE (c)",
        &["j i"],
    ),
    // A unique index is needed, unless one like it is there.
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE INDEX j ON t (a, b)",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE INDEX j ON t (a)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a)",
        &["i j"],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a)",
        &["j i"],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a) NULLS NOT DISTINCT",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a) WHERE b > 0",
        &[],
    ),
    // A constraint's index is needed, and can serve.
    (
        "ALTER TABLE t ADD CONSTRAINT i UNIQUE (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a)",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a)",
        &["i j"],
    ),
    (
        "CREATE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a, b)",
        &["i j"],
    ),
    (
        "ALTER TABLE t ADD PRIMARY KEY (a); CREATE INDEX i ON t (a, b)",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a) DEFERRABLE",
        &[],
    ),
    (
        "CREATE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a) DEFERRABLE",
        &["i j"],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (a); ALTER TABLE t ADD CONSTRAINT j UNIQUE (a)",
        &[],
    ),
    (
        "CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (a)",
        &["j i"],
    ),
    // Other methods: only the very same.
    (
        "CREATE INDEX i ON t USING gin (d); CREATE INDEX j ON t USING gin (d)",
        &["j i"],
    ),
    (
        "CREATE INDEX i ON t USING gin (d, e); CREATE INDEX j ON t USING gin (d)",
        &[],
    ),
    (
        "CREATE INDEX i ON t USING gin (e jsonb_path_ops); CREATE INDEX j ON t USING gin (e)",
        &[],
    ),
    (
        "CREATE INDEX i ON t USING hash (a); CREATE INDEX j ON t (a)",
        &[],
    ),
    (
        "CREATE INDEX i ON t USING brin (a); CREATE INDEX j ON t USING brin (a) WITH (pages_per_range = 4)",
        &[],
    ),
    // Tables of the same name are not the same table.
    (
        "CREATE TABLE u (a int); CREATE INDEX i ON t (a); CREATE INDEX j ON u (a)",
        &[],
    ),
    // A partition's part of an index is not told on its own; an index of its own is.
    ("CREATE INDEX i ON p (a); CREATE INDEX j ON p (a)", &["j i"]),
    (
        "CREATE INDEX i ON p (a); CREATE INDEX j ON p1 (a); CREATE INDEX k ON p1 (b)",
        &["j p1_a_idx"],
    ),
    // Odd names.
    (
        "CREATE INDEX \"i ON x\" ON t USING hash (a); CREATE INDEX \"a\"\"b\" ON t USING hash (a)",
        &["a\"b i ON x"],
    ),
    (
        "CREATE INDEX \"order\" ON t USING hash (a); CREATE INDEX merge_action ON t USING hash (a)",
        &["merge_action order"],
    ),
];

const TABLES: &str = "
CREATE TABLE t (a int, b int, c int, n text, d int[], e jsonb);
CREATE TABLE p (a int, b int) PARTITION BY LIST (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);";

#[test]
fn an_index_that_another_one_replaces_is_reported() {
    let project = project(TABLES, DUPLICATES, ONE);
    check("duplicate-index", &project, DUPLICATES, quoted);
}

#[test]
fn the_statements_that_drop_duplicates_can_be_run() {
    let dropped = project(TABLES, DUPLICATES, ONE);
    let checked = dropped.check(15).expect("a catalog");
    let helps = found(&checked, "duplicate-index").into_values().flatten();
    let helps: Vec<String> = helps.filter_map(|finding| finding.help).collect();
    assert_eq!(helps[0], "DROP INDEX CONCURRENTLY s00.j;");
    let odd = |help: &String| help.ends_with(".\"a\"\"b\";");
    assert!(helps.iter().any(odd), "{helps:?}");
    for (number, help) in helps.iter().enumerate() {
        let folder = format!("migrations/2025-01-01-{number:06}_drop");
        dropped.write(&format!("{folder}/up.sql"), help);
        dropped.write(
            &format!("{folder}/metadata.toml"),
            "run_in_transaction = false",
        );
    }
    let checked = dropped.check(15).expect("a catalog");
    let left = found(&checked, "duplicate-index");
    assert!(left.is_empty(), "{left:?}");
}

const KEYS: &str = "CREATE TABLE target (id bigint PRIMARY KEY, other bigint, UNIQUE (id, other));";

/// Whether the check of the only foreign key reads the referring table whole.
const FOREIGN_KEYS: &[Case] = &[
    ("CREATE TABLE t (r bigint REFERENCES target)", &["target t"]),
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t (r)",
        &[],
    ),
    ("CREATE TABLE t (r bigint REFERENCES target UNIQUE)", &[]),
    (
        "CREATE TABLE t (r bigint REFERENCES target, x int, PRIMARY KEY (r, x))",
        &[],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t USING hash (r)",
        &[],
    ),
    // The planner does not know that the key is one of those in the index.
    (
        "CREATE TABLE t (r bigint REFERENCES target, x int); CREATE INDEX i ON t (r) WHERE x > 0",
        &["target t"],
    ),
    // It does know that a key is not null.
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t (r) WHERE r IS NOT NULL",
        &[],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t (abs(r))",
        &["target t"],
    ),
    // Nothing says that keys stand in the order of the rows.
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t USING brin (r)",
        &["target t"],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target, d int[]); CREATE INDEX i ON t USING gin (d)",
        &["target t"],
    ),
    // Several columns.
    (
        "CREATE TABLE t (r bigint, o bigint, FOREIGN KEY (r, o) REFERENCES target (id, other))",
        &["target t"],
    ),
    (
        "CREATE TABLE t (r bigint, o bigint, FOREIGN KEY (r, o) REFERENCES target (id, other)); CREATE INDEX i ON t (o, r)",
        &[],
    ),
    (
        "CREATE TABLE t (r bigint, o bigint, FOREIGN KEY (r, o) REFERENCES target (id, other)); CREATE INDEX i ON t (r)",
        &[],
    ),
    // The types differ: PostgreSQL compares them as a third type, and no index of the column serves.
    (
        "CREATE TABLE n (id numeric PRIMARY KEY); CREATE TABLE t (r int REFERENCES n); CREATE INDEX i ON t (r)",
        &["n t"],
    ),
    (
        "CREATE TABLE n (id bigint PRIMARY KEY); CREATE TABLE t (r int REFERENCES n); CREATE INDEX i ON t (r)",
        &[],
    ),
    (
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE n (id mood PRIMARY KEY); CREATE TABLE t (r mood REFERENCES n); CREATE INDEX i ON t (r)",
        &[],
    ),
    (
        "CREATE DOMAIN word AS text NOT NULL CHECK (VALUE <> ''); CREATE TABLE n (id word PRIMARY KEY); CREATE TABLE t (r text REFERENCES n); CREATE INDEX i ON t (r)",
        &[],
    ),
    (
        "CREATE TABLE n (id varchar(9) PRIMARY KEY); CREATE TABLE t (r text REFERENCES n); CREATE INDEX i ON t (r)",
        &[],
    ),
    // A small table is read whole, and so is one with few keys: an index would not be taken.
    ("CREATE TABLE small (r bigint REFERENCES target)", &[]),
    ("CREATE TABLE few (r bigint REFERENCES target)", &[]),
    // A table that refers to itself, and the only rows of a table with heirs.
    (
        "CREATE TABLE t (id bigint PRIMARY KEY, r bigint REFERENCES t)",
        &["t t"],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target); CREATE INDEX i ON t (r); CREATE TABLE heir () INHERITS (t)",
        &[],
    ),
    // Partitions.
    (
        "CREATE TABLE t (r bigint REFERENCES target, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2)",
        &["target t"],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); CREATE INDEX i ON t (r)",
        &[],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); CREATE INDEX i ON t1 (r)",
        &["target t"],
    ),
    (
        "CREATE TABLE t (r bigint REFERENCES target, k int) PARTITION BY HASH (r); CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        &["target t"],
    ),
    (
        "CREATE TABLE k (id bigint PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE k1 PARTITION OF k FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE TABLE t (r bigint REFERENCES k)",
        &["k t"],
    ),
    // A key that lies on one partition.
    (
        "CREATE TABLE p (r bigint, k int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 ADD FOREIGN KEY (r) REFERENCES target",
        &["target p1"],
    ),
];

/// The tables of a message without their schema.
fn tables(diagnostic: &Diagnostic) -> String {
    let words = diagnostic.message.split('`').skip(1).step_by(2);
    let words = words.filter_map(|word| Some(word.split_once('.')?.1));
    words.collect::<Vec<&str>>().join(" ")
}

fn sizes() -> String {
    let mut config = "[tables]\n".to_owned();
    for (number, (statements, _)) in FOREIGN_KEYS.iter().enumerate() {
        if statements.contains("TABLE small") {
            let _ = writeln!(config, "\"s{number:02}.small\" = 1000");
        }
        if statements.contains("TABLE few") {
            let size = "{ rows = \"2M\", distinct = { r = 3 } }";
            let _ = writeln!(config, "\"s{number:02}.few\" = {size}");
        }
    }
    config
}

#[test]
fn a_key_whose_check_reads_the_whole_table_is_reported() {
    let project = project(KEYS, FOREIGN_KEYS, ONE);
    project.write("planwright.toml", sizes());
    check("foreign-key-unindexed", &project, FOREIGN_KEYS, tables);
}

#[test]
fn the_statements_that_index_keys_can_be_run() {
    let indexed = project(KEYS, FOREIGN_KEYS, ONE);
    indexed.write("planwright.toml", sizes());
    let checked = indexed.check(15).expect("a catalog");
    let helps = found(&checked, "foreign-key-unindexed")
        .into_values()
        .flatten();
    let helps: Vec<String> = helps.filter_map(|finding| finding.help).collect();
    let all = helps.len();
    let statements = helps.iter().flat_map(|help| help.lines());
    let statements: Vec<&str> = statements.filter(|line| line.ends_with(';')).collect();
    for (number, statement) in statements.iter().enumerate() {
        let folder = format!("migrations/2025-01-01-{number:06}_index");
        indexed.write(&format!("{folder}/up.sql"), statement);
        indexed.write(
            &format!("{folder}/metadata.toml"),
            "run_in_transaction = false",
        );
    }
    let checked = indexed.check(15).expect("a catalog");
    let left: Vec<Diagnostic> = found(&checked, "foreign-key-unindexed")
        .into_values()
        .flatten()
        .collect();
    assert!(all > 10, "{helps:?}");
    // Only where the types differ there is more to do.
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(
        left[0].help.as_deref(),
        Some("give the columns the type of the key they refer to")
    );
}
