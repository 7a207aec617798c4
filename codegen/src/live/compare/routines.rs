//! Functions, procedures, and extended statistics.

use super::Sides;
use crate::live::description::{Function, display};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
    functions(sides);
    statistics(sides);
}

fn functions(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.functions {
        let noun = noun(to);
        match live.functions.get(name) {
            None => sides.push(
                Finding::error(
                    "drift-function",
                    format!("there is no {noun} `{}`", display(name)),
                )
                .note("the migrations make it")
                .part(name)
                .mend(fix::make_function(to, None)),
            ),
            Some(from) if from.definition != to.definition => sides.push(
                Finding::error(
                    "drift-function",
                    format!("the {noun} `{}` is another", display(name)),
                )
                .sides(to.definition.trim_end(), from.definition.trim_end())
                .part(name)
                .mend(fix::make_function(to, Some(from))),
            ),
            Some(_) => {}
        }
    }
    for (name, from) in &live.functions {
        if sides.is_ours(name) && !expected.functions.contains_key(name) {
            let noun = noun(from);
            let message = format!("the migrations do not make the {noun} `{}`", display(name));
            let drop = format!("DROP ROUTINE {name}");
            sides.push(
                Finding::warning("drift-function", message).part(name).mend(
                    Mend::one(Phase::Removals, drop)
                        .but("something that the migrations do not know may use it"),
                ),
            );
        }
    }
}

fn noun(function: &Function) -> &'static str {
    if function.procedure {
        "procedure"
    } else {
        "function"
    }
}

fn statistics(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.statistics {
        // Those of a table that is not there come with it.
        let create = Mend::one(Phase::Indexes, to.definition.clone());
        let (message, mend) = match live.statistics.get(name) {
            None => (
                format!("there are no statistics `{}`", display(name)),
                create,
            ),
            Some(from) if from.definition != to.definition => (
                format!("the statistics `{}` are others", display(name)),
                Mend::one(Phase::Indexes, format!("DROP STATISTICS {name}")).and(create),
            ),
            Some(_) => continue,
        };
        let mut finding = Finding::warning("drift-statistics", message)
            .note(format!("the migrations build: {}", to.definition))
            .note("the planner guesses what it would know")
            .of(&to.table)
            .part(name)
            .mend(mend);
        if let Some(from) = live.statistics.get(name) {
            finding = finding.note(format!("the database has: {}", from.definition));
        }
        sides.push(finding);
    }
    for (name, from) in &live.statistics {
        let known = expected.statistics.contains_key(name);
        if known || !expected.relations.contains_key(&from.table) {
            continue;
        }
        let message = format!(
            "the migrations do not make the statistics `{}`",
            display(name)
        );
        let drop = format!("DROP STATISTICS {name}");
        sides.push(
            Finding::warning("drift-statistics", message)
                .of(&from.table)
                .part(name)
                .mend(Mend::one(Phase::Indexes, drop)),
        );
    }
}
