-- Queries as clorinde writes them.

--: Named(id, name?) : Clone
--# allow(dead_code)
--: Filter(city?, name)

--! restaurants
SELECT id, name, city FROM restaurants;

     --!  add_customer   ( name? , phone )  :  ( id? )
--# deprecated = "use another"
--- Adds a customer
--- of a restaurant.
INSERT INTO customers (restaurant_id, name, phone) VALUES (:restaurant_id, :name, :phone)
RETURNING id;

--!named_customers(prefix):Named(id, name?)
SELECT id, name FROM customers WHERE phone LIKE :prefix;

--! customers_again : Named
SELECT id, name FROM customers -- ; not the end
WHERE restaurant_id = :restaurant_id;

--! filtered Filter() : ()
SELECT id FROM restaurants WHERE city = :city AND name = :name;

--! filtered_by_name Filter
SELECT id FROM restaurants WHERE city = :city AND name = :name;

--! forget
WITH old AS (SELECT id FROM customers WHERE created_at < :before)
DELETE FROM customers WHERE id IN (SELECT id FROM old);

--! forget_and_return
WITH old AS (SELECT id FROM customers WHERE created_at < :before)
DELETE FROM customers WHERE id IN (SELECT id FROM old) RETURNING id;

--! tagged (texts[?])
SELECT count(*) AS customers FROM customers WHERE phone = ANY (:texts);

-- name: count_customers :one
SELECT count(*) AS customers FROM customers;
