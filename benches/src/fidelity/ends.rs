//! The ends of indexes: production's planner looks at them, and a snapshot does not hold them.

use std::error::Error;

use super::production::Production;

/// The histogram of each column that leads a b-tree, its place in `pg_statistic`, and the
/// query for the column's ends.
const HISTOGRAMS: &str = "
SELECT DISTINCT a.attrelid, a.attnum, slot.number, s.histogram_bounds::text::text[],
       format('SELECT min(%1$I)::text, max(%1$I)::text FROM %2$I.%3$I',
              a.attname, n.nspname, c.relname),
       a.atttypid, a.atttypmod
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
               AND s.attname = a.attname AND NOT s.inherited
JOIN pg_statistic t ON t.starelid = c.oid AND t.staattnum = a.attnum AND NOT t.stainherit
JOIN LATERAL unnest(ARRAY[t.stakind1, t.stakind2, t.stakind3, t.stakind4, t.stakind5])
     WITH ORDINALITY AS slot(kind, number) ON slot.kind = 2
WHERE c.oid >= 16384 AND s.histogram_bounds IS NOT NULL";

/// Makes production's histograms reach as far as its indexes, so that looking at those tells
/// the planner nothing new.
pub(super) async fn make_known(production: &Production) -> Result<(), Box<dyn Error>> {
    let client = production.connect().await?;
    for row in &client.query(HISTOGRAMS, &[]).await? {
        let (table, attribute, slot): (u32, i16, i64) = (row.get(0), row.get(1), row.get(2));
        let mut bounds: Vec<String> = row.get(3);
        let ends = client.query_one(row.get::<_, &str>(4), &[]).await?;
        let [first, .., last] = bounds.as_mut_slice() else {
            continue;
        };
        if let (Some(least), Some(greatest)) = (ends.get(0), ends.get(1)) {
            (*first, *last) = (least, greatest);
        }
        // The text of an array of any type is that of an array of texts.
        let update = format!(
            "UPDATE pg_statistic
             SET stavalues{slot} = array_in(textout($1::text[]::text), $2::oid, $3::int4)
             WHERE starelid = $4::oid AND staattnum = $5::int2 AND NOT stainherit"
        );
        let (of, modifier): (u32, i32) = (row.get(5), row.get(6));
        client
            .execute(&update, &[&bounds, &of, &modifier, &table, &attribute])
            .await?;
    }
    Ok(())
}
