//! The table of types: PostgreSQL's, with Diesel's and Rust's for each.

use crate::config::{CratesConfig, DateTimeCrate, NumericCrate};

/// One line of the table of types.
#[derive(Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The names in `pg_type`.
    names: &'static [&'static str],
    /// In `diesel::sql_types`, or a path.
    pub diesel: &'static str,
    /// What a row holds.
    pub owned: &'static str,
    /// What a call takes, without a lifetime; the same as `owned` when the value is copied.
    pub borrowed: &'static str,
    /// Whether a call takes it by value.
    pub copy: bool,
}

const fn copied(
    names: &'static [&'static str],
    diesel: &'static str,
    owned: &'static str,
) -> Scalar {
    Scalar {
        names,
        diesel,
        owned,
        borrowed: owned,
        copy: true,
    }
}

const fn borrowed(
    names: &'static [&'static str],
    diesel: &'static str,
    owned: &'static str,
    borrowed: &'static str,
) -> Scalar {
    Scalar {
        names,
        diesel,
        owned,
        borrowed,
        copy: false,
    }
}

pub(super) const PG_INTERVAL: &str = "diesel::pg::data_types::PgInterval";
pub(super) const PG_MONEY: &str = "diesel::pg::data_types::PgMoney";

/// A range of a type that is copied. An empty one is two bounds that leave nothing between them.
macro_rules! range {
    ($of:literal) => {
        concat!("(std::ops::Bound<", $of, ">, std::ops::Bound<", $of, ">)")
    };
}

/// A multirange: several ranges, which a call borrows.
macro_rules! multirange {
    ($name:literal, $diesel:literal, $of:literal) => {
        borrowed(
            &[$name],
            $diesel,
            concat!("Vec<", range!($of), ">"),
            concat!("[", range!($of), "]"),
        )
    };
}

/// A type of the run-time crate that travels as text.
macro_rules! text {
    ($name:literal, $sql:literal) => {
        moved!($name, $sql, "String", "str")
    };
}

/// A type of the run-time crate that a call borrows.
macro_rules! moved {
    ($name:literal, $sql:literal, $rust:literal) => {
        moved!($name, $sql, $rust, $rust)
    };
    ($name:literal, $sql:literal, $rust:literal, $borrowed:literal) => {
        borrowed(
            &[$name],
            concat!("planwright::types::sql::", $sql),
            $rust,
            $borrowed,
        )
    };
}

/// PostgreSQL's types, from the manual's chapter "Data Types", with the conversions
/// that Diesel brings.
const SCALARS: &[Scalar] = &[
    copied(&["bool"], "Bool", "bool"),
    copied(&["int2"], "SmallInt", "i16"),
    copied(&["int4"], "Integer", "i32"),
    copied(&["int8"], "BigInt", "i64"),
    copied(&["float4"], "Float", "f32"),
    copied(&["float8"], "Double", "f64"),
    copied(&["oid"], "Oid", "u32"),
    copied(&["uuid"], "Uuid", "uuid::Uuid"),
    copied(&["interval"], "Interval", PG_INTERVAL),
    copied(&["money"], "Money", PG_MONEY),
    borrowed(&["text", "varchar", "name"], "Text", "String", "str"),
    text!("bpchar", "Bpchar"),
    text!("xml", "Xml"),
    text!("jsonpath", "JsonPath"),
    text!("ltree", "Ltree"),
    text!("lquery", "Lquery"),
    text!("ltxtquery", "Ltxtquery"),
    moved!("bit", "Bit", "planwright::types::Bits"),
    moved!("varbit", "Varbit", "planwright::types::Bits"),
    moved!("tsvector", "TsVector", "planwright::types::TsVector"),
    moved!("tsquery", "TsQuery", "planwright::types::TsQuery"),
    moved!(
        "hstore",
        "Hstore",
        "std::collections::BTreeMap<String, Option<String>>"
    ),
    borrowed(
        &["vector"],
        "planwright::types::sql::Vector",
        "Vec<f32>",
        "[f32]",
    ),
    copied(
        &["timetz"],
        "planwright::types::sql::TimeTz",
        "planwright::types::TimeTz",
    ),
    copied(&["xid"], "planwright::types::sql::Xid", "u32"),
    copied(&["xid8"], "planwright::types::sql::Xid8", "u64"),
    copied(&["cid"], "planwright::types::sql::Cid", "u32"),
    copied(
        &["tid"],
        "planwright::types::sql::Tid",
        "planwright::types::Tid",
    ),
    copied(&["pg_lsn"], "planwright::types::sql::PgLsn", "u64"),
    borrowed(&["citext"], "Citext", "String", "str"),
    borrowed(&["bytea"], "Binary", "Vec<u8>", "[u8]"),
    borrowed(&["json"], "Json", "serde_json::Value", "serde_json::Value"),
    borrowed(
        &["jsonb"],
        "Jsonb",
        "serde_json::Value",
        "serde_json::Value",
    ),
    copied(&["inet"], "Inet", "ipnetwork::IpNetwork"),
    copied(&["cidr"], "Cidr", "ipnetwork::IpNetwork"),
    copied(&["macaddr"], "MacAddr", "[u8; 6]"),
    copied(&["macaddr8"], "MacAddr8", "[u8; 8]"),
    copied(&["int4range"], "Int4range", range!("i32")),
    copied(&["int8range"], "Int8range", range!("i64")),
    multirange!("int4multirange", "Int4multirange", "i32"),
    multirange!("int8multirange", "Int8multirange", "i64"),
];

