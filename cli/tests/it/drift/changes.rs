//! What may happen to a database behind the back of its migrations.

mod others;
mod tables;

/// A change of the database, and what is found of it.
pub(super) struct Change {
    /// A name of a database.
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
    /// The codes, in alphabetical order.
    pub(super) codes: &'static [&'static str],
    /// Those that nobody should mend by a script, and are left after it.
    pub(super) left: &'static [&'static str],
}

/// What a script mends altogether.
const fn mended(name: &'static str, sql: &'static str, codes: &'static [&'static str]) -> Change {
    Change {
        name,
        sql,
        codes,
        left: &[],
    }
}

/// What somebody has to decide.
const fn left(name: &'static str, sql: &'static str, codes: &'static [&'static str]) -> Change {
    Change {
        name,
        sql,
        codes,
        left: codes,
    }
}

/// Every change.
pub(super) fn changes() -> impl Iterator<Item = &'static Change> {
    tables::CHANGES.iter().chain(others::CHANGES)
}
