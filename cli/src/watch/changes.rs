//! What a save changed.

use std::collections::BTreeMap;

use planwright_codegen::catalog::{Catalog, Module, Query};

/// The difference of two catalogs.
pub(super) struct Changes {
    /// The names of queries that are gone.
    pub(super) removed: Vec<String>,
    /// The queries that are new, or not as they were.
    pub(super) changed: Catalog,
}

/// What is in the second and not in the first, and the other way round.
pub(super) fn between(before: &Catalog, after: &Catalog) -> Changes {
    let old: BTreeMap<&str, &Query> = named(before).collect();
    let new: BTreeMap<&str, &Query> = named(after).collect();
    let removed = old.keys().filter(|name| !new.contains_key(*name));
    let changed = after.modules.iter().filter_map(|module| {
        let queries = module.queries.iter();
        let queries = queries.filter(|q| old.get(q.full_name.as_str()) != Some(q));
        let queries: Vec<Query> = queries.cloned().collect();
        (!queries.is_empty()).then(|| Module {
            queries,
            ..module.clone()
        })
    });
    Changes {
        removed: removed.map(|name| (*name).to_owned()).collect(),
        changed: Catalog {
            modules: changed.collect(),
            ..after.clone()
        },
    }
}

fn named(catalog: &Catalog) -> impl Iterator<Item = (&str, &Query)> {
    catalog
        .queries()
        .map(|query| (query.full_name.as_str(), query))
}
