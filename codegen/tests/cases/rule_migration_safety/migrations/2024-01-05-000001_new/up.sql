CREATE TABLE customers (id bigint PRIMARY KEY, shop_id bigint REFERENCES shops, name text);
CREATE INDEX idx_customers_name ON customers (name);
ALTER TABLE customers ADD CHECK (name <> ''), ALTER COLUMN name SET NOT NULL;
