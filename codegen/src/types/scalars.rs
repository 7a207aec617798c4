//! The table of types: PostgreSQL's, with Diesel's and Rust's for each.

/// One line of the table of types.
#[derive(Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The names in `pg_type`.
    pub(super) names: &'static [&'static str],
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

/// PostgreSQL's types, from the manual's chapter "Data Types", with the conversions
/// that Diesel brings.
pub(super) const SCALARS: &[Scalar] = &[
    copied(&["bool"], "Bool", "bool"),
    copied(&["int2"], "SmallInt", "i16"),
    copied(&["int4"], "Integer", "i32"),
    copied(&["int8"], "BigInt", "i64"),
    copied(&["float4"], "Float", "f32"),
    copied(&["float8"], "Double", "f64"),
    copied(&["oid"], "Oid", "u32"),
    copied(&["uuid"], "Uuid", "uuid::Uuid"),
    copied(&["date"], "Date", "chrono::NaiveDate"),
    copied(&["time"], "Time", "chrono::NaiveTime"),
    copied(&["timestamp"], "Timestamp", "chrono::NaiveDateTime"),
    copied(
        &["timestamptz"],
        "Timestamptz",
        "chrono::DateTime<chrono::Utc>",
    ),
    copied(&["interval"], "Interval", PG_INTERVAL),
    copied(&["money"], "Money", PG_MONEY),
    borrowed(
        &["text", "varchar", "bpchar", "name"],
        "Text",
        "String",
        "str",
    ),
    borrowed(&["citext"], "Citext", "String", "str"),
    borrowed(&["bytea"], "Binary", "Vec<u8>", "[u8]"),
    borrowed(&["json"], "Json", "serde_json::Value", "serde_json::Value"),
    borrowed(
        &["jsonb"],
        "Jsonb",
        "serde_json::Value",
        "serde_json::Value",
    ),
    borrowed(
        &["numeric"],
        "Numeric",
        "bigdecimal::BigDecimal",
        "bigdecimal::BigDecimal",
    ),
    copied(&["inet"], "Inet", "ipnetwork::IpNetwork"),
    copied(&["cidr"], "Cidr", "ipnetwork::IpNetwork"),
    copied(&["macaddr"], "MacAddr", "[u8; 6]"),
    copied(&["macaddr8"], "MacAddr8", "[u8; 8]"),
    copied(&["int4range"], "Int4range", range!("i32")),
    copied(&["int8range"], "Int8range", range!("i64")),
    copied(&["daterange"], "Daterange", range!("chrono::NaiveDate")),
    copied(&["tsrange"], "Tsrange", range!("chrono::NaiveDateTime")),
    copied(
        &["tstzrange"],
        "Tstzrange",
        range!("chrono::DateTime<chrono::Utc>"),
    ),
    borrowed(
        &["numrange"],
        "Numrange",
        range!("bigdecimal::BigDecimal"),
        range!("bigdecimal::BigDecimal"),
    ),
    multirange!("int4multirange", "Int4multirange", "i32"),
    multirange!("int8multirange", "Int8multirange", "i64"),
    multirange!("datemultirange", "Datemultirange", "chrono::NaiveDate"),
    multirange!("tsmultirange", "Tsmultirange", "chrono::NaiveDateTime"),
    multirange!(
        "tstzmultirange",
        "Tstzmultirange",
        "chrono::DateTime<chrono::Utc>"
    ),
    multirange!("nummultirange", "Nummultirange", "bigdecimal::BigDecimal"),
];
