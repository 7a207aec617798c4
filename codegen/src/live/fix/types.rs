//! Types and sequences.

use super::text::literal;
use crate::live::description::{Domain, Enum, OtherType, Sequence};
use crate::live::mend::{Mend, Phase};

pub(crate) fn create_enum(new: &Enum) -> Mend {
    let labels: Vec<String> = new.labels.iter().map(|label| literal(label)).collect();
    let sql = format!("CREATE TYPE {} AS ENUM ({})", new.name, labels.join(", "));
    Mend::default().ordered(Phase::Types, new.made, sql)
}

/// The labels that are missing, each beside the one that it stands beside.
pub(crate) fn add_labels(to: &Enum, from: &Enum) -> Mend {
    let mut mend = Mend::default();
    for (index, label) in to.labels.iter().enumerate() {
        if from.labels.contains(label) {
            continue;
        }
        // The label before it is there by now.
        let place = match index.checked_sub(1).map(|before| &to.labels[before]) {
            Some(before) => format!(" AFTER {}", literal(before)),
            None => match from.labels.first() {
                Some(first) => format!(" BEFORE {}", literal(first)),
                None => String::new(),
            },
        };
        let sql = format!("ALTER TYPE {} ADD VALUE {}{place}", to.name, literal(label));
        mend = mend.then(Phase::Labels, sql);
    }
    mend
}

pub(crate) fn create_domain(new: &Domain) -> Mend {
    let mut parts = vec![format!("CREATE DOMAIN {} AS {}", new.name, new.base)];
    if let Some(collation) = &new.collation {
        parts.push(format!("COLLATE {collation}"));
    }
    if let Some(default) = &new.default {
        parts.push(format!("DEFAULT {default}"));
    }
    if new.not_null {
        parts.push("NOT NULL".to_owned());
    }
    for (name, check) in &new.checks {
        parts.push(format!("CONSTRAINT {name} {check}"));
    }
    Mend::default().ordered(Phase::Types, new.made, parts.join(" "))
}

/// What a domain has that it should not have, and lacks.
pub(crate) fn alter_domain(to: &Domain, from: &Domain) -> Mend {
    if to.base != from.base || to.collation != from.collation {
        return Mend::one(Phase::Types, format!("DROP DOMAIN {}", to.name))
            .and(create_domain(to))
            .but("no domain changes its type: make columns of it another type's first");
    }
    let alter = format!("ALTER DOMAIN {}", to.name);
    let mut mend = Mend::default();
    if to.default != from.default {
        let change = match &to.default {
            Some(default) => format!("{alter} SET DEFAULT {default}"),
            None => format!("{alter} DROP DEFAULT"),
        };
        mend = mend.then(Phase::Types, change);
    }
    if to.not_null != from.not_null {
        let word = if to.not_null { "SET" } else { "DROP" };
        mend = mend.then(Phase::Types, format!("{alter} {word} NOT NULL"));
    }
    for (name, check) in &from.checks {
        if to.checks.get(name) != Some(check) {
            mend = mend.then(Phase::Types, format!("{alter} DROP CONSTRAINT {name}"));
        }
    }
    for (name, check) in &to.checks {
        if from.checks.get(name) != Some(check) {
            mend = mend.then(
                Phase::Types,
                format!("{alter} ADD CONSTRAINT {name} {check}"),
            );
        }
    }
    mend
}

pub(crate) fn create_type(new: &OtherType) -> Mend {
    let sql = format!("CREATE TYPE {} AS {}", new.name, new.definition);
    Mend::default().ordered(Phase::Types, new.made, sql)
}

pub(crate) fn create_sequence(new: &Sequence) -> Mend {
    let Sequence { name, options, .. } = new;
    let unlogged = if new.unlogged { "UNLOGGED " } else { "" };
    let create = format!("CREATE {unlogged}SEQUENCE {name} {options}");
    let mend = Mend::default().ordered(Phase::Sequences, new.made, create);
    match &new.owner {
        // When its column is there.
        Some((table, column)) => mend.then(
            Phase::Keys,
            format!("ALTER SEQUENCE {name} OWNED BY {table}.{column}"),
        ),
        None => mend,
    }
}
