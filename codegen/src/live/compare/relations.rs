//! Tables and views: whether they are there, and what they are.

use std::collections::BTreeMap;

use super::{Sides, columns, constraints, indexes, parts};
use crate::live::description::{Relation, display};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, to) in &expected.relations {
        match live.relations.get(name) {
            None => missing(sides, to),
            Some(from) if to.kind != from.kind => another_kind(sides, to, from),
            Some(from) => both(sides, to, from),
        }
    }
    let mut partitions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, from) in &live.relations {
        if !sides.is_ours(name) || expected.relations.contains_key(name) {
            continue;
        }
        match from.parents.first() {
            Some(parent) if from.is_partition() => {
                partitions.entry(parent).or_default().push(name);
            }
            _ => extra(sides, from),
        }
    }
    for (parent, names) in partitions {
        // Those of a table that is extra itself are said with it.
        if expected.relations.contains_key(parent) {
            extra_partitions(sides, parent, &names);
        }
    }
}

fn missing(sides: &mut Sides<'_>, to: &Relation) {
    let (noun, name) = (to.noun(), display(&to.name));
    let (code, mend) = if to.is_table() {
        let code = if to.is_partition() {
            "drift-partition"
        } else {
            "drift-table-missing"
        };
        (code, fix::create_table(sides.expected, to))
    } else {
        ("drift-view", fix::create_view(to))
    };
    sides.push(
        Finding::error(code, format!("there is no {noun} `{name}`"))
            .note("the migrations make it")
            .of(&to.name)
            .mend(mend),
    );
}

fn extra(sides: &mut Sides<'_>, from: &Relation) {
    let (noun, name) = (from.noun(), display(&from.name));
    let message = format!("the migrations do not make the {noun} `{name}`");
    let (code, mend) = match from.kind {
        'v' => (
            "drift-view",
            Mend::default().ordered(
                Phase::Removals,
                -from.made,
                format!("DROP VIEW {}", from.name),
            ),
        ),
        'm' => (
            "drift-view",
            Mend::default().ordered(
                Phase::Removals,
                -from.made,
                format!("DROP MATERIALIZED VIEW {}", from.name),
            ),
        ),
        _ => (
            "drift-table-extra",
            Mend::one(Phase::Removals, format!("DROP TABLE {}", from.name))
                .but("its rows would be lost"),
        ),
    };
    sides.push(Finding::warning(code, message).of(&from.name).mend(mend));
}

/// Many of them are made as time goes by: they are said once for their table.
fn extra_partitions(sides: &mut Sides<'_>, parent: &str, names: &[&str]) {
    let parent = display(parent);
    let shown: Vec<&str> = names.iter().map(|name| display(name)).collect();
    let message = format!(
        "the migrations do not make {} of `{parent}`",
        crate::diagnostics::counted(names.len(), "partition")
    );
    let mut mend = Mend::default().but("their rows would be lost");
    for name in names {
        mend = mend.then(Phase::Removals, format!("DROP TABLE {name}"));
    }
    sides.push(
        Finding::warning("drift-partition-extra", message)
            .note(format!("the database has: {}", shown.join(", ")))
            .of(names[0])
            .mend(mend),
    );
}

fn another_kind(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let kind = |relation: &Relation| match relation.kind {
        'p' => "a partitioned table",
        'v' => "a view",
        'm' => "a materialized view",
        _ => "a table",
    };
    let message = format!("`{}` is of another kind", display(&to.name));
    sides.push(
        Finding::error("drift-table-kind", message)
            .sides(kind(to), kind(from))
            .of(&to.name)
            .mend(Mend::default().but("what is there has to be moved first")),
    );
}

fn both(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    if to.is_table() {
        partition(sides, to, from);
        if to.is_partition() != from.is_partition() {
            // What it has of its table comes and goes with that.
            return;
        }
        persistence(sides, to, from);
        row_security(sides, to, from);
        columns::compare(sides, to, from);
        constraints::compare(sides, to, from);
    } else if to.definition != from.definition || to.options != from.options {
        view(sides, to, from);
    }
    indexes::compare(sides, to, from);
    parts::compare(sides, to, from);
}

