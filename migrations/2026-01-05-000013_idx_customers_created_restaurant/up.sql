-- Customers of a restaurant by age: what is new since a date.
CREATE INDEX CONCURRENTLY idx_customers_created_restaurant
    ON customers (restaurant_id, created_at DESC);
