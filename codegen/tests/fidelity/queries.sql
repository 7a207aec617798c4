-- name: shop_by_id :opt
SELECT id, name FROM shops WHERE id = :id;

-- name: shops_of_place :many
SELECT id, name FROM shops WHERE city = :city AND zip = :zip;

-- name: shops_by_place :many
SELECT city, zip, count(*) AS shops FROM shops GROUP BY city, zip;

-- name: shops_of_city :many
SELECT id FROM shops WHERE city = :city ORDER BY id;

-- name: customer_by_email :opt
SELECT id, phone FROM customers WHERE email = :email;

-- name: customer_by_lower_email :many
SELECT id, phone FROM customers WHERE lower(email) = lower(:email);

-- name: customers_with_pattern :many
SELECT id FROM customers WHERE email LIKE 'Customer12%';

-- name: customer_by_phone :many
SELECT id, email FROM customers WHERE phone = :phone;

-- name: customers_of_shop :many
SELECT id, email FROM customers WHERE shop_id = :shop_id AND state = :state ORDER BY created_at DESC LIMIT 20;

-- name: live_customers :many
SELECT id, email FROM customers WHERE shop_id = :shop_id AND NOT is_deleted ORDER BY created_at LIMIT :max_rows;

-- name: live_customers_since :many
SELECT id FROM customers WHERE shop_id = :shop_id AND NOT is_deleted AND created_at >= :since;

-- name: deleted_customers :many
SELECT id FROM customers WHERE is_deleted;

-- name: lost_customers :many
SELECT id, email FROM customers WHERE state = 'lost' ORDER BY created_at;

-- name: open_customers :one
SELECT count(*) AS customers FROM customers WHERE state = 'open';

-- name: rated_customers :many
SELECT rating, shop_id, phone FROM customers WHERE rating = :rating;

-- name: unrated_customers :one
SELECT count(*) AS customers FROM customers WHERE rating IS NULL;

-- name: customers_with_tag :many
SELECT id FROM customers WHERE tags @> ARRAY[:tag];

-- name: customers_with_rare_tag :many
SELECT id FROM customers WHERE tags @> ARRAY['tag317'];

-- name: customers_with_common_tag :many
SELECT id FROM customers WHERE tags @> ARRAY['tag0'];

-- name: customers_with_profile :many
SELECT id FROM customers WHERE profile @> :profile::text::jsonb;

-- name: customers_with_word :many
SELECT id FROM customers WHERE document @@ to_tsquery('simple', 'word412');

-- name: customers_with_any_word :many
SELECT id FROM customers WHERE document @@ plainto_tsquery('simple', :words);

-- name: members_on :many
SELECT id FROM customers WHERE member @> :day::date;

-- name: nearest_customers :many
SELECT id FROM customers ORDER BY place <-> point(:x, :y) LIMIT 10;

-- name: customers_by_ids :many
SELECT id, phone FROM customers WHERE id = ANY (:ids);

-- name: customers_of_shops :many
SELECT id FROM customers WHERE shop_id IN (3, 5, 8) AND state = 'new';

-- name: customers_by_shop :many
SELECT shop_id, count(*) AS customers FROM customers GROUP BY shop_id ORDER BY customers DESC LIMIT 10;

-- name: newest_customers :many
SELECT id, email FROM customers ORDER BY created_at DESC LIMIT 10;

-- name: phone_or_email :many
SELECT id FROM customers WHERE phone = :phone OR email = :email;

-- name: customers_of_city :many
SELECT c.id, c.email FROM customers c JOIN shops s ON s.id = c.shop_id WHERE s.city = :city;

-- name: customers_of_place :many
SELECT c.id FROM customers c JOIN shops s ON s.id = c.shop_id WHERE s.city = 'city 7' AND s.zip = 'zip 47';

-- name: orders_of_customer :many
SELECT id, state, total FROM orders WHERE customer_id = :customer_id ORDER BY created_at DESC LIMIT 20;

-- name: order_by_id :many
SELECT id, total FROM orders WHERE id = :id;

-- name: order_by_key :opt
SELECT id, total FROM orders WHERE id = :id AND created_at = :created_at;

-- name: orders_between :one
SELECT sum(total) AS total FROM orders WHERE created_at >= :from AND created_at < :until;

-- name: orders_of_2025 :one
SELECT sum(total) AS total FROM orders WHERE created_at >= '2025-03-01' AND created_at < '2025-04-01';

-- name: orders_by_state :many
SELECT state, count(*) AS orders FROM orders GROUP BY state;

-- name: orders_of_shop :many
SELECT o.id, o.total, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.shop_id = :shop_id AND c.state = 'lost';

-- name: lines_of_order :many
SELECT l.number, p.sku, l.quantity, l.price FROM lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = :order_id ORDER BY l.number;

-- name: sales_of_product :one
SELECT sum(quantity) AS sold FROM lines WHERE product_id = :product_id;

-- name: best_products :many
SELECT p.id, p.sku, sum(l.quantity) AS sold FROM products p JOIN lines l ON l.product_id = p.id WHERE p.category = :category GROUP BY p.id ORDER BY sold DESC LIMIT 5;