fn view(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let said = |view: &Relation| {
        let options = view
            .options
            .as_deref()
            .filter(|options| !options.is_empty());
        let options = options.map_or_else(String::new, |options| format!("WITH ({options})\n"));
        let query = view.definition.as_deref().unwrap_or_default();
        format!("{options}{}", query.trim())
    };
    let message = format!("the {} `{}` is another", to.noun(), display(&to.name));
    let mend = fix::recreate_view(sides.expected, sides.live, to, from);
    sides.push(
        Finding::error("drift-view", message)
            .sides(&said(to), &said(from))
            .of(&to.name)
            .mend(mend),
    );
}

fn partition(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let said = |table: &Relation| {
        let of = match (&table.bound, table.parents.as_slice()) {
            (Some(bound), [parent, ..]) => format!("PARTITION OF {parent} {bound}"),
            (_, []) => String::new(),
            (_, parents) => format!("INHERITS ({})", parents.join(", ")),
        };
        let by = table.partition_key.as_ref();
        let by = by.map_or_else(String::new, |key| format!("PARTITION BY {key}"));
        let said = format!("{of} {by}").trim().to_owned();
        if said.is_empty() {
            "a table of its own".to_owned()
        } else {
            said
        }
    };
    if to.bound == from.bound
        && to.parents == from.parents
        && to.partition_key == from.partition_key
    {
        return;
    }
    let message = format!(
        "`{}` is not the partition that it should be",
        display(&to.name)
    );
    let mut mend = Mend::default();
    if let (Some(_), [parent, ..]) = (&from.bound, from.parents.as_slice()) {
        mend = mend.then(
            Phase::Tables,
            format!("ALTER TABLE {parent} DETACH PARTITION {}", from.name),
        );
    }
    if let (Some(bound), [parent, ..]) = (&to.bound, to.parents.as_slice()) {
        mend = mend.then(
            Phase::Tables,
            format!("ALTER TABLE {parent} ATTACH PARTITION {} {bound}", to.name),
        );
    }
    // Rows that fit no bound make ATTACH fail; nothing is lost then.
    if to.partition_key != from.partition_key || to.bound.is_none() {
        mend = mend.but("its rows would belong to another table");
    }
    sides.push(
        Finding::error("drift-partition", message)
            .sides(&said(to), &said(from))
            .of(&to.name)
            .mend(mend),
    );
}

fn persistence(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    if to.unlogged == from.unlogged {
        return;
    }
    let word = |unlogged| if unlogged { "UNLOGGED" } else { "LOGGED" };
    let (built, has) = (word(to.unlogged), word(from.unlogged));
    let message = format!("the table `{}` is {has}", display(&to.name));
    let mend = Mend::one(
        Phase::Tables,
        format!("ALTER TABLE {} SET {built}", to.name),
    );
    let mut finding = Finding::error("drift-table-persistence", message)
        .sides(built, has)
        .of(&to.name)
        .mend(mend);
    if from.unlogged {
        finding = finding.note("its rows are gone after a crash, and standbys do not have them");
    }
    sides.push(finding);
}

fn row_security(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    if (to.row_security, to.forced) == (from.row_security, from.forced) {
        return;
    }
    let said = |table: &Relation| match (table.row_security, table.forced) {
        (false, false) => "row security off",
        (true, false) => "row security on",
        (true, true) => "row security on, for the owner as well",
        (false, true) => "row security off, though forced",
    };
    let message = format!("row security of `{}` is another", display(&to.name));
    sides.push(
        Finding::error("drift-row-security", message)
            .sides(said(to), said(from))
            .of(&to.name)
            .mend(fix::row_security(to, from.row_security, from.forced)),
    );
}
