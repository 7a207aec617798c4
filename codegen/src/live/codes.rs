//! What findings are called.

/// Every code of what may differ, in alphabetical order, with what it means.
pub const CODES: &[(&str, &str)] = &[
    (
        "drift-column-collation",
        "a column sorts by another collation",
    ),
    ("drift-column-default", "a column has another default"),
    (
        "drift-column-extra",
        "a column that no migration makes; an error where an INSERT has to fill it",
    ),
    (
        "drift-column-generated",
        "a column is generated from something else, or not at all",
    ),
    (
        "drift-column-identity",
        "a column is another identity column, or none",
    ),
    ("drift-column-missing", "a column is not there"),
    (
        "drift-column-nullability",
        "a column may be null where it should not be, or the other way round",
    ),
    ("drift-column-type", "a column is of another type"),
    (
        "drift-constraint-changed",
        "a constraint of the same name says something else",
    ),
    (
        "drift-constraint-extra",
        "a constraint that no migration makes",
    ),
    ("drift-constraint-missing", "a constraint is not there"),
    ("drift-constraint-name", "a constraint has another name"),
    (
        "drift-constraint-not-valid",
        "a constraint was never validated",
    ),
    ("drift-domain", "a domain is missing, extra, or another"),
    ("drift-enum", "an enum is missing or extra"),
    ("drift-enum-labels", "an enum has other labels"),
    (
        "drift-enum-order",
        "an enum has its labels in another order",
    ),
    (
        "drift-extension",
        "an extension is missing, extra, or in another schema",
    ),
    (
        "drift-function",
        "a function or procedure is missing, extra, or another",
    ),
    (
        "drift-index-changed",
        "an index of the same name is another",
    ),
    (
        "drift-index-extra",
        "an index that no migration makes; an error where it is unique",
    ),
    (
        "drift-index-invalid",
        "an index is invalid: no query uses it",
    ),
    ("drift-index-missing", "an index is not there"),
    ("drift-index-name", "an index has another name"),
    (
        "drift-partition",
        "a partition is missing, detached, or has other bounds",
    ),
    (
        "drift-partition-extra",
        "partitions that no migration makes",
    ),
    (
        "drift-plan",
        "with the database's statistics, a query has other access paths than the lock says (`--plans`)",
    ),
    ("drift-policy", "a row policy is missing, extra, or another"),
    (
        "drift-row-security",
        "row security is switched on, off or forced otherwise",
    ),
    (
        "drift-schema",
        "a schema is missing, or no migration knows it",
    ),
    ("drift-sequence", "a sequence is missing, extra, or another"),
    (
        "drift-statistics",
        "extended statistics are missing, extra, or others",
    ),
    ("drift-table-extra", "a table that no migration makes"),
    (
        "drift-table-kind",
        "a table is a view, or partitioned, or the other way round",
    ),
    ("drift-table-missing", "a table is not there"),
    (
        "drift-table-persistence",
        "a table is unlogged, or should be",
    ),
    ("drift-trigger", "a trigger is missing, extra, or another"),
    (
        "drift-trigger-disabled",
        "a trigger is disabled, or fires at other times",
    ),
    (
        "drift-type",
        "a composite type or a range is missing, extra, or another",
    ),
    (
        "drift-view",
        "a view or materialized view is missing, extra, or another",
    ),
    (
        "migration-pending",
        "a migration of the folder is not applied",
    ),
    (
        "migration-unknown",
        "a migration was applied that is not in the folder",
    ),
    (
        "migration-unreadable",
        "the role may not read which migrations are applied",
    ),
];
