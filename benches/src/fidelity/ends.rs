//! The ends of indexes, which production's planner looks at and a snapshot does not hold.

use std::error::Error;

use planwright_codegen::statistics::Snapshot;

use super::production::Production;
use super::schema::Table;

const LEADING: &str = "
SELECT a.attname::text
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = $1::text::regclass AND m.amname = 'btree'";

/// The snapshot with the ends of histograms moved to the ends of the indexes.
pub(super) async fn known(
    snapshot: &Snapshot,
    production: &Production,
    tables: &[Table],
) -> Result<Snapshot, Box<dyn Error>> {
    let mut snapshot = snapshot.clone();
    let client = production.connect().await?;
    for table in tables {
        let Some(taken) = snapshot.tables.get_mut(&table.name) else {
            continue;
        };
        for row in &client.query(LEADING, &[&table.sql]).await? {
            let name: String = row.get(0);
            let column = table.columns.iter().find(|column| column.name == name);
            let values = taken.columns.get_mut(&name);
            let (Some(column), Some(values)) = (column, values) else {
                continue;
            };
            let [first, .., last] = values.histogram.as_mut_slice() else {
                continue;
            };
            let ends = format!(
                "SELECT min({0})::text, max({0})::text FROM {1}",
                column.sql, table.sql
            );
            let row = client.query_one(&ends, &[]).await?;
            if let (Some(least), Some(greatest)) = (row.get(0), row.get(1)) {
                (*first, *last) = (least, greatest);
            }
        }
    }
    Ok(snapshot)
}
