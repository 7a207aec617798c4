CREATE TYPE direction AS ENUM ('inbound', 'outbound');
CREATE TABLE messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    restaurant_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    direction direction NOT NULL,
    model text,
    tokens integer,
    content text NOT NULL,
    created_at timestamptz NOT NULL
);
