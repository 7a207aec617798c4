-- Customers who gave feedback; most never do, so the index stays small.
CREATE INDEX CONCURRENTLY idx_customers_feedback_sentiment
    ON customers (restaurant_id, feedback_sentiment)
    WHERE feedback_sentiment IS NOT NULL;
