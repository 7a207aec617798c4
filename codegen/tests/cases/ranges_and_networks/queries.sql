-- name: keep :exec
INSERT INTO kept (id, host, net, mac, mac8, ints, bigs, days, moments, instants, prices, many_ints, many_bigs, many_days, many_moments, many_instants, many_prices, maybe_host, maybe_days, maybe_prices, hosts)
VALUES (:id, :host, :net, :mac, :mac8, :ints, :bigs, :days, :moments, :instants, :prices, :many_ints, :many_bigs, :many_days, :many_moments, :many_instants, :many_prices, :maybe_host, :maybe_days, :maybe_prices, :hosts);

-- name: kept_by_id :one
SELECT * FROM kept WHERE id = :id;

-- name: same_as_written :one
SELECT host::text AS host, net::text AS net, mac::text AS mac, mac8::text AS mac8, ints::text AS ints,
    days::text AS days, prices::text AS prices, many_ints::text AS many_ints, many_prices::text AS many_prices
FROM kept WHERE id = :id;
