-- Tables as structs, as sqlc writes them.

-- name: guest_with_restaurant :one
SELECT sqlc.embed(g), sqlc.embed(restaurants), now() AS asked_at
FROM "Guests" g JOIN restaurants ON restaurants.id = g.restaurant_id
WHERE g.id = sqlc.arg(id);

-- name: guest_with_host :opt
-- Nobody may have invited the guest.
SELECT g.id, sqlc . embed ( host ), sqlc.embed("Guests"), length(g.name) AS length
FROM "Guests" g
LEFT JOIN "Guests" host ON host.id = g.invited_by
JOIN "Guests" ON "Guests".id = g.id
WHERE g.id = $1;

-- name: add_guest :one
INSERT INTO "Guests" AS added (id, restaurant_id, name) VALUES (@id, @restaurant_id, @name)
RETURNING sqlc.embed(added), id + 1 AS next;
