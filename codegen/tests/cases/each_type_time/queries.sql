-- name: of_numeric :one
-- @param maybe null
SELECT :value::numeric AS value, :maybe::numeric AS maybe, :many::numeric[] AS many,
    array_append(:many::numeric[], NULL) AS with_null;

-- name: of_date :one
-- @param maybe null
SELECT :value::date AS value, :maybe::date AS maybe, :many::date[] AS many,
    array_append(:many::date[], NULL) AS with_null;

-- name: of_time :one
-- @param maybe null
SELECT :value::time AS value, :maybe::time AS maybe, :many::time[] AS many,
    array_append(:many::time[], NULL) AS with_null;

-- name: of_timestamp :one
-- @param maybe null
SELECT :value::timestamp AS value, :maybe::timestamp AS maybe, :many::timestamp[] AS many,
    array_append(:many::timestamp[], NULL) AS with_null;

-- name: of_timestamptz :one
-- @param maybe null
SELECT :value::timestamptz AS value, :maybe::timestamptz AS maybe, :many::timestamptz[] AS many,
    array_append(:many::timestamptz[], NULL) AS with_null;

-- name: of_numrange :one
-- @param maybe null
SELECT :value::numrange AS value, :maybe::numrange AS maybe, :many::numrange[] AS many,
    array_append(:many::numrange[], NULL) AS with_null;

-- name: of_daterange :one
-- @param maybe null
SELECT :value::daterange AS value, :maybe::daterange AS maybe, :many::daterange[] AS many,
    array_append(:many::daterange[], NULL) AS with_null;

-- name: of_tsrange :one
-- @param maybe null
SELECT :value::tsrange AS value, :maybe::tsrange AS maybe, :many::tsrange[] AS many,
    array_append(:many::tsrange[], NULL) AS with_null;

-- name: of_tstzrange :one
-- @param maybe null
SELECT :value::tstzrange AS value, :maybe::tstzrange AS maybe, :many::tstzrange[] AS many,
    array_append(:many::tstzrange[], NULL) AS with_null;

-- name: of_nummultirange :one
-- @param maybe null
SELECT :value::nummultirange AS value, :maybe::nummultirange AS maybe, :many::nummultirange[] AS many,
    array_append(:many::nummultirange[], NULL) AS with_null;

-- name: of_datemultirange :one
-- @param maybe null
SELECT :value::datemultirange AS value, :maybe::datemultirange AS maybe, :many::datemultirange[] AS many,
    array_append(:many::datemultirange[], NULL) AS with_null;

-- name: of_tsmultirange :one
-- @param maybe null
SELECT :value::tsmultirange AS value, :maybe::tsmultirange AS maybe, :many::tsmultirange[] AS many,
    array_append(:many::tsmultirange[], NULL) AS with_null;

-- name: of_tstzmultirange :one
-- @param maybe null
SELECT :value::tstzmultirange AS value, :maybe::tstzmultirange AS maybe, :many::tstzmultirange[] AS many,
    array_append(:many::tstzmultirange[], NULL) AS with_null;
