-- Finds a customer by phone number, and lets a number be used again after a soft delete.
CREATE UNIQUE INDEX CONCURRENTLY idx_customers_phone_restaurant
    ON customers (phone_number, restaurant_id)
    WHERE is_deleted = FALSE;
