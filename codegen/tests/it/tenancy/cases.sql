## Equalities

SELECT id FROM customers WHERE tenant_id = :t
-- ok

SELECT id FROM customers WHERE :t = tenant_id AND name = :name
-- ok

SELECT id FROM customers WHERE tenant_id = 1
-- ok

SELECT id FROM customers WHERE tenant_id = current_setting('app.tenant', true)::int
-- ok

SELECT id FROM customers WHERE tenant_id = (:claims::jsonb ->> 'tenant')::int
-- ok

SELECT id FROM customers WHERE tenant_id = current_tenant()
-- ok

SELECT id FROM customers WHERE tenant_id = some_tenant()
-- not the same for every row

SELECT id FROM customers WHERE tenant_id = (random() * 9)::int
-- not the same for every row

SELECT id FROM customers
-- rows of `customers` of any tenant are reached | customers | no condition says what `customers.tenant_id` is | add `WHERE customers.tenant_id = :tenant_id`

SELECT c.id FROM customers AS c WHERE c.name = :name
-- | customers AS c | no condition says what `c.tenant_id` is | add `AND c.tenant_id = :tenant_id`

SELECT c.id FROM customers c WHERE c.name = $1
-- add `AND c.tenant_id = $2`

SELECT c.id FROM customers c WHERE c.name = :name OR c.phone = :name
-- put the condition in brackets, and add `AND c.tenant_id = :tenant_id` behind them

SELECT m.id FROM messages m, customers c WHERE m.tenant_id = :shop
-- | customers c | no condition says what `c.tenant_id` is | add `AND c.tenant_id = :shop`

SELECT id FROM "Odd Table" "X"
-- | "Odd Table" "X" | no condition says what `"X".tenant_id` is

SELECT name FROM tenants WHERE code = :code
-- ok

SELECT c.id FROM customers c, tenants t WHERE t.id = c.tenant_id AND t.id = :t
-- ok

SELECT c.id FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.code = :code
-- `c.tenant_id` is equal to `t.id`, which is itself bound to no tenant

SELECT id FROM orders WHERE tenant_id = :t::int
-- ok

SELECT id FROM orders_old WHERE tenant_id = :t
-- ok

SELECT id FROM orders_old o
-- | orders_old o |

SELECT c.id FROM customers c JOIN orders o ON o.tenant_id = c.tenant_id WHERE o.tenant_id = :t
-- ok

SELECT id FROM labels WHERE tenant_id::text = :t
-- ok

SELECT id FROM labels WHERE (tenant_id, name) = (:t, :name)
-- ok

SELECT id FROM things
-- `owned_things` inherits from `things`

SELECT id FROM ONLY things
-- ok

SELECT id FROM customers TABLESAMPLE BERNOULLI (10) WHERE tenant_id = :t
-- ok

SELECT id FROM customers WHERE tenant_id = :t ORDER BY id LIMIT 1 FOR UPDATE
-- ok

## What is no equality

SELECT id FROM customers WHERE tenant_id = ANY (:tenants)
-- compared with an array, which can name any number of tenants | write `customers.tenant_id = :tenant_id` with one tenant, or say `-- @tenant none: reason`

SELECT id FROM customers WHERE tenant_id IN (:a, :b)
-- ok

SELECT id FROM customers WHERE tenant_id IN (:a, country_id)
-- any tenant are reached

SELECT id FROM customers WHERE tenant_id NOT IN (:a, :b)
-- no condition

SELECT c.id FROM customers c JOIN unnest(:tenants::int[]) t (t) ON t.t = c.tenant_id
-- `c.tenant_id` is equal to `t.t`

SELECT c.id FROM customers c JOIN (SELECT unnest(:tenants::int[]) AS t) t ON t.t = c.tenant_id
-- `c.tenant_id` is equal to `t.t`

SELECT c.id FROM customers c JOIN (VALUES (:a::int), (:b)) v (t) ON v.t = c.tenant_id
-- ok

SELECT c.id FROM customers c JOIN (VALUES (:a::int), (some_tenant())) v (t) ON v.t = c.tenant_id
-- any tenant are reached

SELECT id FROM customers WHERE tenant_id >= :t
-- no condition

SELECT id FROM customers WHERE tenant_id <> :t
-- no condition

SELECT id FROM customers WHERE tenant_id IS NOT DISTINCT FROM :t
-- any tenant are reached

SELECT id FROM customers WHERE tenant_id = coalesce(:t, tenant_id)
-- not the same for every row

SELECT id FROM customers WHERE tenant_id % 10 = :t
-- no condition

SELECT id FROM customers WHERE (tenant_id = :t) IS NOT FALSE
-- rows for which the comparison does not hold

SELECT id FROM customers WHERE (tenant_id = :t) IS TRUE
-- ok

SELECT id FROM customers WHERE NOT (tenant_id = :t)
-- rows for which the comparison does not hold

