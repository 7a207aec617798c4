-- name: no_index :many
SELECT id FROM people WHERE shop_id = :shop_id;

-- name: wrong_order :many
SELECT id FROM people AS p WHERE p.phone = :phone;

-- name: function_on_column :many
SELECT id FROM people WHERE lower(name) = lower(:name);

-- name: implicit_cast :many
-- @param id numeric
SELECT name FROM people WHERE id = :id;

-- name: written_cast :many
SELECT name FROM people WHERE id::text = :id;

-- name: partial_and_parameter :many
SELECT id FROM people WHERE email = :email AND state = :state;

-- name: leading_wildcard :many
SELECT id FROM people WHERE name LIKE '%son';

-- name: pattern_of_a_parameter :many
SELECT id FROM people WHERE name LIKE :pattern;

-- name: pattern_and_collation :many
SELECT id FROM people WHERE name LIKE 'And%';

-- name: any_case :many
SELECT id FROM people WHERE name ILIKE 'and%';

-- name: one_arm_of_an_or :many
SELECT id FROM people WHERE name = :name OR email = :email;

-- name: a_day :many
SELECT id FROM people WHERE date_trunc('day', created_at) = :day;

-- name: another :many
SELECT id FROM people WHERE name <> :name;

-- name: the_report :one
-- @scan people: it counts them all
SELECT count(*) AS people FROM people WHERE NOT is_deleted;

-- name: a_few :many
SELECT id, name FROM people LIMIT 20;

-- name: not_scanned :opt
-- @scan people: no
SELECT name FROM people WHERE id = :id;
