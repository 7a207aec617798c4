//! The parameters of a connection URL that are the pool's and not the driver's.
//!
//! They are cut out of the text; whatever else it holds, and whether it makes sense, is left to
//! `tokio-postgres`.

use core::fmt;
use std::ops::Range;

use super::config::PoolConfig;
use super::setting::Setting;

/// A URL without the parameters of the pool.
pub(super) struct Url {
    pub(super) rest: String,
    parameters: Vec<Parameter>,
}

/// `name=value`, and where it stands.
struct Parameter {
    name: String,
    value: String,
    /// Its bytes, without what separates it from others.
    place: Range<usize>,
}

/// A parameter that makes no sense. It says nothing of the rest of the URL, which may hold a
/// password.
#[derive(Debug)]
pub(super) struct ParameterError {
    what: String,
    /// Counted from 1.
    character: usize,
    help: String,
}

impl Url {
    pub(super) fn read(text: &str) -> Result<Self, ParameterError> {
        let is_url = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        let all = if is_url {
            in_query(text)
        } else {
            in_words(text)
        };
        let mut own = Vec::new();
        for parameter in all {
            let known = Setting::ALL.iter().any(|s| s.parameter() == parameter.name);
            if known {
                own.push(parameter);
            } else if parameter.name.starts_with("pool_") {
                return Err(unknown(text, &parameter));
            }
        }
        for parameter in &own {
            check(text, parameter)?;
        }
        Ok(Self {
            rest: without(text, &own, is_url),
            parameters: own,
        })
    }

    /// Changes a configuration by the parameters that are there. They were checked.
    pub(super) fn apply(&self, mut config: PoolConfig) -> PoolConfig {
        for setting in Setting::ALL {
            let named = |parameter: &&Parameter| parameter.name == setting.parameter();
            if let Some(parameter) = self.parameters.iter().rfind(named) {
                let _ = setting.apply(&parameter.value, &mut config);
            }
        }
        config
    }
}

fn check(text: &str, parameter: &Parameter) -> Result<(), ParameterError> {
    let named = |setting: &Setting| setting.parameter() == parameter.name;
    let Some(setting) = Setting::ALL.into_iter().find(named) else {
        return Ok(());
    };
    let mut scratch = PoolConfig::production();
    if setting.apply(&parameter.value, &mut scratch).is_some() {
        return Ok(());
    }
    let (expected, example) = setting.expected();
    let Parameter { name, value, .. } = parameter;
    Err(ParameterError {
        what: format!("`{name}` is `{value}`, expected {expected}"),
        character: character(text, parameter),
        help: format!("write `{name}={example}`"),
    })
}

fn unknown(text: &str, parameter: &Parameter) -> ParameterError {
    let names = || {
        let names = Setting::ALL.iter().map(|setting| setting.parameter());
        names.filter(|name| name.starts_with("pool_"))
    };
    let nearest = names().min_by_key(|name| distance(name, &parameter.name));
    let help = match nearest.filter(|name| distance(name, &parameter.name) <= 3) {
        Some(name) => format!("write `{name}`"),
        None => format!("the pool knows {}", names().collect::<Vec<_>>().join(", ")),
    };
    ParameterError {
        what: format!("`{}` is no parameter of the pool", parameter.name),
        character: character(text, parameter),
        help,
    }
}

fn character(text: &str, parameter: &Parameter) -> usize {
    let before = text.get(..parameter.place.start).unwrap_or_default();
    before.chars().count() + 1
}

/// How many letters to change, to add or to leave out (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// `postgres://user:password@host/database?name=value&name=value`.
fn in_query(text: &str) -> Vec<Parameter> {
    // What is before the first `@` is a password; it may hold a question mark.
    let host = text.find('@').unwrap_or_default();
    let Some(query) = text[host..].find('?') else {
        return Vec::new();
    };
    let mut start = host + query + 1;
    let mut found = Vec::new();
    for piece in text[start..].split('&') {
        let place = start..start + piece.len();
        start = place.end + 1;
        if let Some((name, value)) = piece.split_once('=') {
            let (name, value) = (decode(name), decode(value));
            found.push(Parameter { name, value, place });
        }
    }
    found
}

/// `%20` and the like. What is no text is left to the driver.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let coded = match tail {
            [a, b, ..] if *first == b'%' => hex(*a).zip(hex(*b)),
            _ => None,
        };
        match coded {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    let digit = char::from(digit).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// `name=value name='a value' name = value`, with backslashes before quotes.
fn in_words(text: &str) -> Vec<Parameter> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, value)) = rest.split_once('=') {
        let start = text.len() - rest.len();
        let Some((value, tail)) = word(value.trim_start()) else {
            break;
        };
        let place = start..text.len() - tail.len();
        let name = name.trim_end().to_owned();
        found.push(Parameter { name, value, place });
        rest = tail.trim_start();
    }
    found
}

