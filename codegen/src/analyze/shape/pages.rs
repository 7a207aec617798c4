//! The key by which a result is paged: whether it tells all rows apart.

use std::collections::BTreeSet;

use super::Reader;
use super::bounds::{Many, grouping};
use super::columns::{called, column, row_entries, settled};
use crate::analyze::nullability::{returned, rte};
use crate::analyze::scope::{ColumnRef, Scope};
use crate::analyze::tree::Node;

/// What is known of the key of pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// Whether no two rows of the result have the same key.
    pub unique: bool,
    /// Columns that the key lacks, with which it would tell all rows apart.
    pub missing: Vec<MissingKey>,
    /// The tables and attribute numbers that the key's columns are taken from, as far as they
    /// are columns of one table.
    pub columns: Vec<(u32, i64)>,
}

/// A column that a key lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingKey {
    /// The column, as the query can name it.
    pub column: String,
    /// What the result calls it, where it is returned.
    pub returned: Option<String>,
}

/// The query that a statement takes pages of.
pub(in crate::analyze) fn paged<'t>(root: &'t Node<'t>) -> Option<&'t Node<'t>> {
    root.nodes("rtable").next()?.node("subquery")
}

impl Reader<'_> {
    /// What is known of the key that is made of these columns of a query's result.
    pub(super) fn paging(&self, query: &Node<'_>, key: &[&str]) -> Paging {
        let scope = Scope::new(self.schema, query, None);
        let sources: Vec<Option<ColumnRef>> = key.iter().map(|name| source(&scope, name)).collect();
        let tables = sources.iter().map_while(|source| {
            let (varno, attribute) = (*source)?;
            Some((self.table(varno, &scope)?, attribute))
        });
        let tables: Vec<(u32, i64)> = tables.collect();
        let first = tables.first().map(|(table, _)| *table);
        let mut columns: BTreeSet<ColumnRef> = sources.into_iter().flatten().collect();
        let mut paging = Paging {
            columns: tables
                .into_iter()
                .take_while(|(table, _)| Some(*table) == first)
                .collect(),
            ..Paging::default()
        };
        // Rows of two arms, or of a function, may be equal.
        if query.node("setOperations").is_some() || query.flag("hasTargetSRFs") {
            return paging;
        }
        if self.is_key(&scope, &columns) {
            paging.unique = true;
            return paging;
        }
        let mut missing = Vec::new();
        for varno in row_entries(&scope) {
            let Some((table, attributes)) = self.primary_key(varno, &scope) else {
                continue;
            };
            for attribute in attributes {
                let column = table.columns.get(&attribute);
                if columns.insert((varno, attribute)) {
                    let name = column.map_or("", |column| column.name.as_str());
                    let entry = scope.entry(varno).filter(|_| row_entries(&scope).len() > 1);
                    missing.push(MissingKey {
                        column: match entry {
                            Some(entry) => format!("{}.{name}", called(entry)),
                            None => name.to_owned(),
                        },
                        returned: result(&scope, (varno, attribute)),
                    });
                }
            }
            if self.is_key(&scope, &columns) {
                paging.missing = missing;
                break;
            }
        }
        paging
    }

    /// Whether rows of a query's result are told apart by columns of what it reads.
    fn is_key(&self, scope: &Scope<'_, '_>, columns: &BTreeSet<ColumnRef>) -> bool {
        let grouped = ["groupClause", "distinctClause"].iter().any(|clause| {
            let mut keys = grouping(scope.query, clause).peekable();
            keys.peek().is_some()
                && keys.all(|key| {
                    let of_key = column(settled(key, scope));
                    of_key.is_some_and(|of_key| columns.contains(&of_key))
                })
        });
        let sets = !scope.query.list("groupingSets").is_empty();
        !sets && (grouped || self.bounds(Many::One).are_unique(scope, columns))
    }

    fn table(&self, varno: i64, scope: &Scope<'_, '_>) -> Option<u32> {
        let entry = scope.entry(varno)?;
        let is_table = entry.int("rtekind") == Some(rte::RELATION);
        let oid = entry.oid("relid").filter(|_| is_table)?;
        self.schema.tables.contains_key(&oid).then_some(oid)
    }
}

/// The column of FROM that a column of the result is.
fn source(scope: &Scope<'_, '_>, name: &str) -> Option<ColumnRef> {
    let mut entries = returned(scope.query);
    let entry = entries.find(|entry| entry.word("resname") == Some(name))?;
    column(settled(entry.node("expr")?, scope))
}

/// What the result calls a column.
fn result(scope: &Scope<'_, '_>, wanted: ColumnRef) -> Option<String> {
    let mut entries = returned(scope.query);
    let entry = entries.find(|entry| {
        let expression = entry.node("expr");
        expression.and_then(|e| column(settled(e, scope))) == Some(wanted)
    });
    entry?.word("resname").map(str::to_owned)
}
