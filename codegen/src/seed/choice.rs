//! Which of a column's values a row has, as an SQL expression of the row's number. Everything
//! that looks like chance is one hash of the row's number, the column and the seed.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The number of a row, in the statements that make rows.
pub(super) const ROW: &str = "seed_row.i";
/// How often a row was tried before: what is made differs from one try to the next.
const TRY: &str = "seed_try.a";
/// The largest number of the hash that decides on shares.
const WHOLE: f64 = 2_147_483_648.0;
/// Up to this try, nulls are as frequent as they should be.
const FIRST_TRIES: u32 = 4;

/// Which of a column's values, or of a parent's keys, a row has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Choice {
    /// Another one for each row.
    Row,
    /// Together with others another combination for each row: the digit of the row's number
    /// that is behind `weight`, among `count`.
    Digit { weight: u64, count: u64 },
    /// Any, but each of `count` at least once.
    Spread {
        count: u64,
        /// How often the first ones are chosen, as shares.
        shares: Vec<f64>,
        /// Whether there are enough rows for each.
        covered: bool,
        /// Whether the first rows have the first values, as moments in time pass.
        ordered: bool,
    },
}

/// A number that makes the values of one column, or decision, others than those of another.
pub(super) fn salt(seed: u64, table: &str, what: &str) -> i64 {
    let mut digest = Sha256::new();
    digest.update(seed.to_be_bytes());
    digest.update(table);
    digest.update([0]);
    digest.update(what);
    let bytes = digest.finalize();
    let first = bytes.iter().take(8);
    let number = first.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // Room to count up from it.
    (number >> 2).cast_signed()
}

/// The hash of a number; it is not negative.
pub(super) fn hash(number: &str, salt: i64) -> String {
    format!("(hashint8extended({number}, {salt} + {TRY}) & 9223372036854775807)")
}

/// The hash of a number as it decides on shares.
fn chance(number: &str, salt: i64) -> String {
    format!("(hashint8extended({number}, {salt} + {TRY}) & 2147483647)")
}

/// A share of the numbers that [`chance`] makes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the product is at most the largest number"
)]
fn threshold(share: f64) -> i64 {
    (share.clamp(0.0, 1.0) * WHOLE).round() as i64
}

impl Choice {
    /// The number of the value that a row has.
    pub(super) fn number(&self, salt: i64) -> String {
        match self {
            Self::Row => ROW.to_owned(),
            Self::Digit { weight: 1, count } => format!("({ROW} % {count})"),
            // What is chosen before it shifts it, so that it is not the same for all.
            Self::Digit { weight, count } => format!(
                "(({ROW} / {weight} + (hashint8extended({ROW} % {weight}, {salt}) & 1048575)) % {count})"
            ),
            Self::Spread {
                count,
                shares,
                covered,
                ordered,
            } => {
                let any = any(*count, shares, salt);
                if !covered {
                    return format!("({any})");
                }
                let first = if *ordered {
                    0
                } else {
                    salt.unsigned_abs() % count
                };
                format!(
                    "(CASE WHEN {ROW} < {count} AND {TRY} = 0 THEN ({ROW} + {first}) % {count} \
                     ELSE {any} END)"
                )
            }
        }
    }

    /// How many rows at the beginning are needed for each value to be there.
    pub(super) fn covering(&self) -> u64 {
        match self {
            Self::Spread {
                count,
                covered: true,
                ..
            } => *count,
            _ => 0,
        }
    }
}

fn any(count: u64, shares: &[f64], salt: i64) -> String {
    let rest = count.saturating_sub(shares.len() as u64);
    let mut any = if rest == 0 {
        // What rounding leaves goes to the last.
        format!("{}", count.saturating_sub(1))
    } else {
        format!("{} + {} % {rest}", shares.len(), hash(ROW, salt))
    };
    if !shares.is_empty() {
        let mut sum = 0.0;
        let mut cases = String::new();
        for (place, share) in shares.iter().enumerate() {
            sum += share;
            let chance = chance(ROW, salt ^ 0x5f35_6495);
            let _ = write!(cases, " WHEN {chance} < {} THEN {place}", threshold(sum));
        }
        any = format!("CASE{cases} ELSE {any} END");
    }
    any
}

/// Whether a row has null: for a share of the rows, but not for the first ones, and, where a
/// constraint may ask for it, for half of them once a few tries were in vain.
pub(super) fn is_null(
    share: f64,
    spared: u64,
    rows: u64,
    explore: bool,
    salt: i64,
) -> Option<String> {
    if share <= 0.0 && !explore {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = if rows > spared {
        share * rows as f64 / (rows - spared) as f64
    } else {
        share
    };
    let chance = chance(ROW, salt);
    let usual = match spared {
        _ if share <= 0.0 => "FALSE".to_owned(),
        0 => format!("{chance} < {}", threshold(share)),
        spared => format!("({ROW} >= {spared} AND {chance} < {})", threshold(share)),
    };
    Some(if explore {
        format!("CASE WHEN {TRY} < {FIRST_TRIES} THEN {usual} ELSE {chance} % 2 = 0 END")
    } else {
        usual
    })
}
