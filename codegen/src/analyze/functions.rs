//! What is known of PostgreSQL's own functions and null, beyond `proisstrict`.
//!
//! Strict means: null for a null argument. It does not mean: not null for the others
//! (`array_length('{}', 1)`, `'{}'::jsonb -> 'a'`). So functions are taken as never
//! returning null only when they stand here; operators and casts unless they stand
//! here.

/// Strict functions that return a value for all arguments that are not null.
pub(super) const TOTAL: &[&str] = &[
    "abs", "acos", "age", "array_append", "array_cat", "array_prepend", "array_remove",
    "array_replace", "ascii", "asin", "atan", "bit_length", "btrim", "cardinality", "cbrt", "ceil",
    "ceiling", "char_length", "character_length", "chr", "convert_from", "convert_to", "cos",
    "date", "date_bin", "date_trunc", "decode", "degrees", "div", "encode", "erf", "exp", "factorial",
    "floor", "gcd", "generate_series", "get_bit", "get_byte", "host", "initcap", "isempty", "isfinite",
    "justify_days", "justify_hours", "justify_interval", "lcm", "left", "length", "ln", "log",
    "log10", "lower_inc", "lower_inf", "lpad", "ltrim", "make_date", "make_interval", "make_time",
    "make_timestamp", "make_timestamptz", "masklen", "md5", "mod", "network", "nextval",
    "numnode", "octet_length", "phraseto_tsquery", "pi", "plainto_tsquery", "position", "power", "pow",
    "quote_ident", "quote_literal", "radians", "regexp_count", "regexp_instr", "regexp_replace",
    "regexp_split_to_array", "repeat", "replace", "reverse", "right", "round", "rpad", "rtrim",
    "setseed", "setval", "sha224", "sha256", "sha384", "sha512", "sign", "sin", "split_part",
    "sqrt", "starts_with", "strpos", "substr", "tan", "timezone", "to_char", "to_date", "to_hex",
    "to_json", "to_jsonb", "to_number", "to_timestamp", "to_tsquery", "to_tsvector",
    "translate", "trunc", "ts_rank", "ts_rank_cd", "tsvector_concat", "upper_inc", "upper_inf",
    "websearch_to_tsquery", "width_bucket", "row_to_json", "array_to_json", "jsonb_typeof",
    "json_typeof", "jsonb_array_length", "json_array_length", "jsonb_pretty", "jsonb_set",
    "jsonb_strip_nulls", "json_strip_nulls", "jsonb_insert",
];

/// Names that mean another thing for ranges, where the answer may be null.
pub(super) const TOTAL_OF_TEXT: &[&str] = &["lower", "upper"];

/// Functions that never return null, whatever their arguments.
pub(super) const NEVER_NULL: &[&str] = &[
    "clock_timestamp", "concat", "current_database", "gen_random_uuid",
    "json_build_array", "json_build_object", "jsonb_build_array", "jsonb_build_object", "now",
    "num_nonnulls", "num_nulls", "pg_backend_pid", "pg_current_xact_id", "quote_nullable", "random",
    "statement_timestamp", "timeofday", "transaction_timestamp", "txid_current", "uuidv4",
    "uuidv7", "version",
];

/// The implementations of operators that may return null for values: element access
/// of JSON, path queries that fail, and intersections of shapes that do not meet.
pub(super) const PARTIAL_OPERATORS: &[&str] = &[
    "json_array_element", "json_array_element_text", "json_extract_path",
    "json_extract_path_text", "json_object_field", "json_object_field_text",
    "jsonb_array_element", "jsonb_array_element_text", "jsonb_extract_path",
    "jsonb_extract_path_text", "jsonb_object_field", "jsonb_object_field_text",
    "jsonb_path_exists_opr", "jsonb_path_match_opr", "box_intersect", "close_ls", "close_lseg",
    "close_pb", "close_pl", "close_ps", "close_sb", "line_interpt", "lseg_interpt",
    "path_add", "path_center", "poly_center", "record_image_eq",
];

/// Aggregates and window functions that count: they answer even for no row.
pub(super) const COUNTS: &[&str] = &[
    "count", "regr_count", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile",
];

/// Aggregates that are not null for at least one row whose values are not null.
pub(super) const TOTAL_AGGREGATES: &[&str] = &[
    "any_value", "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or",
    "every", "json_agg", "json_object_agg", "jsonb_agg", "jsonb_object_agg", "max", "min", "mode",
    "percentile_cont", "percentile_disc", "range_agg", "stddev_pop", "string_agg", "sum", "var_pop",
];

/// Window functions that give back one of their frame's values.
pub(super) const FRAME_VALUES: &[&str] = &["first_value", "last_value"];
