//! How large a pool is and how long it waits.

use std::time::Duration;

use super::setting::{self, PoolConfigError};
use super::tls::TlsConfig;
use crate::timing::Environment;

/// How large a pool is and how long it waits.
///
/// Each limit can be given in three places. The URL counts for more than the environment
/// ([`from_env`](Self::from_env)), and that for more than code: whoever runs a program can change
/// what its author chose, without a build.
///
/// | code | environment | URL | production | development |
/// |---|---|---|---|---|
/// | [`production`](Self::production), [`development`](Self::development) | `PLANWRIGHT_POOL_PRESET` | `pool_preset` | | |
/// | [`with_base`](Self::with_base) | `PLANWRIGHT_POOL_BASE` | `pool_base` | 20 | 5 |
/// | [`with_overflow`](Self::with_overflow) | `PLANWRIGHT_POOL_OVERFLOW` | `pool_overflow` | 30 | 10 |
/// | [`with_wait`](Self::with_wait) | `PLANWRIGHT_POOL_WAIT` | `pool_wait` | 30 s | 10 s |
/// | [`with_recycle`](Self::with_recycle) | `PLANWRIGHT_POOL_RECYCLE` | `pool_recycle` | 3,600 s | 1,800 s |
/// | [`with_overflow_idle`](Self::with_overflow_idle) | `PLANWRIGHT_POOL_OVERFLOW_IDLE` | `pool_overflow_idle` | 10 s | 10 s |
/// | [`with_leak_warning`](Self::with_leak_warning) | `PLANWRIGHT_POOL_LEAK_WARNING` | `pool_leak_warning` | 60 s | 30 s |
/// | [`with_named_statements`](Self::with_named_statements) | `PLANWRIGHT_POOL_NAMED_STATEMENTS` | `pool_named_statements` | true | true |
/// | [`with_tls`](Self::with_tls) | | `sslmode`, `sslrootcert` | prefer | prefer |
///
/// A preset in the environment or the URL replaces all limits given before it; the other
/// parameters beside it then change it. A pool takes its parameters out of the URL. One that it
/// does not know, and a value that makes no sense, are an error.
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
    /// Connections beyond `base` that may be open at once.
    pub overflow: u32,
    /// How long a connection beyond `base` is kept when it is not needed. It is closed when the
    /// pool could do without it for this long, and at the latest after twice this time. Zero
    /// closes it when it comes back and `base` others are idle.
    pub overflow_idle: Duration,
    /// How long [`Pool::get`](super::Pool::get) waits for a connection.
    pub wait: Duration,
    /// A connection older than this is replaced when it is to be lent, and closed when it comes
    /// back or, within 30 s, when idle.
    pub recycle: Option<Duration>,
    /// A connection in use for longer than this is a `tracing` warning with the place that asked
    /// for it: once while it is out, at the latest after twice this time, and once when it comes
    /// back.
    pub leak_warning: Option<Duration>,
    /// Whether statements are prepared by name, once per connection. A pooler between this pool
    /// and the server that gives each transaction another connection needs `false`.
    pub named_statements: bool,
    /// How connections are encrypted; `None` is [`TlsConfig::prefer`].
    pub tls: Option<TlsConfig>,
    /// Whether the round trips of its connections are counted, all together, for
    /// [`testing`](crate::testing).
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
            overflow_idle: Duration::from_secs(10),
            named_statements: true,
            tls: None,
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
            overflow_idle: Duration::from_secs(10),
            named_statements: true,
            tls: None,
            leak_warning: Some(Duration::from_secs(30)),
            count_round_trips: false,
            name: None,
        }
    }

    /// The preset of the [`Environment`] in `PLANWRIGHT_ENV`, changed by
    /// `PLANWRIGHT_POOL_PRESET` (`production`, `development`), `PLANWRIGHT_POOL_BASE`,
    /// `…_OVERFLOW` (connections), `…_WAIT` (whole seconds), `…_RECYCLE`, `…_OVERFLOW_IDLE`,
    /// `…_LEAK_WARNING` (whole seconds or `off`) and `…_NAMED_STATEMENTS` (`true`, `false`),
    /// where they are set.
    ///
    /// # Errors
    ///
    /// When a variable is set to something else. A wrong limit must not start.
    pub fn from_env() -> Result<Self, PoolConfigError> {
        let variable = |name: &str| std::env::var(name).ok();
        setting::from_variables(variable, Environment::from_env()?.into())
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

    /// Keeps a connection beyond the base for `overflow_idle` when it is not needed; zero closes
    /// it when it comes back.
    #[must_use]
    pub const fn with_overflow_idle(mut self, overflow_idle: Duration) -> Self {
        self.overflow_idle = overflow_idle;
        self
    }

    /// Prepares statements by name, or without one for a pooler that lends connections by the
    /// transaction.
    #[must_use]
    pub const fn with_named_statements(mut self, named_statements: bool) -> Self {
        self.named_statements = named_statements;
        self
    }

    /// Encrypts connections, where the URL has no `sslmode`.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
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
