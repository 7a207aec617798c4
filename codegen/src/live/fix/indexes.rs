//! Indexes.

use super::text::unquoted;
use crate::live::description::{Index, schema_of};
use crate::live::mend::{Mend, Phase};
use crate::quoting;

/// The longest name that the server keeps.
const NAME: usize = 63;

/// An index, without keeping writers out where that can be.
pub(crate) fn add_index(new: &Index, concurrently: bool) -> Mend {
    Mend::one(Phase::Indexes, create_index(new, &new.name, concurrently))
}

fn create_index(index: &Index, name: &str, concurrently: bool) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if concurrently && !index.partitioned {
        "CONCURRENTLY "
    } else {
        ""
    };
    let Index {
        table, definition, ..
    } = index;
    format!("CREATE {unique}INDEX {concurrently}{name} ON {table} {definition}")
}

pub(crate) fn drop_index(old: &Index) -> Mend {
    let concurrently = if old.partitioned { "" } else { "CONCURRENTLY " };
    let name = in_its_schema(old);
    Mend::one(Phase::Indexes, format!("DROP INDEX {concurrently}{name}"))
}

fn in_its_schema(index: &Index) -> String {
    format!("{}.{}", schema_of(&index.table), index.name)
}

/// The index as it should be beside the other one, which is dropped when that is done.
pub(crate) fn remake_index(to: &Index, from: &Index) -> Mend {
    let beside = beside(&to.name);
    let schema = schema_of(&to.table);
    Mend::one(Phase::Indexes, create_index(to, &beside, true))
        .and(drop_index(from))
        .then(
            Phase::Indexes,
            format!("ALTER INDEX {schema}.{beside} RENAME TO {}", to.name),
        )
}

/// A name for what is to take the place of another.
fn beside(name: &str) -> String {
    let mut plain = unquoted(name);
    let end = plain.floor_char_boundary(NAME - "_new".len());
    plain.truncate(end);
    quoting::identifier(&format!("{plain}_new"))
}
