-- name: of_bool :one
-- @param maybe null
SELECT :value::bool AS value, :maybe::bool AS maybe, :many::bool[] AS many,
    array_append(:many::bool[], NULL) AS with_null;

-- name: of_int2 :one
-- @param maybe null
SELECT :value::int2 AS value, :maybe::int2 AS maybe, :many::int2[] AS many,
    array_append(:many::int2[], NULL) AS with_null;

-- name: of_int4 :one
-- @param maybe null
SELECT :value::int4 AS value, :maybe::int4 AS maybe, :many::int4[] AS many,
    array_append(:many::int4[], NULL) AS with_null;

-- name: of_int8 :one
-- @param maybe null
SELECT :value::int8 AS value, :maybe::int8 AS maybe, :many::int8[] AS many,
    array_append(:many::int8[], NULL) AS with_null;

-- name: of_float4 :one
-- @param maybe null
SELECT :value::float4 AS value, :maybe::float4 AS maybe, :many::float4[] AS many,
    array_append(:many::float4[], NULL) AS with_null;

-- name: of_float8 :one
-- @param maybe null
SELECT :value::float8 AS value, :maybe::float8 AS maybe, :many::float8[] AS many,
    array_append(:many::float8[], NULL) AS with_null;

-- name: of_numeric :one
-- @param maybe null
SELECT :value::numeric AS value, :maybe::numeric AS maybe, :many::numeric[] AS many,
    array_append(:many::numeric[], NULL) AS with_null;

-- name: of_text :one
-- @param maybe null
SELECT :value::text AS value, :maybe::text AS maybe, :many::text[] AS many,
    array_append(:many::text[], NULL) AS with_null;

-- name: of_varchar :one
-- @param maybe null
SELECT :value::varchar AS value, :maybe::varchar AS maybe, :many::varchar[] AS many,
    array_append(:many::varchar[], NULL) AS with_null;

-- name: of_bpchar :one
-- @param maybe null
SELECT :value::bpchar AS value, :maybe::bpchar AS maybe, :many::bpchar[] AS many,
    array_append(:many::bpchar[], NULL) AS with_null;

-- name: of_name :one
-- @param maybe null
SELECT :value::name AS value, :maybe::name AS maybe, :many::name[] AS many,
    array_append(:many::name[], NULL) AS with_null;

-- name: of_citext :one
-- @param maybe null
SELECT :value::citext AS value, :maybe::citext AS maybe, :many::citext[] AS many,
    array_append(:many::citext[], NULL) AS with_null;

-- name: of_bytea :one
-- @param maybe null
SELECT :value::bytea AS value, :maybe::bytea AS maybe, :many::bytea[] AS many,
    array_append(:many::bytea[], NULL) AS with_null;

-- name: of_uuid :one
-- @param maybe null
SELECT :value::uuid AS value, :maybe::uuid AS maybe, :many::uuid[] AS many,
    array_append(:many::uuid[], NULL) AS with_null;

-- name: of_date :one
-- @param maybe null
SELECT :value::date AS value, :maybe::date AS maybe, :many::date[] AS many,
    array_append(:many::date[], NULL) AS with_null;

-- name: of_time :one
-- @param maybe null
SELECT :value::time AS value, :maybe::time AS maybe, :many::time[] AS many,
    array_append(:many::time[], NULL) AS with_null;

-- name: of_timetz :one
-- @param maybe null
SELECT :value::timetz AS value, :maybe::timetz AS maybe, :many::timetz[] AS many,
    array_append(:many::timetz[], NULL) AS with_null;

-- name: of_timestamp :one
-- @param maybe null
SELECT :value::timestamp AS value, :maybe::timestamp AS maybe, :many::timestamp[] AS many,
    array_append(:many::timestamp[], NULL) AS with_null;

-- name: of_timestamptz :one
-- @param maybe null
SELECT :value::timestamptz AS value, :maybe::timestamptz AS maybe, :many::timestamptz[] AS many,
    array_append(:many::timestamptz[], NULL) AS with_null;

-- name: of_interval :one
-- @param maybe null
SELECT :value::interval AS value, :maybe::interval AS maybe, :many::interval[] AS many,
    array_append(:many::interval[], NULL) AS with_null;

-- name: of_json :one
-- @param maybe null
SELECT :value::json AS value, :maybe::json AS maybe, :many::json[] AS many,
    array_append(:many::json[], NULL) AS with_null;

-- name: of_jsonb :one
-- @param maybe null
SELECT :value::jsonb AS value, :maybe::jsonb AS maybe, :many::jsonb[] AS many,
    array_append(:many::jsonb[], NULL) AS with_null;

-- name: of_inet :one
-- @param maybe null
SELECT :value::inet AS value, :maybe::inet AS maybe, :many::inet[] AS many,
    array_append(:many::inet[], NULL) AS with_null;

