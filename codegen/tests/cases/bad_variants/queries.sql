-- name: too_many :many
SELECT id FROM customers
WHERE true
  /*[ a */ AND id > :a /*] */
  /*[ b */ AND id < :b /*] */
  /*[ c */ AND phone = :c /*] */
  /*[ d */ AND status = :d /*] */
  /*[ e */ AND rating = :e /*] */
  /*[ f */ AND name = :f /*] */;

-- name: other_columns :many
SELECT id/*[ name */, nullif(name, :name) AS other/*] */ FROM customers;

-- name: other_types :many
SELECT id FROM customers WHERE true /*[ a */ AND id = :a AND rating < :n /*] */ LIMIT :n;

-- name: refused_in_some :many
-- @index customers idx_customers_phone
-- @index customers customers_pkey
SELECT id FROM customers
WHERE true /*[ phone */ AND fone = :phone /*] */ /*[ id */ AND id = :id /*] */;
