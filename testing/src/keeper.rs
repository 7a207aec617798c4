//! One thread of the process that does everything on servers.
//!
//! Each test has a runtime of its own, which ends with the test. What lives longer, servers and
//! connections to them, lives here; and a database can be dropped here while its test's runtime
//! cannot wait for anything any more.

use std::sync::{OnceLock, mpsc as blocking};
use std::thread::{self, ThreadId};

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_local};

use crate::Error;

type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Keeper {
    jobs: mpsc::UnboundedSender<Job>,
    thread: ThreadId,
}

/// The keeper of this process. It is never dropped: its thread ends with the process.
pub(crate) fn keeper() -> Result<&'static Keeper, Error> {
    static KEEPER: OnceLock<Result<Keeper, Error>> = OnceLock::new();
    let started = KEEPER.get_or_init(|| Keeper::start().map_err(Error::thread));
    started.as_ref().map_err(Clone::clone)
}

impl Keeper {
    fn start() -> std::io::Result<Self> {
        let (jobs, mut inbox) = mpsc::unbounded_channel::<Job>();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            LocalSet::new().block_on(&runtime, async move {
                while let Some(job) = inbox.recv().await {
                    job();
                }
            });
        };
        let name = "planwright-testing".to_owned();
        let thread = thread::Builder::new().name(name).spawn(work)?.thread().id();
        Ok(Self { jobs, thread })
    }

    /// Does the work on the keeper's thread. When this future is dropped, the work still ends,
    /// and its value is dropped.
    pub(crate) async fn run<T, F>(&self, work: impl FnOnce() -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.begin(move || async move {
            let _nobody_waits = sender.send(work().await);
        });
        let value = receiver.await;
        value.expect("planwright-testing does not panic on its own thread")
    }

    /// Does the work, and waits for its end without any runtime. On the keeper's own thread
    /// nothing can wait for it: there it is done later.
    pub(crate) fn run_and_block<F>(&self, work: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        let (sender, receiver) = blocking::channel();
        self.begin(move || async move {
            work().await;
            let _nobody_waits = sender.send(());
        });
        if thread::current().id() != self.thread {
            let _ended = receiver.recv();
        }
    }

    fn begin<F>(&self, work: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        // The inbox is open as long as its thread runs, which is as long as the process does.
        let _open = self.jobs.send(Box::new(move || {
            spawn_local(work());
        }));
    }
}
