//! `load-key-unindexed`: the rows loaded for others are found by an index on their key.

use std::collections::{BTreeMap, BTreeSet};

use super::seq_scan::SMALL;
use super::{Report, Rule, fixes};
use crate::analyze::{Analysis, Side, Test};
use crate::config::RuleLevel;
use crate::schema::{Index, Order, Table};
use crate::source::{LoadDirective, SourceFile};
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "load-key-unindexed",
    level: RuleLevel::Deny,
    docs: include_str!("docs/load-key-unindexed.md"),
};

pub(super) fn check(survey: &Survey, report: &mut Report) {
    for (index, (file, query)) in survey.texts.queries().enumerate() {
        if !query.is_first() {
            continue;
        }
        report.query = Some(index);
        for load in query.directives.loads.iter().filter(|load| load.waits()) {
            check_load(survey, file, load, report);
        }
    }
    report.query = None;
}

fn check_load(survey: &Survey, file: &SourceFile, load: &LoadDirective, report: &mut Report) {
    let Some(child) = survey.texts.loaded(file, load) else {
        return;
    };
    let (Some(analysis), Some(plan)) = (&survey.analysed[child], &survey.plans[child]) else {
        return;
    };
    for (oid, columns) in key_columns(analysis, load) {
        let Some(table) = survey.schema.tables.get(&oid) else {
            continue;
        };
        let name = table.display_name();
        let mut paths = plan.paths.iter().filter(|path| path.table == name);
        let searched = |index: &Index| paths.clone().any(|path| path.uses(&index.name));
        let by_key = by_key(analysis, oid, &columns);
        let of_table = survey.schema.indexes.iter().filter(|i| i.table_oid == oid);
        let mut usable = of_table.filter(|index| index.predicate.is_none() || searched(index));
        if survey.rows.of(&name) <= SMALL || usable.any(|index| leads(index, &columns, &by_key)) {
            continue;
        }
        let names: Vec<&str> = names(table, &columns);
        let Some((of_child, source)) = survey.texts.queries().nth(child) else {
            continue;
        };
        let mut diagnostic = RULE
            .says(format!(
                "no index of `{name}` begins with the key of what is loaded: `{}`",
                names.join(", ")
            ))
            .at(&file.path, load.child_span.clone(), "")
            .at(&of_child.path, source.name_span.clone(), "the rows loaded");
        if let Some(path) = paths.next() {
            diagnostic =
                diagnostic.note(format!("for all parents at once, the planner takes {path}"));
        }
        let help = fixes::create_index(&survey.schema, oid, &names);
        report.push(&RULE, diagnostic.help(help));
    }
}

/// The columns of tables that are the key, by table.
fn key_columns(analysis: &Analysis, load: &LoadDirective) -> BTreeMap<u32, BTreeSet<i64>> {
    let mut tables: BTreeMap<u32, BTreeSet<i64>> = BTreeMap::new();
    for by in &load.by {
        let column = analysis.columns.iter().find(|c| c.name == by.column);
        if let Some((table, attribute)) = column.and_then(|column| column.origin) {
            tables.entry(table).or_default().insert(attribute);
        }
    }
    tables
}

/// The columns of a table that the query asks to be equal to something, and the key.
fn by_key(analysis: &Analysis, table: u32, key: &BTreeSet<i64>) -> BTreeSet<i64> {
    let references = analysis.references.iter().filter(|r| r.table == table);
    let equal = references
        .flat_map(|reference| &reference.conditions)
        .filter_map(|condition| match (&condition.side, &condition.test) {
            (Side::Column(column), Test::Operator { order, .. })
                if *order == Some(Order::Equal) && condition.arm.is_none() =>
            {
                Some(*column)
            }
            _ => None,
        });
    equal.chain(key.iter().copied()).collect()
}

/// Whether an index finds rows by a column of the key, with nothing unknown before it.
fn leads(index: &Index, key: &BTreeSet<i64>, equal: &BTreeSet<i64>) -> bool {
    let known = index.keys.iter().map_while(|k| k.attribute);
    let mut known = known.take_while(|column| equal.contains(column));
    known.any(|column| key.contains(&column))
}

fn names<'a>(table: &'a Table, columns: &BTreeSet<i64>) -> Vec<&'a str> {
    let columns = columns
        .iter()
        .filter_map(|column| table.columns.get(column));
    columns.map(|column| column.name.as_str()).collect()
}
