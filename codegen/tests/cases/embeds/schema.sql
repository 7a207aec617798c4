CREATE TABLE restaurants (id bigint PRIMARY KEY, name text NOT NULL, city text);
CREATE TABLE "Guests" (
    id bigint PRIMARY KEY,
    restaurant_id bigint NOT NULL REFERENCES restaurants,
    name text,
    invited_by bigint REFERENCES "Guests"
);
CREATE INDEX idx_guests_restaurant ON "Guests" (restaurant_id);
