//! Types, sequences, views, functions, triggers, policies, partitions, and what is no drift.

use super::{Change, left, mended};

pub(super) const CHANGES: &[Change] = &[    mended(
        "enum_label_missing",
        "CREATE TYPE other AS ENUM ('new', 'sent');
         DROP VIEW own_orders, open_orders; DROP MATERIALIZED VIEW totals;
         DROP STATISTICS orders_together; DROP INDEX orders_customer_status;
         ALTER TABLE orders ALTER status DROP DEFAULT,
             ALTER status TYPE other USING status::text::other;
         DROP TYPE order_status; ALTER TYPE other RENAME TO order_status;
         ALTER TABLE orders ALTER status SET DEFAULT 'new';
         CREATE INDEX orders_customer_status ON orders (customer_id, status) WHERE status <> 'sent';
         CREATE STATISTICS orders_together (dependencies) ON customer_id, status FROM orders",
        &[
            "drift-enum-labels",
            "drift-view",
            "drift-view",
            "drift-view",
        ],
    ),
    Change {
        name: "hostile_names",
        sql: "CREATE INDEX \"a\"\"; DROP TABLE orders; --\" ON orders (ordered_at);
              ALTER TABLE orders ADD CONSTRAINT \"b'\nDROP TABLE bookings; --\" CHECK (cents > -1);
              CREATE TABLE \"c\nDROP TABLE customers CASCADE; --\" (id integer);
              ALTER TABLE customers ADD COLUMN \"d*/\nDROP TABLE events; --\" integer;
              ALTER TYPE order_status ADD VALUE E'e''\\nDROP TABLE audit.log; --'",
        codes: &[
            "drift-column-extra",
            "drift-constraint-extra",
            "drift-enum-labels",
            "drift-index-extra",
            "drift-table-extra",
        ],
        left: &[
            "drift-column-extra",
            "drift-enum-labels",
            "drift-table-extra",
        ],
    },
    left(
        "enum_label_extra",
        "ALTER TYPE order_status ADD VALUE 'lost'",
        &["drift-enum-labels"],
    ),
    left(
        "enum_order",
        "UPDATE pg_enum SET enumsortorder = 0
         WHERE enumtypid = 'order_status'::regtype AND enumlabel = 'paid'",
        &["drift-enum-order"],
    ),
    left("enum_extra", "CREATE TYPE mood AS ENUM ('fine')", &["drift-enum"]),
    mended(
        "domain_check",
        "ALTER DOMAIN email DROP CONSTRAINT email_form",
        &["drift-domain"],
    ),
    mended(
        "domain_nullable",
        "ALTER DOMAIN email DROP NOT NULL; ALTER DOMAIN email SET DEFAULT 'a@b'",
        &["drift-domain"],
    ),
    left(
        "type_changed",
        "ALTER TYPE point2 ADD ATTRIBUTE z integer",
        &["drift-type"],
    ),
    mended(
        "sequence_changed",
        "ALTER SEQUENCE invoice_numbers INCREMENT BY 1 CYCLE",
        &["drift-sequence"],
    ),
    left("sequence_extra", "CREATE SEQUENCE stray", &["drift-sequence"]),
    mended(
        "sequence_disowned",
        "ALTER SEQUENCE orders_id_seq OWNED BY NONE",
        &["drift-sequence"],
    ),
    mended(
        "view_changed",
        "CREATE OR REPLACE VIEW open_orders AS SELECT id, customer_id, total FROM orders",
        &["drift-view"],
    ),
    mended(
        "view_with_readers_changed",
        "DROP VIEW own_orders, open_orders;
         CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE status <> 'sent';
         CREATE VIEW own_orders WITH (security_barrier) AS
             SELECT id, total FROM open_orders WHERE total > 0",
        &["drift-view"],
    ),
    mended(
        "view_option",
        "ALTER VIEW own_orders RESET (security_barrier)",
        &["drift-view"],
    ),
    mended("view_missing", "DROP VIEW own_orders", &["drift-view"]),
    mended(
        "view_extra",
        "CREATE VIEW stray AS SELECT id FROM own_orders",
        &["drift-view"],
    ),
    mended(
        "materialized_view_changed",
        "DROP MATERIALIZED VIEW totals;
         CREATE MATERIALIZED VIEW totals AS SELECT customer_id, max(total) AS total FROM orders
             GROUP BY customer_id;
         CREATE UNIQUE INDEX totals_customer ON totals (customer_id)",
        &["drift-view"],
    ),
    mended(
        "materialized_view_index",
        "DROP INDEX totals_customer",
        &["drift-index-missing"],
    ),
    mended(
        "function_body",
        "CREATE OR REPLACE FUNCTION orders_of(who bigint) RETURNS SETOF orders LANGUAGE sql STABLE
             AS 'SELECT * FROM public.orders'",
        &["drift-function"],
    ),
    mended(
        "function_result",
        "DROP FUNCTION twice; CREATE FUNCTION twice(number integer) RETURNS bigint LANGUAGE sql
             IMMUTABLE BEGIN ATOMIC SELECT number * 2; END",
        &["drift-function"],
    ),
    mended("function_missing", "DROP FUNCTION twice", &["drift-function"]),
    left(
        "function_extra",
        "CREATE FUNCTION twice(text) RETURNS text LANGUAGE sql AS 'SELECT $1 || $1'",
        &["drift-function"],
    ),
    mended(
        "trigger_missing",
        "DROP TRIGGER orders_touch ON orders",
        &["drift-trigger"],
    ),
    mended(
        "trigger_changed",
        "CREATE OR REPLACE TRIGGER orders_touch BEFORE INSERT ON orders
             FOR EACH ROW EXECUTE FUNCTION touch()",
        &["drift-trigger"],
    ),
    mended(
        "trigger_extra",
        "CREATE TRIGGER stray BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch()",
        &["drift-trigger"],
    ),
    mended(
        "trigger_disabled",
        "ALTER TABLE orders DISABLE TRIGGER orders_touch",
        &["drift-trigger-disabled"],
    ),
    mended(
        "policy_changed",
        "ALTER POLICY bookings_read ON bookings USING (true)",
        &["drift-policy"],
    ),
    mended(
        "policy_missing",
        "DROP POLICY bookings_write ON bookings",
        &["drift-policy"],
    ),
    mended(
        "policy_extra",
        "CREATE POLICY everybody ON bookings USING (true)",
        &["drift-policy"],
    ),
    mended(
        "row_security_off",
        "ALTER TABLE bookings DISABLE ROW LEVEL SECURITY",
        &["drift-row-security"],
    ),
    mended(
        "row_security_forced",
        "ALTER TABLE bookings FORCE ROW LEVEL SECURITY",
        &["drift-row-security"],
    ),
    mended(
        "partition_missing",
        "DROP TABLE events_2026",
        &["drift-partition"],
    ),
    mended(
        "partition_detached",
        "ALTER TABLE events DETACH PARTITION events_2026",
        &["drift-partition"],
    ),
    left(
        "partition_extra",
        "CREATE TABLE events_2027 PARTITION OF events
             FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2028-01-01 00:00:00+00')",
        &["drift-partition-extra"],
    ),
    mended(
        "column_of_partitions",
        "ALTER TABLE events DROP COLUMN body",
        &["drift-column-missing"],
    ),
    mended(
        "extension_missing",
        "DROP EXTENSION pg_trgm CASCADE",
        &["drift-extension", "drift-index-missing"],
    ),
    left(
        "extension_extra",
        "CREATE EXTENSION citext",
        &["drift-extension"],
    ),
    left(
        "schema_extra",
        "CREATE SCHEMA theirs; CREATE TABLE theirs.t (id integer)",
        &["drift-schema"],
    ),
    mended(
        "statistics_missing",
        "DROP STATISTICS orders_together",
        &["drift-statistics"],
    ),
    mended(
        "schema_missing",
        "DROP SCHEMA audit CASCADE",
        &["drift-schema", "drift-table-missing"],
    ),
    Change {
        name: "nothing_that_counts",
        sql: "COMMENT ON TABLE orders IS 'seen'; GRANT SELECT ON orders TO PUBLIC;
              ALTER TABLE orders SET (fillfactor = 80); ALTER TABLE audit.log ALTER \"Who\"
                  SET STORAGE EXTERNAL, ALTER \"Who\" SET STATISTICS 500;
              ALTER TABLE audit.log DROP COLUMN \"order\"; ALTER TABLE audit.log ADD \"order\" integer;
              SELECT nextval('invoice_numbers'); ANALYZE",
        codes: &[],
        left: &[],
    },
];
