--! restaurant_by_phone
SELECT id, name, phone_number, timezone, created_at
FROM restaurants
WHERE phone_number = :phone_number;

--! customer_by_phone : Customer (name?, rating?)
SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers
WHERE phone_number = :phone_number
  AND restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

--! customers_by_status : Customer (name?, rating?)
SELECT id, customer_number, name, phone_number, status, rating, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND status = :status
  AND is_deleted = FALSE
ORDER BY created_at DESC
LIMIT :max_rows;

--! count_customers
SELECT count(*) AS customers
FROM customers
WHERE restaurant_id = :restaurant_id
  AND is_deleted = FALSE;

--! search_customers (status?, feedback_sentiment?, created_since?) : (name?, rating?, feedback_sentiment?)
SELECT id, customer_number, name, phone_number, status, rating, feedback_sentiment, created_at
FROM customers
WHERE restaurant_id = :restaurant_id
  AND is_deleted = FALSE
  AND (:status::customer_status IS NULL OR status = :status)
  AND (:feedback_sentiment::feedback_sentiment IS NULL OR feedback_sentiment = :feedback_sentiment)
  AND (:created_since::timestamptz IS NULL OR created_at >= :created_since)
ORDER BY created_at DESC, id
LIMIT :max_rows;

--! conversation
SELECT id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
  AND restaurant_id = :restaurant_id
ORDER BY created_at DESC
LIMIT :max_rows;

--! count_messages
SELECT count(*) AS messages
FROM whatsapp_messages
WHERE restaurant_id = :restaurant_id
  AND direction = :direction
  AND status = :status;

--! store_message : Stored()
INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
VALUES (:restaurant_id, :customer_id, :direction, :status, :content)
RETURNING id, created_at;

--! create_messages : Stored()
INSERT INTO whatsapp_messages (restaurant_id, customer_id, direction, status, content)
SELECT *
FROM unnest(:restaurant_ids::uuid[], :customer_ids::uuid[], :directions::message_direction[],
            :statuses::message_status[], :contents::text[])
RETURNING id, created_at;

--! interactions_of_messages : (confidence?)
SELECT message_id, id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at
FROM ai_interactions
WHERE message_id = ANY (:message_ids)
  AND restaurant_id = :restaurant_id
ORDER BY created_at;

--! messages_of_customer
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
ORDER BY created_at;

--! answers_of_message : Answer (confidence?)
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id = :message_id
ORDER BY created_at;

--! answers_of_messages : Answer (confidence?)
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id = ANY (:message_ids)
ORDER BY created_at;

--! answers_of_customer : Answer (confidence?)
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id IN (SELECT id FROM whatsapp_messages WHERE customer_id = :customer_id)
ORDER BY created_at;

--! threads_joined : (message_id?, answer_id?, model?, latency_ms?, confidence?, answered_at?)
SELECT m.id, m.customer_id, m.direction, m.status, m.content, m.created_at,
       a.message_id, a.id AS answer_id, a.model, a.latency_ms, a.confidence,
       a.created_at AS answered_at
FROM whatsapp_messages m
LEFT JOIN ai_interactions a ON a.message_id = m.id
WHERE m.customer_id = :customer_id
ORDER BY m.created_at, a.created_at;