/// The value at the start of a text, and what is behind it.
fn word(text: &str) -> Option<(String, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.push(chars.next()?.1),
            '\'' if quoted => return Some((value, &text[at + 1..])),
            char if !quoted && char.is_whitespace() => return Some((value, &text[at..])),
            char => value.push(char),
        }
    }
    (!quoted).then_some((value, ""))
}

/// The text with parameters cut out, each with one separator.
fn without(text: &str, parameters: &[Parameter], is_url: bool) -> String {
    let mut rest = text.to_owned();
    for Parameter { place, .. } in parameters.iter().rev() {
        rest.replace_range(place.clone(), "");
        let separator = |at: usize| is_url && rest[at..].starts_with('&');
        if separator(place.start) {
            rest.remove(place.start);
        } else if place.start > 0 && separator(place.start - 1) {
            rest.remove(place.start - 1);
        }
    }
    rest
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            character,
            help,
        } = self;
        write!(f, "{what}, at character {character}; {help}")
    }
}

impl std::error::Error for ParameterError {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(text: &str) -> (String, PoolConfig) {
        let url = Url::read(text).unwrap();
        let config = url.apply(PoolConfig::development().with_base(7));
        (url.rest, config)
    }

    #[test]
    fn parameters_are_taken_out() {
        let cases = [
            (
                "postgres://ada:a?b@h/notes?pool_base=3&application_name=x&pool_wait=9",
                "postgres://ada:a?b@h/notes?application_name=x",
            ),
            (
                "postgres://h/n?pool_base=3&pool%5Fwait=9",
                "postgres://h/n?",
            ),
            (
                "postgresql://h?options=a&pool_base=3&pool_wait=%39&user=u",
                "postgresql://h?options=a&user=u",
            ),
            (
                "host=h pool_base=3 password='a pool_base=4 b' pool_wait = '9' user=u",
                "host=h  password='a pool_base=4 b'  user=u",
            ),
            ("pool_base=3 host=h pool_wait=9", " host=h "),
        ];
        for (text, rest) in cases {
            let expected = PoolConfig::development()
                .with_base(3)
                .with_wait(Duration::from_secs(9));
            assert_eq!(read(text), (rest.to_owned(), expected), "{text}");
        }
    }

    #[test]
    fn a_preset_replaces_what_code_says_and_the_others_change_it() {
        let (_, config) = read("postgres://h/n?pool_overflow=0&pool_preset=production");
        assert_eq!(config, PoolConfig::production().with_overflow(0));
        let (_, config) = read("host=h pool_recycle=off pool_leak_warning=5");
        let expected = PoolConfig::development().with_base(7).with_recycle(None);
        let expected = expected.with_leak_warning(Some(Duration::from_secs(5)));
        assert_eq!(config, expected);
        let (_, config) = read("host=h pool_named_statements=false pool_overflow_idle=0");
        assert!(!config.named_statements && config.overflow_idle.is_zero());
    }

    #[test]
    fn encryption_is_taken_out() {
        use super::super::tls::TlsConfig;
        let tls = |text: &str| read(text).1.tls.unwrap();
        let file = tls("host=h sslrootcert=/ca.pem sslmode=verify-ca");
        assert_eq!(file, TlsConfig::verify_ca().with_roots_file("/ca.pem"));
        let system = tls("postgres://h/n?sslrootcert=system");
        assert_eq!(system, TlsConfig::verify_full().with_system_roots());
        assert_eq!(
            read("host=h user=u"),
            ("host=h user=u".to_owned(), read("").1)
        );
    }

    #[test]
    fn what_makes_no_sense_has_a_place_and_a_remedy() {
        let error = |text: &str| Url::read(text).err().unwrap().to_string();
        assert_eq!(
            error("postgres://ada:secret@h/n?pool_bas=5"),
            "`pool_bas` is no parameter of the pool, at character 27; write `pool_base`"
        );
        assert_eq!(
            error("host=h password=secret pool_wait=ten"),
            "`pool_wait` is `ten`, expected whole seconds, a number of at least 1, \
             at character 24; write `pool_wait=30`"
        );
        let all = error("host=h pool_something_else=1");
        assert!(
            all.contains("the pool knows pool_preset, pool_base,"),
            "{all}"
        );
        assert!(error("host=h sslmode=verify").contains("`verify-full`"));
    }
}
