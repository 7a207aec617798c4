//! The limits of a pool as text: in variables of the environment, and in the parameters of a URL.

use core::fmt;
use std::time::Duration;

use super::config::PoolConfig;
use super::tls::{TlsConfig, TlsMode};
use crate::timing::{Environment, UnknownEnvironment};

/// A limit that can be given as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Preset,
    Base,
    Overflow,
    Wait,
    Recycle,
    OverflowIdle,
    LeakWarning,
    NamedStatements,
    SslMode,
    SslRootCert,
}

impl Setting {
    /// In the order in which they count: a preset comes before what changes it.
    pub(super) const ALL: [Self; 10] = [
        Self::Preset,
        Self::Base,
        Self::Overflow,
        Self::Wait,
        Self::Recycle,
        Self::OverflowIdle,
        Self::LeakWarning,
        Self::NamedStatements,
        Self::SslMode,
        Self::SslRootCert,
    ];

    /// Its name in a URL.
    pub(super) fn parameter(self) -> &'static str {
        match self {
            Self::Preset => "pool_preset",
            Self::Base => "pool_base",
            Self::Overflow => "pool_overflow",
            Self::Wait => "pool_wait",
            Self::Recycle => "pool_recycle",
            Self::OverflowIdle => "pool_overflow_idle",
            Self::LeakWarning => "pool_leak_warning",
            Self::NamedStatements => "pool_named_statements",
            Self::SslMode => "sslmode",
            Self::SslRootCert => "sslrootcert",
        }
    }

    /// Its variable, where it has one.
    fn variable(self) -> Option<String> {
        let parameter = self.parameter();
        let named = parameter.starts_with("pool_");
        named.then(|| format!("PLANWRIGHT_{}", parameter.to_uppercase()))
    }

    /// What it may say, and an example.
    pub(super) fn expected(self) -> (&'static str, &'static str) {
        match self {
            Self::Preset => ("`production` or `development`", "production"),
            Self::Base => ("a whole number of at least 1", "20"),
            Self::Overflow => ("a whole number of at least 0", "30"),
            Self::Wait => ("whole seconds, a number of at least 1", "30"),
            Self::Recycle => ("whole seconds, a number of at least 1, or `off`", "3600"),
            Self::OverflowIdle => ("whole seconds, a number of at least 0", "10"),
            Self::LeakWarning => ("whole seconds, a number of at least 1, or `off`", "60"),
            Self::NamedStatements => ("`true` or `false`", "false"),
            Self::SslMode => (
                "`disable`, `prefer`, `require`, `verify-ca` or `verify-full`",
                "verify-full",
            ),
            Self::SslRootCert => ("the path of a file, or `system`", "system"),
        }
    }

    /// Changes `config` to what `text` says; `None` when that makes no sense.
    pub(super) fn apply(self, text: &str, config: &mut PoolConfig) -> Option<()> {
        let number = |least: u32| text.parse().ok().filter(|number: &u32| *number >= least);
        let seconds = |least| number(least).map(|number| Duration::from_secs(number.into()));
        let or_off = || match text {
            "off" => Some(None),
            _ => seconds(1).map(Some),
        };
        match self {
            Self::Preset => {
                let preset = PoolConfig::from(text.parse::<Environment>().ok()?);
                // What is no limit stays.
                *config = PoolConfig {
                    count_round_trips: config.count_round_trips,
                    named_statements: config.named_statements,
                    tls: config.tls.take(),
                    ..preset
                };
            }
            Self::Base => config.base = number(1)?,
            Self::Overflow => config.overflow = number(0)?,
            Self::Wait => config.wait = seconds(1)?,
            Self::Recycle => config.recycle = or_off()?,
            Self::OverflowIdle => config.overflow_idle = seconds(0)?,
            Self::LeakWarning => config.leak_warning = or_off()?,
            Self::NamedStatements => config.named_statements = text.parse().ok()?,
            Self::SslMode => {
                let mode: TlsMode = text.parse().ok()?;
                config.tls.get_or_insert_default().set_mode(mode);
            }
            Self::SslRootCert => {
                let tls = config.tls.take().unwrap_or_else(|| match text {
                    // Nothing else goes with it.
                    "system" => TlsConfig::verify_full(),
                    _ => TlsConfig::prefer(),
                });
                config.tls = Some(match text {
                    "" => return None,
                    "system" => tls.with_system_roots(),
                    path => tls.with_roots_file(path),
                });
            }
        }
        Some(())
    }
}

/// Changes a configuration by the variables that are set.
pub(super) fn from_variables(
    variable: impl Fn(&str) -> Option<String>,
    mut config: PoolConfig,
) -> Result<PoolConfig, PoolConfigError> {
    for setting in Setting::ALL {
        let Some(name) = setting.variable() else {
            continue;
        };
        let Some(text) = variable(&name) else {
            continue;
        };
        if setting.apply(&text, &mut config).is_none() {
            let (expected, _) = setting.expected();
            return Err(PoolConfigError::Variable {
                name,
                text,
                expected,
            });
        }
    }
    Ok(config)
}

/// An environment variable that no [`PoolConfig`] can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolConfigError {
    /// `PLANWRIGHT_ENV` names no environment.
    Environment(UnknownEnvironment),
    /// A variable that says what it may not say.
    Variable {
        /// The variable.
        name: String,
        /// What it says.
        text: String,
        /// What it may say.
        expected: &'static str,
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
            Self::Variable {
                name,
                text,
                expected,
            } => write!(f, "{name} is `{text}`, expected {expected}"),
        }
    }
}

impl std::error::Error for PoolConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Environment(error) => Some(error),
            Self::Variable { .. } => None,
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
        from_variables(variable, PoolConfig::production())
    }

    #[test]
    fn variables_change_the_preset() {
        let config = read(&[("PLANWRIGHT_POOL_BASE", "3"), ("PLANWRIGHT_POOL_WAIT", "7")]);
        let expected = PoolConfig::production()
            .with_base(3)
            .with_wait(Duration::from_secs(7));
        assert_eq!(config, Ok(expected));
        assert_eq!(read(&[]), Ok(PoolConfig::production()));
        let config = read(&[
            ("PLANWRIGHT_POOL_RECYCLE", "off"),
            ("PLANWRIGHT_POOL_PRESET", "development"),
        ]);
        let expected = PoolConfig::development().with_recycle(None);
        assert_eq!(config, Ok(expected));
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
