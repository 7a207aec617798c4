CREATE EXTENSION citext;
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE SCHEMA sales;
CREATE TYPE sales.order_status AS ENUM ('open', 'paid');
CREATE TABLE customers (
    id bigint PRIMARY KEY,
    handle citext NOT NULL UNIQUE,
    email email,
    place point,
    friends email[]
);
CREATE TABLE sales.orders (
    id uuid PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    status sales.order_status NOT NULL DEFAULT 'open',
    referrer bigint REFERENCES customers
);
CREATE INDEX ON sales.orders (customer_id);
CREATE VIEW sales.open_orders AS
SELECT o.id AS order_id, c.id AS customer_id, c.email
FROM sales.orders o JOIN customers c ON c.id = o.customer_id
WHERE status = 'open';
