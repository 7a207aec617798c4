//! Numbers that can only be in their range: a wrong one is reported where it stands.

use serde::Deserialize;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty) = $convert:path, $what:literal, |$value:ident| $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, Deserialize)]
        #[serde(try_from = "f64")]
        pub struct $name(pub $inner);

        impl TryFrom<f64> for $name {
            type Error = String;

            fn try_from($value: f64) -> Result<Self, String> {
                if $fits {
                    Ok(Self($convert($value)))
                } else {
                    Err(format!("{} is not {}", $value, $what))
                }
            }
        }
    };
}

number!(
    /// A share of rows, from 0 to 1.
    Fraction(f32) = narrow, "a fraction, from 0 to 1", |value| (0.0..=1.0).contains(&value)
);
number!(
    /// From -1 to 1.
    Correlation(f32) = narrow, "a correlation, from -1 to 1", |value| (-1.0..=1.0).contains(&value)
);
number!(
    /// A number of distinct values, or from -1 to 0 its share of the rows.
    Distinct(f32) = narrow,
    "a number of distinct values: a count, or from -1 to 0 a share of the rows",
    |value| (-1.0..=1e15).contains(&value)
);
number!(
    /// A number of rows.
    Rows(f64) = f64::from, "a number of rows", |value| (0.0..=1e12).contains(&value)
);
number!(
    /// A number of pages.
    Pages(u64) = whole,
    "a number of pages",
    |value| (0.0..f64::from(i32::MAX)).contains(&value) && value.fract() == 0.0
);

/// The catalogue holds four bytes.
#[expect(clippy::cast_possible_truncation, reason = "of precision alone")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range was checked"
)]
fn whole(value: f64) -> u64 {
    value as u64
}