SELECT id FROM customers WHERE CASE WHEN name = :n THEN tenant_id = :t ELSE TRUE END
-- rows for which the comparison does not hold

SELECT id FROM customers WHERE tenant_id = tenant_id
-- any tenant are reached

SELECT id FROM customers WHERE tenant_id IN (VALUES (:a::int), (:b))
-- ok

SELECT id FROM customers WHERE tenant_id = ANY (SELECT unnest(:tenants::int[]))
-- any tenant are reached

SELECT id FROM customers WHERE tenant_id IN (SELECT id FROM tenants)
-- any tenant are reached

SELECT c.id FROM customers c JOIN generate_series(1, :n::int) t (t) ON t.t = c.tenant_id
-- `c.tenant_id` is equal to `t.t`

SELECT id FROM customers WHERE tenant_id = (SELECT max(tenant_id) FROM messages)
-- | messages |

## Alternatives

SELECT id FROM customers WHERE tenant_id = :t OR name = :n
-- only a part of the OR says what `customers.tenant_id` is

SELECT id FROM customers WHERE tenant_id = :t OR :t IS NULL
-- only a part of the OR

SELECT id FROM customers WHERE (tenant_id = :t AND name = :n) OR (tenant_id = :t AND phone = :n)
-- ok

SELECT id FROM customers WHERE (tenant_id = :t AND name = :n) OR (tenant_id = :u AND phone = :n)
-- ok

SELECT id FROM customers WHERE tenant_id = :t AND (name = :n OR phone = :n)
-- ok

