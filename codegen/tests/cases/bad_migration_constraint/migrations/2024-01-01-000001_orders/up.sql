CREATE TABLE orders (id bigint);
INSERT INTO orders VALUES (1), (1);

ALTER TABLE orders
    ADD PRIMARY KEY (id);