/// A range of a type that Diesel knows no empty range of.
macro_rules! own_range {
    ($name:literal, $diesel:literal, $of:literal) => {
        copied(
            &[$name],
            $diesel,
            concat!("planwright::types::Range<", $of, ">"),
        )
    };
}

/// A multirange of such a type.
macro_rules! own_multirange {
    ($name:literal, $diesel:literal, $of:literal) => {
        borrowed(
            &[$name],
            $diesel,
            concat!("planwright::types::Multirange<", $of, ">"),
            concat!("planwright::types::Multirange<", $of, ">"),
        )
    };
}

/// Dates and times of one crate.
macro_rules! datetime {
    ($date:literal, $time:literal, $timestamp:literal, $timestamptz:literal) => {
        &[
            copied(&["date"], "Date", $date),
            copied(&["time"], "Time", $time),
            copied(&["timestamp"], "Timestamp", $timestamp),
            copied(&["timestamptz"], "Timestamptz", $timestamptz),
            copied(&["daterange"], "Daterange", range!($date)),
            copied(&["tsrange"], "Tsrange", range!($timestamp)),
            copied(&["tstzrange"], "Tstzrange", range!($timestamptz)),
            multirange!("datemultirange", "Datemultirange", $date),
            multirange!("tsmultirange", "Tsmultirange", $timestamp),
            multirange!("tstzmultirange", "Tstzmultirange", $timestamptz),
        ]
    };
}

const CHRONO: &[Scalar] = datetime!(
    "chrono::NaiveDate",
    "chrono::NaiveTime",
    "chrono::NaiveDateTime",
    "chrono::DateTime<chrono::Utc>"
);
const TIME: &[Scalar] = datetime!(
    "time::Date",
    "time::Time",
    "time::PrimitiveDateTime",
    "time::OffsetDateTime"
);
/// Diesel has no conversions for `jiff`, and `jiff` none for Diesel: a crate between them has
/// types of its own.
const JIFF: &[Scalar] = &[
    copied(&["date"], "Date", "jiff_diesel::Date"),
    copied(&["time"], "Time", "jiff_diesel::Time"),
    copied(&["timestamp"], "Timestamp", "jiff_diesel::DateTime"),
    copied(&["timestamptz"], "Timestamptz", "jiff_diesel::Timestamp"),
    own_range!("daterange", "Daterange", "jiff_diesel::Date"),
    own_range!("tsrange", "Tsrange", "jiff_diesel::DateTime"),
    own_range!("tstzrange", "Tstzrange", "jiff_diesel::Timestamp"),
    own_multirange!("datemultirange", "Datemultirange", "jiff_diesel::Date"),
    own_multirange!("tsmultirange", "Tsmultirange", "jiff_diesel::DateTime"),
    own_multirange!("tstzmultirange", "Tstzmultirange", "jiff_diesel::Timestamp"),
];

const BIGDECIMAL: &[Scalar] = &[
    borrowed(
        &["numeric"],
        "Numeric",
        "bigdecimal::BigDecimal",
        "bigdecimal::BigDecimal",
    ),
    borrowed(
        &["numrange"],
        "Numrange",
        range!("bigdecimal::BigDecimal"),
        range!("bigdecimal::BigDecimal"),
    ),
    multirange!("nummultirange", "Nummultirange", "bigdecimal::BigDecimal"),
];
const RUST_DECIMAL: &[Scalar] = &[
    copied(&["numeric"], "Numeric", "rust_decimal::Decimal"),
    own_range!("numrange", "Numrange", "rust_decimal::Decimal"),
    own_multirange!("nummultirange", "Nummultirange", "rust_decimal::Decimal"),
];

/// The line of a type, by its name, with what the chosen crates have for it.
pub(super) fn scalar(name: &str, crates: CratesConfig) -> Option<&'static Scalar> {
    let datetime = match crates.datetime {
        DateTimeCrate::Chrono => CHRONO,
        DateTimeCrate::Time => TIME,
        DateTimeCrate::Jiff => JIFF,
    };
    let numeric = match crates.numeric {
        NumericCrate::Bigdecimal => BIGDECIMAL,
        NumericCrate::RustDecimal => RUST_DECIMAL,
    };
    let mut all = SCALARS.iter().chain(datetime).chain(numeric);
    all.find(|scalar| scalar.names.contains(&name))
}
