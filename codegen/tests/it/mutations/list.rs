//! The changes.

use planwright_codegen::lock::Lock;

use super::Change::{self, Add, Lock as Locked, Remove, Replace};
use super::Mutation;

const CUSTOMERS: &str = "queries/customers.sql";
const MESSAGES: &str = "queries/messages.sql";
const CUSTOMERS_TABLE: &str = "migrations/2026-01-05-000002_customers/up.sql";
const MESSAGES_TABLE: &str = "migrations/2026-01-05-000003_whatsapp_messages/up.sql";
const PHONE_INDEX: &str = "migrations/2026-01-05-000011_idx_customers_phone_restaurant";
const BY_PHONE: &str = "customers::customer_by_phone";

fn of(name: &'static str, code: &'static str, change: Change) -> Mutation {
    Mutation { name, change, code }
}

pub(super) fn mutations() -> Vec<Mutation> {
    let mut all = sql();
    all.extend(directives());
    all.extend(tables());
    all.extend(indexes());
    all.extend(configuration());
    all.extend(generated());
    all.extend(lock());
    all
}

fn sql() -> Vec<Mutation> {
    vec![
        of(
            "columns change places",
            "query-signature",
            Replace(
                MESSAGES,
                "SELECT id, direction, status, content",
                "SELECT direction, id, status, content",
            ),
        ),
        of(
            "a column gets another name",
            "query-signature",
            Replace(MESSAGES, "count(*) AS messages", "count(*) AS how_many"),
        ),
        of(
            "a parameter gets another name",
            "query-signature",
            Replace(
                CUSTOMERS,
                "phone_number = :phone_number",
                "phone_number = :phone",
            ),
        ),
        of(
            "a limit",
            "query-sql",
            Replace(MESSAGES, "LIMIT 1000", "LIMIT 500"),
        ),
        of(
            "a comment",
            "generated-outdated",
            Replace(MESSAGES, "newest first.", "the newest first."),
        ),
        of(
            "blanks",
            "query-file-changed",
            Replace(
                MESSAGES,
                "-- WhatsApp messages.\n\n",
                "-- WhatsApp messages.\n\n\n",
            ),
        ),
        of(
            "the tenant's key is left out",
            "tenant-scope",
            Replace(
                CUSTOMERS,
                "\n  AND restaurant_id = :restaurant_id\n  AND is_deleted = FALSE;",
                "\n  AND is_deleted = FALSE;",
            ),
        ),
        of(
            "a function around an indexed column",
            "index-not-used",
            Replace(
                CUSTOMERS,
                "WHERE phone_number = :phone_number",
                "WHERE lower(phone_number) = :phone_number",
            ),
        ),
        of(
            "a column that is not there",
            "unknown-column",
            Replace(MESSAGES, "SELECT id, direction", "SELECT id, direktion"),
        ),
        of(
            "a table that is not there",
            "unknown-table",
            Replace(MESSAGES, "FROM whatsapp_messages\n", "FROM whatsapp\n"),
        ),
        of(
            "a query is renamed",
            "query-added",
            Replace(
                CUSTOMERS,
                "name: customer_by_phone",
                "name: customer_of_phone",
            ),
        ),
        of(
            "a query is new",
            "query-added",
            Add("queries/more.sql", "-- name: one :one\nSELECT 1 AS one;\n"),
        ),
        of(
            "a file is gone",
            "generated-stale",
            Remove("queries/analytics.sql"),
        ),
    ]
}

fn directives() -> Vec<Mutation> {
    vec![
        of(
            "another command",
            "query-signature",
            Replace(
                CUSTOMERS,
                "customer_by_phone :opt",
                "customer_by_phone :one",
            ),
        ),
        of(
            "a command that is none",
            "unknown-command",
            Replace(
                CUSTOMERS,
                "customer_by_phone :opt",
                "customer_by_phone :first",
            ),
        ),
        of(
            "a directive that is none",
            "unknown-directive",
            Replace(
                CUSTOMERS,
                "-- @index customers idx_customers_phone",
                "-- @indx customers idx_customers_phone",
            ),
        ),
        of(
            "a promise of another index",
            "index-not-used",
            Replace(
                CUSTOMERS,
                "@index customers idx_customers_phone_restaurant",
                "@index customers idx_customers_created_restaurant",
            ),
        ),
        of(
            "a promise of no index",
            "index-unknown",
            Replace(
                CUSTOMERS,
                "@index customers idx_customers_phone_restaurant",
                "@index customers idx_customers_fone",
            ),
        ),
        of(
            "a promise is withdrawn",
            "query-file-changed",
            Replace(
                CUSTOMERS,
                "-- @index customers idx_customers_phone_restaurant\n",
                "",
            ),
        ),
        of(
            "a threshold",
            "generated-outdated",
            Replace(
                CUSTOMERS,
                "-- @index customers idx_customers_phone",
                "-- @slow 5ms\n-- @index customers idx_customers_phone",
            ),
        ),
    ]
}

