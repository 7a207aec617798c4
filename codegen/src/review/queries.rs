//! Queries that come and go, and what calls of them cost.

use serde::Serialize;

use crate::catalog::{Catalog, Query};
use crate::review::signature;

/// A query that only the new state has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewQuery {
    /// Its name with its module.
    pub name: String,
    /// What callers see: parameters, what is returned.
    pub signature: String,
    /// Its access paths, each with the statement's name where there are several.
    pub paths: Vec<String>,
    /// How often a call waits for the server.
    pub round_trips: u32,
}

/// A query of which calls wait more often, or less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundTrips {
    /// Its name with its module.
    pub name: String,
    /// How often a call waited.
    pub before: u32,
    /// How often it waits.
    pub after: u32,
}

/// The query of a name.
fn find<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a Query> {
    catalog.queries().find(|query| query.full_name == name)
}

/// The queries that both have, old and new.
pub(super) fn both<'a>(
    old: &'a Catalog,
    new: &'a Catalog,
) -> impl Iterator<Item = (&'a Query, &'a Query)> {
    new.queries()
        .filter_map(|query| Some((find(old, &query.full_name)?, query)))
}

/// The statements of a query, each with its access paths.
pub(super) fn statements(query: &Query) -> Vec<(&str, Vec<String>)> {
    if query.variants.is_empty() {
        return vec![(&query.full_name, query.plan.lines())];
    }
    let variants = query.variants.iter();
    variants
        .map(|variant| (variant.full_name.as_str(), variant.plan.lines()))
        .collect()
}

pub(super) fn added(old: &Catalog, new: &Catalog) -> Vec<NewQuery> {
    let added = new.queries().filter(|q| find(old, &q.full_name).is_none());
    let added = added.map(|query| NewQuery {
        name: query.full_name.clone(),
        signature: signature::text(query),
        paths: paths(query),
        round_trips: query.round_trips,
    });
    added.collect()
}

/// Variants that reach their tables alike are told once.
fn paths(query: &Query) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in statements(query).into_iter().flat_map(|(_, lines)| lines) {
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all
}

pub(super) fn removed(old: &Catalog, new: &Catalog) -> Vec<String> {
    let removed = old.queries().filter(|q| find(new, &q.full_name).is_none());
    removed.map(|query| query.full_name.clone()).collect()
}

/// Queries that callers see no change of.
pub(super) fn other_sql(old: &Catalog, new: &Catalog) -> Vec<String> {
    let sql = |query: &Query| {
        let variants = query.variants.iter().map(|variant| variant.sql.clone());
        variants.chain([query.sql.clone()]).collect::<Vec<_>>()
    };
    let changed = both(old, new).filter(|(before, after)| {
        sql(before) != sql(after) && signature::differences(before, after).is_empty()
    });
    changed.map(|(_, query)| query.full_name.clone()).collect()
}

pub(super) fn round_trips(old: &Catalog, new: &Catalog) -> Vec<RoundTrips> {
    let changed = both(old, new).filter(|(before, after)| before.round_trips != after.round_trips);
    let changed = changed.map(|(before, after)| RoundTrips {
        name: after.full_name.clone(),
        before: before.round_trips,
        after: after.round_trips,
    });
    changed.collect()
}
