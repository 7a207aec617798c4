CREATE TABLE shops (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL,
    placed_at timestamptz
) PARTITION BY HASH (id);