SELECT c.id FROM customers c JOIN messages m ON m.tenant_id = :t AND (c.tenant_id = m.tenant_id OR c.tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t OR c.id IN (SELECT m.customer_id FROM messages m WHERE m.tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t OR c.id IN (SELECT m.customer_id FROM messages m)
-- | messages m |

## Inner joins

SELECT m.id FROM customers c JOIN messages m ON m.tenant_id = c.tenant_id WHERE c.tenant_id = :t
-- ok

SELECT m.id FROM customers c JOIN messages m ON m.tenant_id = c.tenant_id AND c.tenant_id = :t
-- ok

SELECT m.id FROM customers c JOIN messages m USING (tenant_id) WHERE tenant_id = :t
-- ok

SELECT j.body FROM (customers c JOIN messages m USING (tenant_id)) j WHERE j.tenant_id = :t
-- ok

SELECT m.body FROM customers c NATURAL JOIN messages m WHERE c.tenant_id = :t
-- ok

SELECT m.id FROM customers c JOIN messages m ON m.tenant_id = c.tenant_id
-- `c.tenant_id` is equal to `m.tenant_id`, which is itself bound to no tenant

SELECT m.id FROM customers c CROSS JOIN messages m WHERE c.tenant_id = :t AND m.rank = c.id
-- the join goes through `m.rank = c.id`, which is no foreign key

SELECT a.id FROM customers a, customers b, messages m WHERE a.tenant_id = b.tenant_id AND b.tenant_id = m.tenant_id AND m.tenant_id = :t
-- ok

SELECT a.id FROM customers a, customers b WHERE a.id = :x AND b.id = :x AND a.tenant_id = :t
-- | customers b |

## Outer joins

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.tenant_id = c.tenant_id WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.tenant_id = c.tenant_id AND c.tenant_id = :t
-- | customers c | the ON of the outer join says what `c.tenant_id` is, but the join keeps rows of `c` for which it does not hold

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.tenant_id = c.tenant_id WHERE m.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.tenant_id = c.tenant_id AND m.tenant_id = :t
-- | customers c | the ON of the outer join

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.rank = c.id WHERE c.tenant_id = :t
-- | messages m | the join goes through `m.rank = c.id`, which is no foreign key that leads to one row of one tenant | add `AND m.tenant_id = :t` to the ON of its join

SELECT c.id, m.body FROM messages m RIGHT JOIN customers c ON m.tenant_id = c.tenant_id WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM messages m RIGHT JOIN customers c ON m.tenant_id = :t AND c.tenant_id = :t
-- | customers c |

SELECT c.id, m.body FROM customers c FULL JOIN messages m ON m.tenant_id = c.tenant_id
-- any tenant are reached

SELECT c.id, m.body FROM customers c FULL JOIN messages m ON m.tenant_id = c.tenant_id WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c FULL JOIN messages m ON m.customer_id = c.id AND m.tenant_id = c.tenant_id WHERE c.tenant_id = :t OR m.tenant_id = :t
-- only a part of the OR

SELECT c.id, m.body
FROM (SELECT * FROM customers WHERE tenant_id = :t) c
FULL JOIN (SELECT * FROM messages WHERE tenant_id = :t) m ON m.customer_id = c.id
-- ok

SELECT x.id, n.body
FROM (SELECT coalesce(c.tenant_id, m.tenant_id) AS tenant_id, m.id
      FROM (SELECT * FROM customers WHERE tenant_id = :t) c
      FULL JOIN (SELECT * FROM messages WHERE tenant_id = :t) m ON m.customer_id = c.id) x
JOIN notes n ON n.tenant_id = x.tenant_id
-- ok

SELECT c.id, m.body, n.body AS note
FROM customers c
LEFT JOIN (messages m JOIN notes n ON n.tenant_id = m.tenant_id) ON m.tenant_id = c.tenant_id
WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body, n.body AS note
FROM customers c
LEFT JOIN messages m ON m.tenant_id = c.tenant_id
LEFT JOIN notes n ON n.tenant_id = m.tenant_id
WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c LEFT JOIN messages m ON m.tenant_id = c.tenant_id AND EXISTS (SELECT FROM notes n WHERE n.tenant_id = c.tenant_id) WHERE c.tenant_id = :t
-- ok

## Foreign keys

SELECT m.id, c.name FROM messages m JOIN customers c ON c.id = m.customer_id WHERE m.tenant_id = :t
-- ok

SELECT m.id, c.name FROM messages m JOIN customers c ON c.id = m.customer_id WHERE c.tenant_id = :t
-- ok

SELECT m.id, c.name FROM customers c LEFT JOIN messages m ON c.id = m.customer_id WHERE c.tenant_id = :t
-- ok

SELECT n.id, c.name FROM notes n JOIN customers c ON c.id = n.customer_id WHERE n.tenant_id = :t
-- ok

SELECT n.id, c.name FROM notes n JOIN customers c ON c.id = n.customer_id WHERE c.tenant_id = :t
-- ok

SELECT n.id, m.body FROM notes n JOIN customers c ON c.id = n.customer_id JOIN messages m ON m.customer_id = c.id WHERE n.tenant_id = :t
-- ok

SELECT m.id, c.name FROM messages m, customers c WHERE c.id = :customer AND m.customer_id = :customer AND m.tenant_id = :t
-- ok

SELECT k.id, c.name FROM calls k JOIN customers c ON c.phone = k.phone WHERE k.tenant_id = :t
-- the join goes through `c.phone = k.phone`, which is no foreign key that leads to one row of one tenant

SELECT k.id, c.name FROM calls k JOIN customers c ON c.phone = k.phone AND c.tenant_id = k.tenant_id WHERE k.tenant_id = :t
-- ok

SELECT i.id, c.name FROM imports i JOIN customers c ON c.id = i.customer_id WHERE i.tenant_id = :t
-- no foreign key

SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer_id WHERE v.tenant_id = :t
-- ok

SELECT v.id, c.name FROM visits v JOIN customers c ON c.id = v.customer_id WHERE c.tenant_id = :t
-- no foreign key

SELECT u.id, t.body FROM uses u JOIN templates t ON t.id = u.template_id WHERE u.tenant_id = :t
-- no foreign key

SELECT u.id, t.body FROM uses u JOIN templates t ON t.id = u.template_id WHERE t.tenant_id = :t
-- ok

SELECT a.id, b.id AS other FROM uses a JOIN templates t ON t.id = a.template_id JOIN uses b ON b.template_id = t.id WHERE a.tenant_id = :t
-- | uses b |

SELECT o.id, c.name FROM orders_old o JOIN customers c ON c.id = o.customer_id WHERE c.tenant_id = :t
-- ok

SELECT o.id, c.name FROM orders_old o JOIN customers c ON c.id = o.total WHERE c.tenant_id = :t
-- no foreign key

SELECT b.id, c.name FROM bills b JOIN customers c ON c.id = b.customer_id WHERE c.tenant_id = :t
-- no foreign key

SELECT b.id, c.name FROM ONLY bills b JOIN customers c ON c.id = b.customer_id WHERE c.tenant_id = :t
-- ok

SELECT a.id, b.name FROM customers a JOIN customers b ON b.id = a.referrer_id WHERE a.tenant_id = :t
-- ok

SELECT a.id, b.name FROM customers a JOIN customers b ON b.country_id = a.country_id WHERE a.tenant_id = :t
-- no foreign key

SELECT a.id, b.name FROM customers a JOIN countries k ON k.id = a.country_id JOIN customers b ON b.country_id = k.id WHERE a.tenant_id = :t
-- | customers b |

## Sub-queries

SELECT s.id FROM (SELECT id FROM customers WHERE tenant_id = :t) s
-- ok

SELECT s.id FROM (SELECT id, tenant_id FROM customers) s WHERE s.tenant_id = :t
-- ok

SELECT s.id FROM (SELECT id, tenant_id FROM customers) s
-- | customers | no condition says what `customers.tenant_id` is, neither here nor where the rows of `s` are used

SELECT s.id FROM (SELECT id FROM customers) s
-- no condition says what

SELECT s.id FROM (SELECT id, tenant_id FROM customers ORDER BY id LIMIT 5) s WHERE s.tenant_id = :t
-- LIMIT and OFFSET choose among the rows of all tenants, before a condition outside can part them

SELECT s.id FROM (SELECT id, tenant_id FROM customers ORDER BY id OFFSET 5) s WHERE s.tenant_id = :t
-- LIMIT and OFFSET

SELECT s.id FROM (SELECT DISTINCT id, tenant_id FROM customers) s WHERE s.tenant_id = :t
-- ok

SELECT s.id FROM (SELECT DISTINCT ON (name) id, tenant_id FROM customers ORDER BY name) s WHERE s.tenant_id = :t
-- DISTINCT ON chooses

SELECT s.id FROM (SELECT DISTINCT ON (tenant_id, name) id, tenant_id FROM customers ORDER BY tenant_id, name) s WHERE s.tenant_id = :t
-- ok

SELECT s.n FROM (SELECT tenant_id, count(*) AS n FROM customers GROUP BY tenant_id) s WHERE s.tenant_id = :t
-- ok

SELECT s.n FROM (SELECT tenant_id, name, count(*) AS n FROM customers GROUP BY tenant_id, name HAVING count(*) > 1) s WHERE s.tenant_id = :t
-- ok

SELECT s.n FROM (SELECT max(tenant_id) AS tenant_id, count(*) AS n FROM customers) s WHERE s.tenant_id = :t
-- | customers |

SELECT s.n FROM (SELECT max(tenant_id) AS tenant_id, count(*) AS n FROM customers GROUP BY name) s WHERE s.tenant_id = :t
-- | customers |

SELECT count(*) AS n FROM customers GROUP BY tenant_id HAVING tenant_id = :t
-- ok

SELECT count(*) AS n FROM customers GROUP BY ROLLUP (tenant_id) HAVING tenant_id = :t
-- ok

SELECT count(*) AS n FROM customers GROUP BY tenant_id HAVING tenant_id = :t OR count(*) > 1
-- any tenant are reached

SELECT s.id FROM (SELECT id, :t::int AS tenant_id FROM customers) s WHERE s.tenant_id = :t
-- | customers |

SELECT count(*) AS n FROM customers GROUP BY tenant_id HAVING max(tenant_id) = :t
-- no condition

SELECT s.n FROM (SELECT c.tenant_id, c.id, count(*) AS n FROM customers c JOIN messages m ON m.customer_id = c.id GROUP BY c.id) s WHERE s.tenant_id = :t
-- ok

SELECT s.place FROM (SELECT tenant_id, row_number() OVER (ORDER BY name) AS place FROM customers) s WHERE s.tenant_id = :t
-- a window function looks at the rows of all tenants

SELECT s.place FROM (SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id, phone ORDER BY name) AS place FROM customers) s WHERE s.tenant_id = :t
-- ok

SELECT s.place FROM (SELECT c.tenant_id, row_number() OVER (PARTITION BY m.tenant_id) AS place FROM customers c JOIN messages m ON m.tenant_id = c.tenant_id) s WHERE s.tenant_id = :t
-- ok

SELECT s.a FROM (SELECT c.tenant_id AS a, m.tenant_id AS b FROM customers c, messages m) s WHERE s.a = :t
-- | messages m |

SELECT s.a FROM (SELECT c.tenant_id AS a, m.tenant_id AS b FROM customers c, messages m) s WHERE s.a = :t AND s.b = s.a
-- ok

SELECT m.id FROM (SELECT id FROM customers WHERE tenant_id = :t) c JOIN messages m ON m.customer_id = c.id
-- ok

SELECT m.id FROM (SELECT id FROM customers) c JOIN messages m ON m.customer_id = c.id WHERE m.tenant_id = :t
-- ok

SELECT m.id FROM (SELECT id FROM customers LIMIT 3) c JOIN messages m ON m.customer_id = c.id WHERE m.tenant_id = :t
-- | customers |

SELECT m.id FROM (SELECT DISTINCT name AS id, tenant_id AS t FROM customers WHERE tenant_id = :t) c JOIN messages m ON m.tenant_id = c.t
-- ok

SELECT c.id, s.n FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM messages GROUP BY customer_id) s ON s.customer_id = c.id WHERE c.tenant_id = :t
-- ok

