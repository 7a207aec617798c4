//! What this machine offers for one start: the binaries, the account, the cache
//! and the directory for servers. Everything here blocks, so `server` calls it
//! away from the asynchronous tasks.

use std::path::PathBuf;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::command::{printed, server_command};
use crate::environment::Environment;
use crate::lock::Lock;
use crate::run_dir::RunDir;
use crate::search::Places;
use crate::store::{Store, Template};
use crate::{Error, Progress, Settings, conf, sweep};

/// Everything a start needs, found and checked.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) settings: Settings,
    pub(crate) account: Account,
    pub(crate) binaries: Binaries,
    pub(crate) store: Store,
    run_home: PathBuf,
    conf: String,
}

/// Where the data of a server came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Template,
    InitDb,
}

impl Host {
    /// Finds everything, and removes what dead servers of earlier processes left.
    pub(crate) fn prepare(settings: Settings) -> Result<Self, Error> {
        let conf = conf::file(&settings.server)?;
        let account = Account::detect()?;
        let environment = Environment::of_process();
        let run_home = environment.run_home(&settings, &account)?;
        let cache = environment.cache_dir(&settings, &account)?;
        let places = Places::of_system(environment, cache.clone());
        let binaries = places.find(&settings, &account)?;
        let store = Store::open(&cache, &binaries, &account)?;
        sweep::sweep(&run_home, &account);
        Ok(Self {
            settings,
            account,
            binaries,
            store,
            run_home,
            conf,
        })
    }

    /// A run directory with the data of a newly made cluster.
    pub(crate) fn base_run(&self) -> Result<(RunDir, Origin), Error> {
        let template = self.store.base();
        if let Some(run) = self.run_from(&template, None)? {
            return Ok((run, Origin::Template));
        }
        let lock = template.lock_exclusive(|| self.report_waiting(&template))?;
        if let Some(run) = self.run_from(&template, Some(&lock))? {
            return Ok((run, Origin::Template));
        }
        Ok((self.initdb(&template, &lock)?, Origin::InitDb))
    }

    /// The same, but never from the template, which is replaced.
    pub(crate) fn fresh_base_run(&self) -> Result<RunDir, Error> {
        let template = self.store.base();
        let lock = template.lock_exclusive(|| self.report_waiting(&template))?;
        self.initdb(&template, &lock)
    }

    /// A run directory with the data of a template, if there is such a template.
    /// The template is locked for the copy unless the caller has locked it.
    pub(crate) fn run_from(
        &self,
        template: &Template,
        lock: Option<&Lock>,
    ) -> Result<Option<RunDir>, Error> {
        let run = self.new_run()?;
        let own;
        let lock = if let Some(lock) = lock {
            lock
        } else {
            own = template.lock_shared(|| self.report_waiting(template))?;
            &own
        };
        let copied = template.copy_to(&run.data(), &self.account, lock)?;
        Ok(if copied {
            Some(self.configured(run)?)
        } else {
            None
        })
    }

    pub(crate) fn report_waiting(&self, template: &Template) {
        self.settings.report(Progress::Waiting {
            what: template.title().to_owned(),
        });
    }

    fn initdb(&self, template: &Template, lock: &Lock) -> Result<RunDir, Error> {
        let version = self.binaries.version();
        self.settings.report(Progress::InitDb { version });
        let run = self.new_run()?;
        let program = self.binaries.program("initdb");
        let mut command = server_command(&program, &self.account);
        command
            .args([
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--no-instructions",
            ])
            // The C locale orders text by its bytes; it exists everywhere, and is the same everywhere.
            .args(["--encoding=UTF8", "--locale=C", "--wal-segsize=1"])
            .arg("--pgdata")
            .arg(run.data());
        if version.major >= 18 {
            command.arg("--no-data-checksums");
        }
        let output = command.output().map_err(Error::io("run", &program))?;
        if !output.status.success() {
            return Err(Error::initdb(version, &run.data(), printed(&output)));
        }
        template.save(&run.data(), lock)?;
        self.configured(run)
    }

    fn new_run(&self) -> Result<RunDir, Error> {
        RunDir::create(&self.run_home, &self.account)
    }

    fn configured(&self, run: RunDir) -> Result<RunDir, Error> {
        let path = run.data().join("postgresql.conf");
        std::fs::write(&path, &self.conf).map_err(Error::io("write", &path))?;
        Ok(run)
    }
}
