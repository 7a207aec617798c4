-- Diesel sends both together, and PostgreSQL makes them one transaction.
ALTER TABLE items ADD COLUMN city text;
CREATE INDEX CONCURRENTLY idx_items ON items (name);
