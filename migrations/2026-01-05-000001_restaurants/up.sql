-- A restaurant is a tenant: every other table carries its key.
CREATE TABLE restaurants (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    name         text        NOT NULL CHECK (name <> ''),
    phone_number text        NOT NULL UNIQUE CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    timezone     text        NOT NULL DEFAULT 'UTC',
    created_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN restaurants.phone_number IS 'The WhatsApp Business number, in E.164 form.';
