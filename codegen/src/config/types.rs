//! The tables `[types]` and `[crates]`: what generated code has in place of PostgreSQL's types.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use toml::Value;

/// The Rust types of types, domains and columns: `citext`, `email`, `customers.id`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypesConfig(pub BTreeMap<String, TypeConfig>);

/// What is said of a type or a column: a path, or
/// `{ rust = "crate::Point", diesel = "crate::sql_types::Point", copy = true }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeConfig {
    /// The Rust type.
    pub rust: String,
    /// Its SQL type for Diesel, if it is not that of the type it takes the place of.
    pub diesel: Option<String>,
    /// Whether a call takes it by value, if not as the type it takes the place of.
    pub copy: Option<bool>,
}

/// The table `[crates]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CratesConfig {
    /// Whose types dates and times are.
    pub datetime: DateTimeCrate,
    /// Whose type `numeric` is.
    pub numeric: NumericCrate,
}

/// A crate of dates and times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateTimeCrate {
    /// `chrono`.
    #[default]
    Chrono,
    /// `time`.
    Time,
    /// `jiff`, through `jiff-diesel`.
    Jiff,
}

/// A crate of decimal numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumericCrate {
    /// `bigdecimal`: every number of PostgreSQL's but NaN and the infinities.
    #[default]
    Bigdecimal,
    /// `rust_decimal`: 28 digits, in 16 bytes.
    RustDecimal,
}

impl<'de> Deserialize<'de> for TypesConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = toml::Table::deserialize(deserializer)?;
        let mut all = BTreeMap::new();
        add("", table, &mut all).map_err(Error::custom)?;
        Ok(Self(all))
    }
}

/// `customers.id = "…"` without quotes is a table of TOML, with the same meaning.
fn add(
    prefix: &str,
    table: toml::Table,
    all: &mut BTreeMap<String, TypeConfig>,
) -> Result<(), String> {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        match value {
            Value::String(rust) => {
                let said = TypeConfig {
                    rust,
                    diesel: None,
                    copy: None,
                };
                all.insert(name, said);
            }
            Value::Table(inner) if is_detailed(&inner) => {
                let said = TypeConfig::deserialize(inner);
                let said = said.map_err(|error| format!("`{name}`: {}", error.message()))?;
                all.insert(name, said);
            }
            Value::Table(inner) => add(&format!("{name}."), inner, all)?,
            _ => {
                return Err(format!(
                    "the type of `{name}` is a path, as \"crate::CustomerId\", or a table with `rust`, `diesel` and `copy`"
                ));
            }
        }
    }
    Ok(())
}

/// A table with what is said of one type; columns may have any of the names.
fn is_detailed(table: &toml::Table) -> bool {
    let known = ["rust", "diesel", "copy"];
    table.contains_key("rust")
        && (table.len() == 1 || table.keys().all(|key| known.contains(&key.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TypesConfig, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn columns_with_quotes_and_without() {
        let plain = read("customers.id = 'crate::Id'\n\"orders.id\" = 'crate::Order'\n");
        let names: Vec<String> = plain.expect("it is read").0.into_keys().collect();
        assert_eq!(names, ["customers.id", "orders.id"]);
        let nested = read("[customers]\nid = 'crate::Id'\n").expect("it is read");
        assert_eq!(nested.0["customers.id"].rust, "crate::Id");
    }

    #[test]
    fn what_else_can_be_said() {
        let said = read("point = { rust = 'geo::Point', diesel = 'geo::sql::Point', copy = true }");
        let said = &said.expect("it is read").0["point"];
        assert_eq!(said.diesel.as_deref(), Some("geo::sql::Point"));
        assert_eq!(said.copy, Some(true));
        assert!(read("point = 7").is_err());
        let unknown = read("point = { rust = 'geo::Point', copi = true }");
        assert!(unknown.is_err());
    }
}
