//! What is said of a table reference that no tenant key binds.

use std::ops::Range;

/// A table reference through which a query reaches the rows of any tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unscoped {
    /// The table or view, as a reader calls it.
    pub table: String,
    /// Its name within the query.
    pub alias: String,
    /// Its bytes in the SQL that the server sees.
    pub span: Range<usize>,
    /// Why nothing binds it.
    pub why: Why,
    /// What would bind it, such as `c.restaurant_id = :restaurant_id`.
    pub condition: String,
    /// Where that belongs.
    pub clause: Clause,
}

/// Where a condition belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clause {
    /// A WHERE clause that is not there yet.
    Where,
    /// The WHERE clause.
    And,
    /// The WHERE clause, when what it says now is put in brackets.
    Brackets,
    /// The ON of the join that may leave the row out.
    On,
    /// The values of an INSERT.
    Values,
    /// The SET of an UPDATE.
    Set,
    /// The WHERE of ON CONFLICT DO UPDATE.
    Conflict,
    /// The ON of a MERGE.
    Merge,
    /// Nowhere: no condition helps.
    Nowhere,
}

/// Why a table reference is not bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No condition speaks of the tenant column.
    NoCondition,
    /// The tenant column is compared with an array of unknown length.
    Several,
    /// An arm of an OR does not compare it.
    OneArm,
    /// The condition is that of an outer join which keeps the row without it.
    OuterJoin,
    /// It is compared, but rows for which that is false are used all the same.
    NotRequired,
    /// It is compared with an expression that reads columns.
    NotFixed,
    /// It is equal to this column, which nothing binds.
    Follows(String),
    /// It is joined by this comparison, which follows no foreign key.
    NotForeignKey(String),
    /// The sub-query of this name returns the column, and nothing compares it.
    Unfiltered(String),
    /// Rows of all tenants are mixed before a condition outside could part them.
    Mixed(&'static str),
    /// The recursion does not keep to one tenant.
    Recursive,
    /// The view reads this table, and does not return its tenant column.
    View(String),
    /// The function of this name reads the table.
    Function(String),
    /// The sample is taken before any condition.
    Sample,
    /// Tables that inherit from it have the tenant column, which it does not show.
    Inherited(String),
    /// A new row gets no tenant.
    NotAssigned,
    /// A new row gets the tenant of an expression that is not known to be the caller's.
    Assigned,
    /// A row is given to another tenant.
    Reassigned,
    /// The row in conflict may be another tenant's.
    Conflict,
    /// The ON of a MERGE does not say whose the row is.
    Merge,
}

/// [`Unscoped`] while it is not known yet whether a query further out binds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) table: String,
    pub(super) alias: String,
    pub(super) span: Range<usize>,
    /// The tenant column with its alias, as SQL.
    pub(super) column: String,
    pub(super) clause: Clause,
    pub(super) why: Why,
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    if name.starts_with(plain) && name.chars().all(|c| plain(c) || c.is_ascii_digit()) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
