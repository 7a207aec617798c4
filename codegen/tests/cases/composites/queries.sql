-- name: of_address :one
-- @param maybe null
SELECT :value::address AS value, :maybe::address AS maybe, :many::address[] AS many,
    array_append(:many::address[], NULL) AS with_null;

-- name: of_mood :one
-- @param maybe null
SELECT :value::mood AS value, :maybe::mood AS maybe, :many::mood[] AS many,
    array_append(:many::mood[], NULL) AS with_null;

-- name: add_shop :one
INSERT INTO shops (id, address, old, cell, moods) VALUES (:id, :address, :old, :cell, :moods)
RETURNING address, (address).place, ((address).place).lat;

-- name: shops_in :many
SELECT id, cell FROM shops WHERE (address).mood = ANY (:moods) AND moods && :any AND address = :address::address;

-- name: copied :copy
INSERT INTO shops (id, address, old, moods) VALUES (:id, :address, :old, :moods);
