//! Declared sizes: `customers = "200k"`, or with distinct values a column.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// The rows of a table of which nothing is declared.
pub const DEFAULT_ROWS: u64 = 100_000;

/// A number of rows, written `120`, `"200k"`, `"2M"` or `"1.5G"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowCount(pub u64);

/// What is declared of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Written")]
pub struct TableSize {
    /// Its rows in production.
    pub rows: RowCount,
    /// The distinct values of columns, where they are not what keys and types say.
    pub distinct: BTreeMap<String, RowCount>,
}

/// The two ways to write a size.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Rows(RowCount),
    Detailed {
        rows: RowCount,
        #[serde(default)]
        distinct: BTreeMap<String, RowCount>,
    },
}

impl From<Written> for TableSize {
    fn from(written: Written) -> Self {
        match written {
            Written::Rows(rows) => Self {
                rows,
                distinct: BTreeMap::new(),
            },
            Written::Detailed { rows, distinct } => Self { rows, distinct },
        }
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
        u64::try_from(value)
            .map(RowCount)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<RowCount, E> {
        Ok(RowCount(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<RowCount, E> {
        parse(value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

/// Decimal digits with at most one point, and a unit.
fn parse(text: &str) -> Option<RowCount> {
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
    let mut rows = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.bytes() {
        place /= 10;
        rows = rows.checked_add(u64::from(digit - b'0') * place)?;
    }
    Some(RowCount(rows))
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
            ("99999999999999999999", None),
            ("99999999999999G", None),
        ] {
            assert_eq!(parse(text), rows.map(RowCount), "{text}");
        }
    }

    #[test]
    fn a_size_is_a_number_or_a_table() {
        #[derive(Deserialize)]
        struct Config {
            tables: BTreeMap<String, TableSize>,
        }
        let text = "[tables]\na = 5\nb = \"2k\"\nc = { rows = \"1M\", distinct = { kind = 3 } }";
        let config: Config = toml::from_str(text).expect("a configuration");
        assert_eq!(config.tables["a"].rows, RowCount(5));
        assert_eq!(config.tables["b"].rows, RowCount(2_000));
        assert_eq!(config.tables["c"].distinct["kind"], RowCount(3));
        assert!(toml::from_str::<Config>("[tables]\na = \"many\"").is_err());
    }
}