SELECT c.id FROM customers c JOIN (SELECT DISTINCT customer_id FROM notes) s ON s.customer_id = c.id WHERE c.tenant_id = :t
-- ok

SELECT c.id, s.n FROM customers c LEFT JOIN (SELECT name, count(*) AS n FROM customers GROUP BY name) s ON s.name = c.name WHERE c.tenant_id = :t
-- | customers |

SELECT s.body FROM (SELECT b.tenant_id, b.body FROM notes a LEFT JOIN messages b ON b.customer_id = a.id WHERE a.tenant_id = :t) s WHERE s.tenant_id = :t
-- ok

SELECT s.body FROM (SELECT b.tenant_id, b.body FROM notes a LEFT JOIN messages b ON b.tenant_id = a.tenant_id) s WHERE s.tenant_id = :t
-- | notes a |

SELECT s.bt FROM (SELECT a.id, b.tenant_id AS bt FROM customers a LEFT JOIN messages b ON b.tenant_id = a.tenant_id AND b.tenant_id = :t) s
-- | customers a |

SELECT c.id, m.n FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS n FROM messages WHERE customer_id = c.id) m WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c LEFT JOIN LATERAL (SELECT body FROM messages WHERE tenant_id = c.tenant_id ORDER BY id LIMIT 1) m ON true WHERE c.tenant_id = :t
-- ok

