CREATE TYPE mood AS ENUM (
    'very happy', '2nd best', 'self', 'type', 'Self', '', '-', '+', 'ça va', 'it''s "ok"', E'back\\slash', 'a', 'A',
    '*/ } // `quoted`', 'm²', '½', E'new\nline'
);
CREATE TYPE "Odd Size" AS ENUM ('S', 'XL');
CREATE TYPE odd_size AS ENUM ('M');
CREATE TYPE "1st" AS ENUM ('x');
CREATE TYPE "???" AS ENUM ('x');
CREATE TYPE self AS ENUM ('x');
CREATE TYPE "String" AS ENUM ('x');
CREATE TYPE "m²`\" AS ENUM ('x');
CREATE SCHEMA other;
CREATE TYPE other.mood AS ENUM ('a', 'b');
CREATE TABLE diary (
    id bigint PRIMARY KEY,
    mood mood NOT NULL,
    was mood,
    size "Odd Size" NOT NULL,
    moods mood[] NOT NULL,
    other other.mood,
    other_size odd_size, first "1st", unnameable "???", self self, string "String", area "m²`\"
);
