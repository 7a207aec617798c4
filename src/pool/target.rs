//! Where a pool connects to, in words that are safe to print.

use core::fmt;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::server::Place;

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
    let numeric = config.get_hostaddrs().iter();
    let hosts = if config.get_hosts().is_empty() {
        numeric.map(|host| Host::Tcp(host.to_string())).collect()
    } else {
        config.get_hosts().to_vec()
    };
    let named = hosts.iter().zip(ports(config));
    let named: Vec<String> = named
        .map(|(host, port)| format!("{}:{port}", name(host)))
        .collect();
    named.join(",")
}

/// Where to connect to, in the URL's order; a `hostaddr` stands for its host, whose name the
/// certificate still has to have.
pub(super) fn places(config: &Config) -> Vec<Place> {
    let (hosts, numeric) = (config.get_hosts(), config.get_hostaddrs());
    let count = hosts.len().max(numeric.len());
    let place = |(index, port): (usize, u16)| {
        let named = hosts.get(index);
        let host = match numeric.get(index) {
            Some(host) => Host::Tcp(host.to_string()),
            None => named?.clone(),
        };
        let name = name(named.unwrap_or(&host));
        Some(Place { host, port, name })
    };
    (0..count).zip(ports(config)).filter_map(place).collect()
}

/// The port of each host; one port stands for all hosts.
fn ports(config: &Config) -> impl Iterator<Item = u16> {
    const DEFAULT_PORT: u16 = 5432;
    let ports = config.get_ports();
    let only = ports.first().copied().unwrap_or(DEFAULT_PORT);
    let rest = std::iter::repeat(only);
    ports.iter().copied().chain(rest)
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
    use tokio_postgres::config::Host;

    use super::{Target, places as read};

    #[test]
    fn each_host_has_its_address_and_port() {
        let places = |url: &str| -> Vec<_> {
            let places = read(&url.parse().unwrap()).into_iter();
            places.map(|place| (place.host, place.port)).collect()
        };
        let tcp = |host: &str, port| (Host::Tcp(host.to_owned()), port);
        assert_eq!(
            places("postgres://ada@a:1,b/notes"),
            [tcp("a", 1), tcp("b", 5432)]
        );
        assert_eq!(
            places("host=a,b hostaddr=10.0.0.1,10.0.0.2 port=7"),
            [tcp("10.0.0.1", 7), tcp("10.0.0.2", 7)]
        );
        assert_eq!(
            places("host=/run/pg"),
            [(Host::Unix("/run/pg".into()), 5432)]
        );
    }

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
