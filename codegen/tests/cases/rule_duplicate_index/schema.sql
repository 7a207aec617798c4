CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL,
    number int NOT NULL,
    placed_at timestamptz NOT NULL,
    UNIQUE (shop_id, number)
);

CREATE INDEX idx_orders_shop ON orders (shop_id);
CREATE INDEX idx_orders_placed ON orders (placed_at);
CREATE INDEX idx_orders_placed_shop ON orders (placed_at DESC, shop_id);

-- Needed: it forbids two orders of a shop at one time.
CREATE UNIQUE INDEX idx_orders_once ON orders (placed_at, shop_id);

CREATE TABLE events (order_id bigint NOT NULL, kind int NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE events_new PARTITION OF events FOR VALUES IN (1);
CREATE INDEX idx_events_order ON events (order_id);
CREATE INDEX idx_events_order_kind ON events (order_id, kind);
