-- name: rows :bulk
INSERT INTO nodes (id) VALUES (:row);
