CREATE TABLE notes (id int PRIMARY KEY, tags text[] NOT NULL, codes varchar(3)[], name varchar(20), size int, words text);
CREATE VIEW short_notes AS SELECT id, tags FROM notes;
CREATE TABLE secrets (owner text NOT NULL);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
