ALTER TABLE orders
    ADD CONSTRAINT orders_shop FOREIGN KEY (shop_id) REFERENCES shops (id);
ALTER TABLE shops
    ADD CONSTRAINT shops_name UNIQUE (name),
    ADD CHECK (name <> '');
