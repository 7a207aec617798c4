-- What catalogs of another tool hold.

/* name: CreateAuthor :exec */
INSERT INTO authors (name, bio) VALUES ($1, $2) RETURNING *;

-- name: DeleteAuthors :execrows
DELETE FROM authors RETURNING id;

-- name: CountedAuthors :execrows
SELECT * FROM authors WHERE bio IS NULL;

-- name: Nothing :exec
SELECT nothing();

-- name: RenameAuthor :execresult
UPDATE authors SET name = sqlc.arg(name) WHERE id = $1;

-- name: ImportAuthors :copyfrom
INSERT INTO authors (name, bio) VALUES ($1, $2);

-- name: Match :many
SELECT id FROM authors WHERE name = $1 OR name = @name;

-- name: BooksOfAuthors :many
SELECT a.id, b.id, b.id_2, a.name, b.title
FROM authors a JOIN books b ON b.author_id = a.id
WHERE a.name IN (sqlc.slice('names')) AND b.title NOT IN (sqlc.slice(titles)) AND b.id > sqlc.narg(above)
ORDER BY a.id, b.id;
