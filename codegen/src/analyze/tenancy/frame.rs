//! One query level and those around it: what its names mean.

use std::collections::BTreeMap;

use super::keys::Row;
use super::summary::Summary;
use crate::analyze::tree::Node;

/// PostgreSQL's `RTEKind`.
pub(super) mod kind {
    pub(in super::super) const RELATION: i64 = 0;
    pub(in super::super) const SUBQUERY: i64 = 1;
    pub(in super::super) const JOIN: i64 = 2;
    pub(in super::super) const VALUES: i64 = 5;
    pub(in super::super) const CTE: i64 = 6;
    pub(in super::super) const GROUP: i64 = 9;
}

/// A query level.
pub(super) struct Frame<'t, 'p> {
    /// The `QUERY` node.
    pub(super) query: &'t Node<'t>,
    /// The query around it.
    pub(super) parent: Option<&'p Frame<'t, 'p>>,
    /// The range table; entry 1 is at 0.
    pub(super) entries: Vec<&'t Node<'t>>,
    /// Its WITH queries.
    pub(super) ctes: BTreeMap<&'t str, Summary>,
    /// The rows of tables that its FROM brings, in its own terms.
    pub(super) rows: Vec<Row>,
    /// The sub-queries in its expressions, by the address of their nodes.
    pub(super) subs: BTreeMap<usize, Sub>,
    /// Whether its text is the query's, rather than a view's.
    pub(super) written: bool,
}

/// A sub-query in an expression.
pub(super) struct Sub {
    /// Its entry number, below 0.
    pub(super) entry: i64,
    pub(super) summary: Summary,
}

impl<'t, 'p> Frame<'t, 'p> {
    pub(super) fn new(
        query: &'t Node<'t>,
        parent: Option<&'p Frame<'t, 'p>>,
        written: bool,
    ) -> Self {
        Frame {
            query,
            parent,
            entries: query.nodes("rtable").collect(),
            ctes: BTreeMap::new(),
            rows: Vec::new(),
            subs: BTreeMap::new(),
            written,
        }
    }

    /// An entry of the range table.
    pub(super) fn entry(&self, number: i64) -> Option<&'t Node<'t>> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.entries.get(index).copied()
    }

    /// The query so many levels further out.
    pub(super) fn above(&self, levels: usize) -> Option<&Frame<'t, 'p>> {
        let mut frame = self;
        for _ in 0..levels {
            frame = frame.parent?;
        }
        Some(frame)
    }

    /// The rows that can be named here, those of the queries around included.
    pub(super) fn all_rows(&self) -> Vec<Row> {
        let mut rows = self.rows.clone();
        let (mut frame, mut up) = (self, 0);
        while let Some(parent) = frame.parent {
            (frame, up) = (parent, up + 1);
            rows.extend(frame.rows.iter().map(|row| row.raised(up)));
        }
        rows
    }

    /// How a reader calls an entry.
    pub(super) fn alias(&self, entry: i64) -> &'t str {
        let eref = self.entry(entry).and_then(|entry| entry.node("eref"));
        eref.and_then(|eref| eref.word("aliasname")).unwrap_or("")
    }
}
