//! `foreign-key-unindexed`: rows that refer to a key are found without reading their
//! whole table.

use super::places::{self, Places};
use super::{Report, Rule, fixes};
use crate::config::RuleLevel;
use crate::diagnostics::Diagnostic;
use crate::plan::{AccessPath, Method, Plan};
use crate::schema::{ForeignKey, Index, Schema, Table};
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "foreign-key-unindexed",
    level: RuleLevel::Warn,
    docs: include_str!("docs/foreign-key-unindexed.md"),
};

/// A table of so many rows may be read whole.
const FEW_ROWS: u64 = 1_000;
/// For a key that more than one row in so many has, an index would not be taken.
const COMMON_KEY: u64 = 10;

/// A foreign key, and what it is between.
struct Subject<'a> {
    survey: &'a Survey,
    key: &'a ForeignKey,
    table: &'a Table,
    target: &'a Table,
    /// The columns that refer.
    columns: Vec<&'a str>,
}

pub(super) fn check(survey: &Survey, places: &Places<'_>, report: &mut Report) {
    let schema = &survey.schema;
    for (key, plan) in schema.foreign_keys.iter().zip(&survey.foreign_keys) {
        let tables = [key.table, key.target].map(|oid| schema.tables.get(&oid));
        let [Some(table), Some(target)] = tables else {
            continue;
        };
        let subject = Subject {
            survey,
            key,
            table,
            target,
            columns: key.column_names(table),
        };
        let display = table.display_name();
        let diagnostic = match plan {
            Ok(plan) => subject.judge(plan),
            Err(refusal) => Some(RULE.says(format!(
                "the check of `{}` on `{display}` cannot be planned: {refusal}",
                key.name
            ))),
        };
        if let Some(diagnostic) = diagnostic {
            let diagnostic = places::at(diagnostic, places.foreign_key(schema, key), "");
            let assumed = survey.rows.is_assumed(&display);
            report.push_for_table(&RULE, &display, assumed, diagnostic);
            report.about(&key.name);
        }
    }
}

impl<'a> Subject<'a> {
    fn judge(&self, plan: &Plan) -> Option<Diagnostic> {
        let (rows, schema) = (&self.survey.rows, &self.survey.schema);
        let whole = plan.paths.iter().filter(|path| self.is_whole(path));
        let whole: Vec<&AccessPath> = whole.collect();
        if whole.iter().map(|path| rows.of(&path.table)).sum::<u64>() <= FEW_ROWS {
            return None;
        }
        let (table, target) = (self.table.display_name(), self.target.display_name());
        let all = if whole.len() == plan.paths.len() {
            "all"
        } else {
            "parts"
        };
        let diagnostic = RULE
            .says(format!(
                "a row of `{target}` cannot be deleted without reading {all} of `{table}`"
            ))
            .note(format!(
                "{}, PostgreSQL looks for rows that refer to it: {}",
                rows.describe(&table),
                whole[0]
            ));
        if let Some(index) = self.unfit_index(&whole[0].table) {
            return Some(
                diagnostic
                    .note(format!(
                        "`{}` has the columns and cannot be searched: the key has another type",
                        index.name
                    ))
                    .help("give the columns the type of the key they refer to"),
            );
        }
        Some(diagnostic.help(fixes::create_index(schema, self.key.table, &self.columns)))
    }

    /// Whether a table, or a part of it, is read whole where an index would do better.
    fn is_whole(&self, path: &AccessPath) -> bool {
        let rows = self.survey.rows.of(&path.table);
        // A small part is read whole even where it has an index.
        let mut indexed = self.indexed(&path.table);
        let begins = |columns: &[&str]| columns.first().is_some_and(|c| self.columns.contains(c));
        let small = rows <= FEW_ROWS && indexed.any(|(_, columns)| begins(&columns));
        path.method == Method::SeqScan && !small && path.rows.saturating_mul(COMMON_KEY) <= rows
    }

    /// An index of just these columns, which the planner would take if it could.
    fn unfit_index(&self, table: &str) -> Option<&'a Index> {
        let fits = |columns: &[&str]| {
            let first = columns.get(..self.columns.len());
            first.is_some_and(|first| self.columns.iter().all(|c| first.contains(c)))
        };
        let mut indexed = self.indexed(table);
        indexed
            .find(|(_, columns)| fits(columns))
            .map(|(index, _)| index)
    }

    /// The indexes of all rows of a table, with the columns they begin with.
    fn indexed(&self, table: &str) -> impl Iterator<Item = (&'a Index, Vec<&'a str>)> {
        let schema: &'a Schema = &self.survey.schema;
        let of_table = schema.indexes.iter().filter(move |index| {
            index.table == table && index.predicate.is_none() && index.method == "btree"
        });
        of_table.map(|index| {
            let table = schema.tables.get(&index.table_oid);
            let name = |attribute: i64| Some(table?.columns.get(&attribute)?.name.as_str());
            let keys = index.keys.iter();
            (index, keys.map_while(|key| name(key.attribute?)).collect())
        })
    }
}