SELECT c.id, m.body FROM customers c LEFT JOIN LATERAL (SELECT body FROM messages WHERE tenant_id = c.tenant_id ORDER BY id LIMIT 1) m ON true
-- | customers c |

SELECT c.id, m.body FROM customers c, LATERAL (SELECT body FROM messages WHERE rank = c.id) m WHERE c.tenant_id = :t
-- | messages | the join goes through `messages.rank = c.id`, which is no foreign key

SELECT c.id, s.n FROM customers c, LATERAL (SELECT count(*) AS n FROM (SELECT FROM messages m WHERE m.tenant_id = c.tenant_id) x) s WHERE c.tenant_id = :t
-- ok

## Sub-queries in expressions

SELECT id FROM customers WHERE tenant_id IN (SELECT tenant_id FROM messages WHERE tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.tenant_id IN (SELECT m.tenant_id FROM messages m)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.id IN (SELECT m.customer_id FROM messages m)
-- ok

SELECT c.id FROM customers c WHERE c.id IN (SELECT m.customer_id FROM messages m WHERE m.tenant_id = :t)
-- ok

SELECT m.id FROM messages m WHERE m.customer_id = ANY (SELECT id FROM customers WHERE tenant_id = :t AND name = :n)
-- ok

SELECT m.id FROM messages m WHERE (m.tenant_id, m.rank) IN (SELECT c.tenant_id, c.country_id FROM customers c WHERE c.tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.name IN (SELECT m.body FROM messages m)
-- | messages m |

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.id > ANY (SELECT m.customer_id FROM messages m)
-- | messages m |

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.id NOT IN (SELECT m.customer_id FROM messages m)
-- | messages m |

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.id NOT IN (SELECT m.customer_id FROM messages m WHERE m.tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND c.id <> ALL (SELECT m.customer_id FROM messages m WHERE m.tenant_id = c.tenant_id)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND NOT EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND NOT EXISTS (SELECT FROM messages m WHERE m.rank = c.id)
-- | messages m |

SELECT c.id FROM customers c WHERE EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id AND m.tenant_id = :t)
-- ok

SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id AND m.tenant_id = :t)
-- | customers c |

SELECT c.id FROM customers c WHERE EXISTS (SELECT count(*) FROM messages m WHERE m.tenant_id = c.tenant_id AND m.tenant_id = :t)
-- | customers c |

SELECT c.id FROM customers c WHERE c.tenant_id = (SELECT m.tenant_id FROM messages m WHERE m.tenant_id = :t LIMIT 1)
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = (SELECT t.id FROM tenants t WHERE t.code = :code)
-- | customers c |

SELECT c.id, (SELECT count(*) FROM messages m WHERE m.tenant_id = c.tenant_id) AS n FROM customers c WHERE c.tenant_id = :t
-- ok

SELECT c.id, (SELECT count(*) FROM messages) AS n FROM customers c WHERE c.tenant_id = :t
-- | messages | no condition says what `messages.tenant_id` is | add `WHERE messages.tenant_id = :t`

SELECT c.id, ARRAY(SELECT m.id FROM messages m WHERE m.customer_id = c.id) AS ids FROM customers c WHERE c.tenant_id = :t
-- ok

SELECT id FROM customers WHERE tenant_id = :t LIMIT (SELECT count(*) FROM messages)
-- | messages |

SELECT c.id FROM customers c WHERE c.tenant_id = :t ORDER BY (SELECT max(n.id) FROM notes n WHERE n.customer_id = c.id)
-- ok

SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM notes n WHERE n.customer_id = c.id)) AS n FROM customers c WHERE c.tenant_id = :t
-- ok

SELECT c.id FROM customers c WHERE c.tenant_id = :t AND EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id AND EXISTS (SELECT FROM notes n WHERE n.tenant_id = c.tenant_id AND n.id = m.rank))
-- ok

## WITH

WITH c AS (SELECT id FROM customers WHERE tenant_id = :t) SELECT id FROM c
-- ok

WITH c AS (SELECT id, tenant_id FROM customers) SELECT id FROM c WHERE tenant_id = :t
-- ok

WITH c AS (SELECT id, tenant_id FROM customers) SELECT a.id FROM c a, c b WHERE a.tenant_id = :t
-- | customers | no condition says what `customers.tenant_id` is, neither here nor where the rows of `b` are used

WITH c AS (SELECT id, tenant_id FROM customers) SELECT a.id FROM c a, c b WHERE a.tenant_id = :t AND b.tenant_id = a.tenant_id
-- ok

