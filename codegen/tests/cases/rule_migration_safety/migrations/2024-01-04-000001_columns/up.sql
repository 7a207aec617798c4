ALTER TABLE shops
    ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now(),
    -- squawk-ignore ban-drop-column
    DROP COLUMN name;
ALTER TABLE orders ALTER COLUMN placed_at SET NOT NULL;
ALTER TABLE orders RENAME COLUMN placed_at TO ordered_at;
-- squawk-ignore ban-drop-tabel
DROP TABLE orders;
