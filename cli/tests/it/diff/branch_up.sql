ALTER TABLE notes ALTER COLUMN body SET NOT NULL;
ALTER TABLE notes ADD COLUMN priority integer NOT NULL DEFAULT 0;
ALTER TABLE notes DROP COLUMN rest;
ALTER TYPE mood ADD VALUE 'cross';
DROP INDEX idx_notes_author;
CREATE INDEX idx_notes_author_date ON notes (author, created_at);
CREATE TABLE tags (name text PRIMARY KEY, color text);
