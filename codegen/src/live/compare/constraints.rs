//! The constraints of a table.

use super::Sides;
use crate::live::description::{Constraint, Relation, display, schema_of};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let mut extra: Vec<&Constraint> = from.constraints.values().collect();
    extra.retain(|constraint| !to.constraints.contains_key(&constraint.name));
    for constraint in to.constraints.values() {
        if let Some(other) = from.constraints.get(&constraint.name) {
            both(sides, constraint, other);
            continue;
        }
        let same = |other: &&Constraint| {
            (other.kind, &other.definition) == (constraint.kind, &constraint.definition)
        };
        match extra.iter().position(same) {
            Some(index) => sides.push(renamed(constraint, extra.remove(index))),
            None => sides.push(missing(constraint)),
        }
    }
    for constraint in extra {
        sides.push(unknown(constraint));
    }
}

fn missing(constraint: &Constraint) -> Finding {
    let Constraint { table, name, .. } = constraint;
    let (noun, of) = (constraint.noun(), display(table));
    Finding::error(
        "drift-constraint-missing",
        format!("there is no {noun} `{name}` of `{of}`"),
    )
    .note(format!("the migrations build: {}", constraint.definition))
    .of(table)
    .part(name)
    .mend(fix::add_constraint(constraint))
}

fn unknown(constraint: &Constraint) -> Finding {
    let Constraint { table, name, .. } = constraint;
    let (noun, of) = (constraint.noun(), display(table));
    Finding::error(
        "drift-constraint-extra",
        format!("the migrations do not make the {noun} `{name}` of `{of}`"),
    )
    .note(format!("the database has: {}", constraint.definition))
    .note("it may refuse rows that the application writes")
    .of(table)
    .part(name)
    .mend(fix::drop_constraint(constraint))
}

fn renamed(to: &Constraint, from: &Constraint) -> Finding {
    let (table, noun) = (&to.table, to.noun());
    let message = format!(
        "the {noun} `{}` of `{}` has another name",
        to.name,
        display(table)
    );
    let rename = format!(
        "ALTER TABLE {table} RENAME CONSTRAINT {} TO {}",
        from.name, to.name
    );
    Finding::warning("drift-constraint-name", message)
        .sides(&to.name, &from.name)
        .of(table)
        .part(&to.name)
        .mend(Mend::one(Phase::Keys, rename))
}

fn both(sides: &mut Sides<'_>, to: &Constraint, from: &Constraint) {
    let Constraint { table, name, .. } = to;
    let (noun, of) = (to.noun(), display(table));
    if to.definition != from.definition || to.kind != from.kind {
        sides.push(
            Finding::error(
                "drift-constraint-changed",
                format!("the {noun} `{name}` of `{of}` is another"),
            )
            .sides(&to.definition, &from.definition)
            .of(table)
            .part(name)
            .mend(fix::remake_constraint(to, from)),
        );
        return;
    }
    if to.validated && !from.validated {
        sides.push(
            Finding::warning(
                "drift-constraint-not-valid",
                format!("the {noun} `{name}` of `{of}` was never validated"),
            )
            .note("rows that were there before it may break it")
            .of(table)
            .part(name)
            .mend(fix::remake_constraint(to, from)),
        );
    }
    if to.index_valid == Some(true) && from.index_valid == Some(false) {
        let schema = schema_of(table);
        let reindex = format!("REINDEX INDEX CONCURRENTLY {schema}.{name}");
        sides.push(
            Finding::error(
                "drift-index-invalid",
                format!("the index of the {noun} `{name}` of `{of}` is invalid"),
            )
            .of(table)
            .part(name)
            .mend(Mend::one(Phase::Indexes, reindex)),
        );
    }
}
