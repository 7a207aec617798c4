//! Indexes: broken ones, builds, those that nobody needs.

use planwright_maintenance::indexes::{self, IndexBuildsRow};
use serde_json::json;

use crate::doctor::report::Section;
use crate::doctor::session::Session;
use crate::doctor::words::{age, bytes, duration, percent};

/// Smaller unused indexes cost too little to be worth a word.
const MIN_UNUSED_BYTES: i64 = 1 << 20;

/// Indexes that an interrupted build left.
pub(super) async fn invalid(
    session: &mut Session,
    section: &mut Section,
) -> planwright::Result<()> {
    section.rows.columns = &["index", "table", "size", "definition"];
    for row in indexes::invalid_indexes(&mut session.conn).await? {
        let name = format!("{}.{}", row.schema_name, row.index_name);
        let table = format!("{}.{}", row.schema_name, row.table_name);
        let why = match (row.is_unique, row.is_maintained) {
            (true, _) => {
                "its build was interrupted: no query uses it, and it does not forbid what it is \
                 meant to, though writes may fail on it; where rows are equal that must not be, \
                 mend these first"
            }
            (false, true) => {
                "its build was interrupted: no query uses it, and every write still pays for it"
            }
            (false, false) => "its build was interrupted: no query uses it",
        };
        section.finds(
            format!(
                "the index `{name}` on `{table}` is invalid ({})",
                bytes(row.bytes)
            ),
            why,
            Some(row.remedy),
        );
        let data = json!({
            "schema": row.schema_name, "table": row.table_name, "index": row.index_name,
            "bytes": row.bytes, "is_unique": row.is_unique, "is_maintained": row.is_maintained,
            "definition": row.definition,
        });
        section.row(data, vec![name, table, bytes(row.bytes), row.definition]);
    }
    Ok(())
}

/// The builds that run now: no finding, unless one cannot go on.
pub(super) async fn builds(session: &mut Session, section: &mut Section) -> planwright::Result<()> {
    section.rows.columns = &[
        "process",
        "table",
        "index",
        "phase",
        "done",
        "for",
        "waits for",
    ];
    let mut hidden = 0_usize;
    for row in indexes::index_builds(&mut session.conn).await? {
        if row.phase.is_none() {
            hidden += 1;
            continue;
        }
        let done = done(&row);
        let data = json!({
            "pid": row.pid, "schema": row.schema_name, "table": row.table_name,
            "index": row.index_name, "command": row.command, "phase": row.phase,
            "lockers_total": row.lockers_total, "lockers_done": row.lockers_done,
            "waits_for_pid": row.waits_for_pid,
            "blocks_total": row.blocks_total, "blocks_done": row.blocks_done,
            "tuples_total": row.tuples_total, "tuples_done": row.tuples_done,
            "seconds": row.seconds, "share_done": done,
        });
        let cells = vec![
            row.pid.to_string(),
            row.table_name.unwrap_or_default(),
            row.index_name.unwrap_or_default(),
            row.phase.unwrap_or_default(),
            done.map_or_else(String::new, percent),
            row.seconds.map_or_else(String::new, duration),
            row.waits_for_pid
                .map_or_else(String::new, |pid| format!("process {pid}")),
        ];
        section.row(data, cells);
    }
    if hidden > 0 {
        section.notes(format!(
            "role `{}` may not look into {hidden} builds of other roles",
            session.facts.role
        ));
    }
    Ok(())
}

/// How much of its phase a build has done.
fn done(row: &IndexBuildsRow) -> Option<f64> {
    let pairs = [
        (row.tuples_done, row.tuples_total),
        (row.blocks_done, row.blocks_total),
        (row.lockers_done, row.lockers_total),
    ];
    let (done, total) = pairs.into_iter().find(|(_, total)| *total > 0)?;
    #[expect(clippy::cast_precision_loss, reason = "it is a share")]
    let share = done as f64 / total as f64;
    Some(share.min(1.0))
}

/// Indexes that no statement uses.
pub(super) async fn unused(session: &mut Session, section: &mut Section) -> planwright::Result<()> {
    section.rows.columns = &["index", "table", "size", "counters", "definition"];
    for row in indexes::unused_indexes(&mut session.conn, MIN_UNUSED_BYTES).await? {
        let name = format!("{}.{}", row.schema_name, row.index_name);
        let table = format!("{}.{}", row.schema_name, row.table_name);
        let since = age(row.counters_since);
        section.finds(
            format!(
                "the index `{name}` on `{table}` ({}) was not used since the counters began, at \
                 least {since} ago",
                bytes(row.bytes)
            ),
            "every write to the table keeps it up to date; see that the counters are older than \
             the rarest job, and that no standby uses it, before you drop it",
            Some(row.remedy),
        );
        let data = json!({
            "schema": row.schema_name, "table": row.table_name, "index": row.index_name,
            "bytes": row.bytes, "counters_since": row.counters_since.to_rfc3339(),
            "definition": row.definition,
        });
        section.row(
            data,
            vec![name, table, bytes(row.bytes), since, row.definition],
        );
    }
    Ok(())
}

/// Indexes that another one replaces.
pub(super) async fn duplicates(
    session: &mut Session,
    section: &mut Section,
) -> planwright::Result<()> {
    section.rows.columns = &["index", "replaced by", "size", "definition"];
    for row in indexes::duplicate_indexes(&mut session.conn).await? {
        let name = format!("{}.{}", row.schema_name, row.index_name);
        let same = if row.is_same {
            "is the same"
        } else {
            "begins with the same keys"
        };
        section.finds(
            format!(
                "the index `{name}` on `{}.{}` ({}) is not needed: `{}` {same}",
                row.schema_name,
                row.table_name,
                bytes(row.bytes),
                row.other_index
            ),
            "what it finds the other finds as well, and every write keeps both up to date",
            Some(row.remedy),
        );
        let data = json!({
            "schema": row.schema_name, "table": row.table_name, "index": row.index_name,
            "other_index": row.other_index, "is_same": row.is_same, "bytes": row.bytes,
            "definition": row.definition, "other_definition": row.other_definition,
        });
        section.row(
            data,
            vec![name, row.other_index, bytes(row.bytes), row.definition],
        );
    }
    Ok(())
}

/// How often each index is used: no finding.
pub(super) async fn usage(session: &mut Session, section: &mut Section) -> planwright::Result<()> {
    section.rows.columns = &["index", "table", "scans", "entries read", "size", ""];
    for row in indexes::index_usage(&mut session.conn).await? {
        let name = format!("{}.{}", row.schema_name, row.index_name);
        let kind = match (row.backs_constraint, row.is_unique) {
            (true, _) => "constraint",
            (false, true) => "unique",
            (false, false) => "",
        };
        let cells = vec![
            name,
            row.table_name.clone(),
            row.scans.to_string(),
            row.entries_read.to_string(),
            bytes(row.bytes),
            kind.to_owned(),
        ];
        let data = json!({
            "schema": row.schema_name, "table": row.table_name, "index": row.index_name,
            "scans": row.scans, "entries_read": row.entries_read, "bytes": row.bytes,
            "is_unique": row.is_unique, "backs_constraint": row.backs_constraint,
        });
        section.row(data, cells);
    }
    Ok(())
}
