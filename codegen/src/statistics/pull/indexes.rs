//! Indexes: their sizes, the heights of b-trees, what GIN indexes say of themselves, and the
//! values of expressions.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::heights;
use super::values::column;
use super::{PullError, Puller, queries, scaled};
use crate::statistics::snapshot::{Gin, Index, Pages};

impl Puller<'_> {
    pub(super) async fn indexes(&mut self) -> Result<(), PullError> {
        let tables: Vec<u32> = self.oids.keys().copied().collect();
        let inspection = self.page_inspection().await?;
        let mut names: BTreeMap<u32, (String, String)> = BTreeMap::new();
        let mut estimated = Vec::new();
        let mut hidden = Vec::new();
        for row in &self.client.query(queries::INDEXES, &[&tables]).await? {
            let Some(table) = self.oids.get(&row.get(0)).cloned() else {
                continue;
            };
            let (oid, name): (u32, String) = (row.get(1), row.get(2));
            let (rows, counted, pages): (f64, i64, i64) = (row.get(5), row.get(6), row.get(7));
            let index = Index {
                rows: scaled(rows, counted, pages),
                pages: Pages(pages.unsigned_abs()),
                height: self.height(row, inspection.as_deref()).await?,
                gin: self.gin(row, inspection.as_deref()).await?,
                columns: BTreeMap::new(),
            };
            let plain = row.get::<_, &str>(4) == "i";
            let has_height = row.get::<_, &str>(3) == "btree" && plain && pages > 1;
            if has_height && index.height.is_none() {
                estimated.push(name.clone());
            }
            if row.get(12) && plain {
                hidden.push(name.clone());
            }
            names.insert(oid, (table.clone(), name.clone()));
            if let Some(table) = self.tables.get_mut(&table) {
                table.indexes.insert(name, index);
            }
        }
        for row in &self.client.query(queries::EXPRESSIONS, &[&tables]).await? {
            let Some((table, index)) = names.get(&row.get(0)) else {
                continue;
            };
            let name: String = row.get(1);
            let wanted = self.values.wants(index, &name) || self.values.wants(table, &name);
            let table = self.tables.get_mut(table);
            if let Some(index) = table.and_then(|table| table.indexes.get_mut(index)) {
                index.columns.insert(name, column(row, 3, wanted));
            }
            hidden.retain(|hidden| hidden != index);
        }
        self.note(&estimated, "the height of", "follows from its pages");
        self.note(
            &hidden,
            "of the expressions of",
            "nothing is known: they were never analysed, or this role may not see them",
        );
        Ok(())
    }

    fn note(&mut self, names: &[String], what: &str, why: &str) {
        if !names.is_empty() {
            let names = names.join("`, `");
            self.notes.push(format!("{what} `{names}` {why}"));
        }
    }

    /// The schema of the extension that reads pages, where it can be used.
    async fn page_inspection(&self) -> Result<Option<String>, PullError> {
        let row = self.client.query_opt(queries::PAGE_INSPECTION, &[]).await?;
        Ok(row.map(|row| row.get(0)))
    }

    async fn height(&self, row: &Row, inspection: Option<&str>) -> Result<Option<u32>, PullError> {
        let plain = row.get::<_, &str>(4) == "i";
        if row.get::<_, &str>(3) != "btree" || !plain {
            return Ok(None);
        }
        let index: &str = row.get(8);
        if let Some(schema) = inspection {
            let inspect = format!("SELECT fastlevel::int8 FROM {schema}.bt_metap($1)");
            let level: i64 = self.client.query_one(&inspect, &[&index]).await?.get(0);
            return Ok(u32::try_from(level).ok());
        }
        let (table, predicate): (&str, Option<&str>) = (row.get(9), row.get(10));
        let order: Vec<String> = row.get(11);
        let name: &str = row.get(2);
        Ok(heights::of(self.client, name, table, predicate, &order).await?)
    }

    async fn gin(&self, row: &Row, inspection: Option<&str>) -> Result<Option<Gin>, PullError> {
        let (Some(schema), "gin", "i") = (inspection, row.get(3), row.get(4)) else {
            return Ok(None);
        };
        let inspect = format!(
            "SELECT n_pending_pages::int8, n_entry_pages::int8, n_data_pages::int8, n_entries::int8
             FROM {schema}.gin_metapage_info({schema}.get_raw_page($1, 0))"
        );
        let index: &str = row.get(8);
        let row = self.client.query_one(&inspect, &[&index]).await?;
        let number = |column: usize| row.get::<_, i64>(column).unsigned_abs();
        let pages = |column: usize| u32::try_from(number(column)).unwrap_or(u32::MAX);
        Ok(Some(Gin {
            pending_pages: pages(0),
            entry_pages: pages(1),
            data_pages: pages(2),
            entries: number(3),
        }))
    }
}
