-- name: customers_where :many
-- @param rating null
SELECT id
FROM customers
WHERE restaurant_id = :restaurant_id
  AND phone LIKE :pattern
  AND (:status::customer_status IS NULL OR status = :status)
  AND rating >= :rating
  AND created_at BETWEEN :from AND :until
LIMIT :limit;

-- name: create_customer :one
INSERT INTO customers (restaurant_id, name, phone, status, rating)
VALUES (:restaurant_id, :name, :phone, :status, :rating)
RETURNING id;

-- name: numbered :many
SELECT id FROM customers WHERE phone = $2 AND rating = $1 LIMIT $3;

-- name: unnamed_twice :many
SELECT id FROM customers WHERE rating > $1 AND rating < $2 AND length(phone) > $3;

-- name: keywords :many
SELECT id FROM customers WHERE phone = :type OR phone = :self OR phone = :conn OR phone = :query;

-- name: by_ids :many
SELECT id FROM customers WHERE id = ANY(:ids) AND phone = ANY(:phones::text[]);

-- name: typed :one
-- @param least numeric(10, 2): the least
SELECT :least > 1.5 AS more, :text::text AS text, :day::date AS day;

-- name: sqlc_spellings :many
SELECT id FROM customers
WHERE phone = sqlc.arg(phone) AND name = sqlc.narg('name') AND rating = @rating;

-- name: no_parameters :exec
UPDATE customers SET rating = NULL;

-- name: nearly_the_same :many
SELECT id FROM customers WHERE phone = :theNumber OR phone = :the_number;
