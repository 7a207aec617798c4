-- Orders of customers; "größer" is only here to be wide.
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers
);
CREATE INDEX orders_customer ON orders (customer);
