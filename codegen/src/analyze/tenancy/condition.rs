//! Conditions to facts.

use super::Tenancy;
use super::frame::Frame;
use super::resolve::address;
use super::sublink;
use super::term::{Fact, Term};
use crate::analyze::tree::Node;

/// PostgreSQL's `BoolTestType`.
const IS_TRUE: i64 = 0;

impl Tenancy<'_> {
    /// What holds wherever a condition is true.
    pub(super) fn facts(&self, condition: Option<&Node<'_>>, frame: &Frame<'_, '_>) -> Vec<Fact> {
        let Some(node) = condition else {
            return Vec::new();
        };
        let args = || node.nodes("args").map(|arg| self.facts(Some(arg), frame));
        match node.name {
            "BOOLEXPR" if node.word("boolop") == Some("and") => args().flatten().collect(),
            // An arm that says nothing can always be the one that holds.
            "BOOLEXPR" if node.word("boolop") == Some("or") => {
                let arms: Vec<Vec<Fact>> = args().collect();
                let telling = arms.iter().all(|arm| !arm.is_empty());
                telling.then_some(Fact::Any(arms)).into_iter().collect()
            }
            "BOOLEANTEST" if node.int("booltesttype") == Some(IS_TRUE) => {
                self.facts(node.node("arg"), frame)
            }
            "OPEXPR" => self.equality(node, frame).into_iter().collect(),
            "SCALARARRAYOPEXPR" => self.one_of_list(node, frame).into_iter().collect(),
            "SUBLINK" => self.found(node, frame),
            _ => Vec::new(),
        }
    }

    fn equality(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Option<Fact> {
        let (left, right) = self.equated(node)?;
        let (left, right) = (self.term(left, frame)?, self.term(right, frame)?);
        for (one, other) in [(&left, &right), (&right, &left)] {
            if matches!(other, Term::Param(_)) && self.is_tenant(one, frame) {
                self.remember([other]);
            }
        }
        Some(Fact::Equal(left, right))
    }

    /// Whether a term is the tenant column of a row.
    fn is_tenant(&self, term: &Term, frame: &Frame<'_, '_>) -> bool {
        let rows = frame.all_rows();
        let mut tenants = rows.iter().filter_map(|row| self.tenant_of(row));
        tenants.any(|tenant| tenant == term)
    }

    /// `x IN (:a, :b)`. An array is not looked into: how many tenants it names is not
    /// known.
    fn one_of_list(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Option<Fact> {
        let (value, list) = self.equated(node).filter(|_| node.flag("useOr"))?;
        let value = self.term(value, frame)?;
        let elements = listed(list)?.nodes("elements");
        let elements: Option<Vec<Term>> = elements.map(|e| self.term(e, frame)).collect();
        match elements?.as_slice() {
            [] => None,
            [only] => Some(Fact::Equal(value, only.clone())),
            several if several.iter().all(Term::is_given) => Some(Fact::Equal(value, self.fresh())),
            several => {
                let arm = |element: &Term| vec![Fact::Equal(value.clone(), element.clone())];
                Some(Fact::Any(several.iter().map(arm).collect()))
            }
        }
    }

    /// `EXISTS (…)` and `x IN (SELECT …)`: there is a row of the sub-query for which the
    /// facts about its rows hold, and which is equal to `x`.
    fn found(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Vec<Fact> {
        let Some(sub) = frame.subs.get(&address(node)) else {
            return Vec::new();
        };
        match node.int("subLinkType") {
            Some(sublink::EXISTS) => sub.summary.seen_from(sub.entry, 0).facts,
            Some(sublink::ANY) => {
                let mut facts = sub.summary.seen_from(sub.entry, 0).facts;
                facts.extend(self.matched(node.node("testexpr"), sub.entry, frame));
                facts
            }
            _ => Vec::new(),
        }
    }

    /// The comparisons of `(x, y) IN (SELECT …)`.
    fn matched(&self, test: Option<&Node<'_>>, entry: i64, frame: &Frame<'_, '_>) -> Vec<Fact> {
        let Some(node) = test else {
            return Vec::new();
        };
        if node.name == "BOOLEXPR" && node.word("boolop") == Some("and") {
            let args = node.nodes("args");
            return args
                .flat_map(|arg| self.matched(Some(arg), entry, frame))
                .collect();
        }
        let compared = self.equated(node).filter(|_| node.name == "OPEXPR");
        let fact = compared.and_then(|(left, right)| {
            let output = self.output(right, entry)?;
            Some(Fact::Equal(self.term(left, frame)?, output))
        });
        fact.into_iter().collect()
    }

    /// The column of a sub-query's row that an internal parameter stands for.
    fn output(&self, node: &Node<'_>, entry: i64) -> Option<Term> {
        match node.name {
            "PARAM" if node.int("paramkind") == Some(sublink::PARAM) => {
                Some(Term::local(entry, node.int("paramid")?))
            }
            "RELABELTYPE" if self.keeps_equality(node) => self.output(node.node("arg")?, entry),
            _ => None,
        }
    }
}

/// The elements of an array that is written out, changes of its type aside.
fn listed<'t>(node: &'t Node<'t>) -> Option<&'t Node<'t>> {
    match node.name {
        "ARRAYEXPR" | "ARRAY" => Some(node),
        "RELABELTYPE" => listed(node.node("arg")?),
        _ => None,
    }
}
