//! What a query level shows of its columns, and which of these part its rows by tenant:
//! a condition on such a column, further out, is as good as one inside.

use std::collections::{BTreeMap, BTreeSet};

use super::Tenancy;
use super::classes::Classes;
use super::frame::Frame;
use super::keys::Row;
use super::level::Level;
use super::solve::with_entry;
use super::summary::{Need, Summary};
use super::term::{Fact, Term};
use crate::analyze::nullability::returned;
use crate::analyze::scope::CMD_SELECT;
use crate::analyze::tree::Node;

pub(super) const LIMIT: &str = "LIMIT and OFFSET choose among the rows of all tenants";

/// A column that a query shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Export {
    /// Its number; below 0 for one that is not returned, but belongs to a row whose other
    /// columns are.
    pub(super) output: i64,
    pub(super) term: Term,
    /// Why a condition on it outside is not as good as one inside.
    pub(super) mixed: Option<&'static str>,
}

impl Tenancy<'_> {
    pub(super) fn exports(&self, frame: &Frame<'_, '_>, level: &Level) -> Vec<Export> {
        let classes = self.top_classes(level);
        let export = |output: i64, term: Term| Export {
            output,
            mixed: self.mixed(frame, &classes, &term),
            term,
        };
        let mut exports: Vec<Export> = returned(frame.query)
            .filter_map(|entry| {
                let term = self.term(entry.node("expr")?, frame)?;
                Some(export(entry.int("resno")?, term))
            })
            .collect();
        let mut hidden = 0;
        for row in &frame.rows {
            let shown = |term: &Term| exports.iter().any(|export| export.term == *term);
            let tenant = self.tenant_of(row).filter(|tenant| !shown(tenant));
            let Some(tenant) = tenant.filter(|_| row.columns.values().any(shown)) else {
                continue;
            };
            hidden -= 1;
            exports.push(export(hidden, tenant.clone()));
        }
        exports
    }

    /// The tenant column of a row.
    pub(super) fn tenant_of<'r>(&self, row: &'r Row) -> Option<&'r Term> {
        row.columns.get(&self.tables.tenant_column(row.table)?)
    }

    /// What makes of rows of several tenants one row, or leaves rows out because of rows
    /// of other tenants, before a condition on the output could part them.
    fn mixed(&self, frame: &Frame<'_, '_>, classes: &Classes, term: &Term) -> Option<&'static str> {
        let query = frame.query;
        if query.int("commandType") != Some(CMD_SELECT) {
            return Some("a statement that changes rows does so whatever is done with its result");
        }
        if query.node("limitCount").is_some() || query.node("limitOffset").is_some() {
            return Some(LIMIT);
        }
        let parts = |clauses: &str, of: &Node<'_>| {
            let keys = clause_terms(query, of, clauses);
            let keys = keys.filter_map(|key| self.term(key, frame));
            keys.into_iter().any(|key| classes.same(&key, term))
        };
        if query.flag("hasDistinctOn") && !parts("distinctClause", query) {
            return Some("DISTINCT ON chooses among the rows of all tenants");
        }
        let windows = query.flag("hasWindowFuncs");
        let mut windows = query.nodes("windowClause").filter(|_| windows);
        if !windows.all(|window| parts("partitionClause", window)) {
            return Some("a window function looks at the rows of all tenants");
        }
        None
    }

    /// What a level means for the query around it.
    pub(super) fn summary(
        &self,
        frame: &Frame<'_, '_>,
        level: &Level,
        exports: &[Export],
        needs: Vec<Need>,
    ) -> Summary {
        let facts: Vec<&Fact> = level.top.iter().collect();
        let top = self.known(level, &facts);
        let is_given = |term: &Term| match term {
            Term::Column {
                level: 0, entry, ..
            } if level.optional.contains(entry) => {
                self.binds(level, &with_entry(level, &level.top, term), term)
            }
            _ => top.binds(term, None),
        };
        let given = exports.iter().filter(|export| is_given(&export.term));
        let mut summary = Summary {
            needs,
            given: given.map(|export| export.output).collect(),
            rows: shown_rows(&frame.rows, exports),
            ..Summary::default()
        };
        for entry in returned(frame.query) {
            let (node, output) = (entry.node("expr"), entry.int("resno"));
            if let (Some(node), Some(output)) = (node, output)
                && self.is_fallback(node, frame, is_given)
            {
                summary.given.insert(output);
            }
        }
        // Of no rows, an aggregate without groups still makes one.
        let from_nothing = is_grouped(frame.query) && frame.query.list("groupClause").is_empty();
        let sets = !frame.query.list("groupingSets").is_empty();
        if !from_nothing && !sets {
            summary.facts = shown_facts(&level.top, &self.top_classes(level), exports);
        }
        summary
    }

    /// `coalesce` of values that the caller gave is one of them.
    fn is_fallback(
        &self,
        node: &Node<'_>,
        frame: &Frame<'_, '_>,
        is_given: impl Fn(&Term) -> bool,
    ) -> bool {
        let mut args = node.nodes("args").map(|arg| self.term(arg, frame));
        matches!(node.name, "COALESCEEXPR" | "COALESCE")
            && args.all(|term| term.is_some_and(|term| is_given(&term)))
    }
}

