-- A restaurant's figures, each page in a single statement.

-- name: customer_analytics :one
-- The restaurant's dashboard: customers, feedback and messages, each table read once.
-- @param since: from when on a customer counts as new, and a message counts at all
WITH customer_figures AS (
    SELECT count(*)                                               AS total_customers,
           count(*) FILTER (WHERE created_at >= :since)           AS new_customers,
           avg(rating)::double precision                          AS average_rating,
           count(*) FILTER (WHERE feedback_sentiment = 'positive') AS positive_feedback,
           count(*) FILTER (WHERE feedback_sentiment = 'neutral')  AS neutral_feedback,
           count(*) FILTER (WHERE feedback_sentiment = 'negative') AS negative_feedback
    FROM customers
    WHERE restaurant_id = :restaurant_id
      AND is_deleted = FALSE
), message_figures AS (
    SELECT count(*) FILTER (WHERE direction = 'inbound')          AS inbound_messages,
           count(*) FILTER (WHERE direction = 'outbound')         AS outbound_messages,
           count(*) FILTER (WHERE status = 'delivered')           AS delivered_messages,
           count(*) FILTER (WHERE status = 'read')                AS read_messages,
           count(*) FILTER (WHERE status = 'failed')              AS failed_messages
    FROM whatsapp_messages
    WHERE restaurant_id = :restaurant_id
      AND created_at >= :since
)
SELECT c.total_customers,
       c.new_customers,
       c.average_rating,
       c.positive_feedback,
       c.neutral_feedback,
       c.negative_feedback,
       m.inbound_messages,
       m.outbound_messages,
       m.delivered_messages,
       m.read_messages,
       m.failed_messages,
       m.outbound_messages::double precision / nullif(m.inbound_messages, 0) AS response_rate
FROM customer_figures c
CROSS JOIN message_figures m;

-- name: messages_by_direction_and_status :many
-- The messages of a restaurant since a date, counted by direction and status.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
SELECT direction, status, count(*) AS messages
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
  AND created_at >= :since
GROUP BY direction, status
ORDER BY direction, status;

-- name: dashboard :opt
-- A restaurant's dashboard: everything is asked for at once.
-- @param since: from when on customers count as new, and messages and answers count at all
-- @load figures: customer_analytics(restaurant_id = :restaurant_id, since = :since)
-- @load messages: messages_by_direction_and_status(restaurant_id = :restaurant_id, since = :since)
-- @load models: ai_statistics(restaurant_id = :restaurant_id, since = :since)
-- @load most_active: most_active_customers(restaurant_id = :restaurant_id, since = :since)
SELECT id, name, timezone
FROM restaurants
WHERE id = :restaurant_id;
