CREATE TABLE shops (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL REFERENCES shops,
    customer_id bigint NOT NULL,
    phone text NOT NULL,
    is_open boolean NOT NULL
);
CREATE INDEX orders_shop_customer ON orders (shop_id, customer_id);
CREATE INDEX orders_open ON orders (customer_id) WHERE is_open;
CREATE INDEX orders_lower ON orders (lower(phone));
CREATE TABLE kinds (id bigint PRIMARY KEY, shop_id bigint NOT NULL);
