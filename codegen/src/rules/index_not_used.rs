//! `index-not-used`: a promise holds when the plan reaches the table through the index.

use super::{Report, Rule, Subject, index_unknown};
use crate::config::RuleLevel;
use crate::plan::{AccessPath, Plan};
use crate::source::IndexDirective;
use crate::survey::Survey;

pub(super) const RULE: Rule = Rule {
    name: "index-not-used",
    level: RuleLevel::Deny,
    docs: include_str!("docs/index-not-used.md"),
};

/// Whether a promise names an index that is there, and that the plan does not use. A variant
/// keeps the promises of a table when it keeps one of them: which index is the best depends
/// on the parts that are there.
pub(super) fn is_broken(subject: &Subject<'_>, promise: &IndexDirective) -> bool {
    let of_table = subject.query.directives.indexes.iter();
    let mut of_table = of_table.filter(|other| other.table == promise.table);
    let kept = match subject.query.variant {
        None => is_kept(subject.plan, promise),
        Some(_) => of_table.any(|promise| is_kept(subject.plan, promise)),
    };
    !kept && index_unknown::exists(subject.schema, promise)
}

/// Whether a plan reaches the table through the index.
fn is_kept(plan: &Plan, promise: &IndexDirective) -> bool {
    let of_table = |path: &&AccessPath| path.table == promise.table;
    let paths: Vec<&AccessPath> = plan.paths.iter().filter(of_table).collect();
    // Of a partitioned table, every partition has to be reached so.
    paths.iter().any(|path| {
        let mut same = paths.iter().filter(|other| other.alias == path.alias);
        let whole = path.partitions.is_empty() || same.all(|p| p.uses(&promise.index));
        path.uses(&promise.index) && whole
    })
}

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for promise in &subject.query.directives.indexes {
        if !is_broken(subject, promise)
            || subject.query.variant.is_some() && is_told(subject, promise)
        {
            continue;
        }
        let of_table = |path: &&AccessPath| path.table == promise.table;
        let paths: Vec<&AccessPath> = subject.plan.paths.iter().filter(of_table).collect();
        let (table, index) = (&promise.table, &promise.index);
        let mut diagnostic = RULE
            .says(format!(
                "the plan does not reach `{table}` through `{index}`"
            ))
            .at(&subject.file.path, promise.span.clone(), "promised here");
        for path in &paths {
            let size = subject.rows.describe(table);
            diagnostic = diagnostic.note(format!("{size}, the planner takes {path}"));
        }
        if paths.is_empty() {
            diagnostic = diagnostic.note(format!("the query does not read `{table}`"));
        }
        report.push_for_table(
            &RULE,
            table,
            false,
            diagnostic
                .help("change the query or the index so that they fit, or remove the promise"),
        );
    }
}

/// Of several promises about a table, the first one tells that a variant keeps none.
fn is_told(subject: &Subject<'_>, promise: &IndexDirective) -> bool {
    let mut of_table = subject.query.directives.indexes.iter();
    let first = of_table.find(|other| other.table == promise.table);
    first.is_some_and(|first| first.span != promise.span)
}

/// Of a query with variants, every promise is kept by one of them.
pub(super) fn check_variants(survey: &Survey, report: &mut Report) {
    let queries: Vec<_> = survey.texts.queries().collect();
    for (index, (file, query)) in queries.iter().enumerate() {
        let Some(variant) = query.variant.as_ref().filter(|variant| variant.index == 0) else {
            continue;
        };
        let plans = &survey.plans[index..index + variant.count];
        let Some(plans) = plans
            .iter()
            .map(Option::as_ref)
            .collect::<Option<Vec<&Plan>>>()
        else {
            continue;
        };
        for promise in &query.directives.indexes {
            let kept = plans.iter().any(|plan| is_kept(plan, promise));
            let mut others = query.directives.indexes.iter();
            // A promise that is the only one of its table was told already.
            let alone = !others.any(|o| o.table == promise.table && o.index != promise.index);
            if kept || alone || !index_unknown::exists(&survey.schema, promise) {
                continue;
            }
            let (table, index_name) = (&promise.table, &promise.index);
            let message = format!("no variant reaches `{table}` through `{index_name}`");
            let diagnostic = RULE
                .says(message)
                .at(&file.path, promise.span.clone(), "promised here")
                .help("remove the promise");
            report.query = Some(index);
            report.push(&RULE, diagnostic);
        }
    }
    report.query = None;
}
