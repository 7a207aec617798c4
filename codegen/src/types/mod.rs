//! From PostgreSQL's types to Diesel's and Rust's.

mod mapping;
mod scalars;
mod user;

use crate::names;
use crate::schema::{Schema, Type, TypeKind};

pub(crate) use mapping::Mapping;
pub use scalars::Scalar;
use scalars::{PG_INTERVAL, PG_MONEY};
pub use user::{User, UserSql};

/// How a type is written in generated code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustType {
    /// A type of the table below.
    Scalar(&'static Scalar),
    /// A PostgreSQL enum, by its Rust name.
    Enum(String),
    /// A composite type, by its Rust name.
    Composite(String),
    /// An array of another type.
    Array(Box<RustType>),
    /// A type of the user's, which `planwright.toml` names.
    User(Box<User>),
}

impl RustType {
    /// Whether values can be looked up by: they are equal or not, whatever they are.
    pub(crate) fn is_key(&self) -> bool {
        const NO_KEYS: [&str; 5] = ["f32", "f64", "serde_json::Value", PG_INTERVAL, PG_MONEY];
        match self {
            Self::Scalar(scalar) => {
                let ranges = ["Bound<", "Range<", "Multirange<", "f32"];
                let range = ranges.iter().any(|range| scalar.owned.contains(range));
                !NO_KEYS.contains(&scalar.owned) && !range
            }
            // Of a user's type nothing is known; who loads by it makes it a key.
            Self::Enum(_) | Self::User(_) => true,
            Self::Array(_) | Self::Composite(_) => false,
        }
    }

    /// Whether a value is copied rather than moved.
    pub(crate) fn is_copy(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.copy,
            Self::Enum(_) => true,
            Self::Array(_) | Self::Composite(_) => false,
            Self::User(user) => user.copy,
        }
    }

    /// The type without the user's: what the server and Diesel see.
    pub(crate) fn plain(&self) -> RustType {
        match self {
            Self::User(user) => match &user.sql {
                UserSql::Of(of) => of.plain(),
                UserSql::Path(_) => self.clone(),
            },
            Self::Array(element) => Self::Array(Box::new(element.plain())),
            other => other.clone(),
        }
    }

    /// The path of the user's type, if it is one or holds some.
    pub(crate) fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) => Some(user),
            Self::Array(element) => element.user(),
            Self::Scalar(_) | Self::Enum(_) | Self::Composite(_) => None,
        }
    }
}

/// The type of a value with this object identifier, as the table and the migrations have it;
/// `None` when generated code cannot hold it.
fn resolve(schema: &Schema, mapping: &Mapping, oid: u32) -> Option<RustType> {
    let pg_type = schema.types.get(&oid)?;
    let scalar = || scalars::scalar(&pg_type.name, mapping.crates).map(RustType::Scalar);
    match &pg_type.kind {
        TypeKind::Base => scalar(),
        // The server's own ranges and multiranges; a user's may have any of the names.
        TypeKind::Other if pg_type.schema == "pg_catalog" => scalar(),
        TypeKind::Enum(_) => Some(RustType::Enum(named(schema, oid))),
        TypeKind::Composite(attributes) => {
            let mut of = attributes.iter().map(|attribute| attribute.type_oid);
            let known = of.all(|of| mapping.resolve(schema, of).is_some());
            known.then(|| RustType::Composite(named(schema, oid)))
        }
        TypeKind::Array(element) => {
            let element = mapping.resolve(schema, *element)?;
            Some(RustType::Array(Box::new(element)))
        }
        TypeKind::Domain { base, .. } => mapping.resolve(schema, *base),
        TypeKind::Other => None,
    }
}

/// Names that the module of types uses itself.
const TAKEN: &[&str] = &[
    "Box",
    "FromSql",
    "HasSqlType",
    "IsNull",
    "None",
    "Option",
    "Output",
    "Pg",
    "PgMetadataLookup",
    "PgTypeMetadata",
    "PgValue",
    "RecordReader",
    "RecordWriter",
    "Self",
    "Send",
    "Some",
    "SqlType",
    "String",
    "Sync",
    "ToSql",
    "Vec",
];

/// The Rust name of an enum or a composite type. Those that would have the same one carry their
/// schema's name, and a number where that is the same as well.
pub(crate) fn named(schema: &Schema, oid: u32) -> String {
    let Some(pg_type) = schema.types.get(&oid) else {
        return String::new();
    };
    let all = || {
        let types = schema.types.iter();
        let named = |kind: &TypeKind| matches!(kind, TypeKind::Enum(_) | TypeKind::Composite(_));
        types.filter(move |(_, t)| named(&t.kind))
    };
    let plain = |t: &Type| plain_name(&t.name, &t.kind);
    let name = plain(pg_type);
    if all().filter(|(_, t)| plain(t) == name).count() == 1 {
        return name;
    }
    let full = |t: &Type| plain_name(&format!("{}_{}", t.schema, t.name), &t.kind);
    let name = full(pg_type);
    let before = all()
        .filter(|(other, t)| **other < oid && full(t) == name)
        .count();
    if before == 0 {
        name
    } else {
        format!("{name}{}", before + 1)
    }
}

fn plain_name(name: &str, kind: &TypeKind) -> String {
    let word = match kind {
        TypeKind::Enum(_) => "Enum",
        _ => "Composite",
    };
    let name = names::type_name(name);
    if TAKEN.contains(&name.as_str()) {
        name + word
    } else if names::is_identifier(&name) {
        name
    } else {
        format!("{word}{name}")
    }
}
