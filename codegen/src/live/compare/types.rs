//! Schemas, extensions, types and sequences.

use super::Sides;
use crate::live::description::{Domain, Enum, OtherType, Sequence, display, schema_of};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
    schemas(sides);
    extensions(sides);
    enums(sides);
    domains(sides);
    other_types(sides);
    sequences(sides);
}

impl Sides<'_> {
    /// Whether a schema is the migrations' business: they make something in it.
    pub(super) fn is_ours(&self, name: &str) -> bool {
        self.expected.schemas.contains(schema_of(name))
    }
}

/// What is in a schema that the migrations do not make is somebody else's.
fn schemas(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for name in expected.schemas.difference(&live.schemas) {
        let mend = Mend::one(Phase::Schemas, format!("CREATE SCHEMA {name}"));
        sides.push(
            Finding::error("drift-schema", format!("there is no schema `{name}`"))
                .note("the migrations make it")
                .mend(mend),
        );
    }
    let used = live.used_schemas();
    for name in live.schemas.difference(&expected.schemas) {
        if !used.contains(name.as_str()) {
            continue;
        }
        let message = format!("the migrations do not know the schema `{name}`");
        sides.push(
            Finding::warning("drift-schema", message)
                .note("nothing in it is compared: it counts as somebody else's"),
        );
    }
}

fn extensions(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, schema) in &expected.extensions {
        match live.extensions.get(name) {
            None => {
                let create = format!("CREATE EXTENSION {name} SCHEMA {schema}");
                sides.push(
                    Finding::error(
                        "drift-extension",
                        format!("the extension `{name}` is not installed"),
                    )
                    .note("the migrations install it")
                    .mend(Mend::one(Phase::Schemas, create).then_schema_first()),
                );
            }
            Some(other) if other != schema => {
                let set = format!("ALTER EXTENSION {name} SET SCHEMA {schema}");
                sides.push(
                    Finding::error(
                        "drift-extension",
                        format!("the extension `{name}` is in another schema"),
                    )
                    .sides(schema, other)
                    .mend(Mend::one(Phase::Schemas, set).then_schema_first()),
                );
            }
            Some(_) => {}
        }
    }
    for name in live.extensions.keys() {
        if !expected.extensions.contains_key(name) {
            let drop = format!("DROP EXTENSION {name}");
            sides.push(
                Finding::warning(
                    "drift-extension",
                    format!("the migrations do not install the extension `{name}`"),
                )
                .mend(
                    Mend::one(Phase::Removals, drop)
                        .but("what an operator uses may need it; or a migration is missing"),
                ),
            );
        }
    }
}

impl Mend {
    /// Behind the schemas that are made.
    fn then_schema_first(mut self) -> Self {
        for step in &mut self.steps {
            step.order = 1;
        }
        self
    }
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

fn missing(noun: &str, name: &str, mend: Mend) -> Finding {
    let message = format!("there is no {noun} `{}`", display(name));
    Finding::error(code_of(noun), message)
        .note("the migrations make it")
        .mend(mend)
}

fn extra(noun: &str, name: &str, word: &str) -> Finding {
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

fn sequences(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.sequences {
        match live.sequences.get(name) {
            // It is made with its column.
            None if owner_is_missing(to, live) => {}
            None => sides.push(missing("sequence", name, fix::create_sequence(to))),
            Some(from) => sequence(sides, to, from),
        }
    }
    for (name, from) in &live.sequences {
        if !sides.is_ours(name)
            || expected.sequences.contains_key(name)
            || owner_is_missing(from, expected)
        {
            continue;
        }
        sides.push(extra("sequence", name, "SEQUENCE"));
    }
}

fn owner_is_missing(sequence: &Sequence, side: &crate::live::Description) -> bool {
    let Some((table, column)) = &sequence.owner else {
        return false;
    };
    let table = side.relations.get(table);
    table.is_none_or(|table| table.column(column).is_none())
}

fn sequence(sides: &mut Sides<'_>, to: &Sequence, from: &Sequence) {
    let owner = |sequence: &Sequence| match &sequence.owner {
        Some((table, column)) => format!("{table}.{column}"),
        None => "NONE".to_owned(),
    };
    let said = |sequence: &Sequence| {
        let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
        format!(
            "{unlogged}{} OWNED BY {}",
            sequence.options,
            owner(sequence)
        )
    };
    // A column that is not there owns nothing.
    let owners_differ = to.owner != from.owner
        && !owner_is_missing(to, sides.live)
        && !owner_is_missing(from, sides.expected);
    if to.options == from.options && to.unlogged == from.unlogged && !owners_differ {
        return;
    }
    let name = &to.name;
    let mut mend = Mend::default();
    if to.options != from.options {
        mend = mend.then(
            Phase::Columns,
            format!("ALTER SEQUENCE {name} {}", to.options),
        );
    }
    if owners_differ {
        mend = mend.then(
            Phase::Columns,
            format!("ALTER SEQUENCE {name} OWNED BY {}", owner(to)),
        );
    }
    if to.unlogged != from.unlogged {
        let word = if to.unlogged { "UNLOGGED" } else { "LOGGED" };
        mend = mend.then(Phase::Columns, format!("ALTER SEQUENCE {name} SET {word}"));
    }
    let message = format!("the sequence `{}` is another", display(name));
    sides.push(
        Finding::error("drift-sequence", message)
            .sides(&said(to), &said(from))
            .mend(mend),
    );
}
