//! Which indexes no query uses: the same on every server.

use std::fmt::Write as _;

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::Diagnostic;

use crate::project::TempProject;

/// Statements, the statement of a query, and the indexes that are of no use to it. `s.`
/// stands for the schema of the case.
type Case = (&'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "CREATE INDEX i ON s.t (a)",
        "SELECT b FROM s.t WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a)",
        "SELECT a FROM s.t WHERE b = :b",
        "i",
    ),
    ("CREATE INDEX i ON s.t (a)", "SELECT 1 AS one", "i"),
    (
        "CREATE INDEX i ON s.t (a)",
        "INSERT INTO s.t (a) VALUES (:a)",
        "i",
    ),
    (
        "CREATE INDEX i ON s.t (a)",
        "UPDATE s.t SET b = :b WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a)",
        "DELETE FROM s.t WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a)",
        "SELECT b FROM s.t ORDER BY a LIMIT 5",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a)",
        "SELECT (SELECT min(a) FROM s.t) AS least",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a); CREATE INDEX j ON s.t (b)",
        "SELECT c FROM s.t WHERE a = :a OR b = :b",
        "",
    ),
    // What forbids equal rows is needed.
    ("CREATE UNIQUE INDEX i ON s.t (a)", "SELECT 1 AS one", ""),
    (
        "ALTER TABLE s.t ADD PRIMARY KEY (a), ADD UNIQUE (b)",
        "SELECT 1 AS one",
        "",
    ),
    (
        "ALTER TABLE s.t ADD EXCLUDE USING btree (a WITH =)",
        "SELECT 1 AS one",
        "",
    ),
    // Expressions, predicates, columns that are only carried, other methods.
    (
        "CREATE INDEX i ON s.t (lower(n)); CREATE INDEX j ON s.t (n)",
        "SELECT a FROM s.t WHERE lower(n) = :n",
        "j",
    ),
    (
        "CREATE INDEX i ON s.t (a) WHERE b > 0",
        "SELECT a FROM s.t WHERE a = :a AND b > 0",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a) WHERE b > 0",
        "SELECT a FROM s.t WHERE a = :a AND b > :b",
        "i",
    ),
    (
        "CREATE INDEX i ON s.t (a) INCLUDE (b)",
        "SELECT b FROM s.t WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t USING gin (d)",
        "SELECT a FROM s.t WHERE d @> :d",
        "",
    ),
    (
        "CREATE INDEX i ON s.t USING gin (d)",
        "SELECT d FROM s.t WHERE a = :a",
        "i",
    ),
    // The check of a foreign key.
    (
        "ALTER TABLE s.u ADD PRIMARY KEY (a); ALTER TABLE s.t ADD FOREIGN KEY (a) REFERENCES s.u; CREATE INDEX i ON s.t (a)",
        "SELECT 1 AS one",
        "",
    ),
    (
        "ALTER TABLE s.u ADD PRIMARY KEY (a); ALTER TABLE s.p ADD FOREIGN KEY (a) REFERENCES s.u; CREATE INDEX i ON s.p (a)",
        "SELECT 1 AS one",
        "",
    ),
    // Partitions serve for their table, and are not told on their own.
    (
        "CREATE INDEX i ON s.p (a)",
        "SELECT b FROM s.p WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.p (a)",
        "SELECT a FROM s.p WHERE b = :b",
        "i",
    ),
    (
        "CREATE INDEX i ON s.p (a)",
        "SELECT b FROM s.p1 WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.p1 (a)",
        "SELECT b FROM s.p WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.p1 (b, a)",
        "SELECT b FROM s.p WHERE a = :a",
        "i",
    ),
    // The planner takes the one that goes; the other one is what is left.
    (
        "CREATE INDEX i ON s.t (a); CREATE INDEX j ON s.t (a)",
        "SELECT b FROM s.t WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a); CREATE INDEX j ON s.t (a, b)",
        "SELECT c FROM s.t WHERE a = :a",
        "",
    ),
    (
        "CREATE INDEX i ON s.t (a); CREATE INDEX j ON s.t (a, b)",
        "SELECT 1 AS one",
        "j",
    ),
    // Views. Below one a plan does not tell tables of one name apart, and neither is told.
    (
        "CREATE TABLE s.w (a int, b int); CREATE INDEX i ON s.w (a); CREATE VIEW s.v AS SELECT * FROM s.w",
        "SELECT b FROM s.v WHERE a = :a",
        "",
    ),
    (
        "CREATE TABLE s.w (a int, b int); CREATE INDEX i ON s.w (a); CREATE INDEX j ON s.w (b)",
        "SELECT 1 AS one",
        "j",
    ),
    (
        "CREATE MATERIALIZED VIEW s.m AS SELECT a, b FROM s.t; CREATE INDEX i ON s.m (a); CREATE INDEX j ON s.m (b)",
        "SELECT b FROM s.m WHERE a = :a",
        "j",
    ),
];

