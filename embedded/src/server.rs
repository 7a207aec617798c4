//! The server as its user sees it: start, stop, restart, kill. How a process is
//! watched over is the business of `supervisor`; what its data starts from, of `host`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Mutex;

use crate::blocking::blocking;
use crate::host::{Host, Origin};
use crate::lock::Lock;
use crate::run_dir::RunDir;
use crate::store::Template;
use crate::supervisor::{Halt, Supervisor};
use crate::{Error, Progress, Settings, Version};

/// A private PostgreSQL server, which ends with this value.
///
/// Dropping it ends the server at once, waits for that, and removes its
/// directory. The same happens when this process is killed in any way, though
/// then of course a moment later.
///
/// The server listens on a Unix socket in a directory that only the account
/// running it can enter. Its superuser is `postgres`, without a password.
/// The encoding is UTF-8 and the locale `C`, so that text is ordered the same way
/// everywhere; nothing is ever synced to disk, and autovacuum is off.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), planwright_embedded::Error> {
/// use planwright_embedded::EmbeddedServer;
///
/// let server = EmbeddedServer::start().await?;
/// server.create_database("shop").await?;
/// println!("{}", server.database_url("shop"));
/// server.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EmbeddedServer {
    // Dropped in this order: first the process, then its directory.
    supervisor: Mutex<Supervisor>,
    run: RunDir,
    pid: AtomicU32,
    data_dir: PathBuf,
    host: Host,
}

impl EmbeddedServer {
    /// Starts a server with the default settings.
    ///
    /// # Errors
    ///
    /// The same as [`start_with`](Self::start_with).
    pub async fn start() -> Result<Self, Error> {
        Self::start_with(&Settings::default()).await
    }

    /// Starts a server. The first start of a server version makes a data directory
    /// (about half a second), which later starts copy (about a tenth of a second).
    ///
    /// # Errors
    ///
    /// When no server binaries can be found or downloaded, when a directory cannot
    /// be used, or when the server does not start.
    pub async fn start_with(settings: &Settings) -> Result<Self, Error> {
        let settings = settings.clone();
        let host = blocking(move || Host::prepare(settings)).await?;
        Self::start_base(&host).await
    }

