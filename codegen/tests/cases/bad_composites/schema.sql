CREATE EXTENSION citext;
CREATE SCHEMA shop;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glücklich');
CREATE DOMAIN feeling AS mood;
CREATE DOMAIN short AS varchar(9);
CREATE TYPE geo AS (lat float8, lon float8);
CREATE TYPE shop.geo AS (cell text);
CREATE TYPE address AS (
    street text,
    "type" varchar(9),
    owner name,
    city citext,
    code char(3),
    short short,
    place geo,
    mood mood,
    feeling feeling,
    since date,
    tags varchar(9)[],
    moods mood[],
    places geo[],
    "Type" int
);
CREATE TABLE shops (
    id int PRIMARY KEY,
    address address NOT NULL,
    old address[],
    cell shop.geo,
    moods mood[] NOT NULL DEFAULT '{}'
);
CREATE TYPE place AS (name text, at point);
