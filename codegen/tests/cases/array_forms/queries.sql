-- The constant of a query names the one that does the same for many values.

-- name: customer :opt
SELECT id, name FROM customers WHERE id = :id AND restaurant_id = :restaurant_id;

-- name: customers_by_ids :many
SELECT id, name, phone FROM customers WHERE id = ANY (:ids) AND restaurant_id = :restaurant_id;

-- name: phones_by_ids :many
-- The other one returns all that `customer` does.
SELECT id, phone FROM customers WHERE id = ANY (:ids) AND restaurant_id = :restaurant_id;

-- name: customers_by_phone :many
SELECT id, phone FROM customers WHERE phone = :phone;

-- name: newest_by_phones :many
SELECT c.id, c.phone
FROM unnest(:phones::text[]) AS k (phone)
CROSS JOIN LATERAL (
    SELECT id, phone FROM customers WHERE phone = k.phone ORDER BY created_at DESC LIMIT 3
) c;

-- name: customers_with_status :many
SELECT id FROM customers WHERE restaurant_id = :restaurant_id AND status = :status;

-- name: customers_with_statuses :many
SELECT id
FROM unnest(:restaurant_ids::uuid[], :statuses::text[]::customer_status[]) AS k (restaurant, status)
JOIN customers c ON c.restaurant_id = k.restaurant AND k.status = c.status;

-- name: either :many
-- One arm of an OR is no lookup, so that this has no array form.
SELECT id, phone FROM customers WHERE phone = :phone OR name = :name;

-- name: rated :many
SELECT id FROM customers WHERE rating = :rating;

-- name: not_rated :many
-- This leaves the array's values out.
SELECT id FROM customers WHERE rating <> ALL (:ratings);

-- name: few_by_phones :many
-- This asks for more than `customers_by_phone` takes, and comes before the other by name.
SELECT c.id, c.phone
FROM unnest(:phones::text[]) AS k (phone)
CROSS JOIN LATERAL (
    SELECT id, phone FROM customers WHERE phone = k.phone ORDER BY created_at DESC LIMIT :max_rows
) c;
