//! Extended statistics in the form of the catalogue. Its types take no text, so the bytes
//! are written as PostgreSQL does (`statext_ndistinct_serialize` and
//! `statext_dependencies_serialize` in `src/backend/statistics`).

use std::collections::BTreeMap;

use super::snapshot::Fraction;

const DISTINCT_MAGIC: u32 = 0xA352_BFA4;
const DEPENDENCIES_MAGIC: u32 = 0xB454_9A2C;
/// The only type of either form.
const BASIC: u32 = 1;

/// What parts the columns of a combination, and those that determine from the one that
/// is determined.
pub(super) const COLUMNS: &str = ", ";
pub(super) const DETERMINE: &str = " => ";

/// Numbers of distinct combinations; `None` when there are none, or one names a column that
/// is not there.
pub(super) fn distinct(
    combinations: &BTreeMap<String, f64>,
    attribute: impl Fn(&str) -> Option<i16>,
) -> Option<Vec<u8>> {
    let mut bytes = head(DISTINCT_MAGIC, combinations.len())?;
    for (columns, number) in combinations {
        let columns: Option<Vec<i16>> = columns.split(COLUMNS).map(&attribute).collect();
        let columns = columns?;
        bytes.extend(number.to_ne_bytes());
        bytes.extend(i32::try_from(columns.len()).ok()?.to_ne_bytes());
        bytes.extend(columns.iter().flat_map(|column| column.to_ne_bytes()));
    }
    Some(bytes)
}

/// Degrees of functional dependency; `None` as above.
pub(super) fn dependencies(
    degrees: &BTreeMap<String, Fraction>,
    attribute: impl Fn(&str) -> Option<i16>,
) -> Option<Vec<u8>> {
    let mut bytes = head(DEPENDENCIES_MAGIC, degrees.len())?;
    for (columns, degree) in degrees {
        let (from, to) = columns.split_once(DETERMINE)?;
        let columns = from.split(COLUMNS).chain([to]).map(&attribute);
        let columns = columns.collect::<Option<Vec<i16>>>()?;
        bytes.extend(f64::from(degree.0).to_ne_bytes());
        bytes.extend(i16::try_from(columns.len()).ok()?.to_ne_bytes());
        bytes.extend(columns.iter().flat_map(|column| column.to_ne_bytes()));
    }
    Some(bytes)
}

fn head(magic: u32, items: usize) -> Option<Vec<u8>> {
    let items = u32::try_from(items).ok().filter(|items| *items > 0)?;
    let words = [magic, BASIC, items];
    Some(words.iter().flat_map(|word| word.to_ne_bytes()).collect())
}
