//! Sequences, but those of identity columns.

use super::Sides;
use super::types::{extra, missing};
use crate::live::description::{Description, Sequence, display};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
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

fn owner_is_missing(sequence: &Sequence, side: &Description) -> bool {
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
            .part(name)
            .sides(&said(to), &said(from))
            .mend(mend),
    );
}
