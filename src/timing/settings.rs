//! What counts as slow, by environment.

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::timer::nanoseconds;

/// The variable that names the [`Environment`].
pub const ENVIRONMENT_VARIABLE: &str = "PLANWRIGHT_ENV";

/// Where the program runs. It chooses defaults, here and in
/// [`PoolConfig::from_env`](crate::pool::PoolConfig::from_env).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Environment {
    /// Real users: a query is slow from 100 ms.
    Production,
    /// Everything else: a query is slow from 500 ms.
    #[default]
    Development,
}

/// A name that is no [`Environment`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment {
    name: String,
}

impl Environment {
    /// The environment that `PLANWRIGHT_ENV` names; unset or empty means
    /// [`Development`](Self::Development).
    ///
    /// # Errors
    ///
    /// When it is set to anything other than `production` or `development`.
    pub fn from_env() -> Result<Self, UnknownEnvironment> {
        match std::env::var(ENVIRONMENT_VARIABLE) {
            Ok(name) if !name.is_empty() => name.parse(),
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(Self::default()),
            Err(std::env::VarError::NotUnicode(name)) => Err(UnknownEnvironment {
                name: name.to_string_lossy().into_owned(),
            }),
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, UnknownEnvironment> {
        match name {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err(UnknownEnvironment {
                name: name.to_owned(),
            }),
        }
    }
}

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{ENVIRONMENT_VARIABLE} is `{}`, expected `production` or `development`",
            self.name
        )
    }
}

impl std::error::Error for UnknownEnvironment {}

/// What counts as slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// A call that takes this long or longer is slow, unless its query has a
    /// threshold of its own.
    pub slow_threshold: Duration,
}

impl Settings {
    /// Slow from 100 ms.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            slow_threshold: Duration::from_millis(100),
        }
    }

    /// Slow from 500 ms.
    #[must_use]
    pub const fn development() -> Self {
        Self {
            slow_threshold: Duration::from_millis(500),
        }
    }

    /// Slow from `threshold`.
    #[must_use]
    pub const fn with_slow_threshold(mut self, threshold: Duration) -> Self {
        self.slow_threshold = threshold;
        self
    }
}

impl From<Environment> for Settings {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::production(),
            Environment::Development => Self::development(),
        }
    }
}

/// Not chosen yet. No real threshold: it is 584 years.
const UNSET: u64 = u64::MAX;
static SLOW_THRESHOLD_NS: AtomicU64 = AtomicU64::new(UNSET);

/// Sets what counts as slow from now on. Without it, the first call asks
/// [`Environment::from_env`].
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use planwright::timing::{self, Environment, Settings};
///
/// timing::configure(Environment::Production);
/// timing::configure(Settings::production().with_slow_threshold(Duration::from_millis(20)));
/// assert_eq!(timing::settings().slow_threshold, Duration::from_millis(20));
/// ```
pub fn configure(settings: impl Into<Settings>) {
    let threshold = nanoseconds(settings.into().slow_threshold);
    SLOW_THRESHOLD_NS.store(threshold.min(UNSET - 1), Relaxed);
}

/// What counts as slow at present.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        slow_threshold: Duration::from_nanos(slow_threshold_ns()),
    }
}

#[inline]
pub(super) fn slow_threshold_ns() -> u64 {
    match SLOW_THRESHOLD_NS.load(Relaxed) {
        UNSET => choose(),
        threshold => threshold,
    }
}

/// A wrong name must not stop queries: it is a warning, once.
#[cold]
fn choose() -> u64 {
    let environment = Environment::from_env().unwrap_or_else(|error| {
        tracing::warn!(target: "planwright::timing", %error, "using the development defaults");
        Environment::default()
    });
    let threshold = nanoseconds(Settings::from(environment).slow_threshold);
    // A `configure` meanwhile wins.
    match SLOW_THRESHOLD_NS.compare_exchange(UNSET, threshold, Relaxed, Relaxed) {
        Ok(_) => threshold,
        Err(configured) => configured,
    }
}
