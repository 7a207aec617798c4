CREATE TYPE message_direction AS ENUM ('inbound', 'outbound');
CREATE TYPE message_status AS ENUM ('received', 'queued', 'sent', 'delivered', 'read', 'failed');

CREATE TABLE whatsapp_messages (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    direction message_direction NOT NULL,
    status message_status NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX ON whatsapp_messages (customer_id, created_at);

CREATE TABLE ai_interactions (
    id uuid PRIMARY KEY,
    message_id uuid NOT NULL REFERENCES whatsapp_messages,
    model text NOT NULL,
    latency_ms integer NOT NULL,
    confidence double precision,
    created_at timestamptz NOT NULL
);
CREATE INDEX ON ai_interactions (message_id);
