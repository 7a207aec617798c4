-- name: import_upper :copy
INSERT INTO customers (restaurant_id, phone, status) VALUES (:restaurant_id, upper(:phone), 'active');

-- name: import_or_leave :copy
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone)
ON CONFLICT DO NOTHING;

-- name: import_and_return :copy
INSERT INTO customers (restaurant_id, phone) VALUES (:restaurant_id, :phone)
RETURNING id;

-- name: import_all :copy
INSERT INTO restaurants VALUES (:id, :name, :city);

-- name: import_with :copy
WITH one AS (SELECT 1)
INSERT INTO restaurants (name) VALUES (:name);

-- name: import_overriding :copy
INSERT INTO customers (id, restaurant_id, phone) OVERRIDING SYSTEM VALUE
VALUES (:id, :restaurant_id, :phone);

-- name: import_nothing :copy
INSERT INTO restaurants (name) VALUES ('x');

-- name: export :copy
SELECT id FROM restaurants;

-- name: import_default :copy
INSERT INTO restaurants (name, city) VALUES (:name, DEFAULT);
