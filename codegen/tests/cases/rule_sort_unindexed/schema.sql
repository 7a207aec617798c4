CREATE TABLE visits (
    id bigint PRIMARY KEY,
    page int NOT NULL,
    visitor uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX visits_page ON visits (page);
