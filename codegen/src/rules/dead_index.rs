//! `dead-index`: an index that only costs writes is not kept.

use std::collections::BTreeSet;

use super::duplicate_index::duplicates;
use super::places::{self, Places};
use super::{Report, Rule, fixes};
use crate::config::RuleLevel;
use crate::plan::{AccessPath, Plan};
use crate::schema::{Index, Schema};
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "dead-index",
    level: RuleLevel::Warn,
    docs: include_str!("docs/dead-index.md"),
};

/// How many queries are named.
const NAMED: usize = 5;

pub(super) fn check(survey: &Survey, places: &Places<'_>, report: &mut Report) {
    if survey.plans.iter().any(Option::is_none) {
        // What a query that cannot be planned would use is not known.
        return;
    }
    let schema = &survey.schema;
    let used = used(survey);
    let duplicates: BTreeSet<u32> = duplicates(schema).iter().map(|(i, _)| i.oid).collect();
    let dead = schema.indexes.iter().filter(|index| {
        let guards = index.unique || index.constraint.is_some();
        // A partition's part goes with its index, and a duplicate is told already.
        let told = index.parent.is_some() || duplicates.contains(&index.oid);
        !guards && !told && !used.contains(&index.oid)
    });
    for index in dead {
        let (name, table) = (&index.name, &index.table);
        let message = format!("no query of the catalog uses the index `{name}` on `{table}`");
        let mut diagnostic = places::at(RULE.says(message), places.index(index), "");
        for note in queries_of(survey, index) {
            diagnostic = diagnostic.note(note);
        }
        let diagnostic = diagnostic.help(format!(
            "{}\nother programs may use it: see first what production says, `SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = '{}';`",
            fixes::drop_index(schema, index),
            name.replace('\'', "''")
        ));
        report.push_for_table(&RULE, table, survey.rows.is_assumed(table), diagnostic);
        report.about(name);
    }
}

/// The indexes that a query or the check of a foreign key goes through.
fn used(survey: &Survey) -> BTreeSet<u32> {
    let schema = &survey.schema;
    let mut used = BTreeSet::new();
    for (analysis, plan) in survey.analysed.iter().zip(&survey.plans) {
        if let (Some(analysis), Some(plan)) = (analysis, plan) {
            add_used(
                schema,
                plan,
                &schema.with_parts(&analysis.tables),
                &mut used,
            );
        }
    }
    for (key, plan) in schema.foreign_keys.iter().zip(&survey.foreign_keys) {
        if let Ok(plan) = plan {
            add_used(schema, plan, &schema.parts(key.table), &mut used);
        }
    }
    // Where the planner takes one of two that serve alike, the other one is what is left
    // when the first is dropped.
    for (index, other) in duplicates(schema) {
        if used.contains(&index.oid) {
            used.insert(other.oid);
        }
    }
    used
}

/// Adds what a plan goes through. Of a table that is not among these, as below a view, a
/// plan does not tell the schema.
fn add_used(schema: &Schema, plan: &Plan, tables: &[String], used: &mut BTreeSet<u32>) {
    let of_table = |index: &Index, path: &AccessPath| {
        let table = schema.tables.get(&index.table_oid);
        index.table == path.table
            || path.partitions.contains(&index.table)
            || !tables.contains(&path.table) && table.is_some_and(|t| t.name == path.table)
    };
    for path in &plan.paths {
        let through = schema.indexes.iter();
        for index in through.filter(|i| path.uses(&i.name) && of_table(i, path)) {
            // The index of the partitioned table serves through its parts.
            let mut next = Some(index);
            while let Some(index) = next.filter(|index| used.insert(index.oid)) {
                let parent = index.parent;
                next = parent.and_then(|oid| schema.indexes.iter().find(|i| i.oid == oid));
            }
        }
    }
}

/// How many queries read or write the table, and which way the first of them go.
fn queries_of(survey: &Survey, index: &Index) -> Vec<String> {
    let table = &index.table;
    let parts = survey.schema.parts(index.table_oid);
    let queries = survey.texts.queries();
    let of_catalog = queries.zip(&survey.analysed).zip(&survey.plans);
    let of_table = of_catalog.filter_map(|(((file, query), analysis), plan)| {
        let named = analysis.as_ref()?.tables.contains(table);
        let paths = &plan.as_ref()?.paths;
        let path = paths.iter().find(|path| {
            let mut tables = path.partitions.iter().chain([&path.table]);
            tables.any(|table| parts.contains(table))
        });
        let name = format!("`{}`", query.full_name(&file.module));
        match path {
            Some(path) => Some(format!("{name} takes {path}")),
            None => named.then(|| format!("{name} names it, and its plan leaves it out")),
        }
    });
    let of_table: Vec<String> = of_table.collect();
    let summary = match of_table.len() {
        0 => format!("no query reads or writes `{table}`"),
        1 => format!("one query reads or writes `{table}`"),
        count => format!("{count} queries read or write `{table}`"),
    };
    let named = of_table.into_iter().take(NAMED);
    std::iter::once(summary).chain(named).collect()
}
