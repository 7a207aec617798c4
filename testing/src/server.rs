//! The server of a process's tests, and its templates. Everything here runs on the keeper's
//! thread.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use planwright_embedded::{EmbeddedServer, Settings};
use tokio::sync::OnceCell;

use crate::Error;
use crate::admin::{Admin, value};
use crate::leftovers::{self, Run};
use crate::migrations::Migrations;
use crate::template::Template;

/// Changes when a private server with templates of an older version must not be used any more.
const FORMAT: u32 = 1;
/// Where the databases of a private server are made from.
const MAINTENANCE: &str = "postgres";

/// Which server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// One of this process.
    Private { major: Option<u32> },
    /// One of the user's.
    Given { url: String, from: &'static str },
}

/// A value that is made once, whether it works or not.
type Once<T> = Arc<OnceCell<Result<T, Error>>>;
type Cells<K, T> = Mutex<BTreeMap<K, Once<T>>>;

/// A server that tests have databases on.
pub(crate) struct Server {
    admin: Admin,
    run: Run,
    next: AtomicU32,
    /// How a database is copied.
    strategy: &'static str,
    templates: Cells<[u8; 32], Template>,
    private: Option<EmbeddedServer>,
}

/// The server, started or connected to by the first test that wants it. It is never dropped: a
/// private server ends when it sees that this process has ended.
pub(crate) async fn of(source: Source, first: &Migrations) -> Result<Arc<Server>, Error> {
    static SERVERS: Cells<Source, Arc<Server>> = Mutex::new(BTreeMap::new());
    let cell = cell(&SERVERS, source.clone());
    let start = async || Server::start(source, first).await.map(Arc::new);
    cell.get_or_init(start).await.clone()
}

fn cell<K: Ord, T>(cells: &Cells<K, T>, key: K) -> Once<T> {
    let mut cells = cells.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(cells.entry(key).or_default())
}

impl Server {
    async fn start(source: Source, first: &Migrations) -> Result<Self, Error> {
        match source {
            Source::Given { url, from } => Self::attach(Admin::new(&url, from)?, None).await,
            Source::Private { major } => {
                let server = private(major, first).await?;
                Self::attach(admin_of(&server)?, Some(server)).await
            }
        }
    }

    async fn attach(admin: Admin, private: Option<EmbeddedServer>) -> Result<Self, Error> {
        let run = Run::begin(&admin).await?;
        // Copying files makes the server write everything out at once, which is cheap only where
        // that does not wait for the disk: on a throw-away server. PostgreSQL 14 does not ask.
        let ask = "SELECT current_setting('fsync') = 'off'
                       AND current_setting('server_version_num')::int >= 150000";
        let copies_files = admin.lend(async |client| value(client, ask).await).await? == "t";
        Ok(Self {
            admin,
            run,
            next: AtomicU32::new(0),
            strategy: if copies_files {
                "STRATEGY file_copy"
            } else {
                ""
            },
            templates: Mutex::new(BTreeMap::new()),
            private,
        })
    }

    /// Makes a database, and returns its name.
    pub(crate) async fn create(&self, migrations: &Migrations) -> Result<String, Error> {
        let cell = cell(&self.templates, migrations.fingerprint);
        let take = async || Template::take(&self.admin, migrations).await;
        let template = cell.get_or_init(take).await;
        let template = template.as_ref().map_err(Clone::clone)?;
        let name = self.run.name(self.next.fetch_add(1, Relaxed));
        let origin = format!("TEMPLATE {} {}", template.name, self.strategy);
        let create = async |client: &_| {
            let comment = leftovers::COMMENT;
            self.admin.create(client, &name, &origin, comment).await
        };
        self.admin.lend(create).await?;
        Ok(name)
    }

    pub(crate) async fn remove(&self, name: &str) -> Result<(), Error> {
        let remove = async |client: &_| self.admin.remove(client, name).await;
        self.admin.lend(remove).await
    }

    /// Lets the database stay: the comment is no longer that of one which is dropped.
    pub(crate) async fn keep(&self, name: &str) -> Result<(), Error> {
        let comment = "planwright-testing: of a failed test, kept; drop it when it was looked at";
        let keep = async |client: &_| self.admin.comment(client, name, comment).await;
        self.admin.lend(keep).await
    }

    pub(crate) fn admin(&self) -> &Admin {
        &self.admin
    }

    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }
}

fn admin_of(server: &EmbeddedServer) -> Result<Admin, Error> {
    Admin::new(&server.database_url(MAINTENANCE), "the private server")
}

/// Starts a private server that has the template of the first migrations already, where an
/// earlier process has made it.
async fn private(major: Option<u32>, first: &Migrations) -> Result<EmbeddedServer, Error> {
    let mut settings = Settings::new();
    if let Some(major) = major {
        settings = settings.major(major).require_major(true);
    }
    let fingerprint = first.fingerprint.map(|byte| format!("{byte:02x}")).concat();
    let key = format!("testing {FORMAT} {} {fingerprint}", first.title());
    let mut refused = false;
    let prepare = async |server: &EmbeddedServer| -> Result<(), Error> {
        let taken = Template::take(&admin_of(server)?, first).await;
        refused = taken.is_err();
        taken.map(drop)
    };
    match EmbeddedServer::start_from_template(&settings, &key, prepare).await {
        // Tests with other migrations can use the server; those with these are told why not.
        Err(_) if refused => Ok(EmbeddedServer::start_with(&settings).await?),
        started => started,
    }
}
