//! Fingerprints of what the server's answers rest on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tokio_postgres::{Client, Error};

use crate::fingerprint::fingerprint;
use crate::schema::Schema;

/// The first object identifier that is not PostgreSQL's own (`FirstNormalObjectId`).
const FIRST_OWN: u32 = 16384;

/// Everything the catalogues say of each relation and its indexes, without what differs between
/// two servers of the same migrations, such as file numbers and transactions.
const RELATIONS: &str = "
WITH owner AS (
    SELECT c.oid, coalesce(i.indrelid, c.oid) AS relation
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I')
), part (relation, said) AS (
    SELECT o.relation, concat_ws('|', 'class', c.oid, c.relname, c.relnamespace, c.relam, c.relpages,
               c.reltuples, c.relallvisible, c.relpersistence, c.relkind, c.relispartition,
               c.relrowsecurity, c.reloptions::text, c.relpartbound::text)
    FROM owner o JOIN pg_class c USING (oid)
    UNION ALL
    SELECT o.relation, concat_ws('|', 'attribute', a.attrelid, a.attnum, a.attname, a.atttypid,
               a.atttypmod, a.attnotnull, a.attisdropped, a.attcollation, a.attgenerated, a.attidentity)
    FROM owner o JOIN pg_attribute a ON a.attrelid = o.oid
    UNION ALL
    SELECT d.adrelid, concat_ws('|', 'default', d.adnum, d.adbin::text) FROM pg_attrdef d
    UNION ALL
    SELECT k.conrelid, 'constraint|' || k::text FROM pg_constraint k WHERE k.conrelid <> 0
    UNION ALL
    SELECT i.indrelid, 'index|' || i::text FROM pg_index i
    UNION ALL
    SELECT o.relation, 'statistic|' || s::text FROM owner o JOIN pg_statistic s ON s.starelid = o.oid
    UNION ALL
    SELECT e.stxrelid, concat_ws('|', 'extended', e::text, d::text)
    FROM pg_statistic_ext e LEFT JOIN pg_statistic_ext_data d ON d.stxoid = e.oid
    UNION ALL
    SELECT n.relation, 'inherits|' || h::text
    FROM pg_inherits h, LATERAL (VALUES (h.inhrelid), (h.inhparent)) n (relation)
    UNION ALL
    SELECT p.partrelid, 'partitioned|' || p::text FROM pg_partitioned_table p
    UNION ALL
    SELECT r.ev_class, concat_ws('|', 'rule', r.ev_type, r.is_instead, r.ev_qual::text, r.ev_action::text)
    FROM pg_rewrite r
    UNION ALL
    SELECT t.tgrelid, concat_ws('|', 'trigger', t.tgtype, t.tgfoid, t.tgenabled) FROM pg_trigger t
)
SELECT relation, md5(string_agg(said, E'\\n' ORDER BY said COLLATE \"C\"))
FROM part WHERE relation >= 16384 GROUP BY relation";

/// What any statement may rest on. The types of tables' rows are left out: they come and go
/// with tables.
const REST: &str = "
WITH part (said) AS (
    SELECT version()
    UNION ALL SELECT 'function|' || p::text FROM pg_proc p WHERE p.oid >= 16384
    UNION ALL SELECT 'aggregate|' || a::text FROM pg_aggregate a WHERE a.aggfnoid::oid >= 16384
    UNION ALL SELECT 'operator|' || o::text FROM pg_operator o WHERE o.oid >= 16384
    UNION ALL SELECT 'class|' || c::text FROM pg_opclass c WHERE c.oid >= 16384
    UNION ALL SELECT 'family|' || f::text FROM pg_opfamily f WHERE f.oid >= 16384
    UNION ALL SELECT 'strategy|' || a::text FROM pg_amop a WHERE a.oid >= 16384
    UNION ALL SELECT 'support|' || a::text FROM pg_amproc a WHERE a.oid >= 16384
    UNION ALL SELECT 'cast|' || c::text FROM pg_cast c WHERE c.oid >= 16384
    UNION ALL SELECT 'collation|' || c::text FROM pg_collation c WHERE c.oid >= 16384
    UNION ALL SELECT 'search|' || c::text FROM pg_ts_config c WHERE c.oid >= 16384
    UNION ALL SELECT 'extension|' || e::text FROM pg_extension e
    UNION ALL SELECT 'namespace|' || n.oid || n.nspname FROM pg_namespace n
              WHERE n.nspname !~ '^pg_(temp|toast_temp)_'
    UNION ALL SELECT 'setting|' || s.setconfig::text FROM pg_db_role_setting s
    UNION ALL SELECT 'label|' || e::text FROM pg_enum e
    UNION ALL SELECT 'domain|' || k::text FROM pg_constraint k WHERE k.contypid <> 0
    UNION ALL
    SELECT 'type|' || t::text
    FROM pg_type t
    LEFT JOIN pg_type element ON element.oid = t.typelem AND t.typcategory = 'A'
    LEFT JOIN pg_class c ON c.oid = coalesce(nullif(t.typrelid, 0), element.typrelid)
    WHERE t.oid >= 16384 AND coalesce(c.relkind, 'c') = 'c'
    UNION ALL
    SELECT concat_ws('|', 'field', a.attrelid, a.attnum, a.attname, a.atttypid, a.attisdropped)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'c'
)
SELECT md5(string_agg(said, E'\\n' ORDER BY said COLLATE \"C\")) FROM part";

/// The statements that rules, and views among them, stand for.
const RULES: &str = "SELECT ev_class, ev_action::text FROM pg_rewrite WHERE ev_class >= 16384";

/// The fields of a tree that name a function.
const FUNCTION_FIELDS: [&str; 4] = [":funcid ", ":opfuncid ", ":aggfnoid ", ":winfnoid "];

/// Fingerprints of a server's state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(
    clippy::unsafe_derive_deserialize,
    reason = "it is in the macro that waits for several futures"
)]
pub(crate) struct Prints {
    relations: BTreeMap<u32, String>,
    rest: String,
    /// Of all together.
    all: String,
    rules: BTreeMap<u32, Vec<String>>,
    /// The relations that inherit from another, partitions among them.
    children: BTreeMap<u32, Vec<u32>>,
    /// The functions with SQL in them, which may name any table.
    opaque: BTreeSet<u32>,
    /// Whether two relations have one name: which is meant may depend on all that there are.
    ambiguous: bool,
}

impl Prints {
    /// Reads them. `beside` is what the catalogues do not say, such as how large files are.
    pub(crate) async fn read(
        client: &Client,
        schema: &Schema,
        beside: &str,
    ) -> Result<Self, Error> {
        let (relations, rest, rules) = tokio::try_join!(
            client.query(RELATIONS, &[]),
            client.query_one(REST, &[]),
            client.query(RULES, &[]),
        )?;
        let said: Option<String> = rest.get(0);
        let mut prints = Self {
            relations: relations
                .iter()
                .map(|row| (row.get(0), row.get(1)))
                .collect(),
            rest: fingerprint(&format!("{said:?} {beside}")),
            ..Self::default()
        };
        for row in &rules {
            prints.rules.entry(row.get(0)).or_default().push(row.get(1));
        }
        let mut names = BTreeSet::new();
        for (&oid, table) in schema.tables.iter().filter(|(oid, _)| **oid >= FIRST_OWN) {
            prints.ambiguous |= !names.insert(&table.name);
            for parent in &table.parents {
                prints.children.entry(*parent).or_default().push(oid);
            }
        }
        let opaque = schema.functions.iter().filter(|(_, f)| f.body.is_some());
        prints.opaque = opaque.map(|(&oid, _)| oid).collect();
        prints.all = fingerprint(&format!("{} {:?}", prints.rest, prints.relations));
        Ok(prints)
    }

    /// The fingerprint of these relations and of the rest, or of everything.
    pub(super) fn of(&self, relations: Option<&[u32]>) -> String {
        let Some(relations) = relations else {
            return self.all.clone();
        };
        let prints = relations.iter().map(|oid| (oid, self.relations.get(oid)));
        let prints: Vec<_> = prints.collect();
        fingerprint(&format!("{} {prints:?}", self.rest))
    }

    /// The relations that a statement's tree rests on; `None` where that cannot be told.
    pub(super) fn below(&self, tree: &str) -> Option<Vec<u32>> {
        if self.is_opaque(tree) {
            return None;
        }
        self.closed(numbers(tree, ":relid ").collect())
    }

    /// These relations and what is below them.
    pub(super) fn closed(&self, mut next: Vec<u32>) -> Option<Vec<u32>> {
        if self.ambiguous {
            return None;
        }
        let mut closed = BTreeSet::new();
        while let Some(oid) = next.pop() {
            if oid == 0 || !closed.insert(oid) {
                continue;
            }
            next.extend(self.children.get(&oid).into_iter().flatten());
            for rule in self.rules.get(&oid).into_iter().flatten() {
                if self.is_opaque(rule) {
                    return None;
                }
                next.extend(numbers(rule, ":relid "));
            }
        }
        Some(closed.into_iter().collect())
    }

    fn is_opaque(&self, tree: &str) -> bool {
        let mut functions = FUNCTION_FIELDS
            .iter()
            .flat_map(|field| numbers(tree, field));
        functions.any(|oid| self.opaque.contains(&oid))
    }
}

/// The numbers behind a field's name, wherever it stands in a tree.
fn numbers<'a>(tree: &'a str, field: &'a str) -> impl Iterator<Item = u32> + 'a {
    tree.split(field).skip(1).filter_map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}
