//! `join-repeats`: a joined row is not sent again for each of the many rows joined to it.

use super::{Report, Rule, Subject};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "join-repeats",
    level: RuleLevel::Warn,
    docs: include_str!("docs/join-repeats.md"),
};

/// Up to so many rows a result is small, whatever it repeats.
const FEW_ROWS: u64 = 500;
/// So many times a row may come.
const REPEATS: u64 = 10;

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let columns = &subject.analysis.columns;
    let Some(joined) = columns.iter().find_map(|c| c.name.split_once("[].")) else {
        return;
    };
    // The table whose rows come again and again; its columns have no dot.
    let own = columns.iter().filter(|column| !column.name.contains('.'));
    let table = own
        .filter_map(|column| subject.schema.tables.get(&column.origin?.0))
        .map(crate::schema::Table::display_name)
        .next();
    let Some(table) = table else {
        return;
    };
    let paths = subject.plan.paths.iter().filter(|path| path.table == table);
    let parents = paths
        .map(|path| path.rows.saturating_mul(path.loops.max(1)))
        .max();
    let (rows, Some(parents)) = (subject.plan.rows, parents.map(|rows| rows.max(1))) else {
        return;
    };
    if rows <= FEW_ROWS || rows / parents < REPEATS {
        return;
    }
    let span = subject.query.name_span.clone();
    let field = joined.0;
    let diagnostic = RULE
        .says(format!(
            "each row of `{table}` is sent about {} times, once with each of its `{field}`",
            rows / parents
        ))
        .at(&subject.file.path, span, "")
        .note(format!(
            "{}, the planner expects {rows} rows for {parents}",
            subject.rows.describe(&table)
        ))
        .help(format!(
            "load them by their keys, in one statement more: `-- @load {field}: …`"
        ));
    let assumed = subject
        .plan
        .paths
        .iter()
        .any(|path| subject.rows.is_assumed(&path.table));
    report.push_of_size(&RULE, assumed, diagnostic);
}