fn tables() -> Vec<Mutation> {
    vec![
        of(
            "a wider type",
            "query-signature",
            Replace(
                CUSTOMERS_TABLE,
                "rating             smallint",
                "rating             integer",
            ),
        ),
        of(
            "a column may be null",
            "query-signature",
            Replace(
                MESSAGES_TABLE,
                "content       text              NOT NULL",
                "content       text",
            ),
        ),
        of(
            "a column is renamed",
            "unknown-column",
            Replace(MESSAGES_TABLE, "content       text", "body          text"),
        ),
        of(
            "a default",
            "migration-changed",
            Replace(MESSAGES_TABLE, "DEFAULT clock_timestamp()", "DEFAULT now()"),
        ),
        of(
            "a column more",
            "migration-changed",
            Replace(
                MESSAGES_TABLE,
                "    direction     message_direction",
                "    extra text,\n    direction     message_direction",
            ),
        ),
        of(
            "a check",
            "migration-changed",
            Replace(CUSTOMERS_TABLE, "BETWEEN 1 AND 5", "BETWEEN 1 AND 9"),
        ),
        of(
            "a unique constraint is gone",
            "migration-changed",
            Replace(
                CUSTOMERS_TABLE,
                "    UNIQUE (restaurant_id, customer_number),\n",
                "",
            ),
        ),
        of(
            "labels change places",
            "generated-outdated",
            Replace(CUSTOMERS_TABLE, "'new', 'active'", "'active', 'new'"),
        ),
        of(
            "a label more",
            "generated-outdated",
            Replace(CUSTOMERS_TABLE, "'blocked'", "'blocked', 'gone'"),
        ),
        of(
            "a comment of a column",
            "generated-outdated",
            Replace(
                CUSTOMERS_TABLE,
                "IS 'In E.164 form.'",
                "IS 'In E.164 form, with the plus.'",
            ),
        ),
        of(
            "a table more",
            "migration-changed",
            Add(
                "migrations/2026-02-01-000001_more/up.sql",
                "CREATE TABLE more (id int PRIMARY KEY);\n",
            ),
        ),
        of(
            "a migration that fails",
            "migration-failed",
            Add(
                "migrations/2026-02-01-000001_more/up.sql",
                "CREATE TABLE customers (id int);\n",
            ),
        ),
        of(
            "a foreign key is gone",
            "migration-changed",
            Replace(
                MESSAGES_TABLE,
                "    FOREIGN KEY (customer_id, restaurant_id) REFERENCES customers (id, restaurant_id),\n",
                "",
            ),
        ),
    ]
}

fn indexes() -> Vec<Mutation> {
    const CREATED: &str = "migrations/2026-01-05-000013_idx_customers_created_restaurant/up.sql";
    vec![
        of("an index is gone", "index-unknown", Remove(PHONE_INDEX)),
        of(
            "an index is renamed",
            "index-unknown",
            Replace(
                "migrations/2026-01-05-000011_idx_customers_phone_restaurant/up.sql",
                "idx_customers_phone_restaurant",
                "idx_customers_phone",
            ),
        ),
        of(
            "an index has other columns",
            "index-not-used",
            Replace(
                "migrations/2026-01-05-000011_idx_customers_phone_restaurant/up.sql",
                "(phone_number, restaurant_id)",
                "(created_at, rating)",
            ),
        ),
        of(
            "an index has another condition",
            "index-not-used",
            Replace(
                "migrations/2026-01-05-000011_idx_customers_phone_restaurant/up.sql",
                "is_deleted = FALSE",
                "is_deleted = TRUE",
            ),
        ),
        of(
            "an index is ordered otherwise",
            "migration-changed",
            Replace(CREATED, "created_at DESC", "created_at ASC NULLS LAST"),
        ),
        of(
            "a second index of the same columns",
            "duplicate-index",
            Add(
                "migrations/2026-02-01-000001_more/up.sql",
                "CREATE INDEX more ON customers (restaurant_id, created_at DESC);\n",
            ),
        ),
        of(
            "a migration is in a transaction",
            "migration-changed",
            Replace(
                "migrations/2026-01-05-000011_idx_customers_phone_restaurant/metadata.toml",
                "run_in_transaction = false",
                "run_in_transaction = true",
            ),
        ),
    ]
}

