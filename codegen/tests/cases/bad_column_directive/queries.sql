-- name: customers_by_rating :many
-- @column nme not null
-- @column id null
-- @column name not null
SELECT id, name FROM customers WHERE rating = :rating;
