-- Restaurants: the tenants of the agent.

-- name: create_restaurant :one
-- Adds a restaurant.
-- @param phone_number: the WhatsApp Business number, in E.164 form
-- @param timezone: an IANA name such as `Europe/Madrid`
INSERT INTO restaurants (name, phone_number, timezone)
VALUES (:name, :phone_number, :timezone)
RETURNING id, name, phone_number, timezone, created_at;

-- name: restaurant_by_phone :opt
-- The restaurant that an inbound message was sent to.
SELECT id, name, phone_number, timezone, created_at
FROM restaurants
WHERE phone_number = :phone_number;
