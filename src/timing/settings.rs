//! What counts as slow, and as repeated, by environment, and what is said of it.

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
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

/// What counts as slow, and as repeated, and what a warning says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// A call that takes this long or longer is slow, unless its query has a
    /// threshold of its own.
    pub slow_threshold: Duration,
    /// A query that runs this often within one [`track`](super::track) or more is a warning
    /// "query repeated"; with `None` nothing is counted. Zero counts as one.
    pub repeat_threshold: Option<u32>,
    /// The least time between two warnings "slow query detected" of one query. Those in between
    /// are counted, and the next one says how many they were.
    pub warning_interval: Duration,
    /// Whether warnings of slow queries show the values of parameters. They may be anything that
    /// users enter, so they are not shown unless this says so.
    pub parameter_values: bool,
}

impl Settings {
    /// Slow from 100 ms, at most one warning each second and query; repeated queries are not
    /// looked for.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            slow_threshold: Duration::from_millis(100),
            repeat_threshold: None,
            warning_interval: WARNING_INTERVAL,
            parameter_values: false,
        }
    }

    /// Slow from 500 ms, at most one warning each second and query; repeated from 10 times.
    #[must_use]
    pub const fn development() -> Self {
        Self {
            slow_threshold: Duration::from_millis(500),
            repeat_threshold: Some(10),
            warning_interval: WARNING_INTERVAL,
            parameter_values: false,
        }
    }

    /// Repeated from `threshold` times; `None` does not look for it.
    #[must_use]
    pub const fn with_repeat_threshold(mut self, threshold: Option<u32>) -> Self {
        self.repeat_threshold = threshold;
        self
    }

    /// Warns of a slow query at most once in `interval`, for each query; zero warns of each call.
    #[must_use]
    pub const fn with_warning_interval(mut self, interval: Duration) -> Self {
        self.warning_interval = interval;
        self
    }

    /// Shows the values of parameters in warnings of slow queries, the first 1,000 characters of
    /// each call. They are written down before each call, slow or not, because afterwards they
    /// are gone. Without it the cost is one load.
    #[must_use]
    pub const fn with_parameter_values(mut self, shown: bool) -> Self {
        self.parameter_values = shown;
        self
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

const WARNING_INTERVAL: Duration = Duration::from_secs(1);

/// Not chosen yet. No real threshold: it is 584 years.
const UNSET: u64 = u64::MAX;
static SLOW_THRESHOLD_NS: AtomicU64 = AtomicU64::new(UNSET);
/// Zero is off. It is chosen together with the other.
static REPEAT_THRESHOLD: AtomicU32 = AtomicU32::new(0);
/// The same in every environment, as is the next one.
static WARNING_INTERVAL_NS: AtomicU64 = AtomicU64::new(1_000_000_000);
static PARAMETER_VALUES: AtomicBool = AtomicBool::new(false);

/// Sets what counts as slow, and as repeated, from now on. Without it, the first call asks
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
    let settings = settings.into();
    REPEAT_THRESHOLD.store(repeat_number(settings), Relaxed);
    WARNING_INTERVAL_NS.store(nanoseconds(settings.warning_interval), Relaxed);
    PARAMETER_VALUES.store(settings.parameter_values, Relaxed);
    SLOW_THRESHOLD_NS.store(slow_number(settings), Relaxed);
}

/// What counts as slow, and as repeated, at present.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        slow_threshold: Duration::from_nanos(slow_threshold_ns()),
        repeat_threshold: repeat_threshold(),
        warning_interval: Duration::from_nanos(warning_interval_ns()),
        parameter_values: shows_values(),
    }
}

#[inline]
pub(super) fn slow_threshold_ns() -> u64 {
    match SLOW_THRESHOLD_NS.load(Relaxed) {
        UNSET => choose(),
        threshold => threshold,
    }
}

/// The least time between two warnings of one query.
pub(super) fn warning_interval_ns() -> u64 {
    WARNING_INTERVAL_NS.load(Relaxed)
}

/// Whether warnings show the values of parameters.
#[inline]
pub(crate) fn shows_values() -> bool {
    PARAMETER_VALUES.load(Relaxed)
}

/// How often a query may run in one scope before that is a warning.
pub(super) fn repeat_threshold() -> Option<u32> {
    slow_threshold_ns();
    match REPEAT_THRESHOLD.load(Relaxed) {
        0 => None,
        threshold => Some(threshold),
    }
}

fn slow_number(settings: Settings) -> u64 {
    nanoseconds(settings.slow_threshold).min(UNSET - 1)
}

fn repeat_number(settings: Settings) -> u32 {
    settings
        .repeat_threshold
        .map_or(0, |threshold| threshold.max(1))
}

/// A wrong name must not stop queries: it is a warning, once.
#[cold]
fn choose() -> u64 {
    let environment = Environment::from_env().unwrap_or_else(|error| {
        tracing::warn!(target: "planwright::timing", %error, "using the development defaults");
        Environment::default()
    });
    let settings = Settings::from(environment);
    let threshold = slow_number(settings);
    // A `configure` meanwhile wins.
    match SLOW_THRESHOLD_NS.compare_exchange(UNSET, threshold, Relaxed, Relaxed) {
        Ok(_) => {
            REPEAT_THRESHOLD.store(repeat_number(settings), Relaxed);
            threshold
        }
        Err(configured) => configured,
    }
}
