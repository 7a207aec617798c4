//! Calls one statement again and again, through a pool, and counts: how many calls, how long each
//! took, how long it waited for a connection, how many rows it returned, how many failed. It
//! knows nothing of catalogs and prints nothing.

mod call;
mod comparison;
mod figures;
mod record;
mod text;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use planwright::pool::{Connection, Pool};
use planwright_codegen::seed::Argument;

pub(crate) use call::{Returns, Statement};
pub(crate) use comparison::{Comparison, compare};
pub(crate) use figures::{Conditions, Measurement};
pub(crate) use record::Record;
pub(crate) use text::text;

use record::sqlstate;

/// The equal parts of the time that calls are counted in; they tell how far figures spread.
pub(crate) const WINDOWS: usize = 5;

/// What is to be measured.
pub(crate) struct Plan {
    pub(crate) statement: Statement,
    /// The arguments of calls; each task has every so many-th of them to itself.
    pub(crate) calls: Vec<Vec<Argument>>,
    /// How many calls are under way at once.
    pub(crate) concurrency: usize,
    /// For how long calls are made before they are counted.
    pub(crate) warm_up: Duration,
    /// For how long they are counted.
    pub(crate) duration: Duration,
    /// Whether each call is in a transaction that is rolled back.
    pub(crate) rolled_back: bool,
}

/// What the tasks share.
struct Shared {
    plan: Plan,
    pool: Pool,
    /// From when on calls are counted.
    from: Instant,
    stopped: AtomicBool,
}

/// Makes calls until the time is over, or `stop` is done; what was measured, and for how long.
pub(crate) async fn measure(
    pool: &Pool,
    plan: Plan,
    stop: impl Future<Output = ()>,
) -> (Record, Duration) {
    let from = Instant::now() + plan.warm_up;
    let (concurrency, duration) = (plan.concurrency, plan.duration);
    let shared = Arc::new(Shared {
        plan,
        pool: pool.clone(),
        from,
        stopped: AtomicBool::new(false),
    });
    let tasks: Vec<_> = (0..concurrency)
        .map(|task| tokio::spawn(work(Arc::clone(&shared), task)))
        .collect();
    tokio::select! {
        () = tokio::time::sleep_until((from + duration).into()) => {}
        () = stop => {}
    }
    let measured = Instant::now().saturating_duration_since(from).min(duration);
    shared.stopped.store(true, Ordering::Relaxed);
    let mut all = Record::new();
    for task in tasks {
        // A task that panicked has already said so.
        if let Ok(record) = task.await {
            all.add(record);
        }
    }
    (all, measured)
}

/// One of the tasks that make calls.
async fn work(shared: Arc<Shared>, task: usize) -> Record {
    let Shared { plan, pool, .. } = &*shared;
    let mut record = Record::new();
    let own = plan.calls.iter().skip(task % plan.calls.len().max(1));
    let own: Vec<&Vec<Argument>> = own.step_by(plan.concurrency).collect();
    for arguments in own.iter().cycle() {
        let asked = Instant::now();
        if shared.stopped.load(Ordering::Relaxed) || asked >= shared.from + plan.duration {
            break;
        }
        let window = shared.window(asked);
        let mut connection = match pool.get().await {
            Ok(connection) => connection,
            Err(error) => {
                if let Some(window) = window {
                    let message = error.to_string();
                    record.failed(window, Some("no connection"), message, arguments);
                }
                continue;
            }
        };
        let waited = asked.elapsed();
        let (took, outcome) = call(plan, &mut connection, arguments).await;
        drop(connection);
        let Some(window) = window else { continue };
        record.waited(waited);
        match outcome {
            Ok(rows) => record.done(window, took, rows),
            Err(error) => {
                let kind = planwright::Error::from(error);
                let message = std::error::Error::source(&kind)
                    .map_or_else(|| kind.to_string(), ToString::to_string);
                record.failed(window, sqlstate(kind.kind()), message, arguments);
            }
        }
    }
    record
}

/// One call. Only the statement itself is timed.
async fn call(
    plan: &Plan,
    connection: &mut Connection,
    arguments: &[Argument],
) -> (Duration, diesel::QueryResult<u64>) {
    if plan.rolled_back
        && let Err(error) = call::command(connection, "BEGIN").await
    {
        return (Duration::ZERO, Err(error));
    }
    let start = Instant::now();
    let outcome = plan.statement.call(connection, arguments).await;
    let took = start.elapsed();
    if plan.rolled_back
        && let Err(error) = call::command(connection, "ROLLBACK").await
    {
        return (took, Err(error));
    }
    (took, outcome)
}

impl Shared {
    /// The window that a call begins in; those before the first are not counted.
    fn window(&self, at: Instant) -> Option<usize> {
        let since = at.checked_duration_since(self.from)?;
        let share = since.as_secs_f64() / self.plan.duration.as_secs_f64().max(f64::MIN_POSITIVE);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a few windows"
        )]
        let window = (share * WINDOWS as f64) as usize;
        Some(window.min(WINDOWS - 1))
    }
}
