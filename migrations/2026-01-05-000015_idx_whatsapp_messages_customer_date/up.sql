-- A conversation, newest first, without a sort.
CREATE INDEX CONCURRENTLY idx_whatsapp_messages_customer_date
    ON whatsapp_messages (customer_id, created_at DESC);
