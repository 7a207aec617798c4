//! Nothing that stands in a schema or in a file of SQL gets out of the place where it is
//! written: random names, texts and comments made of what ends literals, comments and
//! statements, through the whole pipeline. `SEED=n` in the environment tries others.

use std::fmt::Write as _;

use planwright_codegen::catalog::Query;
use planwright_codegen::source::Command;
use proc_macro2::{TokenStream, TokenTree};

use crate::project::TempProject;
use crate::soundness::Random;

/// What hostile texts are made of. `pwned_f` and `pwned_a` are names that generated code has
/// only where a text got out.
const PARTS: &[&str] = &[
    "\"",
    "\"#",
    "\"####",
    "'",
    "\\",
    "\\\"",
    "`",
    "```",
    "*/",
    "/*",
    "//",
    "--",
    ";",
    "$1",
    "$$",
    "{",
    "}",
    "{}",
    "(",
    ")",
    "]",
    "#![",
    "#[",
    " ",
    "\t",
    "ß",
    "é",
    "日本",
    "ı",
    "²",
    "👩‍👩‍👧",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "r#",
    "r#\"",
    "self",
    "Self",
    "fn",
    "type",
    "crate",
    "async",
    "SELECT",
    "NULL",
    "user",
    "Order",
    "0",
    "1st",
    "_",
    "__",
    "%",
    "%s",
    "\\n",
    "\\u{0}",
    "fn pwned_f() {}",
    "#![pwned_a(b)]",
    "\"; fn pwned_f() {} \"",
    "*/ fn pwned_f() {} /*",
    "'; DROP TABLE x; --",
];

/// A name of at most 63 bytes, unlike all others by its number.
fn name(random: &mut Random, number: usize) -> String {
    let mut name = String::new();
    for _ in 0..=random.below(7) {
        let part = random.pick(PARTS);
        if name.len() + part.len() <= 55 {
            name.push_str(part);
        }
    }
    if random.chance(15) {
        name.push('\n');
    }
    let _ = write!(name, "x{number}");
    // As long as a name can be.
    if random.chance(20) {
        name.push_str(&"y".repeat(63 - name.len()));
    }
    name
}

fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text(random: &mut Random) -> String {
    let parts: Vec<&str> = (0..=random.below(9)).map(|_| random.pick(PARTS)).collect();
    parts.concat()
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names of a table and its columns.
struct Named {
    schema: String,
    table: String,
    columns: [String; 3],
}

fn schema(random: &mut Random, tables: &[Named]) -> String {
    let mut sql = String::new();
    for (number, named) in tables.iter().enumerate() {
        let (space, table) = (ident(&named.schema), ident(&named.table));
        let [a, b, c] = named.columns.each_ref().map(|name| ident(name));
        let mood = ident(&name(random, 900 + number));
        let labels: Vec<String> = (0..3).map(|i| literal(&name(random, i))).collect();
        let (comment, other) = (literal(&text(random)), literal(&text(random)));
        let index = ident(&name(random, 600 + number));
        let _ = writeln!(
            sql,
            "CREATE SCHEMA {space}; CREATE TYPE {space}.{mood} AS ENUM ({});\n\
             CREATE TABLE {space}.{table} ({a} int PRIMARY KEY, {b} text NOT NULL, {c} {space}.{mood});\n\
             CREATE INDEX {index} ON {space}.{table} ({b});\n\
             COMMENT ON TABLE {space}.{table} IS {comment}; COMMENT ON COLUMN {space}.{table}.{b} IS {other};",
            labels.join(", "),
        );
    }
    sql
}

/// Comments in SQL, ended where they must end.
fn comment(random: &mut Random) -> String {
    let inner = text(random);
    if random.chance(50) {
        format!("-- {}\n", inner.replace(['\n', '\r'], " "))
    } else {
        format!("/* {} */", inner.replace("*/", "").replace("/*", ""))
    }
}

fn queries(random: &mut Random, tables: &[Named]) -> String {
    let mut sql = String::new();
    for (number, named) in tables.iter().enumerate() {
        let table = format!("{}.{}", ident(&named.schema), ident(&named.table));
        let [a, b, c] = named.columns.each_ref().map(|name| ident(name));
        let doc = text(random).replace(['\n', '\r'], " ");
        let doc = doc.trim_start_matches(['@', '-', ' ', '[', ']']);
        let alias = ident(&name(random, 700 + number).replace('.', ""));
        let (said, one, two) = (literal(&text(random)), comment(random), comment(random));
        let line = random.pick(&["\n", "\r\n", "\n\t"]);
        let _ = write!(
            sql,
            "-- name: all{number} :many{line}-- Doc {doc}{line}SELECT {a}, {b}, {c}, {said}::text AS {alias} {one} FROM {table} {two}{line}WHERE {b} = :b AND {a} > :a;{line}\n\
             -- name: put{number} :exec{line}INSERT INTO {table} ({a}, {b}, {c}) VALUES (:v1, :v2, :v3);\n\n\
             -- name: many{number} :bulk{line}INSERT INTO {table} ({a}, {b}, {c}) VALUES (:v1, :v2, :v3);\n\n"
        );
    }
    sql
}

/// Every name outside of literals, and every text of a string.
fn read(tokens: TokenStream, names: &mut Vec<String>, texts: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => read(group.stream(), names, texts),
            TokenTree::Ident(name) => names.push(name.to_string()),
            TokenTree::Literal(literal) => {
                if let Ok(syn::Lit::Str(text)) = syn::parse_str(&literal.to_string()) {
                    texts.push(text.value());
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

fn contained(major: u32) {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(1) * 100 + u64::from(major);
    let mut random = Random(seed);
    let mut tables: Vec<Named> = (0..25)
        .map(|number| Named {
            schema: name(&mut random, number),
            table: name(&mut random, 100 + number),
            columns: [200, 300, 400].map(|from| name(&mut random, from + number)),
        })
        .collect();
    // With what the server puts before each of them it is longer than a line of a tree.
    tables[0].columns[1] = format!("{}x300", "{".repeat(59));
    let (schema, sql) = (schema(&mut random, &tables), queries(&mut random, &tables));
    let project = TempProject::of(&schema, &sql).judged_by(&[], "");
    let folder = "migrations/2024-01-02-000001_it's \"# a]*`\\ fn pwned_f() {}";
    project.write(&format!("{folder}/up.sql"), "SELECT 1;");
    let checked = match project.check(major) {
        Ok(checked) => checked,
        Err(failure) => panic!("seed {seed}\n{failure}\n{sql}"),
    };
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    for (path, code) in &*checked.files {
        let tokens: TokenStream = code.parse().expect(path);
        assert!(syn::parse_file(code).is_ok(), "{path} is no Rust");
        read(tokens, &mut names, &mut texts);
    }
    let out: Vec<&String> = names
        .iter()
        .filter(|name| matches!(name.as_str(), "pwned_f" | "pwned_a"))
        .collect();
    assert!(out.is_empty(), "seed {seed}: {out:?} got out");
    let queries: Vec<&Query> = checked.catalog.queries().collect();
    assert_eq!(queries.len(), tables.len() * 3);
    for query in queries {
        // What is sent for many rows is made of the text, and is none of it.
        let said = query.command == Command::Bulk || texts.contains(&query.sql);
        assert!(said, "seed {seed}: {}", query.sql);
        let written = query.written.replace("\r\n", "\n");
        assert!(
            sql.replace("\r\n", "\n").contains(written.trim()),
            "{written}"
        );
    }
}

#[test]
fn hostile_names_stay_where_they_are_on_15() {
    contained(15);
}

#[test]
fn hostile_names_stay_where_they_are_on_18() {
    contained(18);
}

/// What nests deeply is read, or refused at its place; the stack holds either way.
fn deep(major: u32) {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("SELECT {}1{} AS n", open.repeat(depth), close.repeat(depth))
    };
    let texts = [
        nested("(1 + ", ")", 300),
        nested("(SELECT ", " OFFSET 0)", 100),
        nested("coalesce(NULL, ", ")", 300),
        // A plan of as many nodes, one in the other.
        format!(
            "SELECT n FROM {}t{}",
            "(SELECT n FROM ".repeat(150),
            " OFFSET 1) s".repeat(150)
        ),
    ];
    let mut sql = String::new();
    for (number, text) in texts.iter().enumerate() {
        let _ = writeln!(sql, "-- name: q{number} :one\n{text};\n");
    }
    let project = TempProject::of("CREATE TABLE t (n int);", &sql.replace(":one", ":many"));
    let checked = match project.judged_by(&[], "").check(major) {
        Ok(checked) => checked,
        Err(failure) => panic!("{failure}"),
    };
    let deepest = checked.catalog.queries().last().expect("four queries");
    assert_eq!(deepest.plan.paths.len(), 1, "what reads the table is seen");
    for (open, close) in [("(", ")"), ("(1 + ", ")"), ("(SELECT ", ")"), ("-(", ")")] {
        let sql = format!("-- name: q :one\n{};\n", nested(open, close, 100_000));
        let project = TempProject::of("", &sql).judged_by(&[], "");
        let failure = project.check(major).expect_err("nobody parses this");
        let text = failure.to_string();
        assert!(
            text.contains("stack depth limit") || text.contains("memory"),
            "{text:.300}"
        );
    }
}

#[test]
fn deep_queries_are_read_or_refused_on_15() {
    deep(15);
}

#[test]
fn deep_queries_are_read_or_refused_on_18() {
    deep(18);
}
