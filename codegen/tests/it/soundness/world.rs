//! The tables of random queries, and the rows they hold.

use std::fmt::Write as _;

use super::Random;

/// Every table has keys, columns that forbid null, and columns that do not, of each type.
pub(super) const SCHEMA: &str = "
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN small AS int CHECK (VALUE < 1000);
CREATE DOMAIN filled AS text NOT NULL;
CREATE TABLE r (a int PRIMARY KEY, b int, c int NOT NULL, d small, t text NOT NULL, u text, f bool NOT NULL, g bool, m mood NOT NULL, n mood);
CREATE TABLE s (a int PRIMARY KEY, b int REFERENCES r ON DELETE CASCADE, c int NOT NULL, d small, t filled, u text, f bool NOT NULL, g bool, m mood NOT NULL, n mood);
CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES r ON DELETE SET NULL, c int NOT NULL, d small, t text NOT NULL, u text UNIQUE, f bool NOT NULL, g bool, m mood NOT NULL, n mood);
CREATE TABLE k (a int NOT NULL, b int, c int NOT NULL, d small, t text NOT NULL, u text, f bool NOT NULL, g bool, m mood NOT NULL, n mood) PARTITION BY RANGE (a);
CREATE TABLE k1 PARTITION OF k FOR VALUES FROM (MINVALUE) TO (3);
CREATE TABLE k2 PARTITION OF k FOR VALUES FROM (3) TO (MAXVALUE);
CREATE TABLE i (a int NOT NULL, b int, c int NOT NULL, d small, t text NOT NULL, u text, f bool NOT NULL, g bool, m mood NOT NULL, n mood);
CREATE TABLE i1 () INHERITS (i);
DO $$ BEGIN ALTER TABLE i1 ALTER c DROP NOT NULL; EXCEPTION WHEN OTHERS THEN NULL; END $$;
CREATE VIEW v AS SELECT a, b, c, d, t, u, f, g, m, n FROM r;
CREATE VIEW w AS SELECT x.a, y.b, y.c, x.d, y.t, coalesce(y.u, x.t) AS u, x.f, y.g, x.m, y.n FROM r x LEFT JOIN s y ON y.b = x.a;
CREATE FUNCTION rows_of(int) RETURNS SETOF r LANGUAGE sql STABLE AS 'SELECT * FROM r WHERE c >= $1';
CREATE FUNCTION pairs_of(int) RETURNS TABLE (p int, q text) LANGUAGE sql STABLE AS 'SELECT b, u FROM r WHERE c >= $1';
";

/// The first release in which a table that inherits a column cannot allow null in it.
const NO_NULLS_BELOW: u32 = 18;

/// What is read from.
pub(super) const RELATIONS: &[&str] = &["r", "r", "s", "s", "t", "k", "i", "v", "w"];

/// What is written to.
pub(super) const TARGETS: &[&str] = &["r", "s", "t", "v"];

/// How a set of rows looks: how many rows a table has at most, how often a column that may
/// be null is null, and which table has none.
struct Form {
    rows: usize,
    nulls: usize,
    empty: &'static str,
}

const FORMS: &[Form] = &[
    Form {
        rows: 0,
        nulls: 0,
        empty: "",
    },
    Form {
        rows: 5,
        nulls: 0,
        empty: "",
    },
    Form {
        rows: 5,
        nulls: 100,
        empty: "",
    },
    Form {
        rows: 5,
        nulls: 50,
        empty: "",
    },
    Form {
        rows: 4,
        nulls: 70,
        empty: "r",
    },
    Form {
        rows: 4,
        nulls: 30,
        empty: "s",
    },
    Form {
        rows: 1,
        nulls: 40,
        empty: "",
    },
    Form {
        rows: 8,
        nulls: 60,
        empty: "",
    },
];

/// For each set of rows the statements that write it.
pub(super) fn data(random: &mut Random, major: u32) -> Vec<String> {
    let sets = FORMS.iter().map(|form| {
        let tables = ["r", "s", "t", "k", "i", "i1"];
        let filled = tables.iter().filter(|table| **table != form.empty);
        filled
            .map(|table| insert(random, form, table, major))
            .collect()
    });
    sets.collect()
}

fn insert(random: &mut Random, form: &Form, table: &str, major: u32) -> String {
    let mut sql = String::new();
    for key in 1..=form.rows {
        let mut or_null = |value: String| {
            if random.chance(form.nulls) {
                "NULL".to_owned()
            } else {
                value
            }
        };
        // Only rows that are there can be referred to.
        let refers = if form.empty == "r" {
            "NULL".to_owned()
        } else {
            key.to_string()
        };
        let (refers, small) = (or_null(refers), or_null((key % 3).to_string()));
        let (text, truth) = (
            or_null(format!("'u{key}'")),
            or_null((key % 2 == 0).to_string()),
        );
        let mood = or_null("'happy'".to_owned());
        let sure = if table == "i1" && major < NO_NULLS_BELOW {
            or_null("2".to_owned())
        } else {
            (key * 7 % 5).to_string()
        };
        let fact = random.chance(50);
        let other = random.pick(&["sad", "ok", "happy"]);
        let _ = writeln!(
            sql,
            "INSERT INTO {table} VALUES ({key}, {refers}, {sure}, {small}, 't{key}', {text}, {fact}, {truth}, '{other}', {mood});"
        );
    }
    sql
}
