//! `duplicate-index`: no index does only what another one does as well.

use std::cmp::Reverse;

use super::places::{self, Places};
use super::{Report, Rule, fixes};
use crate::config::RuleLevel;
use crate::quoting;
use crate::schema::{Index, IndexKey, Schema};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-index",
    level: RuleLevel::Warn,
    docs: include_str!("docs/duplicate-index.md"),
};

pub(super) fn check(schema: &Schema, places: &Places<'_>, report: &mut Report) {
    for (index, other) in duplicates(schema) {
        let (name, table) = (&index.name, &index.table);
        let same = if index.keys.len() == other.keys.len() {
            "has the same keys"
        } else {
            "begins with the same keys"
        };
        let diagnostic = RULE.says(format!(
            "the index `{name}` on `{table}` is not needed: `{}` {same}",
            other.name
        ));
        let (place, of_other) = (places.index(index), places.index(other));
        let made = of_other.filter(|other| Some(other) != place.as_ref());
        let diagnostic = places::at(diagnostic, place, "does no more than the other");
        let diagnostic = match made {
            Some(made) if other.constraint.is_none() => {
                diagnostic.at(made.path, made.span, "serves in its place")
            }
            _ => diagnostic,
        };
        report.push_for_table(
            &RULE,
            &index.table,
            false,
            diagnostic
                .note(format!("not needed: {}", index.definition))
                .note(format!("serves in its place: {}", other.definition))
                .help(fixes::drop_index(schema, index)),
        );
        report.about(&index.name);
    }
}

/// Indexes that are not needed, each with the one that serves in its place, which is
/// itself needed.
pub(super) fn duplicates(schema: &Schema) -> Vec<(&Index, &Index)> {
    let found = schema.indexes.iter().filter(|index| {
        // A constraint's index goes with it, and a partition's part with its index.
        !is_bound(index)
    });
    let found = found.filter_map(|index| {
        let better = |other: &&Index| {
            serves(other, index) && (!serves(index, other) || rank(other) > rank(index))
        };
        // Of several the best one: none is better than that, so it is needed.
        let best = schema.indexes.iter().filter(better).max_by_key(|other| {
            let (keys, included) = (other.keys.len(), other.included.len());
            (other.constraint.is_some(), keys, included, rank(other))
        });
        Some((index, best?))
    });
    found.collect()
}

/// Which of two that serve alike is kept: the constraint's, the unique one, the older one.
fn rank(index: &Index) -> (bool, bool, Reverse<u32>) {
    (is_bound(index), index.unique, Reverse(index.oid))
}

/// Whether it cannot be dropped on its own.
fn is_bound(index: &Index) -> bool {
    index.constraint.is_some() || index.referred || index.parent.is_some()
}

/// Whether the other index does all that this one does.
fn serves(other: &Index, index: &Index) -> bool {
    if other.oid == index.oid || other.table_oid != index.table_oid {
        return false;
    }
    if index.unique || index.method != "btree" {
        let immediate = !other.deferrable || index.deferrable;
        let other = after_name(other);
        return immediate && other.is_some() && other == after_name(index);
    }
    let carries = |column: &String| {
        other.included.contains(column)
            || other
                .keys
                .iter()
                .any(|k| k.attribute.is_some() && k.sql == *column)
    };
    other.method == index.method
        && other.predicate == index.predicate
        && begins_with(&other.keys, &index.keys)
        && index.included.iter().all(carries)
}

/// Whether these keys begin with those, in the same order or all the other way round: a
/// b-tree is read in both directions.
fn begins_with(keys: &[IndexKey], beginning: &[IndexKey]) -> bool {
    let Some(keys) = keys.get(..beginning.len()) else {
        return false;
    };
    let pairs = || keys.iter().zip(beginning);
    let same_key = |(a, b): (&IndexKey, &IndexKey)| {
        a.attribute == b.attribute
            && a.sql == b.sql
            && a.operator_class == b.operator_class
            && a.collation == b.collation
    };
    let same_order = |(a, b): (&IndexKey, &IndexKey)| {
        a.descending == b.descending && a.nulls_first == b.nulls_first
    };
    let reversed = |(a, b): (&IndexKey, &IndexKey)| {
        a.descending != b.descending && a.nulls_first != b.nulls_first
    };
    pairs().all(same_key) && (pairs().all(same_order) || pairs().all(reversed))
}

/// The statement that makes it, without its name: whether it is unique, and the rest.
fn after_name(index: &Index) -> Option<(bool, &str)> {
    let begin = if index.unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    };
    let rest = index.definition.strip_prefix(begin)?;
    let quoted = quoting::identifier(&index.name);
    // What is a keyword differs from version to version.
    let after = rest
        .strip_prefix(&quoted)
        .or_else(|| rest.strip_prefix(&index.name));
    Some((index.unique, after?))
}
