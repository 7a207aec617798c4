CREATE TABLE staff (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    boss bigint REFERENCES staff,
    wage numeric NOT NULL,
    notes jsonb NOT NULL DEFAULT '{}',
    about tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED
);
CREATE TABLE cooks (stars smallint NOT NULL) INHERITS (staff);
CREATE TABLE jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    taken_by bigint REFERENCES staff,
    done boolean NOT NULL DEFAULT false
);
CREATE TABLE visits (day date NOT NULL, staff_id bigint NOT NULL, guests integer) PARTITION BY RANGE (day);
CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CREATE VIEW bosses AS
    SELECT s.id, s.name, b.name AS boss FROM staff s LEFT JOIN staff b ON b.id = s.boss;
CREATE FUNCTION wage_range(OUT lowest numeric, OUT most numeric)
    LANGUAGE sql STABLE AS 'SELECT min(wage), max(wage) FROM staff';
CREATE TABLE nothing ();
