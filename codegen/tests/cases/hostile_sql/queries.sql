-- name: hashes :one
-- Docs with ``` a fence, */ an end, "#, \ and #![allow(warnings)] in them.
SELECT '"#' AS a, '"##"###' AS b, '*/ /*' AS c, '\' AS d, E'\\ \n \'' AS e, '```' AS f, U&'\0041' AS g;

-- name: dollars :one
SELECT $$ :not_a_param '; -- $$ AS a, $x$ $1 $$ :b $x$ AS b, ':c' AS c, "d"."e:f" FROM (SELECT 1 AS "e:f") d;

-- name: comments :many
SELECT id -- the id; not the :name
  /* nested /* :here */ ; */ , name
FROM customers -- the end;
;

-- name: casts_and_slices :one
SELECT (ARRAY[1, 2, 3])[1:2] AS a, '1'::int AS b, (ARRAY[1,2])[:i] AS c, '{"a": 1}'::text AS d;
