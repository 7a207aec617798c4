CREATE TYPE state AS ENUM ('new', 'paid', 'lost');
CREATE TABLE people (
    id bigint PRIMARY KEY,
    shop_id int NOT NULL,
    name text NOT NULL,
    phone varchar(20) NOT NULL,
    email text NOT NULL,
    city text NOT NULL,
    state state NOT NULL,
    is_deleted boolean NOT NULL DEFAULT FALSE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX people_name ON people (name);
CREATE INDEX people_city_phone ON people (city, phone);
CREATE INDEX people_lost ON people (email) WHERE state = 'lost';
CREATE INDEX people_created ON people (created_at);