fn configuration() -> Vec<Mutation> {
    vec![
        of(
            "a size",
            "config-changed",
            Replace("planwright.toml", "\"20M\"", "\"21M\""),
        ),
        of(
            "a size that changes plans",
            "index-not-used",
            Replace(
                "planwright.toml",
                "customers = { rows = \"200k\"",
                "customers = { rows = \"1\"",
            ),
        ),
        of(
            "no comments for the server",
            "generated-outdated",
            Replace("planwright.toml", "comment = true", "comment = false"),
        ),
        of(
            "statistics",
            "statistics-changed",
            Add("statistics/snapshot.toml", SNAPSHOT),
        ),
    ]
}

/// A snapshot of no table.
const SNAPSHOT: &str = "format = 1\n\n[server]\nversion = 15\ncollation = \"en_US.UTF-8\"\n";

fn generated() -> Vec<Mutation> {
    const FILE: &str = "generated/src/messages.rs";
    vec![
        of(
            "a line is edited",
            "generated-edited",
            Replace(FILE, "pub content: String", "pub content: Vec<u8>"),
        ),
        of(
            "a blank is added",
            "generated-edited",
            Replace(FILE, "\n\n", "\n\n\n"),
        ),
        of(
            "a line is removed",
            "generated-edited",
            Replace("generated/src/lib.rs", "pub mod analytics;\n", ""),
        ),
        of("a file is removed", "generated-missing", Remove(FILE)),
        of(
            "a file more",
            "generated-stale",
            Add(
                "generated/src/old.rs",
                "// @generated by `planwright generate` from old.sql. Do not edit.\n",
            ),
        ),
    ]
}

fn lock() -> Vec<Mutation> {
    fn first(lock: &mut Lock) -> &mut planwright_codegen::lock::LockedQuery {
        lock.queries
            .get_mut(BY_PHONE)
            .expect("a query of the catalog")
    }
    const LOCK: &str = super::LOCK;
    vec![
        of("no lock", "lock-missing", Remove(LOCK)),
        of(
            "marks of a merge",
            "lock-unreadable",
            Replace(LOCK, "[inputs]", "<<<<<<< ours\n[inputs]"),
        ),
        of(
            "a line, without the digest",
            "lock-unreadable",
            Replace(
                LOCK,
                "idx_customers_phone_restaurant (",
                "idx_customers_phone_restaurant  (",
            ),
        ),
        of(
            "an access path",
            "query-paths",
            Locked(|lock| first(lock).paths.clear()),
        ),
        of(
            "a signature",
            "query-signature",
            Locked(|lock| first(lock).signature.clear()),
        ),
        of(
            "a statement",
            "query-sql",
            Locked(|lock| first(lock).sql.clear()),
        ),
        of(
            "a table of a query",
            "query-tables",
            Locked(|lock| first(lock).tables.clear()),
        ),
        of(
            "a query less",
            "query-added",
            Locked(|lock| drop(lock.queries.remove(BY_PHONE))),
        ),
        of(
            "an input",
            "query-file-changed",
            Locked(|lock| lock.inputs.get_mut(CUSTOMERS).expect("a file").clear()),
        ),
        of(
            "an output",
            "lock-outdated",
            Locked(|lock| {
                lock.outputs
                    .get_mut("src/customers.rs")
                    .expect("a file")
                    .clear();
            }),
        ),
        of(
            "another generator",
            "generator-changed",
            Locked(|lock| lock.generator.push('1')),
        ),
    ]
}
