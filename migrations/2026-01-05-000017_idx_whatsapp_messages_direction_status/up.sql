-- Messages by direction and status: what waits to be sent, what failed.
CREATE INDEX CONCURRENTLY idx_whatsapp_messages_direction_status
    ON whatsapp_messages (restaurant_id, direction, status);
