-- name: import :bulk
INSERT INTO shops (id, address, cell) VALUES (:id, :address, :cell);

-- name: at_address :many
SELECT id FROM shops WHERE address = :address;

-- name: nowhere :one
SELECT ROW ('x', '(1,2)')::place AS place, ROW (1, 2) AS pair;

-- name: whole :many
SELECT s FROM shops s;
