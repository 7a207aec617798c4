//! Tables: read whole, bloated, not in memory.

use planwright_maintenance::tables::{self, TableBloatRow};
use serde_json::json;

use crate::doctor::report::Section;
use crate::doctor::session::Session;
use crate::doctor::words::{age, bytes, percent};

/// A table that is scanned less often may be scanned by a job of the night.
const MIN_SCANS: i64 = 50;
/// Scans of fewer rows are quick.
const MIN_ROWS_PER_SCAN: i64 = 10_000;
/// Tables below it are left out: an estimate says little of a few blocks.
const MIN_BLOATED_BYTES: i64 = 10 << 20;
/// The share of a table's space that is too much to lose.
const BLOATED: f64 = 0.5;
/// The share of dead rows that autovacuum should not have let come about.
const DEAD: f64 = 0.2;
/// Fewer blocks asked for say nothing of a rate.
const MIN_BLOCKS: i64 = 100_000;
/// A rate of blocks found in memory that is worth a word, once the server is warm.
const COLD: f64 = 0.99;

/// Tables that are read whole again and again.
pub(super) async fn missing_indexes(
    session: &mut Session,
    section: &mut Section,
) -> planwright::Result<()> {
    let rows = tables::missing_indexes(&mut session.conn, MIN_SCANS, MIN_ROWS_PER_SCAN).await?;
    section.rows.columns = &[
        "table",
        "scans",
        "rows a scan",
        "index scans",
        "rows",
        "size",
    ];
    for row in rows {
        let name = format!("{}.{}", row.schema_name, row.table_name);
        section.finds(
            format!(
                "the table `{name}` ({}) was read whole {} times in at least {}, {} rows each time",
                bytes(row.bytes),
                row.sequential_scans,
                age(row.counters_since),
                row.rows_per_scan
            ),
            "some statement lacks an index; `planwright advise` finds the one that the catalog \
             lacks, and statement-costs names the statements that take the time",
            None,
        );
        let cells = vec![
            name,
            row.sequential_scans.to_string(),
            row.rows_per_scan.to_string(),
            row.index_scans.to_string(),
            row.live_rows.to_string(),
            bytes(row.bytes),
        ];
        let data = json!({
            "schema": row.schema_name, "table": row.table_name,
            "sequential_scans": row.sequential_scans, "rows_read": row.rows_read,
            "rows_per_scan": row.rows_per_scan, "index_scans": row.index_scans,
            "live_rows": row.live_rows, "bytes": row.bytes,
            "counters_since": row.counters_since.to_rfc3339(),
        });
        section.row(data, cells);
    }
    Ok(())
}

/// Tables that hold more space than their rows need.
pub(super) async fn bloat(session: &mut Session, section: &mut Section) -> planwright::Result<()> {
    section.rows.columns = &["table", "size", "bloat", "rows", "dead rows", "last vacuum"];
    let (mut unseen, mut unknown) = (Vec::new(), Vec::new());
    for row in tables::table_bloat(&mut session.conn, MIN_BLOATED_BYTES).await? {
        let name = format!("{}.{}", row.schema_name, row.table_name);
        judge_bloat(section, &row, &name);
        if row.estimated_bytes.is_none() {
            let list = if row.is_readable {
                &mut unknown
            } else {
                &mut unseen
            };
            list.push(format!("`{name}`"));
        }
        let last = row.last_vacuum.map_or_else(|| "never".to_owned(), age);
        let cells = vec![
            name,
            bytes(row.bytes),
            row.estimated_bytes
                .map_or_else(|| "?".to_owned(), |_| bytes(row.bloat_bytes)),
            row.live_rows.to_string(),
            row.dead_rows.to_string(),
            last,
        ];
        let data = json!({
            "schema": row.schema_name, "table": row.table_name, "bytes": row.bytes,
            "estimated_bytes": row.estimated_bytes,
            "bloat_bytes": row.estimated_bytes.map(|_| row.bloat_bytes),
            "live_rows": row.live_rows, "dead_rows": row.dead_rows,
            "last_vacuum": row.last_vacuum.map(|at| at.to_rfc3339()),
        });
        section.row(data, cells);
    }
    if !unseen.is_empty() {
        section.notes(format!(
            "role `{}` may not read {}, so its bloat is not known",
            session.facts.role,
            unseen.join(", ")
        ));
    }
    if !unknown.is_empty() {
        section.notes(format!(
            "not every column of {} has statistics, so its bloat is not known; ANALYZE makes them",
            unknown.join(", ")
        ));
    }
    Ok(())
}

/// Dead rows are mended by a vacuum; space without rows only by a rewrite.
fn judge_bloat(section: &mut Section, row: &TableBloatRow, name: &str) {
    let share = |part: i64, whole: i64| {
        #[expect(clippy::cast_precision_loss, reason = "it is a share")]
        let share = part as f64 / whole.max(1) as f64;
        share
    };
    let dead = share(row.dead_rows, row.live_rows.saturating_add(row.dead_rows));
    if dead >= DEAD {
        section.finds(
            format!(
                "{} of the rows of `{name}` ({}) are dead: {} beside {} live ones",
                percent(dead),
                bytes(row.bytes),
                row.dead_rows,
                row.live_rows
            ),
            "scans read them all the same; vacuum makes their space free for new rows, unless an \
             open transaction still sees them",
            Some(row.vacuum_statement.clone()),
        );
        return;
    }
    let empty = share(row.bloat_bytes, row.bytes);
    if row.estimated_bytes.is_some() && empty >= BLOATED {
        section.finds(
            format!(
                "about {} of `{name}` is empty: {} of {}",
                percent(empty),
                bytes(row.bloat_bytes),
                bytes(row.bytes)
            ),
            "scans and backups read it all the same; new rows fill it, and only a rewrite gives it \
             back, which locks everybody out until it is done",
            Some(row.rewrite_statement.clone()),
        );
    }
}

/// How much comes from memory.
pub(super) async fn cache_hit_rate(
    session: &mut Session,
    section: &mut Section,
) -> planwright::Result<()> {
    section.rows.columns = &["of", "from memory", "blocks read", "blocks found"];
    let mut cold = false;
    for row in tables::cache_hit_rates(&mut session.conn).await? {
        let asked = row.blocks_hit.saturating_add(row.blocks_read);
        if let Some(rate) = row.rate.filter(|rate| *rate < COLD && asked >= MIN_BLOCKS) {
            cold = true;
            section.finds(
                format!(
                    "{} of the blocks of {} came from memory",
                    percent(rate),
                    row.kind
                ),
                "each of the others was asked of the operating system; more shared_buffers, fewer \
                 rows read by the costliest statements, or the start of the server a short while \
                 ago explain it",
                None,
            );
        }
        let cells = vec![
            row.kind.clone(),
            row.rate.map_or_else(|| "?".to_owned(), percent),
            row.blocks_read.to_string(),
            row.blocks_hit.to_string(),
        ];
        let data = json!({
            "of": row.kind, "rate": row.rate,
            "blocks_read": row.blocks_read, "blocks_hit": row.blocks_hit,
        });
        section.row(data, cells);
    }
    if cold {
        let misses = tables::cache_misses(&mut session.conn).await?;
        let most = misses.iter().take(5);
        let most: Vec<String> = most
            .map(|row| {
                let read = row.table_blocks_read.saturating_add(row.index_blocks_read);
                format!("`{}.{}` ({read} blocks)", row.schema_name, row.table_name)
            })
            .collect();
        section.notes(format!("most was read of {}", most.join(", ")));
    }
    Ok(())
}
