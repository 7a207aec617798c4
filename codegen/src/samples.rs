//! `@sample name = value`: plans for values, and which plan the server settles on.

use crate::analyze::Analysis;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::Diagnostics;
use crate::names;
use crate::plan::{Cost, Plan};
use crate::server::Refusal;
use crate::source::{SourceFile, SourceQuery};

/// What making a plan costs, for each relation in it and one more: 1,000 times the default
/// of `cpu_operator_cost` (`cached_plan_cost` in `src/backend/utils/cache/plancache.c`).
const PLANNING: Cost = Cost(250);

/// The values of a query's parameters in their order; `None` when there are no samples, or
/// when they are not those of the parameters, which is reported.
pub(crate) fn values(
    file: &SourceFile,
    query: &SourceQuery,
    analysis: &Analysis,
    found: &mut Diagnostics,
) -> Option<Vec<Option<String>>> {
    let samples = &query.directives.samples;
    let first = samples.first()?;
    let known = || analysis.params.iter().map(|param| param.name.as_str());
    // What another variant has is a parameter, too.
    let others = query.variant.iter().flat_map(|variant| &variant.params);
    let others: Vec<&str> = others.map(String::as_str).collect();
    let mut known_all = true;
    for sample in samples {
        if known()
            .chain(others.iter().copied())
            .all(|name| name != sample.name)
        {
            known_all = false;
            let message = format!("the query has no parameter `{}`", sample.name);
            let diagnostic = Diagnostic::error("unknown-parameter", message).at(
                &file.path,
                sample.span.clone(),
                "",
            );
            found.push(match names::nearest(&sample.name, known()) {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => diagnostic.help("remove the line"),
            });
        }
    }
    let sample = |name: &str| samples.iter().find(|sample| sample.name == name);
    let missing: Vec<&str> = known().filter(|name| sample(name).is_none()).collect();
    if !missing.is_empty() {
        found.push(
            Diagnostic::error(
                "incomplete-sample",
                format!("there is no sample of `{}`", missing.join("`, `")),
            )
            .at(&file.path, first.span.clone(), "the query has samples")
            .help(
                "a plan for values needs a value of every parameter: add a `@sample` line for each",
            ),
        );
        return None;
    }
    let value = |name: &str| sample(name).and_then(|sample| sample.value.clone());
    known_all.then(|| known().map(value).collect())
}

/// The plan that the server settles on after a few calls: the generic one, unless plans for
/// the values, planning included, cost less (`choose_custom_plan`). The server counts joins and
/// partitions as relations too; where both costs are that near, either plan will do.
pub(crate) fn settled(generic: Plan, custom: Plan) -> Plan {
    let relations = custom.paths.len() as u64 + 1;
    let planned = Cost(custom.cost.0.saturating_add(PLANNING.0 * relations));
    if generic.cost < planned {
        generic
    } else {
        Plan {
            custom: true,
            ..custom
        }
    }
}

/// A sample that the server cannot read.
pub(crate) fn refused(file: &SourceFile, query: &SourceQuery, error: &Refusal) -> Diagnostic {
    let samples = &query.directives.samples;
    let named = samples.iter().find(|sample| {
        let value = sample.value.as_deref().unwrap_or_default();
        !value.is_empty() && error.message().contains(value)
    });
    let diagnostic = Diagnostic::error("invalid-sample", error.message());
    match named.or(samples.first()) {
        Some(sample) => diagnostic.at(&file.path, sample.span.clone(), ""),
        None => diagnostic,
    }
    .help("write the value as PostgreSQL reads it from text, for example `@sample since = 2026-01-01`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generic_plan_is_taken_unless_the_others_save_their_planning() {
        let plan = |cost: u64| Plan {
            cost: Cost(cost),
            ..Plan::default()
        };
        let custom = |generic, custom| settled(plan(generic), plan(custom)).custom;
        assert!(!custom(1_000, 800));
        assert!(custom(1_000, 749));
        assert!(!custom(1_000, 751));
    }
}
