CREATE TYPE message_direction AS ENUM ('inbound', 'outbound');
CREATE TYPE message_status AS ENUM ('received', 'queued', 'sent', 'delivered', 'read', 'failed');

CREATE TABLE whatsapp_messages (
    id            uuid              PRIMARY KEY DEFAULT gen_random_uuid(),
    restaurant_id uuid              NOT NULL,
    customer_id   uuid              NOT NULL,
    direction     message_direction NOT NULL,
    status        message_status    NOT NULL,
    content       text              NOT NULL,
    -- Not now(): messages of one transaction have an order, too.
    created_at    timestamptz       NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (customer_id, restaurant_id) REFERENCES customers (id, restaurant_id),
    UNIQUE (id, restaurant_id),
    CHECK (direction = 'outbound' OR status IN ('received', 'read'))
);
