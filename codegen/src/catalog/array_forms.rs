//! Which query does for many values what another does for one.

use std::collections::BTreeSet;

use super::{Module, Query};
use crate::analyze::Lookup;
use crate::source::Command;

/// Finds the array form of each query: a `:many` query of the same tables that looks up the same
/// columns, one of them in an array. A query that takes an array is its own.
pub(crate) fn array_forms(modules: &mut [Module]) {
    let queries = || modules.iter().flat_map(|module| &module.queries);
    let candidates: Vec<&Query> = queries().filter(|query| may_be_array_form(query)).collect();
    let forms: Vec<Option<String>> = queries()
        .map(|query| {
            let lookups = &query.analysis.lookups;
            if lookups.iter().any(|lookup| lookup.array) {
                return Some(query.full_name.clone());
            }
            let forms = candidates.iter().filter(|form| is_array_form(form, query));
            // One that returns the same columns comes first, then one that takes as much as the
            // query does, then the first by name.
            let best = forms.min_by_key(|form| {
                let (asked, known) = (form.analysis.params.len(), query.analysis.params.len());
                let more = asked.abs_diff(known);
                (!has_columns_of(form, query), more, &form.full_name)
            });
            best.map(|form| form.full_name.clone())
        })
        .collect();
    let queries = modules.iter_mut().flat_map(|module| &mut module.queries);
    for (query, form) in queries.zip(forms) {
        query.array_form = form;
    }
}

/// Whether it may be the array form of any query.
fn may_be_array_form(form: &Query) -> bool {
    form.command == Command::Many
        && form.analysis.read_only
        && form.analysis.lookups.iter().any(|lookup| lookup.array)
}

/// Whether one that may be is that of this query.
fn is_array_form(form: &Query, query: &Query) -> bool {
    let (many, one) = (&form.analysis, &query.analysis);
    let columns = |lookups: &BTreeSet<Lookup>| -> BTreeSet<(u32, i64)> {
        let columns = lookups.iter().map(|lookup| (lookup.table, lookup.column));
        columns.collect()
    };
    query.command.returns_rows()
        && query.command != Command::Stream
        && one.read_only
        && one.tables == many.tables
        && columns(&many.lookups) == columns(&one.lookups)
}

fn has_columns_of(form: &Query, query: &Query) -> bool {
    let mut columns = query.analysis.columns.iter();
    columns.all(|column| {
        let mut others = form.analysis.columns.iter();
        others.any(|other| other.name == column.name)
    })
}