WITH c AS (SELECT id FROM customers WHERE tenant_id = :t) SELECT m.id FROM messages m JOIN c ON c.id = m.customer_id
-- ok

WITH c AS (SELECT id, tenant_id FROM customers), d AS (SELECT * FROM c) SELECT d.id FROM d WHERE EXISTS (SELECT FROM c WHERE c.tenant_id = d.tenant_id) AND d.tenant_id = :t
-- ok

WITH unused AS (SELECT id FROM customers) SELECT 1 AS one
-- ok

WITH gone AS (DELETE FROM messages WHERE tenant_id = :t RETURNING customer_id) SELECT customer_id FROM gone
-- ok

WITH gone AS (DELETE FROM messages RETURNING customer_id, tenant_id) SELECT customer_id FROM gone WHERE tenant_id = :t
-- | messages |

WITH RECURSIVE f AS (
    SELECT id, name FROM folders WHERE tenant_id = :t AND parent_id IS NULL
    UNION ALL SELECT c.id, c.name FROM folders c JOIN f ON c.parent_id = f.id)
SELECT id, name FROM f
-- ok

WITH RECURSIVE f AS (
    SELECT id, tenant_id FROM folders WHERE tenant_id = :t AND parent_id IS NULL
    UNION SELECT c.id, c.tenant_id FROM folders c JOIN f ON c.parent_id = f.id AND c.tenant_id = f.tenant_id)
SELECT id FROM f
-- ok

WITH RECURSIVE f AS (
    SELECT id, parent_id FROM folders WHERE tenant_id = :t AND id = :id
    UNION ALL SELECT c.id, c.parent_id FROM folders c JOIN f ON c.id = f.parent_id)
SELECT id FROM f
-- ok

WITH RECURSIVE f AS (
    SELECT id, name FROM folders WHERE tenant_id = :t AND parent_id IS NULL
    UNION ALL SELECT c.id, c.name FROM folders c JOIN f ON c.name = f.name)
SELECT id, name FROM f
-- | folders c |

WITH RECURSIVE f AS (
    SELECT id, tenant_id FROM folders WHERE parent_id IS NULL
    UNION ALL SELECT c.id, c.tenant_id FROM folders c JOIN f ON c.parent_id = f.id)
SELECT id FROM f WHERE tenant_id = :t
-- the recursion does not keep to one tenant

WITH RECURSIVE f (id, t, n) AS (
    SELECT id, tenant_id, id FROM folders WHERE tenant_id = :t
    UNION ALL SELECT c.id, f.n, f.t FROM folders c JOIN f ON c.tenant_id = f.t)
SELECT id FROM f
-- | folders c |

## Set operations

SELECT id FROM customers WHERE tenant_id = :t UNION SELECT id FROM messages WHERE tenant_id = :t
-- ok

SELECT id FROM customers WHERE tenant_id = :t UNION SELECT id FROM messages
-- | messages |

SELECT id FROM customers WHERE tenant_id = :t UNION ALL SELECT id FROM customers
-- | customers | no condition

SELECT id FROM customers WHERE tenant_id = :t EXCEPT SELECT customer_id FROM messages
-- | messages |

SELECT id FROM (SELECT id, tenant_id FROM customers UNION ALL SELECT id, tenant_id FROM messages) s WHERE s.tenant_id = :t
-- ok

SELECT id FROM (SELECT id, tenant_id FROM customers UNION ALL SELECT tenant_id, id FROM messages) s WHERE s.tenant_id = :t
-- | messages |

SELECT id FROM (SELECT id, tenant_id FROM customers EXCEPT SELECT customer_id, tenant_id FROM messages) s WHERE s.tenant_id = :t
-- ok

SELECT id FROM (SELECT id, tenant_id FROM customers UNION ALL SELECT id, tenant_id FROM messages LIMIT 9) s WHERE s.tenant_id = :t
-- LIMIT and OFFSET

SELECT s.id FROM (SELECT id, tenant_id FROM customers UNION ALL SELECT id, tenant_id FROM orders) s WHERE s.tenant_id = :t
-- ok

SELECT n.id FROM (SELECT tenant_id FROM customers WHERE tenant_id = :t UNION SELECT tenant_id FROM messages WHERE tenant_id = :t) s JOIN notes n ON n.tenant_id = s.tenant_id
-- ok

SELECT n.id FROM (SELECT tenant_id FROM customers WHERE tenant_id = :t UNION SELECT id FROM tenants) s JOIN notes n ON n.tenant_id = s.tenant_id
-- | notes n |

SELECT n.id FROM (SELECT id FROM customers WHERE tenant_id = :t UNION SELECT id FROM customers WHERE tenant_id = :t AND name = :n) s JOIN notes n ON n.customer_id = s.id
-- ok

SELECT id FROM customers WHERE tenant_id = :t UNION SELECT 1 LIMIT (SELECT count(*) FROM messages)
-- | messages |

## Views

SELECT name FROM customer_names WHERE tenant_id = :t
-- ok

