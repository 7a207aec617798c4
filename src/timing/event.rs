//! What happens beside counting when a call ends: warnings and hooks.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::timer::Timer;
use crate::error::{ErrorKind, SqlState};
use crate::info::QueryInfo;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded.
    Finished,
    /// It returned an error of this kind.
    Failed(ErrorKind),
    /// Its future was dropped before it was done.
    Cancelled,
}

impl Outcome {
    /// `finished`, `failed` or `cancelled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One call that ended, as a hook sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct QueryEvent {
    /// The query's name, or that given to [`track`](super::track).
    pub name: &'static str,
    /// The query, or none for a tracked operation.
    pub info: Option<&'static QueryInfo>,
    /// How it ended.
    pub outcome: Outcome,
    /// The server's code for what went wrong, where it is known.
    pub sqlstate: Option<SqlState>,
    /// Rows returned or touched.
    pub rows: u64,
    /// From the first poll to the end.
    pub duration: Duration,
    /// True where it reached its threshold.
    pub slow: bool,
}

type Hook = Arc<dyn Fn(&QueryEvent) + Send + Sync>;

static HOOKS: RwLock<Vec<Hook>> = RwLock::new(Vec::new());
static HOOKED: AtomicBool = AtomicBool::new(false);

/// Calls `hook` at the end of every call from now on, on the thread that ended
/// it. A hook stays for good; it must be quick and must not block. Without a
/// hook the cost is one load of a flag.
///
/// # Examples
///
/// ```
/// planwright::timing::add_hook(|event| {
///     if event.slow {
///         // Count it in the metrics of your choice.
///     }
/// });
/// ```
pub fn add_hook(hook: impl Fn(&QueryEvent) + Send + Sync + 'static) {
    HOOKS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arc::new(hook));
    HOOKED.store(true, Ordering::Release);
}

/// Whether there is any hook.
#[inline]
pub(super) fn is_hooked() -> bool {
    HOOKED.load(Ordering::Acquire)
}

/// Calls every hook. The list is copied first, so that a hook may run queries
/// or add hooks.
#[cold]
pub(super) fn notify(
    timer: &Timer,
    (outcome, sqlstate): (Outcome, Option<SqlState>),
    rows: u64,
    elapsed_ns: u64,
    slow: bool,
) {
    let event = QueryEvent {
        name: timer.name(),
        info: timer.info(),
        outcome,
        sqlstate,
        rows,
        duration: Duration::from_nanos(elapsed_ns),
        slow,
    };
    let hooks = HOOKS.read().unwrap_or_else(PoisonError::into_inner).clone();
    for hook in hooks {
        hook(&event);
    }
}

/// The warning of one slow call, with how many were suppressed since the last one.
#[cold]
pub(super) fn warn_slow(
    timer: &Timer,
    outcome: Outcome,
    (elapsed_ns, threshold_ns): (u64, u64),
    suppressed: u64,
    values: Option<&str>,
) {
    tracing::warn!(
        target: "planwright::timing",
        name = timer.name(),
        duration_ms = milliseconds(elapsed_ns),
        threshold_ms = milliseconds(threshold_ns),
        outcome = outcome.as_str(),
        suppressed,
        values,
        preview = timer.info().map(QueryInfo::preview).unwrap_or_default(),
        "slow query detected"
    );
}

fn milliseconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64() * 1e3
}
