CREATE TYPE customer_status AS ENUM ('active', 'blocked');

CREATE TABLE restaurants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    city text
);

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    restaurant_id uuid NOT NULL REFERENCES restaurants,
    name text,
    phone text NOT NULL,
    status customer_status NOT NULL DEFAULT 'active',
    rating smallint,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX idx_customers_phone ON customers (restaurant_id, phone);
CREATE INDEX idx_customers_page ON customers (restaurant_id, created_at, id);