/// Whether rows become groups.
fn is_grouped(query: &Node<'_>) -> bool {
    query.flag("hasAggs")
        || query.node("havingQual").is_some()
        || !query.list("groupClause").is_empty()
        || !query.list("groupingSets").is_empty()
}

/// The expressions that a list of clauses sorts or groups by.
fn clause_terms<'t>(
    query: &'t Node<'t>,
    of: &Node<'_>,
    clauses: &str,
) -> impl Iterator<Item = &'t Node<'t>> {
    let references: BTreeSet<i64> = of
        .nodes(clauses)
        .filter_map(|clause| clause.int("tleSortGroupRef"))
        .collect();
    query
        .nodes("targetList")
        .filter(move |entry| {
            let reference = entry.int("ressortgroupref");
            reference.is_some_and(|reference| references.contains(&reference))
        })
        .filter_map(|entry| entry.node("expr"))
}

/// The rows of which outputs are columns, in terms of these.
fn shown_rows(rows: &[Row], exports: &[Export]) -> Vec<Row> {
    let output = |term: &Term| {
        let export = exports.iter().find(|export| export.term == *term);
        export.map(|export| Term::Output(export.output))
    };
    let shown = rows.iter().map(|row| {
        let columns = row.columns.iter();
        let columns = columns.filter_map(|(attribute, term)| Some((*attribute, output(term)?)));
        Row {
            table: row.table,
            columns: columns.collect::<BTreeMap<_, _>>(),
        }
    });
    shown.filter(|row| !row.columns.is_empty()).collect()
}

/// What is known of a level's rows, in terms of its outputs. What has no name outside, such
/// as one of several given values, need not be the same in two uses of a query.
fn shown_facts(facts: &[Fact], classes: &Classes, exports: &[Export]) -> Vec<Fact> {
    // A foreign key that may be null says nothing of null.
    let compared = Classes::of(facts);
    let mut shown = Vec::new();
    for class in classes.all() {
        let outputs = exports.iter().filter(|export| class.contains(&export.term));
        let outputs = outputs.map(|export| (Term::Output(export.output), &export.term));
        let kept = class.iter().filter(|term| is_named(term));
        let kept = kept.map(|term| ((*term).clone(), *term));
        let terms: Vec<(Term, &Term)> = outputs.chain(kept).collect();
        for pair in terms.windows(2) {
            let (left, right) = (pair[0].0.clone(), pair[1].0.clone());
            let present = pair.iter().all(|(_, term)| compared.is_present(term));
            shown.push(if present {
                Fact::Equal(left, right)
            } else {
                Fact::Same(left, right)
            });
        }
    }
    // An output that is a column of a query further out, or a parameter, is that value.
    for export in exports.iter().filter(|export| is_named(&export.term)) {
        let output = Term::Output(export.output);
        shown.push(Fact::Same(output, export.term.clone()));
    }
    shown
}

/// Whether a term means the same in the query around.
fn is_named(term: &Term) -> bool {
    term.is_outer() || matches!(term, Term::Param(_) | Term::Const(..))
}
