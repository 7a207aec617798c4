//! The indexes of a table or a materialized view; those of constraints are their business.

use super::Sides;
use crate::live::description::{Index, Relation, display, schema_of};
use crate::live::finding::Finding;
use crate::live::fix;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    let mut extra: Vec<&Index> = from.indexes.values().collect();
    extra.retain(|index| !to.indexes.contains_key(&index.name));
    for index in to.indexes.values() {
        if let Some(other) = from.indexes.get(&index.name) {
            both(sides, index, other);
            continue;
        }
        let same =
            |other: &&Index| (other.unique, &other.definition) == (index.unique, &index.definition);
        match extra.iter().position(same) {
            Some(found) => sides.push(renamed(index, extra.remove(found))),
            None => sides.push(missing(index)),
        }
    }
    for index in extra {
        sides.push(unknown(index));
    }
}

/// What it is, without its name.
fn said(index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    format!("{unique}{}", index.definition)
}

fn missing(index: &Index) -> Finding {
    let Index { table, name, .. } = index;
    let message = format!("there is no index `{name}` on `{}`", display(table));
    Finding::error("drift-index-missing", message)
        .note(format!("the migrations build: {}", said(index)))
        .of(table)
        .part(name)
        .mend(fix::add_index(index, true))
}

fn unknown(index: &Index) -> Finding {
    let Index { table, name, .. } = index;
    let message = format!(
        "the migrations do not make the index `{name}` on `{}`",
        display(table)
    );
    let finding = if index.unique {
        Finding::error("drift-index-extra", message)
            .note("it may refuse rows that the application writes")
    } else {
        Finding::warning("drift-index-extra", message)
    };
    let invalid = if index.valid { "" } else { ", invalid" };
    finding
        .note(format!("the database has: {}{invalid}", said(index)))
        .of(table)
        .part(name)
        .mend(fix::drop_index(index))
}

fn renamed(to: &Index, from: &Index) -> Finding {
    let table = &to.table;
    let message = format!(
        "the index `{}` on `{}` has another name",
        to.name,
        display(table)
    );
    let schema = schema_of(table);
    let rename = format!("ALTER INDEX {schema}.{} RENAME TO {}", from.name, to.name);
    Finding::warning("drift-index-name", message)
        .sides(&to.name, &from.name)
        .of(table)
        .part(&to.name)
        .mend(Mend::one(Phase::Indexes, rename))
}

fn both(sides: &mut Sides<'_>, to: &Index, from: &Index) {
    let Index { table, name, .. } = to;
    let of = display(table);
    if (to.unique, &to.definition) != (from.unique, &from.definition) {
        sides.push(
            Finding::error(
                "drift-index-changed",
                format!("the index `{name}` on `{of}` is another"),
            )
            .sides(&said(to), &said(from))
            .of(table)
            .part(name)
            .mend(fix::remake_index(to, from)),
        );
    } else if to.valid && !from.valid {
        let schema = schema_of(table);
        let concurrently = if from.partitioned {
            ""
        } else {
            "CONCURRENTLY "
        };
        let reindex = format!("REINDEX INDEX {concurrently}{schema}.{name}");
        let mut mend = Mend::one(Phase::Indexes, reindex);
        if from.partitioned {
            mend = mend.but(
                "a partition has no index that is attached to it: make one there, and attach it \
                 by ALTER INDEX … ATTACH PARTITION",
            );
        }
        sides.push(
            Finding::error(
                "drift-index-invalid",
                format!("the index `{name}` on `{of}` is invalid"),
            )
            .note("no query uses it, and each write keeps it up")
            .of(table)
            .part(name)
            .mend(mend),
        );
    }
}
