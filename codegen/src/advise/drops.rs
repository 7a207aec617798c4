//! Indexes that the catalog does without: planned without all of them, no query costs
//! more than a little more.

use std::collections::BTreeMap;

use super::DroppedIndex;
use crate::failure::Failure;
use crate::plan::{Cost, Plan};
use crate::rules::{self, Finding};
use crate::schema::Index;
use crate::suppose::{Change, suppose};
use crate::survey::Survey;

/// A longer index that serves in place of a shorter one is a little dearer: by up to so many
/// per cent.
const DEARER: u64 = 10;

/// The indexes that findings call dead or a duplicate, without those that a query would miss,
/// and those that a query promises: somebody counts on them.
pub(super) async fn drops(
    survey: &Survey,
    findings: &[Finding],
    names: &[String],
) -> Result<Vec<DroppedIndex>, Failure> {
    let mut candidates: Vec<(&str, &Index)> = findings
        .iter()
        .filter(|finding| matches!(finding.rule.name, "dead-index" | "duplicate-index"))
        .filter_map(|finding| {
            let (table, name) = (finding.table.as_ref()?, finding.object.as_ref()?);
            let mut indexes = survey.schema.indexes.iter();
            let index = indexes.find(|i| i.table == *table && i.name == *name)?;
            (!is_promised(survey, index)).then_some((finding.rule.name, index))
        })
        .collect();
    let queries: Vec<usize> = (0..names.len())
        .filter(|&query| survey.plans[query].is_some())
        .collect();
    // Two that are spare each beside the other may not be spare together.
    while let Some(missed) = missed(survey, &candidates, &queries).await? {
        candidates.remove(missed);
    }
    let dropped = candidates.into_iter();
    Ok(dropped
        .map(|(rule, index)| dropped_index(survey, rule, index, names))
        .collect())
}

fn is_promised(survey: &Survey, index: &Index) -> bool {
    let queries = survey.texts.queries();
    let mut promises = queries.flat_map(|(_, query)| &query.directives.indexes);
    promises.any(|promise| promise.index == index.name && promise.table == index.table)
}

/// The place of an index without which, and without all others, some query costs more.
async fn missed(
    survey: &Survey,
    indexes: &[(&str, &Index)],
    queries: &[usize],
) -> Result<Option<usize>, Failure> {
    if indexes.is_empty() {
        return Ok(None);
    }
    let hide = |indexes: &[(&str, &Index)]| -> Vec<Change> {
        let parts = indexes
            .iter()
            .flat_map(|(_, index)| with_parts(survey, index));
        parts.map(Change::Hide).collect()
    };
    let costs = suppose(survey, &hide(indexes), queries).await?;
    let dearer = |plans: &BTreeMap<usize, Plan>| {
        queries.iter().any(|query| {
            let before = survey.plans[*query].as_ref().map(|plan| plan.cost);
            let Cost(before) = before.unwrap_or_default();
            let most = before.saturating_add(before / (100 / DEARER));
            plans.get(query).is_none_or(|plan| plan.cost.0 > most)
        })
    };
    if !dearer(&costs.plans) {
        return Ok(None);
    }
    for place in 0..indexes.len() {
        let mut others = indexes.to_vec();
        others.remove(place);
        let costs = suppose(survey, &hide(&others), queries).await?;
        if !dearer(&costs.plans) {
            return Ok(Some(place));
        }
    }
    Ok(Some(indexes.len() - 1))
}

/// An index, and the parts of it that lie on partitions.
fn with_parts(survey: &Survey, index: &Index) -> Vec<u32> {
    let mut all = vec![index.oid];
    let mut next = 0;
    while let Some(&parent) = all.get(next) {
        let parts = survey.schema.indexes.iter();
        all.extend(parts.filter(|i| i.parent == Some(parent)).map(|i| i.oid));
        next += 1;
    }
    all
}

fn dropped_index(survey: &Survey, rule: &str, index: &Index, names: &[String]) -> DroppedIndex {
    let schema = &survey.schema;
    let table = schema.tables.get(&index.table_oid);
    let concurrent = table.is_none_or(|table| table.kind != 'p');
    let create = if concurrent {
        let plain = index
            .definition
            .replacen("INDEX ", "INDEX CONCURRENTLY ", 1);
        format!("{plain};")
    } else {
        // Of a partitioned table the server writes only the part that holds no rows.
        format!("{};", index.definition.replacen(" ON ONLY ", " ON ", 1))
    };
    let tried = survey.analysed.iter().zip(names);
    let tried = tried.filter(|(analysis, _)| {
        let tables = analysis.as_ref().map(|analysis| &analysis.tables);
        tables.is_some_and(|tables| tables.contains(&index.table))
    });
    DroppedIndex {
        name: index.name.clone(),
        table: index.table.clone(),
        rule: rule.to_owned(),
        drop: rules::drop_index(schema, index),
        create,
        concurrent,
        tried: tried.map(|(_, name)| name.clone()).collect(),
    }
}
