//! From PostgreSQL's types to Diesel's and Rust's.

use crate::names;
use crate::schema::{Schema, Type, TypeKind};

/// How a type is written in generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustType {
    /// A type of the table below.
    Scalar(&'static Scalar),
    /// A PostgreSQL enum, by its Rust name.
    Enum(String),
    /// An array of another type.
    Array(Box<RustType>),
}

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

const PG_INTERVAL: &str = "diesel::pg::data_types::PgInterval";
const PG_MONEY: &str = "diesel::pg::data_types::PgMoney";

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
const SCALARS: &[Scalar] = &[
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
        &["text", "varchar", "bpchar", "name", "citext"],
        "Text",
        "String",
        "str",
    ),
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

impl RustType {
    /// Whether values can be looked up by: they are equal or not, whatever they are.
    pub(crate) fn is_key(&self) -> bool {
        const NO_KEYS: [&str; 5] = ["f32", "f64", "serde_json::Value", PG_INTERVAL, PG_MONEY];
        match self {
            Self::Scalar(scalar) => {
                !NO_KEYS.contains(&scalar.owned) && !scalar.owned.contains("Bound<")
            }
            Self::Enum(_) => true,
            Self::Array(_) => false,
        }
    }

    /// Whether a value is copied rather than moved.
    pub(crate) fn is_copy(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.copy,
            Self::Enum(_) => true,
            Self::Array(_) => false,
        }
    }
}

/// The type of a value with this object identifier; `None` when generated code
/// cannot hold it.
pub(crate) fn resolve(schema: &Schema, oid: u32) -> Option<RustType> {
    let (oid, _) = schema.base_type(oid);
    let pg_type = schema.types.get(&oid)?;
    let scalar = || {
        let mut scalars = SCALARS.iter();
        let found = scalars.find(|scalar| scalar.names.contains(&pg_type.name.as_str()));
        found.map(RustType::Scalar)
    };
    match &pg_type.kind {
        TypeKind::Base => scalar(),
        // The server's own ranges and multiranges; a user's may have any of the names.
        TypeKind::Other if pg_type.schema == "pg_catalog" => scalar(),
        TypeKind::Enum(_) => Some(RustType::Enum(enum_name(schema, oid))),
        TypeKind::Array(element) => {
            resolve(schema, *element).map(|element| RustType::Array(Box::new(element)))
        }
        TypeKind::Domain { .. } | TypeKind::Other => None,
    }
}

/// Names that the module of enums uses itself.
const TAKEN_BY_ENUMS: &[&str] = &[
    "Box",
    "FromSql",
    "HasSqlType",
    "IsNull",
    "Output",
    "Pg",
    "PgMetadataLookup",
    "PgTypeMetadata",
    "PgValue",
    "Self",
    "Send",
    "SqlType",
    "String",
    "Sync",
    "ToSql",
];

/// The Rust name of an enum. Enums that would have the same one carry their schema's
/// name, and a number where that is the same as well.
pub(crate) fn enum_name(schema: &Schema, oid: u32) -> String {
    let Some(pg_type) = schema.types.get(&oid) else {
        return String::new();
    };
    let enums = || {
        let types = schema.types.iter();
        types.filter(|(_, t)| matches!(t.kind, TypeKind::Enum(_)))
    };
    let name = plain_enum_name(&pg_type.name);
    if enums()
        .filter(|(_, t)| plain_enum_name(&t.name) == name)
        .count()
        == 1
    {
        return name;
    }
    let full = |t: &Type| plain_enum_name(&format!("{}_{}", t.schema, t.name));
    let name = full(pg_type);
    let before = enums()
        .filter(|(other, t)| **other < oid && full(t) == name)
        .count();
    if before == 0 {
        name
    } else {
        format!("{name}{}", before + 1)
    }
}

fn plain_enum_name(name: &str) -> String {
    let name = names::type_name(name);
    if TAKEN_BY_ENUMS.contains(&name.as_str()) {
        name + "Enum"
    } else if names::is_identifier(&name) {
        name
    } else {
        format!("Enum{name}")
    }
}