SELECT name FROM customer_names n
-- rows of `customer_names` of any tenant are reached | customer_names n | no condition says what `n.tenant_id` is | add `WHERE n.tenant_id = :tenant_id`

SELECT m.id FROM customer_names n JOIN messages m ON m.customer_id = n.id WHERE n.tenant_id = :t
-- ok

SELECT name FROM customer_ranks WHERE tenant_id = :t
-- `customer_ranks` reads `customers`, and does not part its rows by `tenant_id` | if rows of every tenant are meant

SELECT name FROM customer_places WHERE tenant_id = :t
-- ok

SELECT customers FROM customer_count
-- `customer_count` reads `customers`

SELECT customers FROM per_tenant WHERE owner = :t
-- ok

SELECT customers FROM named_per_tenant p
-- no condition says what `p.owner` is

SELECT name FROM own_customers
-- ok

SELECT n FROM totals WHERE tenant_id = :t
-- ok

SELECT share FROM shares WHERE tenant_id = :t
-- `shares` reads `messages`

SELECT m.id FROM anonymous a JOIN messages m ON m.customer_id = a.id WHERE m.tenant_id = :t
-- ok

SELECT name FROM anonymous
-- `anonymous` reads `customers`

## Functions

SELECT how_many() AS n
-- `how_many` may read rows of any tenant | how_many | its body reads `customers`, and is not followed

SELECT id FROM customers WHERE tenant_id = :t AND id < indirectly()
-- `indirectly` may read rows of any tenant

SELECT n FROM dynamic('customers') n
-- its body reads what it EXECUTEs

SELECT atomically() AS n
-- its body reads `messages`

SELECT query_to_xml('SELECT 1', true, true, '')::text AS x
-- its body reads what it is given as text

SELECT id FROM customers WHERE tenant_id = :t AND EXISTS (WITH m AS (SELECT id FROM messages WHERE tenant_id = customers.tenant_id) SELECT FROM (SELECT id FROM m) x)
-- ok

SELECT id FROM customers WHERE tenant_id = :t AND EXISTS (WITH m AS (SELECT id FROM messages WHERE rank = customers.id) SELECT FROM (SELECT id FROM m) x)
-- | messages |

## INSERT

INSERT INTO customers (id, tenant_id, name) VALUES (:id, :t, :name)
-- ok

INSERT INTO customers (id, tenant_id, name) VALUES (:id, :t, :name), (:other, :t, :name)
-- ok

INSERT INTO customers (id, name) VALUES (:id, :name)
-- a new row of `customers` is not given to the caller's tenant | customers | `tenant_id` is not assigned; a default is not the caller's tenant | insert `:tenant_id` as `tenant_id`

INSERT INTO customers (id, tenant_id) VALUES (:id, DEFAULT)
-- is not assigned

INSERT INTO customers (id, tenant_id) SELECT :id, t.id FROM tenants t WHERE t.code = :code
-- gets a value that is neither given by the caller

INSERT INTO notes (id, tenant_id, customer_id) SELECT c.id, c.tenant_id, c.id FROM customers c WHERE c.tenant_id = :t
-- ok

INSERT INTO notes (id, tenant_id, customer_id) SELECT c.id, :t, c.id FROM customers c
-- | customers c |

INSERT INTO notes (id, tenant_id, customer_id) SELECT c.id, :t, c.id FROM customers c WHERE c.tenant_id = :t RETURNING id, (SELECT count(*) FROM messages m WHERE m.tenant_id = notes.tenant_id) AS n
-- ok

INSERT INTO tenants (id, name) VALUES (:id, :name)
-- ok

INSERT INTO countries (id, name) SELECT id, name FROM customers
-- | customers |

INSERT INTO customer_names (id, tenant_id, name) VALUES (:id, :t, :name)
-- ok

INSERT INTO anonymous (id, name) VALUES (:id, :name)
-- a new row of `anonymous`

WITH c AS (INSERT INTO customers (id, tenant_id) VALUES (:id, :t) RETURNING id, tenant_id) INSERT INTO notes (id, tenant_id, customer_id) SELECT id, tenant_id, id FROM c
-- ok

## ON CONFLICT

