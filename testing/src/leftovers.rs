//! The databases of processes that were killed.
//!
//! A process holds an advisory lock on its number for as long as it lives, from before it makes
//! its first database, and the number is in the databases' names. Locks end with the session that
//! holds them, so a database whose number nobody has locked is one that nobody will drop. It is
//! dropped when name, comment and owner say that it is one of ours, and nobody is connected.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use tokio_postgres::Client;

use crate::Error;
use crate::admin::{Admin, execute, literal, value, values};

/// The first key of the locks of processes, "plan" in ASCII; the second is the number.
const RUNS: i32 = i32::from_be_bytes(*b"plan");
/// What the names of tests' databases begin with.
const PREFIX: &str = "planwright_test_";
/// The comment of tests' databases.
pub(crate) const COMMENT: &str = "planwright-testing: of one test, which drops it";

/// A process's number, and the session that holds its lock.
pub(crate) struct Run {
    number: u32,
    _session: Client,
}

impl Run {
    /// Takes a number that no living process has, and removes what dead ones left.
    pub(crate) async fn begin(admin: &Admin) -> Result<Self, Error> {
        let session = admin.session().await?;
        let number = loop {
            let number = random();
            let key = number.cast_signed();
            let lock = format!("SELECT pg_try_advisory_lock({RUNS}, {key})");
            if value(&session, &lock).await? == "t" {
                break number;
            }
        };
        remove(&session).await?;
        Ok(Self {
            number,
            _session: session,
        })
    }

    /// The name of the process's database with this index.
    pub(crate) fn name(&self, index: u32) -> String {
        format!("{PREFIX}{:08x}_{index}", self.number)
    }
}

async fn remove(session: &Client) -> Result<(), Error> {
    let (comment, digits) = (literal(COMMENT), PREFIX.len() + 1);
    let left = format!(
        "SELECT d.datname FROM pg_database d
         WHERE d.datname ~ '^{PREFIX}[0-9a-f]{{8}}_[0-9]+$'
             AND shobj_description(d.oid, 'pg_database') = {comment}
             AND pg_has_role(d.datdba, 'USAGE')
             AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
             AND NOT EXISTS (
                 SELECT FROM pg_locks l
                 WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = {RUNS}
                     AND l.objid = ('x' || substr(d.datname, {digits}, 8))::bit(32)::bigint::oid
             )"
    );
    for name in values(session, &left).await? {
        // Without FORCE: somebody may have connected to have a look. Another process may be
        // removing it, too.
        let statement = format!("DROP DATABASE IF EXISTS {name}");
        let _next_time = execute(session, &statement, "").await;
    }
    Ok(())
}

fn random() -> u32 {
    let random = RandomState::new().build_hasher().finish().to_be_bytes();
    let [a, b, c, d, ..] = random;
    u32::from_be_bytes([a, b, c, d])
}
