-- Skewed, correlated, with nulls; the same in every run.
SELECT setseed(0.25);
INSERT INTO shops
SELECT n, 'shop ' || n, 'city ' || n % 40, 'zip ' || n % 160
FROM generate_series(1, 400) n;

INSERT INTO customers
SELECT n,
       -- A few shops have most of the customers.
       1 + floor(400 * power(random(), 3))::int,
       CASE WHEN n % 10 > 0 THEN 'Customer' || n || '@example.org' END,
       '+1555' || lpad(n::text, 7, '0'),
       (ARRAY['new', 'open', 'open', 'open', 'done', 'done', 'done', 'done', 'done', 'done'])[1 + n % 10]::state,
       CASE WHEN n % 7 = 0 THEN 1 + n % 5 END,
       n % 50 = 0,
       ARRAY['tag' || floor(30 * power(random(), 2))::int, 'tag' || 30 + n % 300],
       jsonb_build_object('plan', n % 20, 'code', n),
       to_tsvector('simple', 'word' || n % 900 || ' word' || n % 13),
       daterange('2024-01-01'::date + n % 700, '2024-01-01'::date + n % 700 + 1 + n % 30),
       point(n % 211, n % 97),
       '2024-01-01'::timestamptz + n * interval '25 minutes'
FROM generate_series(1, 30000) n;
UPDATE customers SET state = 'lost' WHERE id % 997 = 0;

INSERT INTO products
SELECT n, 'sku-' || n, (n % 5000) / 10.0, 1 + floor(60 * power(random(), 2))::int
FROM generate_series(1, 3000) n;

INSERT INTO orders
SELECT n,
       1 + floor(30000 * power(random(), 2))::bigint,
       (ARRAY['done', 'done', 'done', 'open', 'new'])[1 + n % 5]::state,
       n % 977,
       '2024-01-01'::timestamptz + n * interval '17 minutes'
FROM generate_series(1, 60000) n;

INSERT INTO lines
SELECT 1 + n / 2, n % 2, 1 + floor(3000 * power(random(), 3))::int, 1 + n % 6, (n % 500) / 10.0
FROM generate_series(0, 119999) n;

INSERT INTO events
SELECT '2025-01-01'::timestamptz + n * interval '1 minute',
       1 + floor(400 * power(random(), 3))::int,
       (ARRAY['view', 'view', 'view', 'view', 'view', 'click', 'click', 'buy'])[1 + floor(8 * random())::int],
       md5((n / 6)::text)::uuid,
       CASE WHEN n % 3 = 0 THEN repeat('x', n % 120) END
FROM generate_series(1, 120000) n;

INSERT INTO notes SELECT n, n % 900, 'note ' || n FROM generate_series(1, 9000) n;
INSERT INTO private_notes SELECT n, n % 300, 'note ' || n, 'key' FROM generate_series(9001, 15000) n;

-- The sample is the whole of each table, so that it is the same in every run.
SET default_statistics_target = 500;
VACUUM (ANALYZE) shops, customers, products, orders, lines, events, notes, private_notes;
-- Grown since: the planner scales what it counted by the pages that there are.
INSERT INTO events
SELECT '2025-06-01'::timestamptz + n * interval '1 minute', n % 400, 'view', md5(n::text)::uuid, NULL
FROM generate_series(1, 9000) n;
INSERT INTO drafts SELECT n, repeat('draft ', 20) FROM generate_series(1, 4000) n;
