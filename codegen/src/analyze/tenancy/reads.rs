//! Functions whose bodies read tenant tables. What they do with the rows is not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::frame::Frame;
use super::level::expressions;
use super::summary::Need;
use super::tables::{Tables, is_view};
use super::why::{Clause, Point, Why};
use crate::analyze::tree::Node;
use crate::schema::{Schema, Table};
use crate::source::lexer::{Kind, lex};

/// PostgreSQL's own functions that run SQL given as text, or read tables by name.
const RUNS_TEXT: &[&str] = &[
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "database_to_xml",
    "database_to_xml_and_xmlschema",
    "query_to_xml",
    "query_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "table_to_xml",
    "table_to_xml_and_xmlschema",
    "ts_stat",
];

/// What calls a function.
const CALLS: &[(&str, &str)] = &[
    ("FUNCEXPR", "funcid"),
    ("OPEXPR", "opfuncid"),
    ("DISTINCTEXPR", "opfuncid"),
    ("NULLIFEXPR", "opfuncid"),
    ("SCALARARRAYOPEXPR", "opfuncid"),
    ("AGGREF", "aggfnoid"),
    ("WINDOWFUNC", "winfnoid"),
];

/// The functions that may read a tenant table, with a word for what they read.
pub(super) fn reading(schema: &Schema, tables: &Tables) -> BTreeMap<u32, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for oid in tables.tenants() {
        if let Some(table) = schema.tables.get(&oid) {
            names.insert(table.name.clone(), table.display_name());
        }
    }
    for view in views(schema, tables) {
        names.insert(view.name.clone(), view.display_name());
    }
    let bodies: BTreeMap<u32, BTreeSet<String>> = schema
        .functions
        .iter()
        .filter_map(|(oid, function)| Some((*oid, words(function.body.as_deref()?))))
        .collect();
    let mut reading: BTreeMap<u32, String> = BTreeMap::new();
    // Functions that call such functions are such functions, too.
    loop {
        let mut found = BTreeMap::new();
        for (oid, body) in bodies.iter().filter(|(oid, _)| !reading.contains_key(*oid)) {
            let table = body.iter().find_map(|word| names.get(word).cloned());
            let dynamic = body
                .contains("execute")
                .then(|| "what it EXECUTEs".to_owned());
            if let Some(what) = table.or(dynamic) {
                found.insert(*oid, what);
            }
        }
        if found.is_empty() {
            break;
        }
        for (oid, what) in found {
            let name = schema
                .functions
                .get(&oid)
                .map(|function| function.name.clone());
            names.insert(name.unwrap_or_default(), what.clone());
            reading.insert(oid, what);
        }
    }
    for (oid, function) in &schema.functions {
        if function.builtin && RUNS_TEXT.contains(&function.name.as_str()) {
            reading.insert(*oid, "what it is given as text".to_owned());
        }
    }
    reading
}

/// The views whose queries name a tenant table, or such a view.
fn views<'s>(schema: &'s Schema, tables: &Tables) -> Vec<&'s Table> {
    let mut named: BTreeSet<u32> = tables.tenants().collect();
    loop {
        let reads = |tree: &str| {
            let relations = tree.split(":relid ").skip(1);
            let mut oids = relations.filter_map(|rest| rest.split(' ').next()?.parse().ok());
            oids.any(|oid: u32| named.contains(&oid))
        };
        let more = schema.meaning.views.iter();
        let more = more.filter(|(oid, tree)| !named.contains(oid) && reads(tree));
        let more: Vec<u32> = more.map(|(oid, _)| *oid).collect();
        if more.is_empty() {
            break;
        }
        named.extend(more);
    }
    let views = named.iter().filter_map(|oid| schema.tables.get(oid));
    views.filter(|table| is_view(table)).collect()
}

/// The words of a body, as PostgreSQL compares names.
fn words(body: &str) -> BTreeSet<String> {
    let (tokens, _) = lex(body);
    let mut found = BTreeSet::new();
    for token in tokens {
        let text = &body[token.span];
        match token.kind {
            Kind::Word => {
                found.insert(text.to_lowercase());
            }
            Kind::QuotedIdent => {
                found.insert(text.trim_matches('"').replace("\"\"", "\""));
            }
            // A body within a body, such as that of a DO block.
            Kind::String if text.starts_with('$') => {
                let inner = text.trim_matches('$');
                found.extend(
                    inner
                        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .map(str::to_lowercase),
                );
            }
            _ => {}
        }
    }
    found
}

impl Tenancy<'_> {
    /// The calls of a level that may read tenant tables.
    pub(super) fn opaque_calls(&self, frame: &Frame<'_, '_>) -> Vec<Need> {
        let calls = CALLS.iter().flat_map(|(node, field)| {
            let calls = expressions(frame.query, node).into_iter();
            calls.filter_map(move |call| Some((call, call.oid(field)?)))
        });
        let opaque = calls.filter_map(|(call, oid)| {
            let table = self.reading.get(&oid)?;
            Some(self.opaque_call(frame, call, oid, table))
        });
        opaque.collect()
    }

    fn opaque_call(&self, frame: &Frame<'_, '_>, call: &Node<'_>, oid: u32, table: &str) -> Need {
        let function = self.schema.functions.get(&oid);
        let name = function
            .map(|function| function.name.clone())
            .unwrap_or_default();
        let place = call.int("location").filter(|_| frame.written);
        Need {
            point: Point {
                table: table.to_owned(),
                alias: name.clone(),
                span: self.places.borrow().word(place),
                column: String::new(),
                clause: Clause::Nowhere,
                why: Why::Function(name),
            },
            keys: BTreeSet::new(),
        }
    }
}
