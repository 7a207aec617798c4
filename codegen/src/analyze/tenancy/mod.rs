//! Whose rows a query reaches: whether every reference to a tenant table is bound to the
//! tenant that the caller names.
//!
//! A reference is bound when its tenant column is equal to what the caller gave, or to the
//! tenant column of another bound reference, in a condition without which no row of it is
//! used; or when it is joined to a bound row along a foreign key. What a sub-query leaves
//! open can be bound outside of it, by a column that parts its rows by tenant.
//!
//! Each query level becomes a [`summary::Summary`], from the inside out. What is not
//! understood binds nothing.

mod classes;
mod condition;
mod explain;
mod exports;
mod frame;
mod jointree;
mod keys;
mod level;
mod merge;
mod modify;
mod place;
mod reads;
mod resolve;
mod sets;
mod solve;
mod sources;
mod summary;
mod tables;
mod term;
mod why;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::scope::CMD_SELECT;
use super::tree::Node;
use crate::schema::Schema;
use frame::Frame;
use keys::Keys;
use place::Places;
use summary::{Need, Summary};
use tables::Tables;
use term::Term;
use why::quoted;
pub use why::{Clause, Unscoped, Why};

/// PostgreSQL's `SubLinkType`, and the kind of the parameters inside of it.
mod sublink {
    pub(super) const EXISTS: i64 = 0;
    pub(super) const ANY: i64 = 2;
    pub(super) const EXPR: i64 = 4;
    pub(super) const PARAM: i64 = 2;
}

/// The tenant tables of a schema, and what leads from one row of a tenant to another.
pub(crate) struct Tenancy<'a> {
    schema: &'a Schema,
    column: &'a str,
    tables: Tables,
    keys: Keys,
    /// Functions that may read tenant tables.
    reading: BTreeMap<u32, String>,
    /// The views read so far.
    views: RefCell<BTreeMap<u32, Summary>>,
    /// The text of the statement that is being looked at.
    places: RefCell<Places>,
    /// The parameters that its tenant columns are compared with.
    params: RefCell<BTreeSet<i64>>,
    fresh: Cell<u32>,
}

impl<'a> Tenancy<'a> {
    pub(crate) fn new(schema: &'a Schema, column: &'a str) -> Self {
        let tables = Tables::of(schema, column);
        Self {
            schema,
            column,
            keys: Keys::of(schema, &tables),
            reading: reads::reading(schema, &tables),
            tables,
            views: RefCell::default(),
            places: RefCell::default(),
            params: RefCell::default(),
            fresh: Cell::default(),
        }
    }

    /// The references through which a statement reaches rows of any tenant, in the order of
    /// its text. `params` are its parameters as they are written.
    pub(crate) fn unscoped(&self, root: &Node<'_>, sql: &str, params: &[String]) -> Vec<Unscoped> {
        if self.tables.is_empty() {
            return Vec::new();
        }
        self.places.replace(Places::of(sql));
        self.params.borrow_mut().clear();
        let needs = self.query(root, None, true).needs;
        let param = self.param(params);
        let mut unscoped: Vec<Unscoped> = Vec::new();
        for Need { point, .. } in needs {
            let said = |u: &Unscoped| u.span == point.span && u.table == point.table;
            if !unscoped.iter().any(said) {
                unscoped.push(Unscoped {
                    condition: format!("{} = {param}", point.column),
                    table: point.table,
                    alias: point.alias,
                    span: point.span,
                    why: point.why,
                    clause: point.clause,
                });
            }
        }
        unscoped.sort_by_key(|unscoped| (unscoped.span.start, unscoped.span.end));
        unscoped
    }

    /// Analyses a query in the query around it. `written` says that its text is the
    /// statement's, rather than a view's.
    fn query<'t>(
        &self,
        query: &'t Node<'t>,
        parent: Option<&Frame<'t, '_>>,
        written: bool,
    ) -> Summary {
        let mut frame = Frame::new(query, parent, written);
        let of_ctes = self.ctes(&mut frame);
        let mut summary = match query.node("setOperations") {
            Some(operation) => self.united(&mut frame, operation),
            None if query.int("commandType") == Some(CMD_SELECT) => {
                let level = self.level(&mut frame);
                let exports = self.exports(&frame, &level);
                let open = self.open(&frame, &level);
                let needs = self.settle(&frame, &level, open, &exports);
                self.summary(&frame, &level, &exports, needs)
            }
            None => self.modification(&mut frame),
        };
        for need in of_ctes {
            summary.need(need);
        }
        summary
    }

    /// Notes the parameters among terms that a tenant column is equal to.
    fn remember<'t>(&self, terms: impl IntoIterator<Item = &'t Term>) {
        for term in terms {
            if let Term::Param(number) = term {
                self.params.borrow_mut().insert(*number);
            }
        }
    }

    /// The parameter to compare a tenant column with: one that is there, or a new one.
    fn param(&self, params: &[String]) -> String {
        let named = format!(":{}", self.column);
        let used = self.params.borrow();
        let used = used.iter().find_map(|number| {
            let index = usize::try_from(*number).ok()?.checked_sub(1)?;
            params.get(index).cloned()
        });
        let numbered = params.first().is_some_and(|param| param.starts_with('$'));
        match used {
            Some(param) => param,
            None if numbered => format!("${}", params.len() + 1),
            None if quoted(self.column) == self.column => named,
            None => ":tenant".to_owned(),
        }
    }
}
