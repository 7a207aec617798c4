CREATE INDEX CONCURRENTLY dishes_price ON dishes (price);
