-- Whatever a permission check may look at, once. Each function is named after the place
-- it is called from.
CREATE SCHEMA app;
CREATE SCHEMA lib;
CREATE SCHEMA hidden;
CREATE SCHEMA "Odd Names";
CREATE ROLE "the clerk" LOGIN;

CREATE FUNCTION lib.of_default(integer) RETURNS integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_default_given(integer) RETURNS integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_check(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_check_not_written(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_generated(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_generated_unchanged(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_generated_trigger(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_index(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_predicate(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_partition_key(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_partition_check(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_domain(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION lib.of_domain_in_array(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION lib.of_trigger_when(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_other_trigger_when(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_moved_row(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_view(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_view_condition(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_view_unused(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_view_volatile(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_policy(integer) RETURNS integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_base_of_view(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.of_query(integer, "char", text[], character varying) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION lib.of_from(integer) RETURNS SETOF integer LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT 1; END';
CREATE FUNCTION lib.of_owner(integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN $1; END';
CREATE FUNCTION lib.step(integer, integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE AGGREGATE lib.of_aggregate(integer) (SFUNC = lib.step, STYPE = integer, INITCOND = '0');
CREATE FUNCTION lib.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN coalesce(NEW, OLD); END';
CREATE FUNCTION lib.keep_as_owner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN coalesce(NEW, OLD); END';

CREATE TYPE lib.mood AS ENUM ('good', 'bad');
CREATE DOMAIN lib.code AS text CHECK (lib.of_domain(VALUE));
CREATE DOMAIN lib.label AS text CHECK (lib.of_domain_in_array(VALUE));

-- A type of its own, compared by functions of its own.
CREATE TYPE lib.level;
CREATE FUNCTION lib.level_in(cstring) RETURNS lib.level LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION lib.level_out(lib.level) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE lib.level (INPUT = lib.level_in, OUTPUT = lib.level_out, LIKE = integer);
CREATE FUNCTION lib.level_eq(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE FUNCTION lib.level_ne(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ne';
CREATE FUNCTION lib.level_lt(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION lib.level_le(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4le';
CREATE FUNCTION lib.level_gt(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION lib.level_ge(lib.level, lib.level) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ge';
CREATE FUNCTION lib.level_cmp(lib.level, lib.level) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE FUNCTION lib.level_hash(lib.level) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
CREATE FUNCTION lib.level_text(lib.level) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN 'level'; END$$;
CREATE CAST (lib.level AS text) WITH FUNCTION lib.level_text(lib.level);
CREATE OPERATOR lib.= (FUNCTION = lib.level_eq, LEFTARG = lib.level, RIGHTARG = lib.level, NEGATOR = OPERATOR(lib.<>), COMMUTATOR = OPERATOR(lib.=), HASHES, MERGES);
CREATE OPERATOR lib.<> (FUNCTION = lib.level_ne, LEFTARG = lib.level, RIGHTARG = lib.level, NEGATOR = OPERATOR(lib.=), COMMUTATOR = OPERATOR(lib.<>));
CREATE OPERATOR lib.< (FUNCTION = lib.level_lt, LEFTARG = lib.level, RIGHTARG = lib.level, COMMUTATOR = OPERATOR(lib.>));
CREATE OPERATOR lib.<= (FUNCTION = lib.level_le, LEFTARG = lib.level, RIGHTARG = lib.level, COMMUTATOR = OPERATOR(lib.>=));
CREATE OPERATOR lib.> (FUNCTION = lib.level_gt, LEFTARG = lib.level, RIGHTARG = lib.level, COMMUTATOR = OPERATOR(lib.<));
CREATE OPERATOR lib.>= (FUNCTION = lib.level_ge, LEFTARG = lib.level, RIGHTARG = lib.level, COMMUTATOR = OPERATOR(lib.<=));
CREATE OPERATOR CLASS lib.level_ops DEFAULT FOR TYPE lib.level USING btree AS
    OPERATOR 1 lib.<, OPERATOR 2 lib.<=, OPERATOR 3 lib.=, OPERATOR 4 lib.>=, OPERATOR 5 lib.>,
    FUNCTION 1 lib.level_cmp(lib.level, lib.level);
CREATE OPERATOR CLASS lib.level_hash_ops DEFAULT FOR TYPE lib.level USING hash AS
    OPERATOR 1 lib.=, FUNCTION 1 lib.level_hash(lib.level);

-- Sequences, defaults, checks, generated columns, indexes, triggers.
CREATE TABLE app.orders (
    id serial PRIMARY KEY,
    mood lib.mood NOT NULL DEFAULT 'good',
    amount integer NOT NULL DEFAULT lib.of_default(1) CHECK (lib.of_check(amount) > 0),
    given integer NOT NULL DEFAULT lib.of_default_given(1),
    code lib.code,
    labels lib.label[],
    doubled integer GENERATED ALWAYS AS (lib.of_generated(amount)) STORED,
    note text
);
CREATE INDEX ON app.orders (lib.of_index(amount));
CREATE INDEX ON app.orders (given) WHERE lib.of_predicate(given) > 0;
CREATE TRIGGER keep_orders AFTER INSERT ON app.orders FOR EACH ROW
    WHEN (lib.of_trigger_when(NEW.amount) > 0) EXECUTE FUNCTION lib.keep();
CREATE TRIGGER keep_orders_as_owner AFTER INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION lib.keep_as_owner();
CREATE TRIGGER not_fired AFTER UPDATE OF note ON app.orders FOR EACH ROW
    WHEN (lib.of_other_trigger_when(NEW.amount) > 0) EXECUTE FUNCTION lib.keep();

CREATE TABLE app.updated (
    id integer PRIMARY KEY,
    changed integer,
    kept integer,
    doubled integer GENERATED ALWAYS AS (lib.of_generated_unchanged(kept)) STORED
);
CREATE TABLE app.triggered (
    id integer PRIMARY KEY,
    changed integer,
    kept integer,
    doubled integer GENERATED ALWAYS AS (lib.of_generated_trigger(kept)) STORED
);
CREATE TRIGGER keep BEFORE UPDATE ON app.triggered FOR EACH ROW EXECUTE FUNCTION lib.keep_as_owner();

-- Locks, counts, rows without columns.
CREATE TABLE app.locked (name text, id integer GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (name));
CREATE TABLE app.counted (note text, id integer PRIMARY KEY CHECK (lib.of_check_not_written(id) > 0));
CREATE TABLE app.counted_and_read (note text, id integer PRIMARY KEY);
CREATE TABLE app.heap (first integer, second integer);
CREATE TABLE app.whole (id integer PRIMARY KEY, note text);
ALTER TABLE app.whole DROP COLUMN note;
ALTER TABLE app.whole ADD COLUMN other text;
CREATE TABLE app.keyed (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, email text UNIQUE, visits integer NOT NULL DEFAULT 1);
CREATE TABLE app.stock (item integer PRIMARY KEY, quantity integer NOT NULL, seen date);
CREATE TABLE app.deliveries (item integer NOT NULL REFERENCES app.stock, quantity integer NOT NULL, at date);
CREATE TABLE app.queue (id integer PRIMARY KEY, payload text, state text);
CREATE TABLE app.done (id integer PRIMARY KEY, payload text, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE app.unused (id integer PRIMARY KEY);

-- Partitions.
CREATE TABLE app.events (at integer NOT NULL, what text, level lib.level) PARTITION BY RANGE (lib.of_partition_key(at));
CREATE TABLE app.events_old PARTITION OF app.events (CHECK (lib.of_partition_check(at) >= 0)) FOR VALUES FROM (0) TO (10);
CREATE TABLE app.events_new PARTITION OF app.events FOR VALUES FROM (10) TO (20);
CREATE TRIGGER keep_event AFTER DELETE ON app.events FOR EACH ROW
    WHEN (lib.of_moved_row(OLD.at) > 0) EXECUTE FUNCTION lib.keep_as_owner();
CREATE TABLE app.ranked (level lib.level NOT NULL, note text) PARTITION BY RANGE (level);
CREATE TABLE app.ranked_low PARTITION OF app.ranked FOR VALUES FROM ('0') TO ('10');

-- Views, below which their owner must be allowed what they do, or whoever asks.
CREATE TABLE hidden.people (
    id serial PRIMARY KEY,
    name text,
    age integer CHECK (lib.of_base_of_view(age) > 0)
);
CREATE VIEW app.people AS
    SELECT id, lib.of_view(name) AS name, age, lib.of_view_unused(name) AS other
    FROM hidden.people WHERE lib.of_view_condition(id) > 0;
CREATE VIEW app.writable AS SELECT name, age FROM hidden.people;
CREATE VIEW app.joined AS
    SELECT p.id, p.age, lib.of_view_unused(q.name) AS name
    FROM hidden.people p JOIN hidden.people q USING (id);
CREATE VIEW app.noisy AS SELECT id, lib.of_view_volatile(name) AS name FROM hidden.people;
CREATE TABLE hidden.secrets (id integer PRIMARY KEY, name text, spare text);
CREATE VIEW app.secrets WITH (security_invoker = true) AS
    SELECT s.id, s.name, (SELECT max(note) FROM app.counted) AS noted FROM hidden.secrets s;
CREATE VIEW app.handled AS SELECT 1 AS id;
CREATE TRIGGER handle INSTEAD OF INSERT ON app.handled FOR EACH ROW EXECUTE FUNCTION lib.keep();
CREATE TABLE hidden.log (id integer);
CREATE RULE logged AS ON DELETE TO app.heap DO ALSO INSERT INTO hidden.log VALUES (OLD.first);

-- Row security.
CREATE TABLE app.members (who text PRIMARY KEY, tenant integer NOT NULL, spare text);
CREATE TABLE app.owned (id integer PRIMARY KEY, tenant integer NOT NULL);
ALTER TABLE app.owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_clerks ON app.owned TO "the clerk"
    USING (lib.of_policy(tenant) IN (SELECT m.tenant FROM app.members m WHERE m.who = current_user));
CREATE POLICY of_others ON app.owned TO postgres
    USING (tenant IN (SELECT u.id FROM app.unused u));

-- Sequences.
CREATE SEQUENCE app.taken;
CREATE SEQUENCE app.set_only;
CREATE SEQUENCE app.set_and_asked;
CREATE SEQUENCE app.looked_at;

CREATE TABLE "Odd Names"."Order" ("user" integer PRIMARY KEY, "a ""b""" text, "json" text, plain text);
CREATE TABLE bare (id integer PRIMARY KEY);
