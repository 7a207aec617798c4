-- The interactions that answered a message, and the foreign key to it.
CREATE INDEX CONCURRENTLY idx_ai_interactions_message
    ON ai_interactions (message_id);
