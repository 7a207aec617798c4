-- WhatsApp messages.

-- name: store_message :one
-- Stores one inbound or outbound message.
INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
VALUES (:restaurant_id, :customer_id, :direction, :status, :content)
RETURNING id, created_at;

-- name: conversation :many
-- What a customer and the agent wrote to each other, newest first.
-- @index whatsapp_messages idx_whatsapp_messages_customer_date
-- @param max_rows: how many messages at most
SELECT id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
  AND restaurant_id = :restaurant_id
ORDER BY created_at DESC
LIMIT :max_rows;

-- name: messages_between :many
-- The messages of a restaurant in a date range, newest first, at most 1,000, each
-- with the name of the customer.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
-- @param from: the first instant that counts
-- @param until: the first instant that no longer counts
SELECT m.id, m.customer_id, c.name AS customer_name, m.direction, m.status, m.content, m.created_at
FROM whatsapp_messages m
JOIN customers c ON c.id = m.customer_id
WHERE m.restaurant_id = :restaurant_id
  AND m.created_at >= :from
  AND m.created_at < :until
ORDER BY m.created_at DESC
LIMIT 1000;

-- name: set_message_status :execrows
-- Follows the delivery of an outbound message.
UPDATE whatsapp_messages
SET status = :status
WHERE id = :id
  AND restaurant_id = :restaurant_id
  AND direction = 'outbound';

-- name: count_messages :one
-- How many messages a restaurant has in one direction and status.
-- @index whatsapp_messages idx_whatsapp_messages_direction_status
SELECT count(*) AS messages
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
  AND direction = :direction
  AND status = :status;

-- name: messages_with_interactions :many
-- The newest messages of a restaurant, each with its customer and what the language model
-- answered.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
-- @load customer: customers_by_ids(ids = customer_id, restaurant_id = :restaurant_id) by id one
-- @load interactions: ai_interactions_of_messages(message_ids = id, restaurant_id = :restaurant_id) by message_id
-- @param max_rows: how many messages at most
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
ORDER BY created_at DESC
LIMIT :max_rows;

-- name: messages_of_customers :many
-- The last messages of each of some customers, newest first.
-- @index whatsapp_messages idx_whatsapp_messages_customer_date
-- @param max_rows: how many messages of each customer at most
SELECT m.customer_id, m.id, m.direction, m.status, m.content, m.created_at
FROM unnest(:customer_ids::uuid[]) AS k (customer_id)
CROSS JOIN LATERAL (
    SELECT customer_id, id, direction, status, content, created_at
    FROM whatsapp_messages
    WHERE customer_id = k.customer_id
      AND restaurant_id = :restaurant_id
    ORDER BY created_at DESC
    LIMIT :max_rows
) m;

-- name: messages_of_customers_with_interactions :many
-- The last messages of each of some customers, newest first, each with what the language
-- model answered.
-- @index whatsapp_messages idx_whatsapp_messages_customer_date
-- @load interactions: ai_interactions_of_messages(message_ids = id, restaurant_id = :restaurant_id) by message_id
-- @param max_rows: how many messages of each customer at most
SELECT m.customer_id, m.id, m.direction, m.content, m.created_at
FROM unnest(:customer_ids::uuid[]) AS k (customer_id)
CROSS JOIN LATERAL (
    SELECT customer_id, id, direction, content, created_at
    FROM whatsapp_messages
    WHERE customer_id = k.customer_id
      AND restaurant_id = :restaurant_id
    ORDER BY created_at DESC
    LIMIT :max_rows
) m;

-- name: transcript :many
-- The messages of a restaurant in a date range, oldest first, each with what the language
-- model answered. The answers are found by the same range, so both are asked for at once.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
-- @unbounded: the caller chooses the range
-- @load interactions: ai_interactions_between(restaurant_id = :restaurant_id, from = :from, until = :until) by message_id
-- @param from: the first instant that counts
-- @param until: the first instant that no longer counts
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
  AND created_at >= :from
  AND created_at < :until
ORDER BY created_at;

-- name: messages_by_page :many
-- The messages of a restaurant, newest first, page by page.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
-- @page created_at desc, id desc
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id;

-- name: every_message :stream
-- Everything that was written to a restaurant and answered, oldest first, for an export.
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
ORDER BY created_at;

-- name: create_messages :bulk
-- Stores many messages, such as the answers to a whole list of customers.
INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
VALUES (:restaurant_id, :customer_id, :direction, :status, :content)
RETURNING id, created_at;