-- name: products_of_category :many
SELECT id, sku, price FROM products WHERE category = :category ORDER BY price DESC LIMIT 10;

-- name: products_below :many
SELECT id, sku FROM products WHERE price < 1.5;

-- name: sales_by_city :many
SELECT s.city, sum(o.total) AS total FROM shops s JOIN customers c ON c.shop_id = s.id JOIN orders o ON o.customer_id = c.id WHERE o.created_at >= :since GROUP BY s.city;

-- name: basket :many
SELECT o.id, l.number, p.sku FROM orders o JOIN lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id WHERE o.customer_id = :customer_id AND o.created_at > :since ORDER BY o.id, l.number;

-- name: bought_together :many
SELECT other.product_id, count(*) AS times FROM lines l JOIN lines other ON other.order_id = l.order_id AND other.product_id <> l.product_id WHERE l.product_id = :product_id GROUP BY other.product_id ORDER BY times DESC LIMIT 10;

-- name: customers_without_order :many
SELECT c.id FROM customers c WHERE c.shop_id = :shop_id AND NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id);

-- name: customers_with_order :one
SELECT count(*) AS customers FROM customers c WHERE c.id IN (SELECT customer_id FROM orders WHERE state = 'new');

-- name: last_order_of_customers :many
SELECT c.id, o.id AS order_id FROM customers c CROSS JOIN LATERAL (SELECT id FROM orders WHERE customer_id = c.id ORDER BY created_at DESC LIMIT 1) o WHERE c.shop_id = :shop_id;

-- name: events_between :many
SELECT at, kind FROM events WHERE at >= :from AND at < :until;

-- name: events_of_march :one
SELECT count(*) AS events FROM events WHERE at >= '2025-03-01' AND at < '2025-03-02';

-- name: events_of_shop :many
SELECT at, kind FROM events WHERE shop_id = :shop_id AND at >= :since ORDER BY at LIMIT 100;

-- name: events_of_busy_shop :one
SELECT count(*) AS events FROM events WHERE shop_id = 1;

-- name: events_of_quiet_shop :one
SELECT count(*) AS events FROM events WHERE shop_id = 390;

-- name: events_of_visitor :many
SELECT at, kind FROM events WHERE visitor = :visitor ORDER BY at;

-- name: purchases :one
SELECT count(*) AS events FROM events WHERE kind = 'buy';

-- name: events_of_kind :one
SELECT count(*) AS events FROM events WHERE kind = :kind;

-- name: visitors_of_shop :one
SELECT count(DISTINCT visitor) AS visitors FROM events WHERE shop_id = :shop_id;

-- name: latest_event :opt
SELECT max(at) AS at FROM events WHERE shop_id = :shop_id;

-- name: events_and_customers :many
SELECT e.shop_id, count(*) AS pairs FROM events e JOIN customers c ON c.shop_id = e.shop_id AND c.created_at = e.at GROUP BY e.shop_id;

-- name: same_shop :one
SELECT count(*) AS pairs FROM events e JOIN customers c ON c.shop_id = e.shop_id WHERE e.kind = 'buy' AND c.rating = 5;

-- name: notes_of_author :many
SELECT id, body FROM notes WHERE author = :author;

-- name: own_notes_of_author :many
SELECT id, body FROM ONLY notes WHERE author = :author;

-- name: note_by_id :many
SELECT id, body FROM notes WHERE id = :id;

-- name: draft_by_id :opt
SELECT id, body FROM drafts WHERE id = :id;

-- name: drafts_with :many
SELECT id FROM drafts WHERE body LIKE :pattern;

-- name: finish_order :execrows
UPDATE orders SET state = 'done' WHERE id = :id AND created_at = :created_at;

-- name: touch_customer :execrows
UPDATE customers SET rating = :rating WHERE shop_id = :shop_id AND phone = :phone;

-- name: forget_events :execrows
DELETE FROM events WHERE at < :before;

-- name: forget_lines :execrows
DELETE FROM lines l USING orders o WHERE l.order_id = o.id AND o.customer_id = :customer_id;

-- name: merge_totals :many
WITH totals AS (SELECT order_id, sum(quantity * price) AS total FROM lines GROUP BY order_id)
SELECT o.id, o.total, t.total AS counted FROM orders o JOIN totals t ON t.order_id = o.id WHERE o.customer_id = :customer_id;

-- name: ranked_products :many
SELECT id, rank() OVER (PARTITION BY category ORDER BY price DESC) AS rank FROM products WHERE category = :category;

-- name: all_lines_with_products :many
SELECT l.order_id, p.sku FROM lines l JOIN products p ON p.id = l.product_id ORDER BY l.order_id, l.number;

-- name: orders_and_lines :one
SELECT count(*) AS lines FROM orders o JOIN lines l ON l.order_id = o.id;

-- name: orders_with_lines_in_order :many
SELECT o.id, l.number FROM orders o JOIN lines l ON l.order_id = o.id ORDER BY o.id;

-- name: customers_union :many
SELECT id FROM customers WHERE phone = :phone UNION SELECT customer_id FROM orders WHERE id = :order_id;
