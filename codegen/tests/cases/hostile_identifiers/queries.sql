-- name: odd_columns :many
SELECT * FROM "odd ""table""; DROP";

-- name: odd_update :exec
UPDATE "odd ""table""; DROP" SET "type" = $1, "a""b" = $2, "größe" = $3, "self" = $4, "`{}" = $5, "r#fn" = $6;

-- name: unnamed :many
SELECT 1, 'x', NULL::int, now(), "type" || 'x' FROM "odd ""table""; DROP";

-- name: odd_aliases :many
SELECT 1 AS "#[attr]", 2 AS "a; fn main() {}", 3 AS "*/ x", 4 AS "`tick`", 5 AS "new
line", 6 AS "ı", 7 AS "日本", 8 AS "a.", 9 AS ".b", 10 AS "x..y", 11 AS "\";

-- name: odd_structs :many
-- ```
-- assert!(false, "a comment is no test");
-- ```
--     assert!(false);
SELECT 1 AS "m².a", 3 AS "self.c", 5 AS "ⓐ.e", 6 AS "1st.f";

-- name: other_schema :many
SELECT "Camel" FROM "we""ird"."Table";
