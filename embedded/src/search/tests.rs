use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::Version;

/// A directory that every account can enter.
fn directory() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder
        .permissions(fs::Permissions::from_mode(0o755))
        .tempdir()
        .expect("a directory")
}

/// Puts programs into `dir/name` that print this version.
fn install(dir: &TempDir, name: &str, version: &str) -> PathBuf {
    let bin = dir.path().join(name);
    fs::create_dir(&bin).expect("a directory");
    fs::set_permissions(&bin, fs::Permissions::from_mode(0o755)).expect("a mode");
    for program in ["postgres", "initdb"] {
        let script = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
        fs::write(bin.join(program), script).expect("a program");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(bin.join(program), mode).expect("a mode");
    }
    bin
}

fn places(path: &[&Path], well_known: &[&Path]) -> Places {
    let path = (!path.is_empty()).then(|| env::join_paths(path).expect("a path"));
    Places {
        environment: Environment::of_path(path),
        well_known: well_known.iter().map(|dir| (*dir).to_owned()).collect(),
        cache: PathBuf::from("/nonexistent"),
    }
}

fn find(places: &Places, settings: &Settings) -> Result<Version, Error> {
    let account = Account::detect().expect("an account");
    places.find(settings, &account).map(|found| found.version())
}

fn offline() -> Settings {
    Settings::new().download(false)
}

#[test]
fn finding_nothing_says_where_it_looked_and_what_to_install() {
    let error = find(&places(&[], &[Path::new("/opt/none")]), &offline()).expect_err("nothing");
    let text = error.to_string();
    assert!(
        text.contains("looked in pg_config and PATH, /opt/none"),
        "{text}"
    );
    assert!(
        text.contains("apt-get install postgresql") && text.contains("python3 with pip"),
        "{text}"
    );
    let cause = std::error::Error::source(&error)
        .expect("a cause")
        .to_string();
    assert_eq!(
        cause,
        "downloading is switched off by `Settings::download(false)`"
    );
}

#[test]
fn the_path_counts_before_the_well_known_directories() {
    let dir = directory();
    let (old, new) = (install(&dir, "old", "15.1"), install(&dir, "new", "17.2"));
    let found = find(&places(&[&old], &[&new]), &offline()).expect("a server");
    assert_eq!(
        found,
        Version {
            major: 15,
            minor: 1
        }
    );
}

#[test]
fn the_newest_of_the_well_known_directories_counts() {
    let dir = directory();
    let bins = ["9.6", "17.2", "16.9"].map(|version| install(&dir, version, version));
    let known: Vec<_> = bins.iter().map(PathBuf::as_path).collect();
    assert_eq!(
        find(&places(&[], &known), &offline())
            .expect("a server")
            .major,
        17
    );
}

#[test]
fn a_preferred_major_counts_wherever_it_is() {
    let dir = directory();
    let (old, new) = (install(&dir, "old", "15.1"), install(&dir, "new", "17.2"));
    let places = places(&[&new], &[&old]);
    assert_eq!(
        find(&places, &offline().major(15)).expect("a server").major,
        15
    );
    assert_eq!(
        find(&places, &offline().major(16))
            .expect("the newest")
            .major,
        17
    );
}

#[test]
fn a_required_major_that_is_missing_is_an_error_with_its_package() {
    let dir = directory();
    let new = install(&dir, "new", "17.2");
    let settings = offline().major(16).require_major(true);
    let text = find(&places(&[&new], &[]), &settings)
        .expect_err("not there")
        .to_string();
    assert!(
        text.contains("PostgreSQL 16 is required, but only 17.2 was found"),
        "{text}"
    );
    assert!(text.contains("apt-get install postgresql-16"), "{text}");
}

#[test]
fn client_tools_alone_are_passed_over() {
    let dir = directory();
    let (client, server) = (
        install(&dir, "client", "16.1"),
        install(&dir, "server", "15.1"),
    );
    fs::remove_file(client.join("initdb")).expect("a removal");
    assert_eq!(
        find(&places(&[&client, &server], &[]), &offline())
            .expect("a server")
            .major,
        15
    );
}

#[test]
fn patterns_expand_to_the_directories_that_are_there() {
    let dir = directory();
    let bin = install(&dir, "postgresql@17", "17.2").join("bin");
    fs::create_dir(&bin).expect("a directory");
    let pattern = format!("{}/postgresql@*/bin", dir.path().display());
    assert_eq!(expand(&pattern), [bin]);
    assert_eq!(expand("/nonexistent/*/bin"), Vec::<PathBuf>::new());
}
