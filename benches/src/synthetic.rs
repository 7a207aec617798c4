//! Generated projects: any number of queries over fifty tables.

use std::fmt::Write as _;
use std::path::Path;

/// The number of tables.
const TABLES: usize = 50;

/// Writes a project of `queries` queries into a folder.
pub(crate) fn write(folder: &Path, queries: usize) -> std::io::Result<()> {
    for part in ["queries", "migrations/0001_tables", "generated/src"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    std::fs::write(folder.join("planwright.toml"), "")?;
    std::fs::write(folder.join("migrations/0001_tables/up.sql"), migration())?;
    for table in 0..TABLES {
        let count = (table..queries).step_by(TABLES).count();
        let path = folder.join(format!("queries/module_{table}.sql"));
        std::fs::write(path, module(table, count))?;
    }
    Ok(())
}

fn migration() -> String {
    let mut sql = String::new();
    for t in 0..TABLES {
        let _ = writeln!(
            sql,
            "CREATE TABLE table_{t} (
    id bigint PRIMARY KEY,
    parent_id bigint{},
    name text NOT NULL,
    note text,
    amount integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_table_{t}_parent ON table_{t} (parent_id, created_at);",
            if t > 0 {
                format!(" REFERENCES table_{} (id)", t - 1)
            } else {
                String::new()
            }
        );
    }
    sql
}

/// The shapes that catalogs are made of, in turn.
fn module(t: usize, count: usize) -> String {
    let parent = t.saturating_sub(1);
    let mut sql = String::new();
    for q in 0..count {
        let _ = match q % 5 {
            0 => writeln!(
                sql,
                "-- name: by_id_{q} :opt\nSELECT id, name, note, amount, created_at FROM table_{t} WHERE id = :id AND amount >= {q};\n"
            ),
            1 => writeln!(
                sql,
                "-- name: page_{q} :many\nSELECT id, name, note FROM table_{t} WHERE parent_id = :parent_id AND amount > {q} ORDER BY created_at DESC LIMIT 50;\n"
            ),
            2 => writeln!(
                sql,
                "-- name: joined_{q} :many\nSELECT c.id, c.name, p.name AS parent_name, coalesce(p.note, '') AS parent_note FROM table_{t} c LEFT JOIN table_{parent} p ON p.id = c.parent_id WHERE c.amount = :amount + {q};\n"
            ),
            3 => writeln!(
                sql,
                "-- name: totals_{q} :many\nSELECT parent_id, count(*) AS rows, sum(amount) AS total, max(created_at) AS latest FROM table_{t} WHERE created_at >= :since AND amount > {q} GROUP BY parent_id;\n"
            ),
            _ => writeln!(
                sql,
                "-- name: add_{q} :one\nINSERT INTO table_{t} (id, parent_id, name, note, amount) VALUES (:id, :parent_id, :name, :note, {q}) RETURNING id, created_at;\n"
            ),
        };
    }
    sql
}