INSERT INTO customers (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (tenant_id, phone) DO UPDATE SET name = :name
-- ok

INSERT INTO customers (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT ON CONSTRAINT customers_id_tenant_id_key DO UPDATE SET name = :name
-- ok

INSERT INTO customers (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (id) DO UPDATE SET name = :name
-- ON CONFLICT can change a row of `customers` of any tenant | customers | the conflict target does not contain `tenant_id`

INSERT INTO customers (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET name = :name
-- ON CONFLICT can change

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (id) DO UPDATE SET name = :name WHERE c.tenant_id = excluded.tenant_id
-- ok

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (id) DO UPDATE SET name = :name WHERE c.tenant_id = :t
-- ok

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id
-- ON CONFLICT can change

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (tenant_id, phone) DO UPDATE SET tenant_id = excluded.tenant_id
-- ok

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (tenant_id, phone) DO UPDATE SET tenant_id = :other
-- a row of `customers` is given to another tenant

INSERT INTO customers (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT DO NOTHING
-- ok

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (tenant_id, phone) DO UPDATE SET name = (SELECT max(m.body) FROM messages m WHERE m.customer_id = c.id)
-- ok

INSERT INTO customers AS c (id, tenant_id, phone) VALUES (:id, :t, :phone) ON CONFLICT (tenant_id, phone) DO UPDATE SET name = (SELECT max(m.body) FROM messages m)
-- | messages m |

## UPDATE and DELETE

UPDATE customers SET name = :name WHERE id = :id AND tenant_id = :t
-- ok

UPDATE customers SET name = :name WHERE id = :id
-- | customers | no condition

UPDATE customers c SET name = m.body FROM messages m WHERE m.customer_id = c.id AND m.tenant_id = :t
-- ok

UPDATE customers c SET name = m.body FROM messages m WHERE m.rank = c.id AND c.tenant_id = :t
-- | messages m |

UPDATE customers SET tenant_id = :t WHERE id = :id AND tenant_id = :t
-- ok

UPDATE customers SET tenant_id = :new WHERE id = :id AND tenant_id = :t
-- a row of `customers` is given to another tenant | customers | `tenant_id` gets another value than the one that the row is bound by

WITH c AS (SELECT tenant_id FROM notes WHERE tenant_id IN (:a, :b)) UPDATE customers t SET tenant_id = b.tenant_id FROM c a, c b WHERE t.tenant_id = a.tenant_id
-- is given to another tenant

UPDATE customers SET name = (SELECT max(body) FROM messages) WHERE tenant_id = :t
-- | messages |

UPDATE customers SET (name, phone) = (SELECT max(m.body), min(m.body) FROM messages m WHERE m.customer_id = customers.id) WHERE tenant_id = :t
-- ok

UPDATE customer_names SET name = :name WHERE tenant_id = :t
-- ok

UPDATE anonymous SET name = :name WHERE id = :id
-- `anonymous` reads `customers`

DELETE FROM messages WHERE tenant_id = :t
-- ok

DELETE FROM messages m USING customers c WHERE c.id = m.customer_id AND c.tenant_id = :t
-- ok

DELETE FROM messages m USING customers c WHERE c.id = m.rank AND m.tenant_id = :t
-- | customers c |

DELETE FROM messages
-- | messages | no condition

DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE tenant_id = :t LIMIT 5)
-- | messages |

DELETE FROM countries k WHERE NOT EXISTS (SELECT FROM customers c WHERE c.country_id = k.id)
-- | customers c |

## MERGE

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t WHEN MATCHED THEN UPDATE SET name = m.body
-- ok

MERGE INTO customers c USING messages m ON c.id = m.rank AND m.tenant_id = :t WHEN MATCHED THEN DELETE
-- the ON of the MERGE does not say what `c.tenant_id` is | add `AND c.tenant_id = :t` to the ON of the MERGE

MERGE INTO customers c USING messages m ON c.id = m.rank AND m.tenant_id = :t WHEN MATCHED AND c.tenant_id = :t THEN DELETE
-- ok

MERGE INTO customers c USING (SELECT * FROM messages WHERE tenant_id = :t) m ON c.id = m.customer_id WHEN MATCHED THEN UPDATE SET name = m.body WHEN NOT MATCHED THEN INSERT (id, tenant_id) VALUES (m.customer_id, m.tenant_id)
-- ok

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t WHEN NOT MATCHED THEN INSERT (id, tenant_id) VALUES (m.customer_id, :t)
-- | messages m |

MERGE INTO customers c USING (VALUES (:id::int, :name)) v (id, name) ON c.id = v.id AND c.tenant_id = :t WHEN NOT MATCHED THEN INSERT (id, tenant_id, name) VALUES (v.id, :t, v.name) WHEN MATCHED THEN UPDATE SET name = v.name
-- ok

MERGE INTO customers c USING (VALUES (:id::int, :name)) v (id, name) ON c.id = v.id WHEN MATCHED AND c.tenant_id = :t THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, tenant_id, name) VALUES (v.id, :t, v.name)
-- the ON of the MERGE

MERGE INTO customers c USING (VALUES (:id::int, :name)) v (id, name) ON c.id = v.id AND c.tenant_id = :t WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)
-- is not assigned

MERGE INTO customers c USING (VALUES (:id::int, :other::int)) v (id, t) ON c.id = v.id AND c.tenant_id = :t WHEN MATCHED THEN UPDATE SET tenant_id = v.t
-- is given to another tenant

MERGE INTO customers c USING (SELECT * FROM messages WHERE tenant_id = :t) m ON c.id = m.customer_id WHEN MATCHED THEN UPDATE SET name = (SELECT max(n.body) FROM notes n WHERE n.customer_id = c.id)
-- ok
