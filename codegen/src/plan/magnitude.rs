//! Orders of magnitude: what is shown of row counts, so that a new ANALYZE changes nothing.

use std::fmt;

/// The power of ten that is nearest to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Magnitude(u32);

impl Magnitude {
    /// The magnitude of a number; that of nothing is that of one.
    #[must_use]
    pub fn of(number: u64) -> Self {
        let below = number.max(1).ilog10();
        // Half way between two powers, on a scale of powers, stands the root of ten.
        #[expect(clippy::cast_precision_loss, reason = "only the leading digits count")]
        let leading = number as f64 / 10_u64.pow(below) as f64;
        Self(below + u32::from(leading >= 10_f64.sqrt()))
    }

    /// `~1 row`, `~100 rows`.
    #[must_use]
    pub fn counted(self, noun: &str) -> String {
        let plural = if self.0 == 0 { "" } else { "s" };
        format!("{self} {noun}{plural}")
    }
}

impl fmt::Display for Magnitude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = ["", "k", "M", "G", "T", "P", "E"][self.0 as usize / 3];
        write!(f, "~{}{unit}", 10_u32.pow(self.0 % 3))
    }
}

#[cfg(test)]
mod tests {
    use super::Magnitude;

    #[test]
    fn numbers_are_rounded_on_a_scale_of_powers() {
        for (number, shown) in [
            (0, "~1"),
            (1, "~1"),
            (3, "~1"),
            (4, "~10"),
            (31, "~10"),
            (32, "~100"),
            (400, "~1k"),
            (2_000_000, "~1M"),
            (4_000_000_000, "~10G"),
            (u64::MAX, "~10E"),
        ] {
            assert_eq!(Magnitude::of(number).to_string(), shown, "{number}");
        }
        assert_eq!(Magnitude::of(1).counted("row"), "~1 row");
        assert_eq!(Magnitude::of(9).counted("row"), "~10 rows");
    }
}
