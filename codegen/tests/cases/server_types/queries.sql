-- name: keep :exec
INSERT INTO kept (id, fixed, varying, blanks, doc, path, words, search, hour, lsn, xid8, many_bits, many_blanks, many_words, many_hours, maybe_bits, maybe_doc, maybe_search)
VALUES (:id, :fixed, :varying, :blanks, :doc, :path, :words, :search, :hour, :lsn, :xid8, :many_bits, :many_blanks, :many_words, :many_hours, :maybe_bits, :maybe_doc, :maybe_search);

-- name: kept_by_id :one
SELECT * FROM kept WHERE id = :id;

-- name: kept_by_blanks :opt
SELECT id FROM kept WHERE blanks = :blanks;

-- name: found :many
SELECT id FROM kept WHERE words @@ :search ORDER BY id;

-- name: places :many
SELECT id, xmin, cmin, ctid FROM kept WHERE ctid = :place AND xmin = :xid;

-- name: import :bulk
INSERT INTO kept (id, fixed, varying, blanks, doc, path, words, search, hour, lsn, xid8)
VALUES (:id, :fixed, '1', :blanks, :doc, '$', :words, 'a', :hour, '0/0', '1');

-- name: copied :copy
INSERT INTO kept (id, fixed, varying, blanks, doc, path, words, search, hour, lsn, xid8, many_blanks)
VALUES (:id, :fixed, :varying, :blanks, :doc, :path, :words, :search, :hour, :lsn, :xid8, :many_blanks);
