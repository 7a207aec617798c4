-- Restaurants of very different size, a few busy customers, most messages old.
SELECT setseed(0.5);
INSERT INTO restaurants (id, name, phone_number)
SELECT md5('r' || n)::uuid, 'restaurant ' || n, '+1800' || lpad(n::text, 7, '0')
FROM generate_series(1, 150) n;

INSERT INTO customers (id, restaurant_id, customer_number, phone_number, name, status, rating,
                       feedback_sentiment, is_deleted, created_at, updated_at)
SELECT md5('c' || n)::uuid, md5('r' || 1 + floor(150 * power(random(), 2))::int)::uuid, 'C-' || n,
       '+1555' || lpad(n::text, 7, '0'),
       CASE WHEN n % 4 > 0 THEN 'customer ' || n END,
       (ARRAY['new', 'active', 'active', 'active', 'active', 'inactive', 'inactive', 'blocked'])[1 + n % 8]::customer_status,
       CASE WHEN n % 5 = 0 THEN 1 + n % 5 END,
       CASE WHEN n % 9 = 0 THEN (ARRAY['positive', 'neutral', 'negative'])[1 + n % 3]::feedback_sentiment END,
       n % 60 = 0,
       '2025-01-01'::timestamptz + n * interval '20 minutes', now()
FROM generate_series(1, 20000) n;

INSERT INTO whatsapp_messages (id, restaurant_id, customer_id, direction, status, content, created_at)
SELECT md5('m' || n)::uuid, c.restaurant_id, c.id,
       (CASE WHEN n % 2 = 0 THEN 'inbound' ELSE 'outbound' END)::message_direction,
       (CASE WHEN n % 2 = 0 THEN (ARRAY['received', 'read'])[1 + n % 4 / 2]
             ELSE (ARRAY['sent', 'delivered', 'read', 'read', 'read', 'failed', 'queued'])[1 + n % 7] END)::message_status,
       repeat('word ', 5 + n % 20),
       '2025-01-01'::timestamptz + n * interval '4 minutes'
FROM generate_series(1, 120000) n
JOIN customers c ON c.id = md5('c' || 1 + floor(20000 * power(abs(sin(n)), 2))::int)::uuid;

INSERT INTO ai_interactions (restaurant_id, message_id, model, latency_ms, prompt_tokens,
                             completion_tokens, confidence, created_at)
SELECT restaurant_id, id, CASE WHEN random() < 0.8 THEN 'small' ELSE 'large' END, 200 + (random() * 900)::int,
       900, 120, CASE WHEN random() < 0.9 THEN random() END, created_at
FROM whatsapp_messages WHERE direction = 'inbound' AND random() < 0.7;

-- The sample is the whole of each table, so that it is the same in every run.
SET default_statistics_target = 500;
VACUUM (ANALYZE) restaurants, customers, whatsapp_messages, ai_interactions;
