-- Customers of a restaurant. A soft-deleted customer is left out of every lookup.

-- name: customer_by_phone :opt
-- Looks a customer up by phone number, the agent's most frequent query.
-- @index customers idx_customers_phone_restaurant
SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers
WHERE phone_number = :phone_number
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: customer_with_restaurant :opt
-- A customer together with the restaurant, for the agent's greeting.
SELECT c.id,
       c.customer_number,
       c.name,
       c.phone_number,
       c.status,
       c.rating,
       c.feedback_sentiment,
       r.id       AS "restaurant.id",
       r.name     AS "restaurant.name",
       r.timezone AS "restaurant.timezone"
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.id = :id
  AND c.restaurant_id = :restaurant_id
  AND c.is_deleted = FALSE;

-- name: customers_by_status :many
-- The newest customers of a restaurant that have one status.
-- @index customers idx_customers_status_restaurant
-- @param max_rows: how many customers at most
SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND status = :status
  AND is_deleted = FALSE
ORDER BY created_at DESC
LIMIT :max_rows;

-- name: customers_by_feedback :many
-- The newest customers of a restaurant who left one kind of feedback.
-- @index customers idx_customers_feedback_sentiment
-- @param max_rows: how many customers at most
SELECT id, customer_number, name, phone_number, rating, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND feedback_sentiment = :feedback_sentiment
  AND is_deleted = FALSE
ORDER BY created_at DESC
LIMIT :max_rows;

-- name: customer_with_conversation :opt
-- A customer with the last messages exchanged, for whoever takes over from the agent.
-- @load messages: messages_of_customers(customer_ids = id, restaurant_id = :restaurant_id, max_rows = :max_rows) by customer_id
SELECT id, customer_number, name, phone_number, status
FROM customers
WHERE id = :id
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: customers_with_messages :many
-- The newest fifty customers, each with the last messages exchanged: two statements,
-- whatever the number of customers.
-- @load messages: messages_of_customers(customer_ids = id, restaurant_id = :restaurant_id, max_rows = :max_rows) by customer_id
SELECT id, name, phone_number, status
FROM customers
WHERE restaurant_id = :restaurant_id
  AND is_deleted = FALSE
ORDER BY created_at DESC
LIMIT 50;

-- name: customers_by_ids :many
-- Some customers by their keys.
SELECT id, customer_number, name, phone_number, status
FROM customers
WHERE id = ANY (:ids)
  AND restaurant_id = :restaurant_id;

-- name: customers_with_message_counts :many
-- The newest fifty customers, each with the number of messages exchanged and the
-- time of the last one. The counts are a sub-select, so that only the messages of
-- the fifty are counted.
-- @index whatsapp_messages idx_whatsapp_messages_customer_date
-- @row CustomerMessageCount
SELECT c.id,
       c.name,
       c.phone_number,
       m.message_count,
       m.last_message_at
FROM customers c
CROSS JOIN LATERAL (
    SELECT count(*) AS message_count, max(created_at) AS last_message_at
    FROM whatsapp_messages
    WHERE customer_id = c.id
) m
WHERE c.restaurant_id = :restaurant_id
  AND c.is_deleted = FALSE
ORDER BY c.created_at DESC
LIMIT 50;

-- name: most_active_customers :many
-- The twenty customers who exchanged the most messages since a date: a join and a
-- GROUP BY, because every message of the restaurant in that time counts.
-- @row CustomerMessageCount
SELECT c.id,
       c.name,
       c.phone_number,
       count(m.id)       AS message_count,
       max(m.created_at) AS last_message_at
FROM customers c
LEFT JOIN whatsapp_messages m
       ON m.customer_id = c.id
      AND m.restaurant_id = :restaurant_id
      AND m.created_at >= :since
WHERE c.restaurant_id = :restaurant_id
  AND c.is_deleted = FALSE
GROUP BY c.id
ORDER BY message_count DESC, c.id
LIMIT 20;

