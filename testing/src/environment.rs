//! The variables of the environment, which are read here and nowhere else.

use std::env;
use std::path::PathBuf;

use crate::server::Source;

const TEST_URL: &str = "PLANWRIGHT_TEST_DATABASE_URL";
const KEEP: &str = "PLANWRIGHT_KEEP_DATABASE";

/// Which server the environment says; a private one has the major version that is asked for.
pub(crate) fn source(postgres: Option<u32>) -> Source {
    choose(|name| env::var(name).ok(), postgres)
}

fn choose(variable: impl Fn(&str) -> Option<String>, postgres: Option<u32>) -> Source {
    // `DATABASE_URL` is not asked: in some shells it is production's.
    match variable(TEST_URL) {
        Some(url) if !url.is_empty() => Source::Given {
            url,
            from: TEST_URL,
        },
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
    fn a_server_is_private_unless_the_variable_of_tests_names_one() {
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
        let (test, app) = (
            (TEST_URL, "postgres://test"),
            ("DATABASE_URL", "postgres://app"),
        );
        assert_eq!(
            chosen(&[test, app]),
            format!("postgres://test by {TEST_URL}")
        );
        for private in [&[][..], &[(TEST_URL, ""), app], &[app]] {
            assert_eq!(chosen(private), "private Some(15)");
        }
    }
}
