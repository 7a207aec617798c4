//! The URL of another database of the same server.

use std::fmt::Write as _;
use std::str::FromStr as _;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The URL with another database, which needs no encoding. None where the URL cannot be read.
pub(crate) fn with_database(url: &str, name: &str) -> Option<String> {
    let changed = match url.split_once("://") {
        // `key=value` words: the last one of a key counts.
        None => format!("{url} dbname={name}"),
        Some((scheme, rest)) => {
            let (rest, parameters) = match rest.split_once('?') {
                Some((rest, parameters)) => (rest, format!("?{parameters}")),
                None => (rest, String::new()),
            };
            let authority = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{authority}/{name}{parameters}")
        }
    };
    let config = Config::from_str(&changed).ok()?;
    (config.get_dbname() == Some(name)).then_some(changed)
}

/// The URL for people: host, port, user and database, and never a password.
pub(crate) fn shown(config: &Config, name: &str) -> String {
    let user = config
        .get_user()
        .map_or(String::new(), |user| encode(user) + "@");
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => encode(&folder.to_string_lossy()),
        None => String::new(),
    };
    let port = config
        .get_ports()
        .first()
        .map_or(String::new(), |port| format!(":{port}"));
    format!("postgres://{user}{host}{port}/{name}")
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::{shown, with_database};

    #[test]
    fn every_form_of_url_gets_another_database() {
        for (url, expected) in [
            ("postgres://ada@h:1/old", Some("postgres://ada@h:1/new")),
            ("postgres://h", Some("postgres://h/new")),
            (
                "postgresql://postgres@%2Ftmp%2Fpg:5432/old?connect_timeout=1",
                Some("postgresql://postgres@%2Ftmp%2Fpg:5432/new?connect_timeout=1"),
            ),
            (
                "postgres:///old?host=/run/pg",
                Some("postgres:///new?host=/run/pg"),
            ),
            (
                "host=/run/pg user=ada dbname=old",
                Some("host=/run/pg user=ada dbname=old dbname=new"),
            ),
            ("postgres://h/old?dbname=other", None),
            ("nonsense", None),
        ] {
            assert_eq!(with_database(url, "new").as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn what_is_shown_leads_there_without_a_password() {
        for (url, expected) in [
            (
                "postgres://ada:se%40cret@h/old?connect_timeout=1",
                "postgres://ada@h:5432/new",
            ),
            ("postgres://h:1/old?password=secret", "postgres://h:1/new"),
            (
                "host=/run/pg password='se cret' user=a:b",
                "postgres://a%3Ab@%2Frun%2Fpg/new",
            ),
        ] {
            let config = url.parse().expect(url);
            assert_eq!(shown(&config, "new"), expected);
        }
    }
}
