-- The rows of two tenants, 1 and 2, which share every value that no constraint keeps
-- apart: a query that is not bound meets rows of both.
CREATE TABLE p (id int PRIMARY KEY, tid int NOT NULL, ref int REFERENCES p, x int NOT NULL, UNIQUE (id, tid), UNIQUE (tid, x));
-- A key that holds the tenant, one that does not, one whose other column is unique within a
-- tenant only, one that a row may leave out.
CREATE TABLE m (id int PRIMARY KEY, tid int NOT NULL, ref int NOT NULL, x int, FOREIGN KEY (ref, tid) REFERENCES p (id, tid));
CREATE TABLE n (id int PRIMARY KEY, tid int NOT NULL, ref int REFERENCES p, x int, UNIQUE (tid, x));
CREATE TABLE k (id int PRIMARY KEY, tid int NOT NULL, ref int, x int, FOREIGN KEY (tid, ref) REFERENCES p (tid, x));
CREATE TABLE u (id int PRIMARY KEY, tid int, ref int, x int, FOREIGN KEY (ref, tid) REFERENCES p (id, tid));
-- Rows without a tenant are shared.
CREATE TABLE s (id int PRIMARY KEY, tid int, ref int, x int);
CREATE TABLE w (id int PRIMARY KEY, tid int NOT NULL, ref int NOT NULL REFERENCES s, x int);
-- A table of no tenant.
CREATE TABLE g (id int PRIMARY KEY, ref int, x int);
CREATE VIEW v_plain AS SELECT tid, id, ref, x FROM m;
CREATE VIEW v_joined AS SELECT p.tid, m.id, m.ref, p.x FROM m JOIN p ON p.id = m.ref;
CREATE VIEW v_counts AS SELECT tid, count(*)::int AS id, max(ref) AS ref, x FROM n GROUP BY tid, x;
CREATE VIEW v_ranks AS SELECT tid, id, ref, (rank() OVER (ORDER BY x, id))::int AS x FROM n;
CREATE VIEW v_places AS SELECT tid, id, ref, (rank() OVER (PARTITION BY tid ORDER BY x, id))::int AS x FROM n;
CREATE VIEW v_hidden AS SELECT x AS tid, id, ref, x FROM m;

INSERT INTO p VALUES (1, 1, NULL, 1), (2, 2, NULL, 1), (3, 1, 1, 2), (4, 2, 2, 2), (5, 1, 3, 3), (6, 2, 4, 4);
INSERT INTO m VALUES (1, 1, 1, 2), (2, 2, 2, 1), (3, 1, 3, 4), (4, 2, 2, 3), (5, 1, 1, 1), (6, 2, 6, 1);
INSERT INTO n VALUES (1, 1, 1, 1), (2, 2, 2, 1), (3, 1, NULL, 2), (4, 2, 4, 2), (5, 1, 5, 6), (6, 2, NULL, 3);
INSERT INTO k VALUES (1, 1, 1, 1), (2, 2, 1, 1), (3, 1, 2, 2), (4, 2, 4, 2), (5, 2, NULL, 1);
INSERT INTO u VALUES (1, 1, 1, 1), (2, 2, 2, 1), (3, NULL, 2, 2), (4, NULL, 1, 1), (5, 1, NULL, 2);
INSERT INTO s VALUES (1, 1, 1, 1), (2, 2, 1, 1), (3, NULL, 2, 2), (4, NULL, 1, 1);
INSERT INTO w VALUES (1, 1, 3, 1), (2, 2, 3, 1), (3, 1, 1, 2), (4, 2, 2, 2), (5, 1, 4, 3), (6, 2, 4, 1);
INSERT INTO g VALUES (1, 1, 1), (2, 1, 2), (3, 4, 2);
