//! Columns of the result that are taken by `*` or `t.*`.
//!
//! The server expands a star into columns that all point to it.

use super::columns::{called, row_entries, settled};
use super::text::location;
use super::{Reader, Star};
use crate::analyze::nullability::{returned, rte};
use crate::analyze::scope::Scope;
use crate::analyze::tree::Node;
use crate::quoting::identifier;

impl Reader<'_> {
    /// The stars of the query's own result; of a set operation, those of its arms.
    pub(super) fn stars(&self, root: &Node<'_>) -> Vec<Star> {
        let mut stars = Vec::new();
        for query in arms(root) {
            self.stars_of(&Scope::new(self.schema, query, None), &mut stars);
        }
        stars.sort_by_key(|star| star.span.start);
        stars
    }

    fn stars_of(&self, scope: &Scope<'_, '_>, stars: &mut Vec<Star>) {
        for entry in returned(scope.query) {
            let Some(expression) = entry.node("expr") else {
                continue;
            };
            let grouped = in_groups(expression, scope);
            let Some((first, last)) = location(grouped).and_then(|at| self.star_at(at)) else {
                continue;
            };
            if grouped.name != "VAR" {
                continue;
            }
            let span = self.text.span(first, last);
            let name = identifier(entry.word("resname").unwrap_or(""));
            let column = match self.prefix(first, last, grouped, scope) {
                Some(prefix) => format!("{prefix}.{name}"),
                None => name,
            };
            match stars.iter_mut().find(|star| star.span == span) {
                Some(star) => star.columns.push(column),
                None => stars.push(Star {
                    span,
                    columns: vec![column],
                }),
            }
        }
    }

    /// The tokens of the star that a byte points to: `*`, `t.*`, `(t).*`.
    fn star_at(&self, byte: usize) -> Option<(usize, usize)> {
        let text = &self.text;
        let (mut first, mut at) = (text.index(byte), text.index(byte));
        if text.is(at, "*") {
            return Some((at, at));
        }
        loop {
            if !text.is_name(at) {
                return None;
            }
            at += 1;
            while text.is(at, ")") {
                at += 1;
                first = first.checked_sub(1).filter(|open| text.is(*open, "("))?;
            }
            if !text.is(at, ".") {
                return None;
            }
            at += 1;
            if text.is(at, "*") {
                return Some((first, at));
            }
        }
    }

    /// What the columns of a star are written behind: its own words, or the table where
    /// there are several.
    fn prefix(
        &self,
        first: usize,
        star: usize,
        column: &Node<'_>,
        scope: &Scope<'_, '_>,
    ) -> Option<String> {
        if first < star {
            let written = self.text.span(first, star - 2);
            return Some(self.text.written(written));
        }
        let entry = match column.int("varnosyn") {
            Some(syntactic) if syntactic > 0 => scope.entry(syntactic),
            _ => scope.entry(column.int("varno")?),
        }?;
        let merged = entry.int("rtekind") == Some(rte::JOIN) && entry.node("alias").is_none();
        let several = row_entries(scope).len() > 1;
        (several && !merged).then(|| identifier(called(entry)))
    }
}

/// What PostgreSQL 18 keeps aside for a column that is grouped by points to its place.
fn in_groups<'t>(node: &'t Node<'t>, scope: &Scope<'t, '_>) -> &'t Node<'t> {
    match location(node) {
        Some(_) => node,
        None => settled(node, scope),
    }
}

/// The queries whose columns are the result: the query itself, or the arms of its set
/// operation.
fn arms<'t>(root: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    let Some(operation) = root.node("setOperations") else {
        return vec![root];
    };
    let entries: Vec<&Node<'_>> = root.nodes("rtable").collect();
    let (mut found, mut pending) = (Vec::new(), vec![operation]);
    while let Some(operation) = pending.pop() {
        pending.extend(operation.node("larg"));
        pending.extend(operation.node("rarg"));
        let entry = operation
            .int("rtindex")
            .and_then(|i| usize::try_from(i).ok());
        let entry = entry.and_then(|i| entries.get(i.checked_sub(1)?));
        let query = entry.and_then(|entry| entry.node("subquery"));
        found.extend(query.into_iter().flat_map(arms));
    }
    found
}
