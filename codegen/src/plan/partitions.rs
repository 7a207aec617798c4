//! The partitions of a table that are reached in the same way, as one.

use super::{AccessPath, Bitmap, IndexScan, Method, Plan};
use crate::schema::{Schema, Table};

impl Plan {
    /// The plan with the names that its author knows: tables with their schema, and the
    /// partitions of a table, and of its indexes, as the table and the index. `used` are the
    /// tables that the statement names. The server's own tables are left out: they are as large
    /// as the release makes them, and how they are reached is nobody's choice.
    #[must_use]
    pub fn named(mut self, schema: &Schema, used: &[String]) -> Self {
        let used = schema.with_parts(used);
        let before = self.paths.len();
        let paths = self.paths.into_iter();
        let own = paths.filter(|path| !schema.is_system_table(&path.table));
        self.paths = merged(own.map(|path| of_root(path, schema, &used)));
        if before > 0 && self.paths.is_empty() {
            self.sorts.clear();
        }
        self
    }

    /// The plan with other names of indexes.
    #[must_use]
    pub(crate) fn with_indexes(mut self, rename: &impl Fn(String) -> String) -> Self {
        let paths = self.paths.into_iter();
        self.paths = merged(paths.map(|path| AccessPath {
            method: with_indexes(path.method, rename),
            ..path
        }));
        self
    }
}

/// The paths, those of partitions that are reached in one way as one.
fn merged(all: impl Iterator<Item = AccessPath>) -> Vec<AccessPath> {
    let mut paths: Vec<AccessPath> = Vec::new();
    for path in all {
        match paths.iter_mut().find(|other| is_twin(other, &path)) {
            Some(twin) => {
                twin.rows = twin.rows.saturating_add(path.rows);
                twin.cost.0 = twin.cost.0.saturating_add(path.cost.0);
                twin.partitions.extend(path.partitions);
            }
            None => paths.push(path),
        }
    }
    paths
}

/// Whether two paths are those of partitions of one table, reached in one way.
fn is_twin(one: &AccessPath, other: &AccessPath) -> bool {
    !one.partitions.is_empty()
        && !other.partitions.is_empty()
        && (&one.table, &one.alias, &one.method) == (&other.table, &other.alias, &other.method)
        && (&one.recheck, &one.filter) == (&other.recheck, &other.filter)
        && (one.loops, one.limited) == (other.loops, other.limited)
}

/// The path of a partition as one of its table.
fn of_root(mut path: AccessPath, schema: &Schema, used: &[String]) -> AccessPath {
    let name = schema.table_called(&path.table, used);
    let root = schema.root_of(&name);
    if root != name {
        let unnumbered = |alias: String| match alias.rsplit_once('_') {
            Some((before, number)) if number.bytes().all(|b| b.is_ascii_digit()) => {
                before.to_owned()
            }
            _ => alias,
        };
        let bare = root.rsplit('.').next().unwrap_or(&root);
        path.alias = path.alias.map(unnumbered).filter(|alias| alias != bare);
        path.partitions = vec![name.clone()];
    }
    path.method = with_indexes(path.method, &|index| root_index(schema, &name, index));
    path.table = root;
    path
}

fn with_indexes(method: Method, rename: &impl Fn(String) -> String) -> Method {
    match method {
        Method::Index { only, scan } => Method::Index {
            only,
            scan: renamed(scan, rename),
        },
        Method::Bitmap(bitmap) => Method::Bitmap(bitmap_renamed(bitmap, rename)),
        other => other,
    }
}

fn renamed(scan: IndexScan, rename: &impl Fn(String) -> String) -> IndexScan {
    IndexScan {
        index: rename(scan.index),
        ..scan
    }
}

fn bitmap_renamed(bitmap: Bitmap, rename: &impl Fn(String) -> String) -> Bitmap {
    let all = |parts: Vec<Bitmap>| {
        let parts = parts.into_iter();
        parts.map(|part| bitmap_renamed(part, rename)).collect()
    };
    match bitmap {
        Bitmap::Scan(scan) => Bitmap::Scan(renamed(scan, rename)),
        Bitmap::And(parts) => Bitmap::And(all(parts)),
        Bitmap::Or(parts) => Bitmap::Or(all(parts)),
    }
}

/// The index of the partitioned table that a partition's index is part of.
fn root_index(schema: &Schema, table: &str, name: String) -> String {
    let mut indexes = schema.indexes.iter();
    let mut index = indexes.find(|index| index.table == table && index.name == name);
    while let Some(parent) = index.and_then(|index| index.parent) {
        let above = schema.indexes.iter().find(|index| index.oid == parent);
        if above.is_none() {
            break;
        }
        index = above;
    }
    index.map_or(name, |index| index.name.clone())
}

impl Schema {
    /// The partitioned table that a partition belongs to, by the names that a reader calls
    /// them; any other table is its own.
    pub(crate) fn root_of(&self, name: &str) -> String {
        let mut tables = self.tables.values();
        let mut table = tables.find(|table| table.is_called(name));
        while let Some(part) = table.filter(|table| table.is_partition) {
            match part.parents.first().and_then(|oid| self.tables.get(oid)) {
                Some(parent) => table = Some(parent),
                None => break,
            }
        }
        table.map_or_else(|| name.to_owned(), Table::display_name)
    }
}
