//! Where a pool connects to, in words that are safe to print.

use core::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The address, user and database of a connection URL: everything in it that
/// is no secret.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) address: String,
    pub(super) user: String,
    pub(super) database: String,
}

impl Target {
    pub(super) fn new(config: &Config) -> Self {
        let user = config.get_user().unwrap_or_default().to_owned();
        Self {
            address: address(config),
            database: config.get_dbname().unwrap_or(&user).to_owned(),
            user,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            address,
            user,
            database,
        } = self;
        write!(f, "database `{database}` at {address} as user `{user}`")
    }
}

/// `host:port`, comma-separated where the URL has several.
fn address(config: &Config) -> String {
    const DEFAULT_PORT: u16 = 5432;
    let ports = config.get_ports();
    let port = |index: usize| {
        // One port stands for all hosts.
        ports
            .get(index)
            .or_else(|| ports.first())
            .copied()
            .unwrap_or(DEFAULT_PORT)
    };
    let hosts: Vec<String> = if config.get_hosts().is_empty() {
        let addresses = config.get_hostaddrs().iter().enumerate();
        addresses
            .map(|(index, host)| format!("{host}:{}", port(index)))
            .collect()
    } else {
        let hosts = config.get_hosts().iter().enumerate();
        hosts
            .map(|(index, host)| format!("{}:{}", name(host), port(index)))
            .collect()
    };
    hosts.join(",")
}

fn name(host: &Host) -> String {
    match host {
        // Of a password with an unescaped `@`, the end is taken for a host.
        Host::Tcp(name) => name.rsplit('@').next().unwrap_or_default().to_owned(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_target_has_no_password() {
        let target = |url: &str| Target::new(&url.parse().unwrap()).to_string();
        for url in [
            "postgres://ada:secret@/notes?host=/run/pg&port=5433",
            "postgresql://ada:secret@%2Frun%2Fpg:5433/notes",
            "host=/run/pg port=5433 user=ada password=secret dbname=notes",
        ] {
            assert_eq!(
                target(url),
                "database `notes` at /run/pg:5433 as user `ada`"
            );
        }
        let unescaped = target("postgres://ada:a@secret@host/notes");
        assert_eq!(unescaped, "database `notes` at host:5432 as user `ada`");
        assert_eq!(
            target("postgres://ada@a,b:1/"),
            "database `ada` at a:5432,b:1 as user `ada`"
        );
    }
}
