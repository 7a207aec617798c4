//! Strings of bits (`varbit.c`).

use core::fmt;
use core::str::FromStr;
use std::io::Write as _;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};

use super::reader::Reader;
use super::sql;

/// A string of bits, of the type `bit` or `bit varying`.
///
/// ```
/// use planwright::types::Bits;
///
/// let bits: Bits = "101".parse()?;
/// assert_eq!(bits.iter().collect::<Vec<_>>(), [true, false, true]);
/// assert_eq!(bits.to_string(), "101");
/// assert_eq!([true, false, true].into_iter().collect::<Bits>(), bits);
/// # Ok::<(), planwright::types::NotBits>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bits {
    /// The first bit is the highest of the first byte; those behind the last are zero.
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at a place, from the left and from zero.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<bool> {
        let byte = self.bytes.get(place / 8).filter(|_| place < self.len)?;
        Some(byte & (0x80 >> (place % 8)) != 0)
    }

    /// The bits from the left.
    pub fn iter(&self) -> impl Iterator<Item = bool> + '_ {
        (0..self.len).filter_map(|place| self.get(place))
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut all = Self::default();
        for bit in bits {
            if all.len.is_multiple_of(8) {
                all.bytes.push(0);
            }
            if let (true, Some(last)) = (bit, all.bytes.last_mut()) {
                *last |= 0x80 >> (all.len % 8);
            }
            all.len += 1;
        }
        all
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.iter().map(|bit| if bit { '1' } else { '0' }).collect();
        f.pad(&text)
    }
}

/// A text has another character than `0` and `1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotBits {
    /// The first of them.
    pub found: char,
}

impl fmt::Display for NotBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no bit: write `0` and `1`", self.found)
    }
}

impl core::error::Error for NotBits {}

impl FromStr for Bits {
    type Err = NotBits;

    fn from_str(text: &str) -> Result<Self, NotBits> {
        let bit = |found| match found {
            '0' => Ok(false),
            '1' => Ok(true),
            found => Err(NotBits { found }),
        };
        text.chars().map(bit).collect()
    }
}

fn read(value: &PgValue<'_>) -> deserialize::Result<Bits> {
    let mut reader = Reader::of(value);
    let len = reader.count()?;
    let bytes = reader.take(len.div_ceil(8))?.to_vec();
    reader.end()?;
    Ok(Bits { bytes, len })
}

fn write(bits: &Bits, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(&i32::try_from(bits.len)?.to_be_bytes())?;
    out.write_all(&bits.bytes)?;
    Ok(IsNull::No)
}

macro_rules! bits {
    ($($name:ident)*) => {$(
        impl FromSql<sql::$name, Pg> for Bits {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                read(&value)
            }
        }

        impl ToSql<sql::$name, Pg> for Bits {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                write(self, out)
            }
        }
    )*};
}

bits! { Bit Varbit }
