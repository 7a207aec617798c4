//! The variables of the environment, which are read here and nowhere else.

use std::env;
use std::path::PathBuf;

use crate::server::Source;

const TEST_URL: &str = "PLANWRIGHT_TEST_DATABASE_URL";
const URL: &str = "DATABASE_URL";
const KEEP: &str = "PLANWRIGHT_KEEP_DATABASE";

/// Which server the environment says; a private one has the major version that is asked for.
pub(crate) fn source(postgres: Option<u32>) -> Source {
    choose(|name| env::var(name).ok(), postgres)
}

fn choose(variable: impl Fn(&str) -> Option<String>, postgres: Option<u32>) -> Source {
    let given = [TEST_URL, URL]
        .into_iter()
        .find_map(|name| Some((name, variable(name)?)));
    match given {
        Some((from, url)) if !url.is_empty() => Source::Given { url, from },
        _ => Source::Private { major: postgres },
    }
}

/// Whether the databases of failed tests are kept.
pub(crate) fn keep() -> bool {
    env::var_os(KEEP).is_some_and(|value| !value.is_empty() && value != "0")
}

/// The package's folder. Cargo and nextest set it for the tests that they run.
pub(crate) fn package() -> PathBuf {
    let folder = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    folder
        .or_else(|| env::current_dir().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_counts_and_an_empty_one_asks_for_a_private_server() {
        let chosen = |variables: &[(&str, &str)]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            match choose(variable, Some(15)) {
                Source::Given { url, from } => format!("{url} by {from}"),
                Source::Private { major } => format!("private {major:?}"),
            }
        };
        let (test, app) = ((TEST_URL, "postgres://test"), (URL, "postgres://app"));
        assert_eq!(
            chosen(&[test, app]),
            format!("postgres://test by {TEST_URL}")
        );
        assert_eq!(chosen(&[app]), format!("postgres://app by {URL}"));
        for private in [&[][..], &[(TEST_URL, ""), app], &[(URL, "")]] {
            assert_eq!(chosen(private), "private Some(15)");
        }
    }
}
