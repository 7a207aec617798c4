-- Something of everything that a planner looks at.
CREATE TYPE state AS ENUM ('new', 'open', 'done', 'lost');
CREATE DOMAIN amount AS numeric(12, 2) CHECK (VALUE >= 0);

CREATE TABLE shops (
    id   int  PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL,
    zip  text NOT NULL
);
-- A zip code determines its city.
CREATE STATISTICS shops_places (ndistinct, dependencies) ON city, zip FROM shops;
CREATE INDEX shops_city ON shops (city);

CREATE TABLE customers (
    id         bigint      PRIMARY KEY,
    shop_id    int         NOT NULL REFERENCES shops,
    email      varchar(80) UNIQUE,
    phone      text        NOT NULL,
    state      state       NOT NULL,
    rating     smallint,
    is_deleted boolean     NOT NULL,
    tags       text[]      NOT NULL,
    profile    jsonb       NOT NULL,
    document   tsvector    NOT NULL,
    member     daterange   NOT NULL,
    place      point       NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX customers_shop_state ON customers (shop_id, state, created_at DESC);
CREATE INDEX customers_phone ON customers USING hash (phone);
CREATE INDEX customers_lower_email ON customers (lower(email));
CREATE INDEX customers_live ON customers (shop_id, created_at) WHERE NOT is_deleted;
CREATE INDEX customers_lost ON customers (created_at) WHERE state = 'lost';
CREATE INDEX customers_rating ON customers (rating) INCLUDE (shop_id, phone) WHERE rating IS NOT NULL;
CREATE INDEX customers_email_pattern ON customers (email text_pattern_ops);
CREATE INDEX customers_tags ON customers USING gin (tags);
CREATE INDEX customers_profile ON customers USING gin (profile jsonb_path_ops);
CREATE INDEX customers_document ON customers USING gin (document);
CREATE INDEX customers_member ON customers USING gist (member);
CREATE INDEX customers_place ON customers USING gist (place);

CREATE TABLE products (
    id       int    PRIMARY KEY,
    sku      text   NOT NULL UNIQUE,
    price    amount NOT NULL,
    category int    NOT NULL
);
CREATE INDEX products_category_price ON products (category, price DESC);

CREATE TABLE orders (
    id          bigint      NOT NULL,
    customer_id bigint      NOT NULL REFERENCES customers,
    state       state       NOT NULL,
    total       amount      NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX orders_customer ON orders (customer_id, created_at DESC);
CREATE TABLE orders_2024 PARTITION OF orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE orders_later PARTITION OF orders DEFAULT;

CREATE TABLE lines (
    order_id   bigint   NOT NULL,
    number     smallint NOT NULL,
    product_id int      NOT NULL REFERENCES products,
    quantity   int      NOT NULL,
    price      amount   NOT NULL,
    PRIMARY KEY (order_id, number)
);
CREATE INDEX lines_product ON lines (product_id);

-- Written in the order of time, and read by it.
CREATE TABLE events (
    at       timestamptz NOT NULL,
    shop_id  int         NOT NULL,
    kind     text        NOT NULL,
    visitor  uuid        NOT NULL,
    payload  text
);
CREATE INDEX events_at ON events USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX events_shop ON events (shop_id, at);
CREATE INDEX events_visitor ON events (visitor);
CREATE INDEX events_kind ON events (kind);

CREATE TABLE notes (id int PRIMARY KEY, author int NOT NULL, body text NOT NULL);
CREATE TABLE private_notes (key text NOT NULL) INHERITS (notes);
CREATE INDEX notes_author ON notes (author);
CREATE INDEX private_notes_author ON private_notes (author);

-- Never analysed.
CREATE TABLE drafts (id int PRIMARY KEY, body text NOT NULL);
