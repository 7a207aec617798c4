//! Which terms are equal, as far as facts say.

use std::collections::{BTreeMap, BTreeSet};

use super::term::{Fact, Term};

/// Terms parted into classes of equals (a union-find over the facts).
#[derive(Debug, Default)]
pub(super) struct Classes {
    numbers: BTreeMap<Term, usize>,
    parents: Vec<usize>,
    /// By root: whether a comparison proves the members not null.
    present: Vec<bool>,
}

impl Classes {
    /// The classes that follow from facts; alternatives say nothing here.
    pub(super) fn of<'f>(facts: impl IntoIterator<Item = &'f Fact>) -> Self {
        let mut classes = Self::default();
        for fact in facts {
            match fact {
                Fact::Equal(left, right) => classes.join(left, right, true),
                Fact::Same(left, right) => classes.join(left, right, false),
                Fact::Any(_) => {}
            }
        }
        classes
    }

    /// Two terms are equal; `strictly` when neither is null.
    pub(super) fn join(&mut self, left: &Term, right: &Term, strictly: bool) {
        let (left, right) = (self.number(left), self.number(right));
        let (left, right) = (self.root(left), self.root(right));
        let present = self.present[left] || self.present[right] || strictly;
        self.parents[right] = left;
        self.present[left] = present;
    }

    /// Whether two terms are in one class.
    pub(super) fn same(&self, left: &Term, right: &Term) -> bool {
        left == right
            || match (self.numbers.get(left), self.numbers.get(right)) {
                (Some(left), Some(right)) => self.root(*left) == self.root(*right),
                _ => false,
            }
    }

    /// Whether a comparison proves that a term is not null.
    pub(super) fn is_present(&self, term: &Term) -> bool {
        let number = self.numbers.get(term);
        number.is_some_and(|number| self.present[self.root(*number)])
    }

    /// The terms equal to one, itself among them.
    pub(super) fn members(&self, term: &Term) -> BTreeSet<&Term> {
        let Some(number) = self.numbers.get(term) else {
            return BTreeSet::new();
        };
        let root = self.root(*number);
        let equal = self.numbers.iter();
        let equal = equal.filter(|(_, number)| self.root(**number) == root);
        equal.map(|(term, _)| term).collect()
    }

    /// Every class, each in the order of its terms.
    pub(super) fn all(&self) -> Vec<BTreeSet<&Term>> {
        let mut classes: BTreeMap<usize, BTreeSet<&Term>> = BTreeMap::new();
        for (term, number) in &self.numbers {
            classes.entry(self.root(*number)).or_default().insert(term);
        }
        classes.into_values().collect()
    }

    fn number(&mut self, term: &Term) -> usize {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        let number = self.parents.len();
        self.numbers.insert(term.clone(), number);
        self.parents.push(number);
        self.present.push(false);
        number
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parents[number] != number {
            number = self.parents[number];
        }
        number
    }
}
