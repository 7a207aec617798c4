//! `seq-scan`: a large table is not read whole.

use std::collections::BTreeMap;

use super::{Report, Rule, Subject, index_not_used};
use crate::config::RuleLevel;
use crate::plan::AccessPath;
use crate::source::places;

pub(super) const RULE: Rule = Rule {
    name: "seq-scan",
    level: RuleLevel::Deny,
    docs: include_str!("docs/seq-scan.md"),
};

/// A table of up to so many rows is read in a few milliseconds.
pub(crate) const SMALL: u64 = 1_000;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let scanned = scanned(subject);
    for (table, paths) in &scanned {
        let directives = &subject.query.directives;
        let answered = directives.scans.iter().any(|scan| scan.what == *table);
        // A broken promise says the same, and more.
        let told = directives
            .indexes
            .iter()
            .any(|promise| promise.table == *table && index_not_used::is_broken(subject, promise));
        if subject.rows.of(table) <= SMALL || answered || told {
            continue;
        }
        let span = places::table(subject.query, table, paths[0].alias.as_deref());
        let mut diagnostic = RULE
            .says(format!(
                "`{table}` is read whole, {}",
                subject.rows.describe(table)
            ))
            .at(&subject.file.path, span, "");
        for path in paths {
            diagnostic = diagnostic.note(format!("the planner takes {path}"));
        }
        let assumed = subject.rows.is_assumed(table);
        report.push_for_table(&RULE, table, assumed, diagnostic);
    }
    for scan in &subject.query.directives.scans {
        if !scanned.contains_key(&scan.what) {
            report.unused(
                &subject.file.path,
                scan.span.clone(),
                format!("`{}` is not read whole by this query", scan.what),
            );
        }
    }
}

/// The paths that read whole tables, by table.
fn scanned<'a>(subject: &Subject<'a>) -> BTreeMap<String, Vec<&'a AccessPath>> {
    let mut scanned: BTreeMap<String, Vec<&AccessPath>> = BTreeMap::new();
    let paths = subject.plan.paths.iter();
    for path in paths.filter(|path| path.reads_whole(subject.schema)) {
        scanned.entry(path.table.clone()).or_default().push(path);
    }
    scanned
}
