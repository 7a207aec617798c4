-- Customers of one status, newest first, without a sort.
CREATE INDEX CONCURRENTLY idx_customers_status_restaurant
    ON customers (restaurant_id, status, created_at DESC);
