//! Declared sizes: `customers = "200k"`, or with distinct values a column.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::snapshot::Fraction;

/// The rows of a table of which nothing is declared.
pub const DEFAULT_ROWS: u64 = 100_000;

/// A number of rows, written `120`, `"200k"`, `"2M"` or `"1.5G"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowCount(pub u64);

/// The most rows that can be declared of a table.
const MAX_ROWS: u64 = 1_000_000_000_000;

/// What is declared of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSize {
    /// Its rows in production.
    pub rows: RowCount,
    /// The distinct values of columns, where they are not what keys and types say.
    pub distinct: BTreeMap<String, RowCount>,
    /// The share of nulls in columns, where there are any.
    pub null_fraction: BTreeMap<String, Fraction>,
}

/// A size written as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    rows: RowCount,
    #[serde(default)]
    distinct: BTreeMap<String, RowCount>,
    #[serde(default)]
    null_fraction: BTreeMap<String, Fraction>,
}

impl From<RowCount> for TableSize {
    fn from(rows: RowCount) -> Self {
        Self {
            rows,
            distinct: BTreeMap::new(),
            null_fraction: BTreeMap::new(),
        }
    }
}

impl<'de> Deserialize<'de> for TableSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TableSizeVisitor)
    }
}

struct TableSizeVisitor;

impl<'de> Visitor<'de> for TableSizeVisitor {
    type Value = TableSize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        RowCountVisitor.expecting(f)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<TableSize, E> {
        RowCountVisitor.visit_i64(value).map(TableSize::from)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<TableSize, E> {
        RowCountVisitor.visit_u64(value).map(TableSize::from)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<TableSize, E> {
        RowCountVisitor.visit_str(value).map(TableSize::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TableSize, A::Error> {
        let Detailed {
            rows,
            distinct,
            null_fraction,
        } = Detailed::deserialize(MapAccessDeserializer::new(map))?;
        Ok(TableSize {
            rows,
            distinct,
            null_fraction,
        })
    }
}

impl<'de> Deserialize<'de> for RowCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowCountVisitor)
    }
}

struct RowCountVisitor;

impl Visitor<'_> for RowCountVisitor {
    type Value = RowCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of rows such as 120, \"200k\", \"2M\" or \"1.5G\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<RowCount, E> {
        match u64::try_from(value) {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(value), &self)),
        }
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<RowCount, E> {
        limited(value).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<RowCount, E> {
        match parse(value) {
            Some(rows) => limited(rows).map_err(E::custom),
            None => Err(E::invalid_value(de::Unexpected::Str(value), &self)),
        }
    }
}

/// The page count of a larger table does not fit PostgreSQL's catalogues.
fn limited(rows: u64) -> Result<RowCount, &'static str> {
    if rows > MAX_ROWS {
        return Err("too many rows: the most that can be declared is \"1000G\"");
    }
    Ok(RowCount(rows))
}

/// Decimal digits with at most one point, and a unit. What does not fit is the largest number.
fn parse(text: &str) -> Option<u64> {
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1_000),
        (at, 'M') => (&text[..at], 1_000_000),
        (at, 'G') => (&text[..at], 1_000_000_000),
        _ => (text, 1_u64),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return None;
    }
    let whole = whole.parse::<u64>().unwrap_or(u64::MAX);
    let mut rows = whole.saturating_mul(unit);
    let mut place = unit;
    for digit in fraction.bytes() {
        place /= 10;
        rows = rows.saturating_add(u64::from(digit - b'0') * place);
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_counts_are_read() {
        for (text, rows) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("200k", Some(200_000)),
            ("2M", Some(2_000_000)),
            ("1.5G", Some(1_500_000_000)),
            ("0.25k", Some(250)),
            ("", None),
            ("k", None),
            ("-1", None),
            ("1e3", None),
            ("2m", None),
            ("1.2.3k", None),
            ("99999999999999999999", Some(u64::MAX)),
            ("99999999999999G", Some(u64::MAX)),
        ] {
            assert_eq!(parse(text), rows, "{text}");
        }
    }

    #[derive(Debug, Deserialize)]
    struct Config {
        tables: BTreeMap<String, TableSize>,
    }

    fn read(line: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(&format!("[tables]\n{line}"))
    }

    #[test]
    fn a_size_is_a_number_or_a_table() {
        let text = "a = 5\nb = \"2k\"\nc = { rows = \"1M\", distinct = { kind = 3 }, null_fraction = { note = 0.9 } }";
        let config = read(text).expect("a configuration");
        assert_eq!(config.tables["a"].rows, RowCount(5));
        assert_eq!(config.tables["b"].rows, RowCount(2_000));
        assert_eq!(config.tables["c"].distinct["kind"], RowCount(3));
        assert_eq!(config.tables["c"].null_fraction["note"], Fraction(0.9));
        let most = read("a = \"1000G\"").expect("a configuration");
        assert_eq!(most.tables["a"].rows, RowCount(MAX_ROWS));
    }

    #[test]
    fn bad_sizes_are_explained() {
        let form = "expected a number of rows such as 120, \"200k\", \"2M\" or \"1.5G\"";
        let most = "too many rows: the most that can be declared is \"1000G\"";
        for (line, message) in [
            ("a = \"many\"", form),
            ("a = -1", form),
            ("a = 1.5", form),
            ("a = [1]", form),
            ("a = { rows = \"many\" }", form),
            ("a = { rows = 5, distinct = { kind = \"few\" } }", form),
            (
                "a = { rows = 5, distnct = { kind = 3 } }",
                "unknown field `distnct`",
            ),
            ("a = { distinct = { kind = 3 } }", "missing field `rows`"),
            (
                "a = { rows = 5, null_fraction = { kind = 3 } }",
                "3 is not a fraction, from 0 to 1",
            ),
            ("a = \"1001G\"", most),
            ("a = 1000000000001", most),
            ("a = \"99999999999999999999\"", most),
        ] {
            let error = read(line).expect_err(line).to_string();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
