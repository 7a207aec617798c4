//! How connections are encrypted, and whom they trust.
//!
//! This module says what is asked for; `handshake` does it, where the feature `tls` is on.

#[cfg(feature = "tls")]
mod handshake;
#[cfg(not(feature = "tls"))]
#[path = "tls/without.rs"]
mod handshake;

use core::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub(super) use self::handshake::{Connector, Encrypted};

/// How connections are encrypted: libpq's `sslmode` and `sslrootcert`.
///
/// | mode | encrypted | certificate | host name | against |
/// |---|---|---|---|---|
/// | [`disable`](Self::disable) | never | | | nobody |
/// | [`prefer`](Self::prefer), the default | where the server can | not looked at | not looked at | nobody |
/// | [`require`](Self::require) | always | not looked at | not looked at | who listens, not who answers in the server's place |
/// | [`verify_ca`](Self::verify_ca) | always | by a trusted authority | not looked at | others without a certificate of that authority |
/// | [`verify_full`](Self::verify_full) | always | by a trusted authority | that of the URL | everybody |
///
/// A Unix socket is never encrypted. As with libpq, `require` with a file of authorities is
/// `verify_ca`, and the system's authorities go with `verify_full` only: anybody can have a
/// certificate of one of them. Other than with libpq, `verify_full` without a file trusts the
/// system's authorities.
///
/// # Examples
///
/// ```
/// use planwright::pool::{PoolConfig, TlsConfig};
///
/// let tls = TlsConfig::verify_full().with_roots_file("/etc/agent/database-ca.pem");
/// let config = PoolConfig::production().with_tls(tls);
/// // The same in a URL: ?sslmode=verify-full&sslrootcert=/etc/agent/database-ca.pem
/// # drop(config);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    mode: TlsMode,
    roots: Option<TlsRoots>,
}

/// libpq's `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TlsMode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TlsRoots {
    /// The operating system's.
    System,
    /// Those of a file in PEM form.
    File(PathBuf),
    /// Those of a text in PEM form.
    Pem(String),
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self::prefer()
    }
}

impl TlsConfig {
    const fn of(mode: TlsMode) -> Self {
        Self { mode, roots: None }
    }

    /// Never encrypted.
    #[must_use]
    pub const fn disable() -> Self {
        Self::of(TlsMode::Disable)
    }

    /// Encrypted where the server can, with any certificate.
    #[must_use]
    pub const fn prefer() -> Self {
        Self::of(TlsMode::Prefer)
    }

    /// Always encrypted, with any certificate.
    #[must_use]
    pub const fn require() -> Self {
        Self::of(TlsMode::Require)
    }

    /// Always encrypted, with a certificate of a trusted authority, for any host.
    #[must_use]
    pub const fn verify_ca() -> Self {
        Self::of(TlsMode::VerifyCa)
    }

    /// Always encrypted, with a certificate of a trusted authority for the host of the URL.
    #[must_use]
    pub const fn verify_full() -> Self {
        Self::of(TlsMode::VerifyFull)
    }

    /// Trusts the authorities of a file in PEM form, and no others.
    #[must_use]
    pub fn with_roots_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Some(TlsRoots::File(path.into()));
        self
    }

    /// Trusts the authorities of a text in PEM form, and no others.
    #[must_use]
    pub fn with_roots(mut self, pem: impl Into<String>) -> Self {
        self.roots = Some(TlsRoots::Pem(pem.into()));
        self
    }

    /// Trusts the operating system's authorities.
    #[must_use]
    pub fn with_system_roots(mut self) -> Self {
        self.roots = Some(TlsRoots::System);
        self
    }

    pub(super) fn set_mode(&mut self, mode: TlsMode) {
        self.mode = mode;
    }

    /// The mode that is meant, and whom it trusts.
    fn resolve(&self) -> Result<(TlsMode, TlsRoots), &'static str> {
        use TlsMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
        let roots = self.roots.clone();
        match (self.mode, roots) {
            (Require, Some(roots @ (TlsRoots::File(_) | TlsRoots::Pem(_)))) => {
                Ok((VerifyCa, roots))
            }
            (Prefer | Require | VerifyCa, Some(TlsRoots::System)) | (VerifyCa, None) => Err(
                "anybody can have a certificate of one of the system's authorities: \
                 use sslmode=verify-full, or name a file with sslrootcert",
            ),
            (Disable | Prefer | Require | VerifyFull, None) => Ok((self.mode, TlsRoots::System)),
            (mode, Some(roots)) => Ok((mode, roots)),
        }
    }
}

impl FromStr for TlsMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [
            Self::Disable,
            Self::Prefer,
            Self::Require,
            Self::VerifyCa,
            Self::VerifyFull,
        ];
        let found = all.into_iter().find(|mode| mode.name() == text);
        found.ok_or(())
    }
}

impl TlsMode {
    fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{TlsConfig, TlsMode, TlsRoots};

    #[test]
    fn modes_mean_what_libpq_means() {
        let file = |config: TlsConfig| {
            config
                .with_roots_file("/ca")
                .resolve()
                .map(|(mode, _)| mode)
        };
        assert_eq!(file(TlsConfig::require()), Ok(TlsMode::VerifyCa));
        assert_eq!(file(TlsConfig::verify_full()), Ok(TlsMode::VerifyFull));
        let plain = TlsConfig::require().resolve().map(|(mode, _)| mode);
        assert_eq!(plain, Ok(TlsMode::Require));
        let full = TlsConfig::verify_full().resolve();
        assert_eq!(full, Ok((TlsMode::VerifyFull, TlsRoots::System)));
        assert!(TlsConfig::require().with_system_roots().resolve().is_err());
        assert!(TlsConfig::verify_ca().resolve().is_err());
    }
}
