-- Messages with the answers of the language model, in every way that there is to load them.

-- name: threads_joined :many
SELECT m.id, m.customer_id, m.direction, m.status, m.content, m.created_at,
       a.message_id AS "answers[].message_id", a.id AS "answers[].id",
       a.model AS "answers[].model", a.latency_ms AS "answers[].latency_ms",
       a.confidence AS "answers[].confidence", a.created_at AS "answers[].created_at"
FROM whatsapp_messages m
LEFT JOIN ai_interactions a ON a.message_id = m.id
WHERE m.customer_id = :customer_id
ORDER BY m.created_at, a.created_at;

-- name: threads_select_in :many
-- @load answers: answers_of_messages(message_ids = id) by message_id
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
ORDER BY created_at;

-- name: threads_subquery :many
-- @load answers: answers_of_customer(customer_id = :customer_id) by message_id
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
ORDER BY created_at;

-- name: messages_of_customer :many
SELECT id, customer_id, direction, status, content, created_at
FROM whatsapp_messages
WHERE customer_id = :customer_id
ORDER BY created_at;

-- name: answers_of_messages :many
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id = ANY (:message_ids)
ORDER BY created_at;

-- name: answers_of_customer :many
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id IN (SELECT id FROM whatsapp_messages WHERE customer_id = :customer_id)
ORDER BY created_at;

-- name: answers_of_message :many
SELECT message_id, id, model, latency_ms, confidence, created_at
FROM ai_interactions
WHERE message_id = :message_id
ORDER BY created_at;
