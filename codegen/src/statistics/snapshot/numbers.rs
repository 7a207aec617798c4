//! Numbers that can only be in their range: a wrong one is reported where it stands.

use serde::Deserialize;

use crate::statistics::pages::MAX_PAGES;
use crate::statistics::sizes::MAX_ROWS;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, |$value:ident| $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Deserialize)]
        #[serde(try_from = "f64")]
        pub struct $name(pub $inner);

        impl TryFrom<f64> for $name {
            type Error = String;

            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                clippy::allow_attributes,
                reason = "the range was checked; a float has the precision of the catalogue"
            )]
            fn try_from($value: f64) -> Result<Self, String> {
                if $fits {
                    Ok(Self($value as $inner))
                } else {
                    Err(format!("{} is not {}", $value, $what))
                }
            }
        }
    };
}

number!(
    /// A share of rows, from 0 to 1.
    Fraction(f32), "a fraction, from 0 to 1", |value| (0.0..=1.0).contains(&value)
);
number!(
    /// From -1 to 1.
    Correlation(f32), "a correlation, from -1 to 1", |value| (-1.0..=1.0).contains(&value)
);
number!(
    /// A number of distinct values, or from -1 to 0 its share of the rows.
    Distinct(f32),
    "a number of distinct values: a count, or from -1 to 0 a share of the rows",
    |value| (-1.0..=1e15).contains(&value)
);
number!(
    /// A number of rows.
    Rows(f64), "a number of rows", |value| (0.0..=MAX_ROWS as f64).contains(&value)
);
number!(
    /// A number of pages.
    Pages(u64),
    "a number of pages",
    |value| (0.0..=MAX_PAGES as f64).contains(&value) && value.fract() == 0.0
);
