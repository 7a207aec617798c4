-- name: all_types :many
SELECT * FROM everything;

-- name: store :exec
INSERT INTO everything (flag, small, whole, big, single, double, ref, id, day, hour, moment, instant, span, price, txt, vc, ch, nm, bytes, exact, doc, text_doc, docs)
VALUES (:flag, :small, :whole, :big, :single, :double, :ref, :id, :day, :hour, :moment, :instant, :span, :price, :txt, :vc, :ch, :nm, :bytes, :exact, :doc, :text_doc, :docs);
