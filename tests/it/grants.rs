//! `planwright grants`: with the printed privileges every query runs, and without any of
//! them some query does not.

use std::error::Error as _;
use std::path::Path;

use diesel_async::AsyncConnection as _;
use planwright::PgConnection;
use planwright_codegen::config::Project;
use planwright_codegen::{Options, grants};
use planwright_embedded::Settings;

use crate::coverage::every_query;
use crate::fixture::Database;
use crate::raw;
use crate::world::World;

on_each_release! { migrated: the_privileges_are_enough_and_none_is_spare }

async fn the_privileges_are_enough_and_none_is_spare(db: &Database) {
    let conn = &mut db.connect().await;
    World::insert(conn, 7).await;
    let role = format!("app_{}", db.name());
    // What everybody may do, the role is to be granted itself.
    let alone = format!("CREATE ROLE {role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC");
    raw::execute(conn, &alone).await;
    raw::execute(conn, &script(db.major(), &role).await).await;

    let mut rounds = 0..;
    let mut run = async || {
        let url = db.url_of(&role);
        let connected = PgConnection::establish(&url).await;
        every_query(&mut connected.unwrap(), rounds.next().unwrap()).await
    };
    run().await.unwrap();

    let privileges = include_str!("privileges.sql").replace("ROLE", &role);
    let privileges = raw::texts(conn, privileges.trim_end().trim_end_matches(';')).await;
    assert!(privileges.len() > 50, "{privileges:?}");
    for privilege in &privileges {
        raw::execute(conn, &format!("REVOKE {privilege} FROM {role}")).await;
        let refusal = run().await.expect_err(privilege);
        assert_eq!(refusal_of(&refusal), expected(privilege), "{privilege}");
        raw::execute(conn, &format!("GRANT {privilege} TO {role}")).await;
    }
    run().await.unwrap();
    raw::execute(conn, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

/// What `planwright grants` prints.
async fn script(major: u32, role: &str) -> String {
    let project = Project::discover(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let options = Options {
        server: Settings::new().major(major).require_major(true),
        ..Options::default()
    };
    grants(&project, &options, role).await.unwrap()
}

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// SQLSTATE 42501, whose messages begin alike; Diesel keeps nothing else of it.
    InsufficientPrivilege,
    /// A schema that may not be used is left out of the search path.
    Unknown,
    Other(String),
}

fn expected(privilege: &str) -> Refusal {
    if privilege.contains(" ON SCHEMA ") {
        Refusal::Unknown
    } else {
        Refusal::InsufficientPrivilege
    }
}

fn refusal_of(error: &planwright::Error) -> Refusal {
    let message = error.source().unwrap().to_string();
    if message.starts_with("permission denied for ") {
        Refusal::InsufficientPrivilege
    } else if message.ends_with(" does not exist") {
        Refusal::Unknown
    } else {
        Refusal::Other(message)
    }
}
