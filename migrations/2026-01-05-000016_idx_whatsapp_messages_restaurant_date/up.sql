-- The messages of a restaurant in a date range.
CREATE INDEX CONCURRENTLY idx_whatsapp_messages_restaurant_date
    ON whatsapp_messages (restaurant_id, created_at DESC);
