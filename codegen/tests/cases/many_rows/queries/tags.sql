-- name: import_tags :copy
INSERT INTO shop."Tags" ("order", tags, scores) VALUES (:order, :tags, :scores);
