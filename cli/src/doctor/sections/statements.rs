//! Statements, by the names of the catalog.

use planwright_maintenance::statements::{self, StatementCostsRow};
use serde_json::{Value, json};

use crate::doctor::catalog::{Catalog, Origin};
use crate::doctor::costs::{self, Cost};
use crate::doctor::report::Section;
use crate::doctor::session::Session;
use crate::doctor::words::{age, counted, milliseconds, percent, preview};

/// A mean of fewer calls says little.
const MIN_CALLS: i64 = 10;
/// How many lines of costs are shown.
const SHOWN: usize = 20;

/// Statements that take long each time.
pub(super) async fn slow(
    session: &mut Session,
    section: &mut Section,
    catalog: &Catalog,
    slow_ms: f64,
) -> planwright::Result<()> {
    let Some(rows) = counted_statements(session, section).await? else {
        return Ok(());
    };
    let mut slow = costs::joined(&rows, catalog);
    slow.retain(|cost| {
        let is_query = matches!(cost.origin, Origin::Query(_) | Origin::Unknown(_));
        is_query && cost.calls >= MIN_CALLS && cost.mean_ms() >= slow_ms
    });
    slow.sort_by(|a, b| b.mean_ms().total_cmp(&a.mean_ms()));
    show(section, &slow);
    for cost in &slow {
        let why = match cost.origin {
            Origin::Query(_) => {
                "whoever calls it waits for it; `planwright explain` shows how it is planned, and \
                 `planwright advise` the index that it lacks"
            }
            _ => "whoever calls it waits for it; in a catalog it would be checked for its indexes",
        };
        let what = format!(
            "{} takes {} on average, in {} calls",
            label(&cost.origin, 100),
            milliseconds(cost.mean_ms()),
            cost.calls
        );
        section.finds(what, why, None);
    }
    notes(session, section, catalog, &rows).await
}

/// What the server's time goes to: no finding of its own.
pub(super) async fn costs(
    session: &mut Session,
    section: &mut Section,
    catalog: &Catalog,
) -> planwright::Result<()> {
    if !session.facts.statements_loaded || session.facts.statements_schema.is_none() {
        without_extension(session, section);
        return Ok(());
    }
    let rows = statements::statement_costs(&mut session.conn).await?;
    let costs = costs::joined(&rows, catalog);
    show(section, &costs);
    section.rows.rows.truncate(SHOWN);
    if costs.len() > SHOWN {
        let rest: f64 = costs[SHOWN..].iter().map(|cost| cost.share).sum();
        let rest = percent(rest);
        section.notes(format!(
            "{} more take {rest} of the time",
            costs.len() - SHOWN
        ));
    }
    let unknown = costs
        .iter()
        .filter(|cost| matches!(cost.origin, Origin::Unknown(_)));
    let (number, share) = unknown.fold((0, 0.0), |(n, s), cost| (n + 1, s + cost.share));
    if number > 0 && catalog.len() > 0 {
        section.notes(format!(
            "{} of no catalog take {} of the time",
            counted(number, "statement", "statements"),
            percent(share)
        ));
    }
    notes(session, section, catalog, &rows).await
}

/// The statements that the server counted; without the extension a finding instead.
async fn counted_statements(
    session: &mut Session,
    section: &mut Section,
) -> planwright::Result<Option<Vec<StatementCostsRow>>> {
    if session.facts.statements_loaded && session.facts.statements_schema.is_some() {
        return Ok(Some(statements::statement_costs(&mut session.conn).await?));
    }
    let facts = &session.facts;
    let create = || Some("CREATE EXTENSION pg_stat_statements".to_owned());
    let why = "nobody can say which statements take the time";
    if facts.statements_loaded {
        section.finds(
            "the server counts statements, but this database has no view of them".to_owned(),
            why,
            create(),
        );
    } else if facts.statements_available {
        section.finds(
            "the server does not count statements: put pg_stat_statements into \
             shared_preload_libraries, restart it, and create the extension"
                .to_owned(),
            why,
            create(),
        );
    } else {
        section.finds(
            "the server does not count statements, and the extension pg_stat_statements is not \
             installed: it is in PostgreSQL's contrib package; then put it into \
             shared_preload_libraries, restart the server, and create the extension"
                .to_owned(),
            why,
            create(),
        );
    }
    Ok(None)
}

fn without_extension(session: &Session, section: &mut Section) {
    let missing = if session.facts.statements_loaded {
        "the extension pg_stat_statements is not in this database"
    } else {
        "the server does not load pg_stat_statements"
    };
    section.notes(format!(
        "nothing is known: {missing}; slow-statements says how to get it"
    ));
}

/// Since when is counted, and what is not seen.
async fn notes(
    session: &mut Session,
    section: &mut Section,
    catalog: &Catalog,
    rows: &[StatementCostsRow],
) -> planwright::Result<()> {
    let since = statements::statements_since(&mut session.conn).await?;
    if let Some(at) = since.counted_since {
        section.notes(format!("statements are counted for {} now", age(at)));
    }
    if since.dropped > 0 {
        section.notes(format!(
            "the server dropped the least used statements {} times for want of room; \
             pg_stat_statements.max is too small",
            since.dropped
        ));
    }
    let is_hidden =
        |row: &&StatementCostsRow| row.statement.as_deref() == Some("<insufficient privilege>");
    let hidden = rows.iter().filter(is_hidden).count();
    if hidden > 0 {
        section.notes(format!(
            "role `{role}` may not see the text of {} of other roles; \
             `GRANT pg_read_all_stats TO {role}` lets it",
            counted(hidden, "statement", "statements"),
            role = session.facts.role,
        ));
    }
    if let Some(note) = &catalog.note {
        section.notes(note.clone());
    }
    Ok(())
}

fn show(section: &mut Section, costs: &[Cost]) {
    section.rows.columns = &["query", "calls", "total", "mean", "share", "rows"];
    for cost in costs {
        let cells = vec![
            label(&cost.origin, 60),
            cost.calls.to_string(),
            milliseconds(cost.total_ms),
            milliseconds(cost.mean_ms()),
            percent(cost.share),
            cost.rows.to_string(),
        ];
        section.row(data(cost), cells);
    }
}

fn data(cost: &Cost) -> Value {
    let (kind, name, statement) = match &cost.origin {
        Origin::Query(name) => ("query", Some(name), None),
        Origin::Unknown(text) => ("unknown", None, Some(text)),
        Origin::Session => ("session", None, None),
        Origin::Hidden => ("hidden", None, None),
        Origin::Own => ("own", None, None),
    };
    json!({
        "kind": kind, "query": name, "statement": statement, "statements": cost.statements,
        "calls": cost.calls, "total_ms": cost.total_ms, "mean_ms": cost.mean_ms(),
        "share": cost.share, "rows": cost.rows,
    })
}

fn label(origin: &Origin, limit: usize) -> String {
    match origin {
        Origin::Query(name) => name.clone(),
        Origin::Unknown(text) => format!("(no catalog) {}", preview(text, limit)),
        Origin::Session => "(transactions and settings)".to_owned(),
        Origin::Hidden => "(hidden: other roles)".to_owned(),
        Origin::Own => "(planwright doctor)".to_owned(),
    }
}
