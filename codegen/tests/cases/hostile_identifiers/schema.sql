CREATE TABLE "odd ""table""; DROP" (
    "type" text NOT NULL,
    "self" text,
    "Super" int,
    "crate" int NOT NULL,
    "a""b" text,
    "größe" int,
    "1st" int NOT NULL,
    "async" bool NOT NULL,
    "`{}" text,
    "r#fn" text,
    "m²" int,
    "; DROP TABLE x; --" text
);
COMMENT ON COLUMN "odd ""table""; DROP"."type" IS '*/ `x` " # \ #[doc = "x"] fn main() {}';
COMMENT ON COLUMN "odd ""table""; DROP"."self" IS E'```\nassert!(false, "a comment is no test");\n```\n\n    assert!(false);\n\tassert!(false);\n> ~~~rust\n> assert!(false);';
CREATE INDEX "odd ""index"" $1" ON "odd ""table""; DROP" ("type");
CREATE SCHEMA "we""ird";
CREATE TABLE "we""ird"."Table" ("Camel" text NOT NULL);
