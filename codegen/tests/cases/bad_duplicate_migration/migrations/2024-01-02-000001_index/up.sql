CREATE INDEX CONCURRENTLY idx_items ON items (id);
