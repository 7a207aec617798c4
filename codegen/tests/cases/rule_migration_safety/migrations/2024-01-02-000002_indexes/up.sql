CREATE INDEX idx_shops_name
    ON shops (name);
CREATE INDEX idx_orders_shop ON orders (shop_id);
DROP INDEX idx_shops_old;
