-- The interactions of a restaurant since a date.
CREATE INDEX CONCURRENTLY idx_ai_interactions_restaurant_date
    ON ai_interactions (restaurant_id, created_at DESC);
