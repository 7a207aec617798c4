//! Types.

use super::Sides;
use crate::live::description::{Domain, Enum, OtherType, display};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
    enums(sides);
    domains(sides);
    other_types(sides);
}

fn enums(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.enums {
        match live.enums.get(name) {
            None => sides.push(missing("enum", name, fix::create_enum(to))),
            Some(from) => labels(sides, to, from),
        }
    }
    for name in live.enums.keys() {
        if sides.is_ours(name) && !expected.enums.contains_key(name) {
            sides.push(extra("enum", name, "TYPE"));
        }
    }
}

pub(super) fn missing(noun: &str, name: &str, mend: Mend) -> Finding {
    let message = format!("there is no {noun} `{}`", display(name));
    Finding::error(code_of(noun), message)
        .note("the migrations make it")
        .part(name)
        .mend(mend)
}

pub(super) fn extra(noun: &str, name: &str, word: &str) -> Finding {
    let message = format!("the migrations do not make the {noun} `{}`", display(name));
    Finding::warning(code_of(noun), message).mend(
        Mend::one(Phase::Removals, format!("DROP {word} {name}"))
            .but("something that the migrations do not know may use it"),
    )
}

fn code_of(noun: &str) -> &'static str {
    match noun {
        "enum" => "drift-enum",
        "domain" => "drift-domain",
        "sequence" => "drift-sequence",
        _ => "drift-type",
    }
}

fn labels(sides: &mut Sides<'_>, to: &Enum, from: &Enum) {
    if to.labels == from.labels {
        return;
    }
    let name = display(&to.name);
    let only = |these: &Enum, those: &Enum| -> Vec<String> {
        let labels = these.labels.iter();
        let labels = labels.filter(|label| !those.labels.contains(label));
        labels.cloned().collect()
    };
    let (missing, extra) = (only(to, from), only(from, to));
    let (built, has) = (to.labels.join(", "), from.labels.join(", "));
    if !missing.is_empty() || !extra.is_empty() {
        let mut mend = fix::add_labels(to, from);
        if !extra.is_empty() {
            mend = mend.but(format!(
                "no label can be dropped: rows may hold `{}`",
                extra.join("`, `")
            ));
        }
        let message = format!("the labels of the enum `{name}` are others");
        sides.push(
            Finding::error("drift-enum-labels", message)
                .part(&to.name)
                .sides(&built, &has)
                .mend(mend),
        );
    }
    let common = |these: &Enum, those: &Enum| -> Vec<String> {
        let labels = these.labels.iter();
        labels
            .filter(|l| those.labels.contains(l))
            .cloned()
            .collect()
    };
    if common(to, from) != common(from, to) {
        let message = format!("the labels of the enum `{name}` are in another order");
        sides.push(
            Finding::error("drift-enum-order", message)
                .part(&to.name)
                .sides(&built, &has)
                .note("rows are sorted and compared in the order of the labels")
                .mend(
                    Mend::default().but(
                        "no label can be moved: make another type, and alter the columns to it",
                    ),
                ),
        );
    }
}

fn domains(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.domains {
        match live.domains.get(name) {
            None => sides.push(missing("domain", name, fix::create_domain(to))),
            Some(from) if !same_domain(to, from) => {
                let message = format!("the domain `{}` is another", display(name));
                sides.push(
                    Finding::error("drift-domain", message)
                        .sides(&said(to), &said(from))
                        .part(name)
                        .mend(fix::alter_domain(to, from)),
                );
            }
            Some(_) => {}
        }
    }
    for name in live.domains.keys() {
        if sides.is_ours(name) && !expected.domains.contains_key(name) {
            sides.push(extra("domain", name, "DOMAIN"));
        }
    }
}

fn same_domain(to: &Domain, from: &Domain) -> bool {
    let made = to.made;
    *to == Domain {
        made,
        ..from.clone()
    }
}

/// A domain as it is made.
fn said(domain: &Domain) -> String {
    let mend = fix::create_domain(domain);
    let sql = mend.steps.first().map(|step| step.sql.clone());
    sql.unwrap_or_default()
}

fn other_types(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.types {
        let from = live.types.get(name);
        let Some(OtherType { definition, .. }) = from else {
            sides.push(missing("type", name, fix::create_type(to)));
            continue;
        };
        if *definition != to.definition {
            let message = format!("the type `{}` is another", display(name));
            sides.push(
                Finding::error("drift-type", message)
                    .part(name)
                    .sides(&to.definition, definition)
                    .mend(
                        Mend::one(Phase::Removals, format!("DROP TYPE {name}"))
                            .and(fix::create_type(to))
                            .but("columns may be of it: alter it by ALTER TYPE, attribute by attribute"),
                    ),
            );
        }
    }
    for name in live.types.keys() {
        if sides.is_ours(name) && !expected.types.contains_key(name) {
            sides.push(extra("type", name, "TYPE"));
        }
    }
}
