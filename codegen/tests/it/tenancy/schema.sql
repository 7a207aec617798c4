CREATE TABLE tenants (id int PRIMARY KEY, name text, code text UNIQUE);
CREATE TABLE countries (id int PRIMARY KEY, name text);
CREATE TABLE customers (
    id int PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenants,
    country_id int REFERENCES countries,
    name text,
    phone text,
    referrer_id int REFERENCES customers,
    UNIQUE (tenant_id, phone),
    UNIQUE (id, tenant_id)
);
CREATE UNIQUE INDEX customers_name ON customers (name);

-- A key that holds the tenant.
CREATE TABLE messages (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    customer_id int NOT NULL,
    body text,
    rank int,
    FOREIGN KEY (customer_id, tenant_id) REFERENCES customers (id, tenant_id)
);

-- A key that does not.
CREATE TABLE notes (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    customer_id int REFERENCES customers,
    body text
);

-- A key whose other column is unique within a tenant only.
CREATE TABLE calls (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    phone text,
    FOREIGN KEY (tenant_id, phone) REFERENCES customers (tenant_id, phone)
);

-- Keys that do not keep their word: one was never checked, one may leave the tenant out.
CREATE TABLE imports (id int PRIMARY KEY, tenant_id int NOT NULL, customer_id int);
ALTER TABLE imports ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
CREATE TABLE visits (
    id int PRIMARY KEY,
    tenant_id int,
    customer_id int NOT NULL,
    FOREIGN KEY (customer_id, tenant_id) REFERENCES customers (id, tenant_id)
);

-- Templates without a tenant are shared.
CREATE TABLE templates (id int PRIMARY KEY, tenant_id int, body text);
CREATE TABLE uses (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    template_id int NOT NULL REFERENCES templates
);

-- A tree.
CREATE TABLE folders (
    id int PRIMARY KEY,
    tenant_id int NOT NULL,
    parent_id int REFERENCES folders,
    name text
);

-- Another type, and columns that stand elsewhere in a partition.
CREATE TABLE orders (id int PRIMARY KEY, gone int, customer_id int REFERENCES customers, tenant_id bigint NOT NULL, total int)
    PARTITION BY RANGE (id);
CREATE TABLE orders_old (customer_id int, tenant_id bigint NOT NULL, id int NOT NULL, gone int, total int);
ALTER TABLE orders ATTACH PARTITION orders_old FOR VALUES FROM (0) TO (100);
ALTER TABLE orders DROP COLUMN gone;

-- The constraints of a table do not hold of what inherits from it.
CREATE TABLE bills (id int PRIMARY KEY, tenant_id int NOT NULL, customer_id int REFERENCES customers);
CREATE TABLE odd_bills () INHERITS (bills);
CREATE TABLE things (id int);
CREATE TABLE owned_things (tenant_id int NOT NULL) INHERITS (things);

CREATE TABLE labels (id int PRIMARY KEY, tenant_id uuid NOT NULL, name varchar(20) NOT NULL);
CREATE TABLE "Odd Table" (id int, tenant_id int NOT NULL);

CREATE VIEW customer_names AS SELECT tenant_id, id, name FROM customers;
CREATE VIEW customer_ranks AS SELECT tenant_id, name, row_number() OVER (ORDER BY name) AS place FROM customers;
CREATE VIEW customer_places AS
    SELECT tenant_id, name, row_number() OVER (PARTITION BY tenant_id ORDER BY name) AS place FROM customers;
CREATE VIEW customer_count AS SELECT count(*) AS customers FROM customers;
CREATE VIEW per_tenant AS SELECT tenant_id AS owner, count(*) AS customers FROM customers GROUP BY tenant_id;
CREATE VIEW named_per_tenant AS SELECT owner, customers FROM per_tenant;
CREATE VIEW own_customers AS
    SELECT id, name, tenant_id FROM customers WHERE tenant_id = current_setting('app.tenant', true)::int;
CREATE VIEW anonymous AS SELECT id, name FROM customers;
CREATE MATERIALIZED VIEW totals AS SELECT tenant_id, count(*) AS n FROM messages GROUP BY tenant_id;
CREATE MATERIALIZED VIEW shares AS
    SELECT tenant_id, count(*)::float / (SELECT count(*) FROM messages) AS share FROM messages GROUP BY tenant_id;

CREATE FUNCTION how_many() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM customers';
CREATE FUNCTION indirectly() RETURNS bigint STABLE LANGUAGE plpgsql AS 'BEGIN RETURN how_many(); END';
CREATE FUNCTION dynamic(t text) RETURNS bigint STABLE LANGUAGE plpgsql
    AS 'DECLARE n bigint; BEGIN EXECUTE ''SELECT count(*) FROM '' || t INTO n; RETURN n; END';
CREATE FUNCTION atomically() RETURNS bigint STABLE LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM messages; END;
CREATE FUNCTION current_tenant() RETURNS int STABLE LANGUAGE sql AS $$SELECT current_setting('app.tenant', true)::int$$;
CREATE FUNCTION some_tenant() RETURNS int VOLATILE LANGUAGE sql AS 'SELECT 1';
