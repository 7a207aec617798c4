//! The constraints of tables.

use crate::live::description::Constraint;
use crate::live::mend::{Mend, Phase};

/// A constraint. Rows that are there are looked at without a lock that keeps writers out.
pub(crate) fn add_constraint(new: &Constraint) -> Mend {
    if !new.validates_later() {
        return Mend::one(phase(new), add(new));
    }
    let mend = Mend::one(phase(new), format!("{} NOT VALID", add(new)));
    if new.validated {
        mend.and(validate(new))
    } else {
        mend
    }
}

/// The same on a table that is new: there is no row to look at.
pub(super) fn with_table(new: &Constraint) -> Mend {
    let later = new.validates_later() && !new.validated;
    let not_valid = if later { " NOT VALID" } else { "" };
    Mend::one(phase(new), format!("{}{not_valid}", add(new)))
}

fn add(new: &Constraint) -> String {
    let (table, name, definition) = (&new.table, &new.name, &new.definition);
    format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
}

fn phase(constraint: &Constraint) -> Phase {
    if constraint.kind == 'f' {
        Phase::ForeignKeys
    } else {
        Phase::Keys
    }
}

fn validate(constraint: &Constraint) -> Mend {
    let (table, name) = (&constraint.table, &constraint.name);
    Mend::one(
        Phase::Validation,
        format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"),
    )
}

pub(crate) fn drop_constraint(old: &Constraint) -> Mend {
    let (table, name) = (&old.table, &old.name);
    Mend::one(
        Phase::Removals,
        format!("ALTER TABLE {table} DROP CONSTRAINT {name}"),
    )
}

/// Drops a constraint and adds the one of the same name.
pub(crate) fn remake_constraint(to: &Constraint, from: &Constraint) -> Mend {
    if to.definition == from.definition {
        return validate(to);
    }
    drop_constraint(from).and(add_constraint(to))
}
