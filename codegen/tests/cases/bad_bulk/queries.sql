-- name: rename_customers :bulk
UPDATE customers SET name = :name WHERE id = :id;

-- name: forget_customers :bulk
DELETE FROM customers WHERE id = :id;

-- name: customers :bulk
SELECT id FROM customers WHERE phone = :phone;

-- name: copy_customers :bulk
INSERT INTO customers (restaurant_id, phone)
SELECT :restaurant_id, phone FROM customers;

-- name: defaults :bulk
INSERT INTO restaurants DEFAULT VALUES;

-- name: two_rows :bulk
INSERT INTO restaurants (name) VALUES (:first), (:second);

-- name: without_parameter :bulk
INSERT INTO restaurants (name) VALUES ('always the same');

-- name: with_default :bulk
INSERT INTO customers (restaurant_id, phone, status) VALUES (:restaurant_id, :phone, DEFAULT);

-- name: parameter_in_conflict :bulk
INSERT INTO customers (restaurant_id, phone, name)
VALUES (:restaurant_id, :phone, :name)
ON CONFLICT (restaurant_id, phone) DO UPDATE SET name = :name, rating = 1 + :rating
RETURNING id, :note::text AS note;

-- name: parameter_before :bulk
WITH restaurant AS (SELECT id FROM restaurants WHERE city = $1)
INSERT INTO customers (restaurant_id, phone) VALUES ((SELECT id FROM restaurant), $2);

-- name: optional_part :bulk
INSERT INTO restaurants (name, city) VALUES (:name, /*[ city */ :city /*] */);

-- name: with_load :bulk
-- @load customers: customers_of(restaurant_ids = id) by restaurant_id
INSERT INTO restaurants (name) VALUES (:name) RETURNING id;

-- name: with_order :bulk
-- @order name: name
INSERT INTO restaurants (name) VALUES (:name) RETURNING id, name;

-- name: with_pages :bulk
-- @page id
INSERT INTO restaurants (name) VALUES (:name) RETURNING id;
