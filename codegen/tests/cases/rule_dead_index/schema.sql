CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL,
    status text NOT NULL,
    placed_at timestamptz NOT NULL
);

CREATE INDEX idx_orders_shop ON orders (shop_id, placed_at);
CREATE INDEX idx_orders_status
    ON orders (status)
    WHERE status <> 'done';
CREATE UNIQUE INDEX idx_orders_once ON orders (shop_id, status, placed_at);

CREATE TABLE events (
    order_id bigint NOT NULL,
    happened_at timestamptz NOT NULL
) PARTITION BY RANGE (happened_at);

CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
CREATE INDEX idx_events_order ON events (order_id);
CREATE INDEX ON events (happened_at);
