CREATE SCHEMA tools;
CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE EXTENSION citext;
CREATE TABLE kept (
    id int PRIMARY KEY,
    labels hstore NOT NULL,
    path ltree NOT NULL,
    pattern lquery NOT NULL,
    name citext NOT NULL,
    many_labels hstore[],
    many_paths ltree[],
    names citext[],
    maybe hstore
);
