//! Rows that belong to other rows: one statement for all of them, whatever their number.
//!
//! Generated functions are the callers. This module may not send anything, and knows no query.

use core::hash::Hash;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::error::{Error, Result};
use crate::info::QueryInfo;

/// The keys of parent rows, each once, in the order in which they first come.
///
/// # Examples
///
/// ```
/// use planwright::load::Keys;
///
/// // A message may have no customer, and a customer several messages.
/// let keys = Keys::of([Some(7), None, Some(3), Some(7)]);
/// assert_eq!(keys.all(), [7, 3]);
///
/// let mut customers = keys.group(vec![(3, "Ada"), (7, "Grace")], |(id, _)| *id);
/// assert_eq!(customers.many(Some(7)), [(7, "Grace")]);
/// assert_eq!(customers.many(None), []);
/// assert_eq!(customers.many(Some(3)), [(3, "Ada")]);
/// assert_eq!(customers.many(Some(7)), [(7, "Grace")]);
/// ```
#[derive(Debug, Clone)]
pub struct Keys<K> {
    all: Vec<K>,
    /// How many parents have each.
    uses: HashMap<K, usize>,
}

impl<K: Clone + Eq + Hash> Keys<K> {
    /// The keys that are not null.
    pub fn of(keys: impl IntoIterator<Item = Option<K>>) -> Self {
        let (mut all, mut uses) = (Vec::new(), HashMap::new());
        for key in keys.into_iter().flatten() {
            let count = uses.entry(key).or_insert_with_key(|key| {
                all.push(key.clone());
                0
            });
            *count += 1;
        }
        Self { all, uses }
    }

    /// Whether no parent has a key: then there is nothing to ask for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The keys, for the array parameter of the children's statement.
    #[must_use]
    pub fn all(&self) -> &[K] {
        &self.all
    }

    /// One part of each key, for one of several array parameters.
    pub fn part<P>(&self, part: impl FnMut(&K) -> P) -> Vec<P> {
        self.all.iter().map(part).collect()
    }

    /// Groups the children by their parents' key. The order within a group is that of the rows.
    pub fn group<V>(self, children: Vec<V>, mut key: impl FnMut(&V) -> K) -> Children<K, V> {
        let mut groups: HashMap<K, Vec<V>> = HashMap::with_capacity(self.all.len());
        for child in children {
            groups.entry(key(&child)).or_default().push(child);
        }
        Children {
            groups,
            uses: self.uses,
        }
    }
}

/// Children by the key of their parents. Each parent takes its own; where several parents have
/// one key, all but the last take a copy.
#[derive(Debug, Clone)]
pub struct Children<K, V> {
    groups: HashMap<K, Vec<V>>,
    uses: HashMap<K, usize>,
}

impl<K: Eq + Hash, V: Clone> Children<K, V> {
    /// The children of a parent, in the order of their rows.
    pub fn many(&mut self, key: Option<K>) -> Vec<V> {
        let Some(key) = key else {
            return Vec::new();
        };
        let last = self.uses.get_mut(&key).is_none_or(|uses| {
            *uses = uses.saturating_sub(1);
            *uses == 0
        });
        let found = if last {
            self.groups.remove(&key)
        } else {
            self.groups.get(&key).cloned()
        };
        found.unwrap_or_default()
    }

    /// The only child of a parent, or none.
    ///
    /// # Errors
    ///
    /// [`TooManyRows`](crate::ErrorKind::TooManyRows) of the child's query.
    pub fn opt(&mut self, key: Option<K>, query: &'static QueryInfo) -> Result<Option<V>> {
        let mut found = self.many(key).into_iter();
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Error::too_many_rows(query)),
            (child, None) => Ok(child),
        }
    }

    /// The only child of a parent.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) and
    /// [`TooManyRows`](crate::ErrorKind::TooManyRows) of the child's query.
    pub fn one(&mut self, key: Option<K>, query: &'static QueryInfo) -> Result<V> {
        let child = self.opt(key, query)?;
        child.ok_or_else(|| Error::not_found(query))
    }
}

/// Puts rows of one key together, in the order in which their keys first come: `merge` adds
/// what is joined to a later row to the first. For a one-to-many join, whose rows repeat the
/// one for each of the many.
///
/// # Examples
///
/// ```
/// let rows = vec![("Ada", vec![1]), ("Grace", vec![]), ("Ada", vec![2])];
/// let rows = planwright::load::collapse(rows, |row| row.0, |first, row| first.1.extend(row.1));
/// assert_eq!(rows, [("Ada", vec![1, 2]), ("Grace", vec![])]);
/// ```
pub fn collapse<T, K: Eq + Hash>(
    rows: Vec<T>,
    mut key: impl FnMut(&T) -> K,
    mut merge: impl FnMut(&mut T, T),
) -> Vec<T> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut first: Vec<T> = Vec::new();
    for row in rows {
        match places.entry(key(&row)) {
            Entry::Occupied(place) => merge(&mut first[*place.get()], row),
            Entry::Vacant(place) => {
                place.insert(first.len());
                first.push(row);
            }
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    static CHILD: QueryInfo = QueryInfo {
        name: "orders::orders_of",
        ..QueryInfo::EMPTY
    };

    #[test]
    fn every_parent_gets_its_children_in_their_order() {
        let keys = Keys::of([Some(1), Some(2), Some(1), None, Some(3), Some(1)]);
        assert_eq!(keys.all(), [1, 2, 3]);
        let rows = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        let mut children = keys.group(rows, |(key, _)| *key);
        for _ in 0..3 {
            assert_eq!(children.many(Some(1)), [(1, 'b'), (1, 'd')]);
        }
        assert_eq!(children.many(Some(2)), [(2, 'a'), (2, 'c')]);
        assert_eq!(children.many(Some(3)), []);
        assert_eq!(children.many(None), []);
    }

    #[test]
    fn a_key_of_several_parts_is_one_key() {
        let keys = Keys::of([Some((1, "a")), Some((1, "b")), Some((1, "a"))]);
        assert_eq!(keys.part(|key| key.0), [1, 1]);
        assert_eq!(keys.part(|key| key.1), ["a", "b"]);
    }

    #[test]
    fn more_or_less_than_one_child_is_an_error() {
        let children = |rows: Vec<i32>| {
            let keys = Keys::of([Some(1), Some(2)]);
            keys.group(rows, |row| *row)
        };
        assert_eq!(children(vec![1]).opt(Some(1), &CHILD).unwrap(), Some(1));
        assert_eq!(children(vec![1]).opt(Some(2), &CHILD).unwrap(), None);
        assert_eq!(children(vec![1]).opt(None, &CHILD).unwrap(), None);
        assert_eq!(children(vec![1]).one(Some(1), &CHILD).unwrap(), 1);
        let error = children(vec![1, 1]).opt(Some(1), &CHILD).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        let error = children(vec![1]).one(Some(2), &CHILD).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.query(), Some("orders::orders_of"));
    }
}
