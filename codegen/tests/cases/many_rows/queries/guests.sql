-- Many rows with one call.

-- name: create_guests :bulk
-- Creates guests.
-- @param number: unique within the shop
INSERT INTO guests (shop_id, number, phone, name, nickname, mood, feeling, size, code, rating, facts, raw, seen)
VALUES (:shop_id, :number, :phone, :name, :nickname, :mood, :feeling, :size, :code, :rating, :facts, :raw, :seen)
RETURNING id, number, mood;

-- name: guest_ids :bulk
-- The only column is what an item is.
INSERT INTO guests (shop_id, number, mood) VALUES (:shop_id, :number, 'calm') RETURNING id;

-- name: add_guests :bulk
INSERT INTO guests (shop_id, number, mood, name)
VALUES (:shop_id, :number, :mood, :name)
ON CONFLICT (shop_id, number) DO NOTHING;

-- name: upsert_guests :bulk
INSERT INTO guests AS g (shop_id, number, mood, name)
VALUES (
    :shop_id, -- :number comes next
    :number,
    'calm',
    :name
)
ON CONFLICT (shop_id, number) DO UPDATE SET name = excluded.name
RETURNING number, name, xmax = 0 AS is_new;

-- name: add_computed :bulk
-- Values are computed by the server.
-- @param shop: its name
WITH numbers AS (SELECT 1000 AS first)
INSERT INTO guests (shop_id, number, name, mood, feeling)
VALUES ((SELECT id FROM shops WHERE name = lower(:shop)), (SELECT first FROM numbers) + :number, upper(:name) || :number, coalesce(:mood::mood, 'calm'), :feeling);

-- name: add_numbered :bulk
INSERT INTO shops VALUES ($2, $1);

-- name: add_given :bulk
INSERT INTO given (given) VALUES (:given);

-- name: add_nodes :bulk
INSERT INTO nodes (id, parent) VALUES (:id, :parent) RETURNING id;

-- name: import_guests :copy
-- Imports guests.
INSERT INTO guests (shop_id, number, phone, name, nickname, mood, feeling, size, code, rating, facts, raw, seen)
VALUES (:shop_id, :number, :phone, :name, :nickname, :mood, :feeling, :size, :code, :rating, :facts, :raw, :seen);

-- name: rows :copy
-- A name that the function uses itself.
INSERT INTO shops (name, id) VALUES (:name, :id);
