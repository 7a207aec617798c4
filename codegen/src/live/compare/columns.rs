//! The columns of a table. Their order does not count.

use super::Sides;
use crate::live::description::{Column, Relation};
use crate::live::finding::{Finding, of_relation};
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let missing: Vec<&Column> = only(to, from);
    let extra: Vec<&Column> = only(from, to);
    for column in &missing {
        sides.push(absent(sides, column, &extra));
    }
    for column in &extra {
        sides.push(unknown(column, &missing));
    }
    for column in &to.columns {
        if let Some(other) = from.column(&column.name) {
            both(sides, column, other);
        }
    }
}

fn only<'a>(table: &'a Relation, other: &Relation) -> Vec<&'a Column> {
    let columns = table.columns.iter();
    columns
        .filter(|column| other.column(&column.name).is_none())
        .collect()
}

/// The column of the other side that it may be, under another name.
fn namesake<'a>(column: &Column, others: &[&'a Column]) -> Option<&'a Column> {
    let mut others = others.iter().filter(|o| o.sql_type == column.sql_type);
    others.next().copied()
}

fn absent(sides: &Sides<'_>, column: &Column, extra: &[&Column]) -> Finding {
    let (table, name) = (&column.table, &column.name);
    let message = format!("there is no column `{}`", of_relation(table, name));
    let mut mend = fix::add_column(sides.expected, column);
    let mut finding = Finding::error("drift-column-missing", message)
        .note(format!("the migrations build: {name} {}", column.sql_type))
        .of(table)
        .part(name);
    if let Some(other) = namesake(column, extra) {
        let other = &other.name;
        finding = finding.note(format!(
            "the migrations do not make `{other}`, of the same type: was it renamed?"
        ));
        mend = mend.but(format!(
            "it may be `{other}` under another name, and then it is \
             ALTER TABLE {table} RENAME COLUMN {other} TO {name}"
        ));
    }
    finding.mend(mend)
}

fn unknown(column: &Column, missing: &[&Column]) -> Finding {
    let (table, name) = (&column.table, &column.name);
    let full = of_relation(table, name);
    let message = format!("the migrations do not make the column `{full}`");
    let filled = !column.not_null || column.expression.is_some() || !column.identity.is_empty();
    let mut finding = if filled {
        Finding::warning("drift-column-extra", message)
    } else {
        Finding::error("drift-column-extra", message)
            .note("it takes no null and has no default: an INSERT that does not know it fails")
    };
    finding = finding
        .note(format!("the database has: {name} {}", column.sql_type))
        .of(table)
        .part(name);
    if let Some(other) = namesake(column, missing) {
        let other = &other.name;
        finding = finding.note(format!("`{other}` is missing, of the same type"));
    }
    let drop = format!("ALTER TABLE {table} DROP COLUMN {name}");
    finding.mend(Mend::one(Phase::Columns, drop).but("what is in it would be lost"))
}

fn both(sides: &mut Sides<'_>, to: &Column, from: &Column) {
    let full = of_relation(&to.table, &to.name);
    let finding = |code, what: &str| {
        Finding::error(code, format!("{what} of `{full}` is another"))
            .of(&to.table)
            .part(&to.name)
    };
    let around = |mend| fix::with_views_around(sides.expected, sides.live, &to.table, mend);
    let mut found = Vec::new();
    if to.sql_type != from.sql_type {
        let mend = fix::set_type(to, from);
        found.push(
            finding("drift-column-type", "the type")
                .sides(&to.sql_type, &from.sql_type)
                .mend(around(mend)),
        );
    } else if to.collation != from.collation {
        let said = |column: &Column| {
            let collation = column.collation.clone();
            collation.unwrap_or_else(|| "that of the type".to_owned())
        };
        found.push(
            finding("drift-column-collation", "the collation")
                .sides(&said(to), &said(from))
                .mend(around(fix::set_type(to, from))),
        );
    }
    found.extend(generated(sides, to, from, &finding));
    found.extend(nullability(to, from, &full));
    found.extend(identity(to, from, &finding));
    sides.found.extend(found);
}

/// What a column is generated from, or its default.
fn generated(
    sides: &Sides<'_>,
    to: &Column,
    from: &Column,
    finding: &impl Fn(&'static str, &str) -> Finding,
) -> Option<Finding> {
    if !to.generated.is_empty() || !from.generated.is_empty() {
        let same = to.generated == from.generated && to.expression == from.expression;
        // Of another type the expression reads otherwise.
        if same || (to.sql_type != from.sql_type && to.generated == from.generated) {
            return None;
        }
        let said = |column: &Column| {
            let from = column.expression.as_deref().unwrap_or("nothing");
            match &*column.generated {
                "" => "it is not generated".to_owned(),
                "v" => format!("GENERATED ALWAYS AS ({from}) VIRTUAL"),
                _ => format!("GENERATED ALWAYS AS ({from}) STORED"),
            }
        };
        let mend = fix::set_generated(to, from, sides.live.server.major);
        return Some(
            finding("drift-column-generated", "the generation")
                .sides(&said(to), &said(from))
                .mend(mend),
        );
    }
    // Said with the type, whose default reads otherwise; an identity has none.
    let other_kind =
        to.sql_type != from.sql_type || to.identity.is_empty() != from.identity.is_empty();
    if to.expression == from.expression || other_kind {
        return None;
    }
    let said = |column: &Column| {
        column
            .expression
            .clone()
            .unwrap_or_else(|| "none".to_owned())
    };
    let alter = format!("ALTER TABLE {} ALTER COLUMN {}", to.table, to.name);
    let change = match &to.expression {
        Some(default) => format!("{alter} SET DEFAULT {default}"),
        None => format!("{alter} DROP DEFAULT"),
    };
    Some(
        finding("drift-column-default", "the default")
            .sides(&said(to), &said(from))
            .mend(Mend::one(Phase::Columns, change)),
    )
}

fn nullability(to: &Column, from: &Column, full: &str) -> Option<Finding> {
    if to.not_null == from.not_null {
        return None;
    }
    let (message, word) = if to.not_null {
        (format!("`{full}` may be null in the database"), "SET")
    } else {
        (format!("`{full}` may not be null in the database"), "DROP")
    };
    let said = |not_null| if not_null { "NOT NULL" } else { "NULL" };
    let change = format!(
        "ALTER TABLE {} ALTER COLUMN {} {word} NOT NULL",
        to.table, to.name
    );
    let mut finding = Finding::error("drift-column-nullability", message)
        .sides(said(to.not_null), said(from.not_null))
        .of(&to.table)
        .part(&to.name);
    if to.not_null {
        finding = finding.note("the generated code cannot read a null from it");
    }
    Some(finding.mend(Mend::one(Phase::Columns, change)))
}

fn identity(
    to: &Column,
    from: &Column,
    finding: &impl Fn(&'static str, &str) -> Finding,
) -> Option<Finding> {
    // The limits of its numbers follow from the type.
    let same_numbers = to.numbers == from.numbers || to.sql_type != from.sql_type;
    if to.identity == from.identity && same_numbers {
        return None;
    }
    let said = |column: &Column| {
        let how = match &*column.identity {
            "a" => "GENERATED ALWAYS",
            "d" => "GENERATED BY DEFAULT",
            _ => return "it is no identity column".to_owned(),
        };
        let numbers = column.numbers.as_deref().unwrap_or_default();
        format!("{how} AS IDENTITY ({numbers})")
    };
    Some(
        finding("drift-column-identity", "the identity")
            .sides(&said(to), &said(from))
            .mend(fix::set_identity(to, from)),
    )
}