const TABLES: &str = "
CREATE TABLE s.t (a int NOT NULL, b int NOT NULL, c int, n text, d int[]);
CREATE TABLE s.u (a int NOT NULL, b int NOT NULL);
CREATE TABLE s.p (a int NOT NULL, b int NOT NULL, k int) PARTITION BY LIST (k);
CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES IN (1);
CREATE TABLE s.p2 PARTITION OF s.p FOR VALUES IN (2);";

/// The statement with the schema of a case.
fn of_case(sql: &str, number: usize) -> String {
    sql.replace("s.", &format!("s{number:02}."))
}

fn project(cases: &[Case]) -> TempProject {
    let (mut schema, mut queries) = (String::new(), String::new());
    for (number, (statements, query, _)) in cases.iter().enumerate() {
        let tables = of_case(TABLES, number);
        let statements = of_case(statements, number);
        let query = of_case(query, number);
        let _ = writeln!(schema, "CREATE SCHEMA s{number:02}; {tables} {statements};");
        let command = if query.starts_with("SELECT") {
            "many"
        } else {
            "exec"
        };
        let _ = writeln!(queries, "-- name: query_{number:02} :{command}\n{query};\n");
    }
    TempProject::of(&schema, &queries)
}

/// The index that a finding is about, when it is of this case.
fn index(finding: &Diagnostic, number: usize) -> Option<&str> {
    let mut words = finding.message.split('`');
    let (index, table) = (words.nth(1)?, words.nth(1)?);
    table
        .starts_with(&format!("s{number:02}."))
        .then_some(index)
}

#[test]
fn an_index_that_no_query_uses_is_reported() {
    for major in [15, 18] {
        let checked = project(CASES).check(major).expect("a catalog");
        let dead = checked.warnings.sorted().into_iter();
        let dead: Vec<&Diagnostic> = dead.filter(|w| w.code == "dead-index").collect();
        let mut wrong = Vec::new();
        for (number, (statements, query, expected)) in CASES.iter().enumerate() {
            let names: Vec<&str> = dead.iter().filter_map(|w| index(w, number)).collect();
            if names.join(" ") != *expected {
                wrong.push(format!(
                    "{statements}: {query}\n  gives    {names:?}\n  expected {expected}"
                ));
            }
        }
        assert!(wrong.is_empty(), "on {major}:\n{}", wrong.join("\n"));
    }
}

#[test]
fn of_a_catalog_with_errors_no_index_is_called_dead() {
    let cases: &[Case] = &[
        (
            "CREATE INDEX i ON s.t (a)",
            "SELECT b FROM s.t WHERE a = :a AND nothing",
            "i",
        ),
        ("CREATE INDEX i ON s.t (a)", "SELECT 1 AS one", "i"),
    ];
    let Err(Failure::Findings { diagnostics, .. }) = project(cases).check(15) else {
        panic!("a column that is not there");
    };
    let codes: Vec<&str> = diagnostics.sorted().iter().map(|d| d.code).collect();
    assert_eq!(codes, ["unknown-column"]);
}
