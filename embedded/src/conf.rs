//! The server's configuration: fast and throw-away. Nothing in it changes which
//! plan the planner chooses, so a plan seen here is the plan of a server with
//! default planner settings.

use std::ffi::OsString;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::path::Path;

use crate::Error;

/// What every server gets unless the caller says otherwise.
const DEFAULTS: [(&str, &str); 26] = [
    // Nothing needs to survive a crash of the machine.
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("wal_init_zero", "off"),
    ("wal_recycle", "off"),
    ("min_wal_size", "2MB"),
    ("max_wal_size", "256MB"),
    ("checkpoint_timeout", "1d"),
    // Small, quick to start, and many tests at once.
    ("shared_buffers", "32MB"),
    ("huge_pages", "off"),
    ("max_connections", "200"),
    // In the data directory, so that even a killed server leaves nothing in /dev/shm.
    ("dynamic_shared_memory_type", "mmap"),
    // Nothing happens behind a test's back.
    ("autovacuum", "off"),
    ("bgwriter_lru_maxpages", "0"),
    ("jit", "off"),
    // The same on every machine.
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("datestyle", "iso, mdy"),
    ("lc_monetary", "C"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    ("default_text_search_config", "pg_catalog.english"),
    // The directory is private; without a group or others nobody else may connect.
    ("unix_socket_permissions", "0700"),
    ("log_line_prefix", "%m [%p] "),
];

/// Settings the crate needs for itself, given on the command line, where neither
/// `ALTER SYSTEM` nor a template can change them.
const OWN: [(&str, &str); 5] = [
    ("port", "5432"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("lc_messages", "C"),
    ("log_min_messages", "warning"),
];
const LISTEN: &str = "listen_addresses";
const SOCKET_DIR: &str = "unix_socket_directories";
/// Further settings that would move the server's files away.
const FORBIDDEN: [&str; 5] = [
    "data_directory",
    "config_file",
    "hba_file",
    "ident_file",
    "external_pid_file",
];

/// The text of `postgresql.conf`.
pub(crate) fn file(settings: &[(String, String)]) -> Result<String, Error> {
    let mut text = String::from("# Written by planwright-embedded at every start.\n");
    for (name, value) in DEFAULTS {
        push(&mut text, name, value);
    }
    for (name, value) in settings {
        check(name, value)?;
        push(&mut text, name, value);
    }
    Ok(text)
}

/// The command-line arguments after the data directory. Without an address, the server listens on
/// its Unix socket alone.
pub(crate) fn arguments(socket_dir: &Path, listen: Option<Ipv4Addr>) -> Vec<OsString> {
    let mut arguments = Vec::new();
    for (name, value) in OWN {
        arguments.extend([
            OsString::from("-c"),
            OsString::from(format!("{name}={value}")),
        ]);
    }
    let mut socket = OsString::from(format!("{SOCKET_DIR}="));
    socket.push(socket_dir);
    let listen = listen.map(|address| address.to_string());
    let listen = format!("{LISTEN}={}", listen.unwrap_or_default());
    arguments.extend([
        OsString::from("-c"),
        socket,
        OsString::from("-c"),
        OsString::from(listen),
    ]);
    arguments
}

fn push(text: &mut String, name: &str, value: &str) {
    let value = value.replace('\\', "\\\\").replace('\'', "''");
    let _ = writeln!(text, "{name} = '{value}'");
}

fn check(name: &str, value: &str) -> Result<(), Error> {
    let refuse = |reason: &str| {
        Err(Error::Setting {
            name: name.to_owned(),
            reason: reason.to_owned(),
        })
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        || !name.chars().all(is_word)
    {
        return refuse("that is not the name of a setting");
    }
    if value.contains(['\n', '\0']) {
        return refuse("its value contains a line break or a NUL character");
    }
    let own = OWN.map(|(name, _)| name);
    if [LISTEN, SOCKET_DIR]
        .iter()
        .chain(&own)
        .chain(&FORBIDDEN)
        .any(|own| own.eq_ignore_ascii_case(name))
    {
        return refuse("a throw-away server needs it for itself");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> Result<String, Error> {
        file(&[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn values_are_quoted_and_the_last_one_counts() {
        let text = set("search_path", r"o'brien\x").expect("a valid setting");
        assert!(text.ends_with("search_path = 'o''brien\\\\x'\n"), "{text}");
    }

    #[test]
    fn settings_of_its_own_and_malformed_ones_are_refused() {
        for name in [
            "listen_addresses",
            "PORT",
            "unix_socket_directories",
            "data_directory",
        ] {
            let error = set(name, "x").expect_err(name).to_string();
            assert!(error.contains("needs it for itself"), "{error}");
        }
        assert!(set("jit = on\nport", "1").is_err());
        assert!(set("jit", "on\nport = 1").is_err());
    }
}
