CREATE TABLE authors (
    id bigserial PRIMARY KEY,
    name text NOT NULL UNIQUE,
    bio text
);

CREATE TABLE books (
    id serial PRIMARY KEY,
    author_id bigint NOT NULL REFERENCES authors,
    title text NOT NULL,
    id_2 int NOT NULL DEFAULT 0
);

CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
