//! The readers, and what holds of everything they read.

use std::path::Path;

use super::{fuzz, seeds};
use crate::analyze::privileges::privileges;
use crate::analyze::tree::{self, Node, Value};
use crate::analyze::{RestsOn, Tenancy, analyze};
use crate::config::Config;
use crate::diagnostics::{Diagnostics, SourceText, Style};
use crate::lock::Lock;
use crate::schema::{Function, Schema, Security, Table, TableColumn};
use crate::server::{Described, DescribedColumn};
use crate::source::{self, Outline, lexer};
use crate::statistics::Snapshot;
use crate::types::Mapping;

fn named(name: &str) -> impl Fn(&Path) -> bool {
    move |path| path.file_name().is_some_and(|found| found == name)
}

/// Text as one file of the project; its findings can be shown.
pub(super) fn queries(text: &str) -> Vec<source::SourceFile> {
    let file = SourceText {
        path: "queries/q.sql".to_owned(),
        text: text.to_owned(),
    };
    let (files, findings) = source::parse(std::slice::from_ref(&file));
    show(&findings, &file);
    for query in files.iter().flat_map(|file| &file.queries) {
        assert!(
            text.get(query.name_span.clone()).is_some(),
            "a name's place"
        );
        for at in 0..=query.sql.len() {
            assert!(query.map.to_file(at) <= text.len(), "a place in the file");
        }
        let _ = source::normalized(&query.sql);
    }
    let outline = Outline::of(&[file]);
    let _ = outline.query_at("queries/q.sql", text.len() / 2);
    files
}

/// Shows a few findings: each is shown with the lines around its place.
fn show(findings: &Diagnostics, file: &SourceText) {
    let mut few = Diagnostics::new();
    for finding in findings.sorted().into_iter().take(20) {
        few.push(finding.clone());
    }
    let findings = few;
    for style in [Style::Plain, Style::Colored] {
        assert!(
            findings.is_empty()
                || !findings
                    .render(std::slice::from_ref(file), style)
                    .is_empty()
        );
    }
}

/// Tokens lie in the text one behind the other.
pub(super) fn tokens(text: &str) {
    let (tokens, _) = lexer::lex(text);
    let mut end = 0;
    for token in &tokens {
        assert!(token.span.start >= end, "one token behind the other");
        assert!(text.get(token.span.clone()).is_some(), "whole characters");
        end = token.span.end;
    }
    lexer::statement_end(text, &tokens);
    lexer::with_type(text, 1, "int");
    lexer::without_cast(text, text.len() / 2);
}

#[test]
fn every_text_is_read_as_queries() {
    fuzz(&seeds("tests/cases", &named("queries.sql")), |text| {
        tokens(text);
        queries(text);
    });
}

/// A schema that knows whatever a tree names.
fn schema_of(root: &Value<'_>) -> Schema {
    let mut schema = Schema::default();
    root.walk(&mut |node: &Node<'_>| {
        if let Some(oid) = node.oid("relid") {
            let columns = (1..9).map(|number| {
                let column = TableColumn {
                    name: ["id", "x", "y"][number % 3].to_owned(),
                    type_oid: 23,
                    not_null: number % 2 == 0,
                    comment: None,
                };
                (i64::try_from(number).expect("a small number"), column)
            });
            let table = Table {
                schema: "public".to_owned(),
                name: format!("t{oid}"),
                kind: 'r',
                is_partition: false,
                parents: Vec::new(),
                columns: columns.collect(),
            };
            schema.tables.insert(oid, table);
        }
        for field in ["funcid", "opfuncid", "aggfnoid", "winfnoid"] {
            if let Some(oid) = node.oid(field) {
                let name = ["abs", "count", "sum", "lag", "concat"][oid as usize % 5];
                let function = Function {
                    name: name.to_owned(),
                    strict: true,
                    builtin: true,
                    volatile: false,
                    body: None,
                };
                schema.functions.insert(oid, function);
            }
        }
    });
    schema
}

/// Everything that a check asks of a tree.
pub(super) fn analysed(text: &str) {
    let tree = tree::read(text);
    let schema = tree.as_ref().map(schema_of).unwrap_or_default();
    drop(tree);
    let files = queries("-- name: q :many\nSELECT a, b, c FROM t WHERE id = :id AND x = :x;");
    let column = |name: &str| DescribedColumn {
        name: name.to_owned(),
        type_oid: 23,
        origin: None,
    };
    let described = Described {
        params: vec![23, 25],
        columns: ["a", "b", "c"].map(column).to_vec(),
        tree: text.to_owned(),
    };
    let tenancy = Tenancy::new(&schema, "id");
    let mut findings = Diagnostics::new();
    let (file, query) = (&files[0], &files[0].queries[0]);
    let rests_on = RestsOn {
        schema: &schema,
        mapping: &Mapping::default(),
        tenancy: Some(&tenancy),
    };
    analyze(rests_on, file, query, &described, &mut findings);
    let _ = privileges(&Security::default(), text);
}

#[test]
fn every_text_is_read_as_a_tree() {
    fuzz(&seeds("tests/corpus/trees", &|_| true), analysed);
}

pub(super) fn lock(text: &str) {
    if let Err(error) = Lock::parse(text) {
        let _ = format!(
            "{error} {:?}",
            std::error::Error::source(&error).map(ToString::to_string)
        );
    }
    // As if somebody had written the digest of what stands there.
    if let Ok(lock) = toml::from_str::<Lock>(text) {
        let again = Lock::parse(&lock.to_text()).expect("a lock that was written");
        assert_eq!(again.to_text(), lock.to_text());
    }
}

#[test]
fn every_text_is_read_as_a_lock() {
    fuzz(&seeds("../maintenance", &named("catalog.lock")), lock);
}

pub(super) fn statistics(text: &str) {
    let file = SourceText {
        path: "statistics/snapshot.toml".to_owned(),
        text: text.to_owned(),
    };
    match Snapshot::parse(&file) {
        Ok(snapshot) => {
            let written = snapshot.to_text();
            let again = Snapshot::from_text(&written).expect("a snapshot that was written");
            assert_eq!(again.to_text(), written);
        }
        Err(finding) => {
            let mut findings = Diagnostics::new();
            findings.push(*finding);
            show(&findings, &file);
        }
    }
}

#[test]
fn every_text_is_read_as_statistics() {
    fuzz(&seeds("tests/cases", &named("snapshot.toml")), statistics);
}

pub(super) fn config(text: &str) {
    if let Err(error) = toml::from_str::<Config>(text) {
        let _ = error.to_string();
    }
}

#[test]
fn every_text_is_read_as_a_configuration() {
    let all = [
        "../planwright.toml",
        "../maintenance",
        "../examples",
        "tests/cases",
    ];
    let seeds = all.map(|folder| seeds(folder, &named("planwright.toml")));
    fuzz(&seeds.concat(), config);
}
