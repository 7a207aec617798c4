CREATE TABLE shops (id bigint PRIMARY KEY);
CREATE TABLE tags (id numeric PRIMARY KEY);

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    shop_id bigint NOT NULL REFERENCES shops ON DELETE CASCADE,
    tag_id bigint REFERENCES tags
);

CREATE INDEX idx_orders_tag ON orders (tag_id);

CREATE TABLE "Items" (
    order_id bigint NOT NULL,
    kind int NOT NULL
) PARTITION BY LIST (kind);
CREATE TABLE items_new PARTITION OF "Items" FOR VALUES IN (1);
CREATE TABLE items_old PARTITION OF "Items" FOR VALUES IN (2);
CREATE TABLE items_older PARTITION OF "Items" FOR VALUES IN (3);
ALTER TABLE "Items" ADD CONSTRAINT items_of_order FOREIGN KEY (order_id) REFERENCES orders (id);