-- name: of_cidr :one
-- @param maybe null
SELECT :value::cidr AS value, :maybe::cidr AS maybe, :many::cidr[] AS many,
    array_append(:many::cidr[], NULL) AS with_null;

-- name: of_macaddr :one
-- @param maybe null
SELECT :value::macaddr AS value, :maybe::macaddr AS maybe, :many::macaddr[] AS many,
    array_append(:many::macaddr[], NULL) AS with_null;

-- name: of_macaddr8 :one
-- @param maybe null
SELECT :value::macaddr8 AS value, :maybe::macaddr8 AS maybe, :many::macaddr8[] AS many,
    array_append(:many::macaddr8[], NULL) AS with_null;

-- name: of_oid :one
-- @param maybe null
SELECT :value::oid AS value, :maybe::oid AS maybe, :many::oid[] AS many,
    array_append(:many::oid[], NULL) AS with_null;

-- name: of_varbit :one
-- @param maybe null
SELECT :value::varbit AS value, :maybe::varbit AS maybe, :many::varbit[] AS many,
    array_append(:many::varbit[], NULL) AS with_null;

-- name: of_money :one
-- @param maybe null
SELECT :value::money AS value, :maybe::money AS maybe, :many::money[] AS many,
    array_append(:many::money[], NULL) AS with_null;

-- name: of_xml :one
-- @param maybe null
SELECT :value::xml AS value, :maybe::xml AS maybe, :many::xml[] AS many,
    array_append(:many::xml[], NULL) AS with_null;

-- name: of_jsonpath :one
-- @param maybe null
SELECT :value::jsonpath AS value, :maybe::jsonpath AS maybe, :many::jsonpath[] AS many,
    array_append(:many::jsonpath[], NULL) AS with_null;

-- name: of_hstore :one
-- @param maybe null
SELECT :value::hstore AS value, :maybe::hstore AS maybe, :many::hstore[] AS many,
    array_append(:many::hstore[], NULL) AS with_null;

-- name: of_ltree :one
-- @param maybe null
SELECT :value::ltree AS value, :maybe::ltree AS maybe, :many::ltree[] AS many,
    array_append(:many::ltree[], NULL) AS with_null;

-- name: of_tsvector :one
-- @param maybe null
SELECT :value::tsvector AS value, :maybe::tsvector AS maybe, :many::tsvector[] AS many,
    array_append(:many::tsvector[], NULL) AS with_null;

-- name: of_tsquery :one
-- @param maybe null
SELECT :value::tsquery AS value, :maybe::tsquery AS maybe, :many::tsquery[] AS many,
    array_append(:many::tsquery[], NULL) AS with_null;

-- name: of_int4range :one
-- @param maybe null
SELECT :value::int4range AS value, :maybe::int4range AS maybe, :many::int4range[] AS many,
    array_append(:many::int4range[], NULL) AS with_null;

-- name: of_int8range :one
-- @param maybe null
SELECT :value::int8range AS value, :maybe::int8range AS maybe, :many::int8range[] AS many,
    array_append(:many::int8range[], NULL) AS with_null;

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

-- name: of_int4multirange :one
-- @param maybe null
SELECT :value::int4multirange AS value, :maybe::int4multirange AS maybe, :many::int4multirange[] AS many,
    array_append(:many::int4multirange[], NULL) AS with_null;

-- name: of_int8multirange :one
-- @param maybe null
SELECT :value::int8multirange AS value, :maybe::int8multirange AS maybe, :many::int8multirange[] AS many,
    array_append(:many::int8multirange[], NULL) AS with_null;

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

-- name: of_pg_lsn :one
-- @param maybe null
SELECT :value::pg_lsn AS value, :maybe::pg_lsn AS maybe, :many::pg_lsn[] AS many,
    array_append(:many::pg_lsn[], NULL) AS with_null;

-- name: of_xid8 :one
-- @param maybe null
SELECT :value::xid8 AS value, :maybe::xid8 AS maybe, :many::xid8[] AS many,
    array_append(:many::xid8[], NULL) AS with_null;

-- name: of_xid :one
-- @param maybe null
SELECT :value::xid AS value, :maybe::xid AS maybe, :many::xid[] AS many,
    array_append(:many::xid[], NULL) AS with_null;

-- name: of_cid :one
-- @param maybe null
SELECT :value::cid AS value, :maybe::cid AS maybe, :many::cid[] AS many,
    array_append(:many::cid[], NULL) AS with_null;

-- name: of_tid :one
-- @param maybe null
SELECT :value::tid AS value, :maybe::tid AS maybe, :many::tid[] AS many,
    array_append(:many::tid[], NULL) AS with_null;

-- name: of_domain_over_int :one
-- @param maybe null
SELECT :value::domain_over_int AS value, :maybe::domain_over_int AS maybe, :many::domain_over_int[] AS many,
    array_append(:many::domain_over_int[], NULL) AS with_null;
