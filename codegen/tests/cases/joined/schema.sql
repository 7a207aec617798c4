CREATE TABLE shops (
    id bigint PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE orders (
    shop_id bigint NOT NULL REFERENCES shops,
    number integer NOT NULL,
    note text,
    PRIMARY KEY (shop_id, number)
);

CREATE TABLE lines (
    shop_id bigint NOT NULL,
    number integer NOT NULL,
    position integer NOT NULL,
    product text NOT NULL,
    PRIMARY KEY (shop_id, number, position),
    FOREIGN KEY (shop_id, number) REFERENCES orders
);
