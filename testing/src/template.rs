//! Databases to copy from: one for each content of a folder of migrations, made once.
//!
//! Two advisory locks belong to a template. One is held while it is looked for, made or dropped;
//! the other is shared by the sessions of all processes that may copy it, for as long as they
//! live. A template has its name only when it is whole, and takes no connections, because one
//! would be in the way of every copy.

use sha2::{Digest as _, Sha256};
use tokio_postgres::Client;

use crate::Error;
use crate::admin::{Admin, execute, literal, value, values};
use crate::migrations::Migrations;

/// Is raised when templates of earlier versions of this crate cannot be used any more.
const FORMAT: u32 = 1;
/// The first key of the locks of those who make or drop a template.
const CHANGE: i32 = i32::from_be_bytes(*b"tmak");
/// The first key of the locks of those who copy one.
const USE: i32 = i32::from_be_bytes(*b"tuse");
const PREFIX: &str = "planwright_template_";
/// The name while it is made.
const MAKING: &str = "planwright_making_";

/// A template that stays as long as this value.
pub(crate) struct Template {
    pub(crate) name: String,
    _session: Client,
}

/// Which template it is.
struct Identity {
    digest: String,
    comment: String,
}

impl Template {
    /// Takes the template of these migrations, and makes it where there is none.
    pub(crate) async fn take(admin: &Admin, migrations: &Migrations) -> Result<Self, Error> {
        let session = admin.session().await?;
        let identity = Identity::new(&session, migrations).await?;
        let name = format!("{PREFIX}{}", identity.digest);
        let key = identity.key();
        lock(&session, "pg_advisory_lock", CHANGE, key).await?;
        if !exists(&session, &name).await? {
            make(admin, &session, &identity, migrations).await?;
            prune(admin, &session, &identity).await?;
        }
        lock(&session, "pg_advisory_lock_shared", USE, key).await?;
        lock(&session, "pg_advisory_unlock", CHANGE, key).await?;
        Ok(Self {
            name,
            _session: session,
        })
    }
}

impl Identity {
    /// Advisory locks belong to a database, and a copy to its role: each has templates of its own.
    async fn new(session: &Client, migrations: &Migrations) -> Result<Self, Error> {
        let place = "SELECT quote_ident(current_database()) || ' ' || quote_ident(current_user)";
        let place = value(session, place).await?;
        let mut digest = Sha256::new();
        digest.update(format!("{FORMAT} {place} "));
        digest.update(migrations.fingerprint);
        let digest = digest.finalize();
        let comment = format!(
            "planwright-testing: template of {} in {place}",
            migrations.title()
        );
        Ok(Self {
            digest: hex(&digest[..8]),
            comment,
        })
    }

    /// Two templates with one key only wait for each other.
    fn key(&self) -> i32 {
        key(&self.digest)
    }
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

fn key(digest: &str) -> i32 {
    let first = digest.get(..8).unwrap_or_default();
    u32::from_str_radix(first, 16)
        .unwrap_or_default()
        .cast_signed()
}

async fn make(
    admin: &Admin,
    session: &Client,
    identity: &Identity,
    migrations: &Migrations,
) -> Result<(), Error> {
    let making = format!("{MAKING}{}", identity.digest);
    let comment = literal(&identity.comment);
    // The lock says that nobody is making it: a process was killed while it did.
    let left = format!("{} AND datname = '{making}'", ours(&comment));
    for name in values(session, &left).await? {
        admin.remove(session, &name).await?;
    }
    admin
        .create(session, &making, "", &identity.comment)
        .await?;
    let migrated = migrations.apply(admin, &making).await;
    if let Err(error) = migrated {
        admin.remove(session, &making).await?;
        return Err(error);
    }
    admin.cut_off(session, &making).await?;
    let close = format!("ALTER DATABASE {making} ALLOW_CONNECTIONS false");
    execute(session, &close, "close the template to connections").await?;
    let name = format!("{PREFIX}{}", identity.digest);
    let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
    execute(session, &rename, "give the template its name").await
}

/// Drops the templates of what the same folder held before, unless a process copies them.
async fn prune(admin: &Admin, session: &Client, identity: &Identity) -> Result<(), Error> {
    let own = &identity.digest;
    let others = format!(
        "{} AND datname ~ '^{PREFIX}[0-9a-f]{{16}}$' AND datname <> '{PREFIX}{own}'",
        ours(&literal(&identity.comment))
    );
    for name in values(session, &others).await? {
        let key = key(name.trim_start_matches(PREFIX));
        if key == identity.key() {
            continue;
        }
        // Nothing is waited for: whoever has it now may be waiting for this process.
        let mut held = Vec::new();
        for class in [CHANGE, USE] {
            let free = format!("SELECT pg_try_advisory_lock({class}, {key})");
            if value(session, &free).await? == "t" {
                held.push(class);
            }
        }
        if held.len() == 2 {
            admin.remove(session, &name).await?;
        }
        for class in held {
            lock(session, "pg_advisory_unlock", class, key).await?;
        }
    }
    Ok(())
}

/// The databases that have this comment, and that this role may drop.
fn ours(comment: &str) -> String {
    format!(
        "SELECT datname FROM pg_database
         WHERE shobj_description(oid, 'pg_database') = {comment}
             AND pg_has_role(datdba, 'USAGE')"
    )
}

async fn exists(session: &Client, name: &str) -> Result<bool, Error> {
    let ask = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    Ok(!value(session, &ask).await?.is_empty())
}

async fn lock(session: &Client, function: &str, class: i32, key: i32) -> Result<(), Error> {
    let statement = format!("SELECT {function}({class}, {key})");
    execute(session, &statement, "lock the template").await
}
