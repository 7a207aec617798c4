//! How large a pool is and how long it waits.

use core::fmt;
use std::time::Duration;

use crate::timing::{Environment, UnknownEnvironment};

/// How large a pool is and how long it waits.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use planwright::pool::PoolConfig;
///
/// let config = PoolConfig::production().with_overflow(10).with_wait(Duration::from_secs(5));
/// assert_eq!(config.max_size(), 30);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolConfig {
    /// Connections kept open while idle.
    pub base: u32,
    /// Connections beyond `base` that may be open at once; each is closed when
    /// it comes back and `base` others are idle.
    pub overflow: u32,
    /// How long [`Pool::get`](super::Pool::get) waits for a connection.
    pub wait: Duration,
    /// A connection older than this is closed when idle, or when it comes back.
    pub recycle: Option<Duration>,
    /// A connection in use for longer than this is a `tracing` warning when it
    /// comes back: something holds it while doing other work.
    pub leak_warning: Option<Duration>,
    /// Whether the round trips of its connections are counted, all together, for
    /// [`testing`](crate::testing). Connections then go to the hosts of the URL in their order,
    /// each once, and without keep-alives.
    pub count_round_trips: bool,
    /// What reports and metrics call the pool; `host:port/database` without it. Pools of one
    /// name are one in metrics.
    pub name: Option<String>,
}

impl PoolConfig {
    /// 20 connections and 30 more under load, 30 s wait, 1 h recycle, a warning
    /// from 60 s in use.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            base: 20,
            overflow: 30,
            wait: Duration::from_secs(30),
            recycle: Some(Duration::from_hours(1)),
            leak_warning: Some(Duration::from_mins(1)),
            count_round_trips: false,
            name: None,
        }
    }

    /// 5 connections and 10 more under load, 10 s wait, 30 min recycle, a
    /// warning from 30 s in use.
    #[must_use]
    pub const fn development() -> Self {
        Self {
            base: 5,
            overflow: 10,
            wait: Duration::from_secs(10),
            recycle: Some(Duration::from_mins(30)),
            leak_warning: Some(Duration::from_secs(30)),
            count_round_trips: false,
            name: None,
        }
    }

    /// The preset of the [`Environment`] in `PLANWRIGHT_ENV`, changed by
    /// `PLANWRIGHT_POOL_BASE`, `PLANWRIGHT_POOL_OVERFLOW` (connections),
    /// `PLANWRIGHT_POOL_WAIT` and `PLANWRIGHT_POOL_RECYCLE` (whole seconds),
    /// where they are set.
    ///
    /// # Errors
    ///
    /// When a variable is set to something else. A wrong limit must not start.
    pub fn from_env() -> Result<Self, PoolConfigError> {
        Self::from_variables(|name| std::env::var(name).ok(), Environment::from_env()?)
    }

    fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
        environment: Environment,
    ) -> Result<Self, PoolConfigError> {
        let number = |name: &'static str, least: u32| match variable(name) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) if number >= least => Ok(Some(number)),
                _ => Err(PoolConfigError::Number { name, text, least }),
            },
        };
        let seconds = |number: u32| Duration::from_secs(number.into());
        let mut config = Self::from(environment);
        config.base = number("PLANWRIGHT_POOL_BASE", 1)?.unwrap_or(config.base);
        config.overflow = number("PLANWRIGHT_POOL_OVERFLOW", 0)?.unwrap_or(config.overflow);
        config.wait = number("PLANWRIGHT_POOL_WAIT", 1)?.map_or(config.wait, seconds);
        let recycle = number("PLANWRIGHT_POOL_RECYCLE", 1)?.map(seconds);
        config.recycle = recycle.or(config.recycle);
        Ok(config)
    }

    /// The most connections that can be open at once: base and overflow, at
    /// least one.
    #[must_use]
    pub const fn max_size(&self) -> u32 {
        match self.base.saturating_add(self.overflow) {
            0 => 1,
            size => size,
        }
    }

    /// Keeps `base` connections open while idle; zero counts as one.
    #[must_use]
    pub const fn with_base(mut self, base: u32) -> Self {
        self.base = if base == 0 { 1 } else { base };
        self
    }

    /// Opens up to `overflow` connections more under load.
    #[must_use]
    pub const fn with_overflow(mut self, overflow: u32) -> Self {
        self.overflow = overflow;
        self
    }

    /// Waits up to `wait` for a connection.
    #[must_use]
    pub const fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Closes connections older than `recycle`; `None` keeps them.
    #[must_use]
    pub const fn with_recycle(mut self, recycle: Option<Duration>) -> Self {
        self.recycle = recycle;
        self
    }

    /// Warns of a connection in use for longer than `leak_warning`; `None` does
    /// not.
    #[must_use]
    pub const fn with_leak_warning(mut self, leak_warning: Option<Duration>) -> Self {
        self.leak_warning = leak_warning;
        self
    }

    /// Calls the pool `name` in reports and metrics.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Counts the round trips of its connections, for tests.
    #[must_use]
    pub const fn with_counted_round_trips(mut self, count: bool) -> Self {
        self.count_round_trips = count;
        self
    }
}

impl From<Environment> for PoolConfig {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::production(),
            Environment::Development => Self::development(),
        }
    }
}

/// An environment variable that no [`PoolConfig`] can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolConfigError {
    /// `PLANWRIGHT_ENV` names no environment.
    Environment(UnknownEnvironment),
    /// A number that is none, or is too small.
    Number {
        /// The variable.
        name: &'static str,
        /// What it says.
        text: String,
        /// The least it may say.
        least: u32,
    },
}

impl From<UnknownEnvironment> for PoolConfigError {
    fn from(error: UnknownEnvironment) -> Self {
        Self::Environment(error)
    }
}

impl fmt::Display for PoolConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(_) => f.write_str("cannot choose the pool's preset"),
            Self::Number { name, text, least } => {
                write!(
                    f,
                    "{name} is `{text}`, expected a whole number of at least {least}"
                )
            }
        }
    }
}

impl std::error::Error for PoolConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Environment(error) => Some(error),
            Self::Number { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<PoolConfig, PoolConfigError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        PoolConfig::from_variables(variable, Environment::Production)
    }

    #[test]
    fn variables_change_the_preset() {
        let config = read(&[("PLANWRIGHT_POOL_BASE", "3"), ("PLANWRIGHT_POOL_WAIT", "7")]);
        let expected = PoolConfig::production()
            .with_base(3)
            .with_wait(Duration::from_secs(7));
        assert_eq!(config, Ok(expected));
        assert_eq!(read(&[]), Ok(PoolConfig::production()));
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let error = read(&[("PLANWRIGHT_POOL_BASE", "0")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "PLANWRIGHT_POOL_BASE is `0`, expected a whole number of at least 1"
        );
    }
}
