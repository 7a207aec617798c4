DROP TABLE customers;
DROP TYPE feedback_sentiment;
DROP TYPE customer_status;