    /// Starts a server on a copy of a template, which is told apart by the server's
    /// version and the key. When there is no such template yet, a plain server is
    /// started, `prepare` fills it, it is stopped cleanly, its data is kept as the
    /// template, and it is started again.
    ///
    /// The key must stand for all that `prepare` does, such as a hash of every
    /// migration. Another process or task that wants the same template meanwhile
    /// waits for it; `prepare` must not start a server with the key it is called for.
    /// A `prepare` that fails, panics or is cancelled leaves no template. The
    /// sixteen most recently used templates of a server version are kept.
    ///
    /// # Errors
    ///
    /// The error of `prepare`, and those of [`start_with`](Self::start_with).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), planwright_embedded::Error> {
    /// use planwright_embedded::{EmbeddedServer, Settings};
    ///
    /// let migrations_hash = "9f86d081884c7d65";
    /// let server = EmbeddedServer::start_from_template(
    ///     &Settings::new(),
    ///     migrations_hash,
    ///     async |server: &EmbeddedServer| server.create_database("shop").await,
    /// )
    /// .await?;
    /// # drop(server);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn start_from_template<E, F>(
        settings: &Settings,
        key: &str,
        prepare: F,
    ) -> Result<Self, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&Self) -> Result<(), E>,
    {
        let settings = settings.clone();
        let host = blocking(move || Host::prepare(settings)).await?;
        let template = host.store.keyed(key);
        if let Some(server) = Self::start_saved(&host, &template, None).await? {
            return Ok(server);
        }
        let (waiting_host, locked) = (host.clone(), template.clone());
        let lock = blocking(move || {
            locked
                .lock_exclusive(|| waiting_host.report_waiting(&locked))
                .map(Arc::new)
        })
        .await?;
        // Another process may have made it in the meantime.
        if let Some(server) = Self::start_saved(&host, &template, Some(Arc::clone(&lock))).await? {
            return Ok(server);
        }
        host.settings.report(Progress::Preparing {
            key: key.to_owned(),
        });
        let server = Self::start_base(&host).await?;
        prepare(&server).await?;
        server
            .offline(async |data: &Path| {
                let data = data.to_owned();
                blocking(move || template.save(&data, &lock)).await
            })
            .await?;
        let store = host.store.clone();
        blocking(move || {
            store.prune();
            Ok(())
        })
        .await?;
        Ok(server)
    }

    /// Ends the server cleanly and removes its directory.
    ///
    /// # Errors
    ///
    /// When the server does not stop in time; it is ended at once then.
    pub async fn stop(self) -> Result<(), Error> {
        let halted = self.halt(Halt::Stop).await;
        blocking(move || {
            drop(self);
            Ok(())
        })
        .await?;
        halted
    }

    /// Stops the server cleanly, and starts it again on the same data.
    /// Connections are cut off. A killed server is started, and recovers.
    ///
    /// # Errors
    ///
    /// When the server does not stop, or does not start again.
    pub async fn restart(&self) -> Result<(), Error> {
        self.offline(async |_: &Path| Ok(())).await
    }

    /// Stops the server cleanly, lets `edit` change its data directory, and starts it
    /// again, even if `edit` fails. Connections are cut off.
    ///
    /// # Errors
    ///
    /// The error of `edit`, and those of [`restart`](Self::restart).
    pub async fn offline<T, E, F>(&self, edit: F) -> Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&Path) -> Result<T, E>,
    {
        let limit = self.host.settings.timeout;
        let mut current = self.supervisor.lock().await;
        current.halt(Halt::Stop, &self.run, limit).await?;
        let edited = edit(&self.data_dir).await;
        let next = Supervisor::launch(
            &self.host.binaries,
            &self.host.account,
            &self.run,
            self.host.settings.listen,
        )?;
        let pid = next.ready(&self.host.binaries, &self.run, limit).await?;
        self.pid.store(pid, Ordering::Relaxed);
        std::mem::replace(&mut *current, next).leave();
        edited
    }

    /// Kills the server with SIGKILL, as a crash would, and waits until all its
    /// processes are gone. [`restart`](Self::restart) brings it back. The last
    /// commits may be lost, unless the setting `synchronous_commit` is `on`.
    ///
    /// # Errors
    ///
    /// When its processes do not end in time.
    pub async fn kill(&self) -> Result<(), Error> {
        self.halt(Halt::Kill).await
    }

    /// The server's version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.host.binaries.version()
    }

    /// The server's data directory.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The directory of the server's socket, as libpq's `host`; the port is 5432.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        self.run.path()
    }

    /// The process id of the server, or of the one that was stopped or killed last.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.load(Ordering::Relaxed)
    }

    /// The last lines of the server's log, for an error message.
    pub async fn log_tail(&self) -> String {
        self.supervisor.lock().await.log_tail()
    }

    async fn halt(&self, how: Halt) -> Result<(), Error> {
        let mut supervisor = self.supervisor.lock().await;
        supervisor
            .halt(how, &self.run, self.host.settings.timeout)
            .await
    }

    /// Starts on a newly made cluster. A template that does not start is made again, once.
    async fn start_base(host: &Host) -> Result<Self, Error> {
        let owned = host.clone();
        let (run, origin) = blocking(move || owned.base_run()).await?;
        match Self::boot(host, run).await {
            Err(Error::ServerExited { .. }) if origin == Origin::Template => {
                let what = host.store.base().title().to_owned();
                host.settings.report(Progress::Rebuilding { what });
                let owned = host.clone();
                let run = blocking(move || owned.fresh_base_run()).await?;
                Self::boot(host, run).await
            }
            started => started,
        }
    }

    /// Starts on a copy of the template. None when there is none, or when it does not start.
    async fn start_saved(
        host: &Host,
        template: &Template,
        lock: Option<Arc<Lock>>,
    ) -> Result<Option<Self>, Error> {
        let (owned, source) = (host.clone(), template.clone());
        let run = blocking(move || owned.run_from(&source, lock.as_deref())).await?;
        let Some(run) = run else { return Ok(None) };
        match Self::boot(host, run).await {
            Ok(server) => Ok(Some(server)),
            Err(Error::ServerExited { .. }) => {
                let what = template.title().to_owned();
                host.settings.report(Progress::Rebuilding { what });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn boot(host: &Host, run: RunDir) -> Result<Self, Error> {
        let supervisor =
            Supervisor::launch(&host.binaries, &host.account, &run, host.settings.listen)?;
        let pid = supervisor
            .ready(&host.binaries, &run, host.settings.timeout)
            .await?;
        Ok(Self {
            supervisor: Mutex::new(supervisor),
            pid: AtomicU32::new(pid),
            data_dir: run.data(),
            run,
            host: host.clone(),
        })
    }
}
