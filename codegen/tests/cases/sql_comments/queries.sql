-- name: customer_by_id :opt
SELECT id, name FROM customers WHERE id = :id;

-- name: every_customer :many
-- A statement that ends with a comment.
SELECT id FROM customers -- all of them
;

-- name: search :many
-- Each statement has the same name for the server.
SELECT id FROM customers WHERE TRUE
  /*[ name */ AND name = :name /*] */ /* and no more */;

-- name: all_pages :many
-- @page id
SELECT id FROM customers;
