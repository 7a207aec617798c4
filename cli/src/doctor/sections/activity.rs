//! Sessions that wait, and those that others wait for.

use planwright_maintenance::activity::{self, LockWaitsRow, LongTransactionsRow};
use serde_json::json;

use crate::doctor::report::Section;
use crate::doctor::session::Session;
use crate::doctor::words::{counted, duration, preview};

/// Who waits for a lock, and who holds it.
pub(super) async fn lock_waits(
    session: &mut Session,
    section: &mut Section,
    seconds: f64,
) -> planwright::Result<()> {
    let rows = activity::lock_waits(&mut session.conn, seconds).await?;
    section.rows.columns = &[
        "waits",
        "for",
        "lock",
        "on",
        "held by",
        "blocking statement",
    ];
    for row in &rows {
        let why = if row.blocker_waits {
            "it waits itself: what it waits for is among these findings, and is to be looked at first"
        } else {
            "everything behind the lock stands still, and each connection that waits is lost to \
             its pool; ending the session that holds the lock rolls its transaction back"
        };
        let remedy = (!row.blocker_waits && row.blocking_pid != 0).then(|| row.remedy.clone());
        section.finds(waits(row), why, remedy);
        let data = json!({
            "waiting_pid": row.waiting_pid, "waiting_role": row.waiting_role,
            "waiting_query": row.waiting_query, "waiting_seconds": row.waiting_seconds,
            "lock_type": row.lock_type, "lock_mode": row.lock_mode, "relation": row.relation,
            "blocking_pid": row.blocking_pid, "blocking_role": row.blocking_role,
            "blocking_state": row.blocking_state, "blocking_query": row.blocking_query,
            "blocking_seconds": row.blocking_seconds, "blocker_waits": row.blocker_waits,
        });
        let cells = vec![
            row.waiting_pid.to_string(),
            row.waiting_seconds.map_or_else(String::new, duration),
            row.lock_mode.clone(),
            row.relation
                .clone()
                .unwrap_or_else(|| row.lock_type.clone()),
            row.blocking_pid.to_string(),
            preview(row.blocking_query.as_deref().unwrap_or_default(), 60),
        ];
        section.row(data, cells);
    }
    hidden(session, section, "their statements are not shown").await
}

fn waits(row: &LockWaitsRow) -> String {
    let on = match &row.relation {
        Some(relation) => format!("`{relation}`"),
        None if row.lock_type == "transactionid" => "a row".to_owned(),
        None => row.lock_type.clone(),
    };
    let waited = row
        .waiting_seconds
        .map_or_else(|| "a while".to_owned(), duration);
    let holder = match row.blocking_pid {
        0 => "a prepared transaction".to_owned(),
        pid => format!(
            "process {pid} ({}{})",
            row.blocking_role.as_deref().unwrap_or("unknown role"),
            row.blocking_state
                .as_ref()
                .map_or_else(String::new, |state| format!(", {state}")),
        ),
    };
    format!(
        "process {} ({}) has waited {waited} for {} on {on}, which {holder} holds; it runs: {}",
        row.waiting_pid,
        row.waiting_role.as_deref().unwrap_or("unknown role"),
        row.lock_mode,
        preview(row.waiting_query.as_deref().unwrap_or_default(), 80),
    )
}

/// Transactions that are open for long.
pub(super) async fn long_transactions(
    session: &mut Session,
    section: &mut Section,
    seconds: f64,
) -> planwright::Result<()> {
    let rows = activity::long_transactions(&mut session.conn, seconds).await?;
    section.rows.columns = &[
        "process",
        "role",
        "open for",
        "state",
        "xmin age",
        "statement",
    ];
    for row in &rows {
        section.finds(open(row), why_open(row), Some(row.remedy.clone()));
        let data = json!({
            "pid": row.pid, "role": row.role, "application_name": row.application_name,
            "client_address": row.client_address, "state": row.state,
            "wait_event_type": row.wait_event_type, "wait_event": row.wait_event,
            "seconds": row.seconds, "xmin_age": row.xmin_age,
            "is_oldest_xmin": row.is_oldest_xmin, "query": row.query,
        });
        let cells = vec![
            row.pid.to_string(),
            row.role.clone().unwrap_or_default(),
            duration(row.seconds),
            row.state.clone().unwrap_or_default(),
            row.xmin_age.map_or_else(String::new, |age| age.to_string()),
            preview(row.query.as_deref().unwrap_or_default(), 60),
        ];
        section.row(data, cells);
    }
    hidden(session, section, "their transactions are not seen").await
}

fn open(row: &LongTransactionsRow) -> String {
    let application = match row.application_name.as_deref() {
        None | Some("") => String::new(),
        Some(name) => format!(", {name}"),
    };
    format!(
        "process {} ({}{application}) has a transaction open for {}, {}; its last statement: {}",
        row.pid,
        row.role.as_deref().unwrap_or("unknown role"),
        duration(row.seconds),
        row.state.as_deref().unwrap_or("in an unknown state"),
        preview(row.query.as_deref().unwrap_or_default(), 80),
    )
}

fn why_open(row: &LongTransactionsRow) -> &'static str {
    if row.is_oldest_xmin {
        "it has the oldest snapshot: vacuum keeps every row that was deleted since, in all tables"
    } else if row.xmin_age.is_some() {
        "vacuum keeps the rows that its snapshot sees, and its locks stay until it ends"
    } else {
        "its locks stay until it ends"
    }
}

/// Says how many sessions the role may not look into.
async fn hidden(
    session: &mut Session,
    section: &mut Section,
    what: &str,
) -> planwright::Result<()> {
    if session.facts.sees_all_statistics {
        return Ok(());
    }
    let hidden = activity::hidden_sessions(&mut session.conn).await?;
    if hidden > 0 {
        let sessions = usize::try_from(hidden).unwrap_or(usize::MAX);
        section.notes(format!(
            "role `{role}` may not look into {} of other roles: {what}; \
             `GRANT pg_read_all_stats TO {role}` lets it",
            counted(sessions, "session", "sessions"),
            role = session.facts.role,
        ));
    }
    Ok(())
}
