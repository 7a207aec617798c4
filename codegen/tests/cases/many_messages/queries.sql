-- Messages as `planwright-benches bulk` writes them.

-- name: add_messages :bulk
INSERT INTO messages (restaurant_id, customer_id, direction, model, tokens, content, created_at)
VALUES (:restaurant_id, :customer_id, :direction, :model, :tokens, :content, :created_at);

-- name: import_messages :copy
INSERT INTO messages (restaurant_id, customer_id, direction, model, tokens, content, created_at)
VALUES (:restaurant_id, :customer_id, :direction, :model, :tokens, :content, :created_at);
