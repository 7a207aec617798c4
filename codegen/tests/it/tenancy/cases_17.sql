## What PostgreSQL 17 and 18 brought

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t AND c.tenant_id = :t WHEN NOT MATCHED BY SOURCE THEN DELETE
-- the ON of the MERGE does not say

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t WHEN NOT MATCHED BY SOURCE AND c.tenant_id = :t THEN DELETE
-- ok

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t AND c.tenant_id = :t WHEN NOT MATCHED BY SOURCE AND c.tenant_id = :t THEN DELETE WHEN NOT MATCHED THEN INSERT (id, tenant_id) VALUES (m.customer_id, :t)
-- | messages m |

MERGE INTO customers c USING messages m ON c.id = m.customer_id AND m.tenant_id = :t WHEN MATCHED THEN DELETE RETURNING c.id, merge_action()
-- ok

UPDATE customers SET name = :name WHERE tenant_id = :t RETURNING old.name, new.name AS new_name
-- ok

WITH c AS (UPDATE customers SET country_id = referrer_id WHERE tenant_id = :t AND country_id = :t RETURNING new.country_id) SELECT n.id FROM c JOIN notes n ON n.tenant_id = c.country_id
-- | notes n |
