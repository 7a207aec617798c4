-- What the language model did, and what it cost.

-- name: store_ai_interaction :one
-- Stores one answer of the model.
-- @param latency_ms: from request to complete answer, in milliseconds
-- @param confidence: 0 to 1, or `None` when the model gives none
INSERT INTO ai_interactions
    (restaurant_id, message_id, model, latency_ms, prompt_tokens, completion_tokens, confidence)
VALUES
    (:restaurant_id, :message_id, :model, :latency_ms, :prompt_tokens, :completion_tokens, :confidence)
RETURNING id, created_at;

-- name: ai_interactions_of_message :many
-- Every answer given to one message, oldest first.
-- @index ai_interactions idx_ai_interactions_message
-- @unbounded: a message is answered once, or a few times when the model is asked again
SELECT id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at
FROM ai_interactions
WHERE message_id = :message_id
  AND restaurant_id = :restaurant_id
ORDER BY created_at;

-- name: ai_interactions_of_messages :many
-- Every answer given to some messages, oldest first.
-- @index ai_interactions idx_ai_interactions_message
-- @unbounded: a message is answered once, or a few times when the model is asked again
SELECT message_id, id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at
FROM ai_interactions
WHERE message_id = ANY (:message_ids)
  AND restaurant_id = :restaurant_id
ORDER BY created_at;

-- name: ai_statistics :many
-- Each model's use since a date: how often, how fast, how many tokens, how sure.
-- @index ai_interactions idx_ai_interactions_restaurant_date
-- @unbounded: one row for each model, and an agent has used a handful
SELECT model,
       count(*)                                                AS interactions,
       avg(latency_ms)::double precision                       AS average_latency_ms,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95_latency_ms,
       sum(prompt_tokens)                                      AS prompt_tokens,
       sum(completion_tokens)                                  AS completion_tokens,
       avg(confidence)                                         AS average_confidence
FROM ai_interactions
WHERE restaurant_id = :restaurant_id
  AND created_at >= :since
GROUP BY model
ORDER BY interactions DESC, model;

-- name: ai_interactions_between :many
-- Every answer given to the messages of a date range, oldest first.
-- @index whatsapp_messages idx_whatsapp_messages_restaurant_date
-- @unbounded: the caller chooses the range
-- @param from: the first instant at which a message counts
-- @param until: the first instant at which a message no longer counts
SELECT i.message_id, i.id, i.model, i.latency_ms, i.confidence, i.created_at
FROM whatsapp_messages m
JOIN ai_interactions i ON i.message_id = m.id AND i.restaurant_id = m.restaurant_id
WHERE m.restaurant_id = :restaurant_id
  AND m.created_at >= :from
  AND m.created_at < :until
ORDER BY i.created_at;

-- name: import_ai_interactions :copy
-- Takes over interactions from another system, with the times at which they happened.
INSERT INTO ai_interactions
    (restaurant_id, message_id, model, latency_ms, prompt_tokens, completion_tokens, confidence, created_at)
VALUES
    (:restaurant_id, :message_id, :model, :latency_ms, :prompt_tokens, :completion_tokens, :confidence, :created_at);
