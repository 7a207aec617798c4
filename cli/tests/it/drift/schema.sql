CREATE SCHEMA audit;
CREATE EXTENSION pg_trgm;

CREATE TYPE order_status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE point2 AS (x integer, y integer);
CREATE DOMAIN email AS text COLLATE "C" NOT NULL CONSTRAINT email_form CHECK (VALUE LIKE '%_@_%');

CREATE SEQUENCE invoice_numbers START 1000 INCREMENT 5;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE FUNCTION twice(value integer) RETURNS integer LANGUAGE sql IMMUTABLE
BEGIN ATOMIC SELECT value * 2; END;

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    mail email,
    phone varchar(20),
    tags text[] NOT NULL DEFAULT '{}',
    place point2,
    note text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customers_phone_tenant UNIQUE (phone, tenant)
);
CREATE INDEX customers_lower_name ON customers (lower(name)) INCLUDE (phone);
CREATE INDEX customers_name_trgm ON customers USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX customers_note ON customers (note) WHERE note IS NOT NULL;

CREATE TABLE orders (
    id serial PRIMARY KEY,
    customer_id bigint NOT NULL CONSTRAINT orders_customer REFERENCES customers ON DELETE CASCADE,
    status order_status NOT NULL DEFAULT 'new',
    cents integer NOT NULL CONSTRAINT orders_cents CHECK (cents >= 0),
    quantity smallint NOT NULL DEFAULT 1,
    total integer GENERATED ALWAYS AS (cents * quantity) STORED,
    invoice bigint DEFAULT nextval('invoice_numbers'),
    ordered_at timestamptz NOT NULL DEFAULT '2026-01-01 12:00:00+00',
    updated_at timestamptz
);
CREATE INDEX orders_customer_status ON orders (customer_id, status) WHERE status <> 'sent';
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();

CREATE TABLE bookings (
    room integer NOT NULL,
    during tstzrange NOT NULL,
    guest text,
    CONSTRAINT bookings_once EXCLUDE USING gist (during WITH &&) WHERE (room = 1)
);
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY bookings_read ON bookings FOR SELECT USING (guest = current_user);
CREATE POLICY bookings_write ON bookings FOR INSERT WITH CHECK (room > 0);

CREATE TABLE events (
    at timestamptz NOT NULL,
    kind text NOT NULL,
    body jsonb,
    PRIMARY KEY (at, kind)
) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE INDEX events_kind ON events (kind);

CREATE TABLE audit.log (
    id integer PRIMARY KEY,
    "Who" text NOT NULL,
    "order" integer
);

CREATE VIEW open_orders AS
    SELECT o.id, o.customer_id, o.total FROM orders o WHERE o.status <> 'sent';
CREATE VIEW own_orders WITH (security_barrier) AS
    SELECT id, total FROM open_orders WHERE total > 0;
CREATE MATERIALIZED VIEW totals AS
    SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
CREATE STATISTICS orders_together (dependencies) ON customer_id, status FROM orders;
CREATE FUNCTION orders_of(who bigint) RETURNS SETOF orders LANGUAGE sql STABLE
    AS 'SELECT * FROM public.orders WHERE customer_id = who';
