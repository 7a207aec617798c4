//! Functions, triggers and policies.

use crate::live::description::{Function, Policy, Trigger};
use crate::live::mend::{Mend, Phase};

/// A function, in the place of another where its arguments and result allow that.
pub(crate) fn make_function(to: &Function, from: Option<&Function>) -> Mend {
    let phase = if to.late {
        Phase::LateFunctions
    } else {
        Phase::Functions
    };
    let mut mend = Mend::default();
    if let Some(from) = from
        && (from.signature != to.signature || from.procedure != to.procedure)
    {
        mend = mend.ordered(phase, to.made, format!("DROP ROUTINE {}", from.name));
    }
    mend.ordered(phase, to.made, to.definition.trim_end())
}

pub(crate) fn add_trigger(new: &Trigger) -> Mend {
    Mend::one(Phase::Triggers, new.definition.clone())
}

pub(crate) fn drop_trigger(old: &Trigger) -> Mend {
    let (table, name) = (&old.table, &old.name);
    Mend::one(Phase::Removals, format!("DROP TRIGGER {name} ON {table}"))
}

pub(crate) fn change_trigger(to: &Trigger, from: &Trigger) -> Mend {
    let mend = drop_trigger(from).and(add_trigger(to));
    if to.enabled == 'O' {
        mend
    } else {
        mend.and(enable_trigger(to))
    }
}

/// When a trigger fires, as it should be.
pub(crate) fn enable_trigger(to: &Trigger) -> Mend {
    let word = match to.enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    let (table, name) = (&to.table, &to.name);
    Mend::one(
        Phase::Triggers,
        format!("ALTER TABLE {table} {word} TRIGGER {name}"),
    )
}

pub(crate) fn add_policy(new: &Policy) -> Mend {
    let Policy {
        table,
        name,
        definition,
    } = new;
    Mend::one(
        Phase::Security,
        format!("CREATE POLICY {name} ON {table} {definition}"),
    )
}

pub(crate) fn drop_policy(old: &Policy) -> Mend {
    let (table, name) = (&old.table, &old.name);
    Mend::one(Phase::Security, format!("DROP POLICY {name} ON {table}"))
}

pub(crate) fn change_policy(to: &Policy, from: &Policy) -> Mend {
    drop_policy(from).and(add_policy(to))
}
