CREATE TABLE customers (
    id integer PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE orders (
    shop_id integer NOT NULL,
    number integer NOT NULL,
    customer_id integer REFERENCES customers,
    note text,
    is_deleted boolean NOT NULL,
    PRIMARY KEY (shop_id, number)
);

CREATE TABLE lines (
    shop_id integer NOT NULL,
    number integer NOT NULL,
    position integer NOT NULL,
    product text NOT NULL,
    PRIMARY KEY (shop_id, number, position),
    FOREIGN KEY (shop_id, number) REFERENCES orders
);

CREATE TABLE payments (
    shop_id integer NOT NULL,
    number integer NOT NULL,
    amount integer NOT NULL,
    PRIMARY KEY (shop_id, number),
    FOREIGN KEY (shop_id, number) REFERENCES orders
);

CREATE TABLE tags (
    id integer PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE order_tags (
    shop_id integer NOT NULL,
    number integer NOT NULL,
    tag_id integer NOT NULL REFERENCES tags,
    PRIMARY KEY (shop_id, number, tag_id),
    FOREIGN KEY (shop_id, number) REFERENCES orders
);
