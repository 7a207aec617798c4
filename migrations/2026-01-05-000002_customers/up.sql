CREATE TYPE customer_status AS ENUM ('new', 'active', 'inactive', 'blocked');
CREATE TYPE feedback_sentiment AS ENUM ('positive', 'neutral', 'negative');

CREATE TABLE customers (
    id                 uuid            PRIMARY KEY DEFAULT gen_random_uuid(),
    restaurant_id      uuid            NOT NULL REFERENCES restaurants (id),
    customer_number    text            NOT NULL CHECK (customer_number <> ''),
    phone_number       text            NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    name               text,
    status             customer_status NOT NULL DEFAULT 'new',
    rating             smallint        CHECK (rating BETWEEN 1 AND 5),
    feedback_sentiment feedback_sentiment,
    is_deleted         boolean         NOT NULL DEFAULT FALSE,
    created_at         timestamptz     NOT NULL DEFAULT now(),
    updated_at         timestamptz     NOT NULL DEFAULT now(),
    UNIQUE (restaurant_id, customer_number),
    -- What messages and interactions refer to, so that a row of one restaurant
    -- can never point at a customer of another.
    UNIQUE (id, restaurant_id)
);

COMMENT ON COLUMN customers.customer_number IS 'The number the restaurant itself gives a customer, unique within it.';
COMMENT ON COLUMN customers.phone_number IS 'In E.164 form.';
COMMENT ON COLUMN customers.is_deleted IS 'Soft delete: the row stays for analytics, every lookup leaves it out.';
