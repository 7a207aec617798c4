CREATE TABLE ai_interactions (
    id                uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
    restaurant_id     uuid             NOT NULL,
    message_id        uuid             NOT NULL,
    model             text             NOT NULL CHECK (model <> ''),
    latency_ms        integer          NOT NULL CHECK (latency_ms >= 0),
    prompt_tokens     integer          NOT NULL CHECK (prompt_tokens >= 0),
    completion_tokens integer          NOT NULL CHECK (completion_tokens >= 0),
    confidence        double precision CHECK (confidence BETWEEN 0 AND 1),
    created_at        timestamptz      NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (message_id, restaurant_id) REFERENCES whatsapp_messages (id, restaurant_id)
);

COMMENT ON COLUMN ai_interactions.message_id IS 'The inbound message that the model answered.';
COMMENT ON COLUMN ai_interactions.latency_ms IS 'From request to complete answer, in milliseconds.';
COMMENT ON COLUMN ai_interactions.confidence IS 'The model''s own estimate, 0 to 1; absent when the model gives none.';
