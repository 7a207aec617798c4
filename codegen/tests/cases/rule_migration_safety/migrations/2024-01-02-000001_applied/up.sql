-- Applied long ago: not judged.
CREATE INDEX idx_shops_old ON shops (name);
