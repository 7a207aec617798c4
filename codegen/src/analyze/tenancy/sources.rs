//! What the entries of a range table bring: facts, rows, and what must be bound.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::frame::{Frame, kind};
use super::keys::Row;
use super::summary::{Need, Seen, Summary};
use super::tables::{is_view, whole};
use super::term::{Fact, Term};
use super::why::{Clause, Point, Why, quoted};
use crate::analyze::tree::{Node, Value};
use crate::schema::Table;

impl Tenancy<'_> {
    /// Reads the entries that a FROM uses, in their order: one may refer to earlier ones.
    pub(super) fn sources(
        &self,
        frame: &mut Frame<'_, '_>,
        used: impl IntoIterator<Item = i64>,
    ) -> BTreeMap<i64, Seen> {
        let mut sources = BTreeMap::new();
        for entry in used {
            let seen = self.source(frame, entry);
            frame.rows.extend(seen.rows.iter().cloned());
            sources.insert(entry, seen);
        }
        sources
    }

    /// Reads one entry.
    pub(super) fn source(&self, frame: &Frame<'_, '_>, entry: i64) -> Seen {
        let Some(node) = frame.entry(entry) else {
            return Seen::default();
        };
        match node.int("rtekind") {
            Some(kind::RELATION) => self.relation(frame, entry, node),
            Some(kind::SUBQUERY) => match node.node("subquery") {
                Some(query) => self
                    .query(query, Some(frame), frame.written)
                    .seen_from(entry, 0),
                None => Seen::default(),
            },
            Some(kind::CTE) => {
                let up = node
                    .int("ctelevelsup")
                    .and_then(|n| usize::try_from(n).ok());
                let up = up.unwrap_or(0);
                let owner = frame.above(up);
                let name = node.word("ctename").unwrap_or("");
                match owner.and_then(|owner| owner.ctes.get(name)) {
                    Some(summary) => summary.seen_from(entry, up),
                    None => Seen::default(),
                }
            }
            Some(kind::VALUES) => self.values(frame, entry, node),
            _ => Seen::default(),
        }
    }

    fn relation(&self, frame: &Frame<'_, '_>, entry: i64, node: &Node<'_>) -> Seen {
        let oid = node.oid("relid").unwrap_or(0);
        let Some(table) = self.schema.tables.get(&oid) else {
            return Seen::default();
        };
        if is_view(table) {
            return self.view(frame, entry, oid, table);
        }
        let point = |why: Option<Why>| self.point(frame, entry, table, why);
        let Some(column) = self.tables.tenant_column(oid) else {
            let below = self.tables.tenant_below(oid).filter(|_| node.flag("inh"));
            let name = |oid| self.schema.tables.get(&oid).map(Table::display_name);
            let needs = below.map(|oid| Need {
                point: point(Some(Why::Inherited(name(oid).unwrap_or_default()))),
                keys: BTreeSet::new(),
            });
            return Seen {
                needs: needs.into_iter().collect(),
                ..Seen::default()
            };
        };
        let sampled = node.node("tablesample").is_some_and(|sample| {
            let method = sample
                .oid("tsmhandler")
                .and_then(|f| self.schema.functions.get(&f));
            method.is_none_or(|method| !method.builtin)
        });
        let need = Need {
            point: point(sampled.then_some(Why::Sample)),
            keys: (!sampled)
                .then(|| Term::local(entry, column))
                .into_iter()
                .collect(),
        };
        Seen {
            needs: vec![need],
            rows: self.row(entry, oid, node.flag("inh")).into_iter().collect(),
            ..Seen::default()
        }
    }

    /// The row that an entry of a tenant table stands for. Of a table that others inherit
    /// from, constraints say nothing of the rows of those.
    pub(super) fn row(&self, entry: i64, oid: u32, inherits: bool) -> Option<Row> {
        let root = whole(self.schema, oid);
        let keeps = |oid| self.tables.keeps_constraints(oid);
        if inherits && !(keeps(root) && keeps(oid)) {
            return None;
        }
        // A partition may have its columns in another order.
        let (table, own) = (
            self.schema.tables.get(&root)?,
            self.schema.tables.get(&oid)?,
        );
        let columns = table.columns.iter().filter_map(|(attribute, column)| {
            let mut here = own.columns.iter();
            let (number, _) = here.find(|(_, own)| own.name == column.name)?;
            Some((*attribute, Term::local(entry, *number)))
        });
        Some(Row {
            table: root,
            columns: columns.collect(),
        })
    }

    /// A view is the query behind it. What that leaves open is open in the view.
    fn view(&self, frame: &Frame<'_, '_>, entry: i64, oid: u32, view: &Table) -> Seen {
        let mut seen = self.behind_view(oid).seen_from(entry, 0);
        for need in &mut seen.needs {
            let returned = need.keys.iter().find_map(|key| match key {
                Term::Column { column, .. } => view.columns.get(column),
                _ => None,
            });
            let hidden = Why::View(need.point.table.clone());
            let mut point = self.point(frame, entry, view, returned.is_none().then_some(hidden));
            if let Some(column) = returned {
                point.column = format!("{}.{}", quoted(frame.alias(entry)), quoted(&column.name));
            }
            need.point = point;
        }
        seen
    }

    /// The summary of a view's query; each is read once.
    fn behind_view(&self, oid: u32) -> Summary {
        if let Some(known) = self.views.borrow().get(&oid) {
            return known.clone();
        }
        let text = self.schema.meaning.views.get(&oid);
        let tree = text.and_then(|text| crate::analyze::tree::read(text).ok());
        let query = match &tree {
            Some(Value::List(list)) => list.first().and_then(Value::as_node),
            Some(Value::Node(node)) => Some(node),
            _ => None,
        };
        let summary = query.map(|query| self.query(query, None, false));
        let summary = summary.unwrap_or_default();
        self.views.borrow_mut().insert(oid, summary.clone());
        summary
    }

    /// The columns of a VALUES list, where every row gives them.
    fn values(&self, frame: &Frame<'_, '_>, entry: i64, node: &Node<'_>) -> Seen {
        let mut seen = Seen::default();
        let rows: Vec<&[Value<'_>]> = node
            .list("values_lists")
            .iter()
            .map(|row| match row {
                Value::List(cells) => cells.as_slice(),
                _ => &[],
            })
            .collect();
        let width = rows.iter().map(|row| row.len()).min().unwrap_or(0);
        for (index, column) in (0..width).zip(1..) {
            let cells = rows.iter().map(|row| row[index].as_node());
            let terms: Option<Vec<Term>> = cells
                .map(|cell| cell.and_then(|cell| self.term(cell, frame)))
                .collect();
            let Some(terms) = terms else { continue };
            if terms.iter().all(Term::is_given) {
                seen.given.insert(Term::local(entry, column));
            }
            if let [only] = terms.as_slice() {
                let same = Fact::Same(Term::local(entry, column), only.clone());
                seen.facts.push(same);
            }
        }
        seen
    }

    /// What will be said of an entry that stays unbound.
    pub(super) fn point(
        &self,
        frame: &Frame<'_, '_>,
        entry: i64,
        table: &Table,
        why: Option<Why>,
    ) -> Point {
        let node = frame.entry(entry).filter(|_| frame.written);
        let places = self.places.borrow();
        let span = node.map(|node| places.table(frame.query, node, &table.name));
        let alias = frame.alias(entry);
        let jointree = frame.query.node("jointree");
        let clause = match (&why, jointree.and_then(|tree| tree.node("quals"))) {
            (Some(_), _) => Clause::Nowhere,
            (None, Some(filter)) if filter.word("boolop") == Some("or") => Clause::Brackets,
            (None, Some(_)) => Clause::And,
            (None, None) => Clause::Where,
        };
        Point {
            table: table.display_name(),
            alias: alias.to_owned(),
            span: span.unwrap_or(0..0),
            column: format!("{}.{}", quoted(alias), quoted(self.column)),
            clause,
            why: why.unwrap_or(Why::NoCondition),
        }
    }
}
