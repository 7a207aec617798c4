CREATE DOMAIN email AS text NOT NULL CHECK (VALUE LIKE '%@%');
CREATE DOMAIN nickname AS varchar(20);
CREATE DOMAIN level AS smallint CHECK (VALUE > 0);
CREATE DOMAIN high_level AS level NOT NULL CHECK (VALUE IS NOT NULL);
CREATE TABLE things (
    id bigint PRIMARY KEY,
    email email,
    nickname nickname,
    level high_level,
    tags text[] NOT NULL,
    scores int[],
    matrix double precision[][] NOT NULL,
    names nickname[],
    emails email[] NOT NULL,
    maybe uuid
);
COMMENT ON COLUMN things.nickname IS 'What friends say; may hold `ticks`, */ and
a second line.';