-- name: count_customers :one
-- How many customers a restaurant has.
SELECT count(*) AS customers
FROM customers
WHERE restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: create_customer :one
-- Adds a customer; a phone number that the restaurant already knows is a unique
-- violation.
INSERT INTO customers (restaurant_id, customer_number, phone_number, name)
VALUES (:restaurant_id, :customer_number, :phone_number, :name)
RETURNING id, customer_number, name, phone_number, status, rating, created_at;

-- name: upsert_customer_by_phone :one
-- Adds the customer who wrote, or takes over the name of one already known. `is_new`
-- tells which.
INSERT INTO customers (restaurant_id, customer_number, phone_number, name)
VALUES (:restaurant_id, :customer_number, :phone_number, :name)
ON CONFLICT (phone_number, restaurant_id) WHERE is_deleted = FALSE
DO UPDATE SET name = coalesce(excluded.name, customers.name), updated_at = now()
RETURNING id, customer_number, name, phone_number, status, rating, created_at,
          xmax = 0 AS is_new;

-- name: update_customer_status :execrows
-- Sets the status; 0 rows means that the restaurant has no such customer.
UPDATE customers
SET status = :status, updated_at = now()
WHERE id = :id
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: rate_customer :execrows
-- Stores what the customer thought of the service, or clears it with `None`.
UPDATE customers
SET rating = :rating, feedback_sentiment = :feedback_sentiment, updated_at = now()
WHERE id = :id
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: soft_delete_customer :execrows
-- Hides a customer from every lookup; the phone number is free again.
UPDATE customers
SET is_deleted = TRUE, updated_at = now()
WHERE id = :id
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

-- name: customers_with_history :many
-- The newest fifty customers, each with the restaurant, the last messages exchanged and what
-- the language model answered: one statement a level, whatever the number of customers.
-- @load messages: messages_of_customers_with_interactions(customer_ids = id, restaurant_id = :restaurant_id, max_rows = :max_rows) by customer_id
-- @param max_rows: how many messages of each customer at most
SELECT c.id,
       c.name,
       c.phone_number,
       c.status,
       r.id       AS "restaurant.id",
       r.name     AS "restaurant.name",
       r.timezone AS "restaurant.timezone"
FROM customers c
JOIN restaurants r ON r.id = c.restaurant_id
WHERE c.restaurant_id = :restaurant_id
  AND c.is_deleted = FALSE
ORDER BY c.created_at DESC
LIMIT 50;

-- name: inbox :many
-- The fifty customers who were in touch last, each with the latest message.
-- @index whatsapp_messages idx_whatsapp_messages_customer_date
SELECT c.id,
       c.name,
       c.phone_number,
       c.status,
       m.id         AS "latest.id",
       m.direction  AS "latest.direction",
       m.status     AS "latest.status",
       m.content    AS "latest.content",
       m.created_at AS "latest.created_at"
FROM customers c
CROSS JOIN LATERAL (
    SELECT id, direction, status, content, created_at
    FROM whatsapp_messages
    WHERE customer_id = c.id
    ORDER BY created_at DESC
    LIMIT 1
) m
WHERE c.restaurant_id = :restaurant_id
  AND c.is_deleted = FALSE
ORDER BY m.created_at DESC
LIMIT 50;

-- name: search_customers :many
-- Finds customers by what is known of them.
-- @index customers idx_customers_status_restaurant
-- @index customers idx_customers_feedback_sentiment
-- @index customers idx_customers_created_restaurant
-- @order newest: created_at DESC, id | name: name, id
-- @param created_since: the first instant that counts
-- @param max_rows: how many customers at most
SELECT id, customer_number, name, phone_number, status, rating, feedback_sentiment, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND is_deleted = FALSE
  /*[ status */ AND status = :status /*] */
  /*[ feedback_sentiment */ AND feedback_sentiment = :feedback_sentiment /*] */
  /*[ created_since */ AND created_at >= :created_since /*] */
LIMIT :max_rows;

-- name: add_customers :bulk
-- Adds the customers of a list whose phone numbers the restaurant does not know yet.
INSERT INTO customers (restaurant_id, customer_number, phone_number, name)
VALUES (:restaurant_id, :customer_number, :phone_number, :name)
ON CONFLICT (phone_number, restaurant_id) WHERE is_deleted = FALSE DO NOTHING;
