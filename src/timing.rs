//! Times every query, by name: a lock-free histogram and counters per query,
//! slow-query warnings, hooks, and [`track`] for anything else.
//!
//! A call costs two clock reads and a handful of relaxed atomic additions
//! (`planwright-benches timing` measures it). The first call of a query allocates its record,
//! [`Timer::RECORD_BYTES`] (18.7 KiB); a query that is never called costs nothing. Only calls that
//! fail or are cancelled take a lock, for as long as it takes to find their histogram. This module
//! never does I/O; warnings go to the `tracing` subscriber.
//!
//! Calls started = finished + failed + cancelled + in flight. A call is
//! cancelled when its future is dropped before it is done, for example by a
//! timeout around it.
//!
//! # Slow queries
//!
//! A call at or above its threshold, even a failed or cancelled one, is a
//! `tracing` warning of target `planwright::timing`, "slow query detected", with
//! the fields `name`, `duration_ms`, `threshold_ms`, `outcome`, `preview` and `suppressed`.
//! The threshold is the query's own ([`QueryInfo::slow`]), else that of
//! [`configure`], else that of the [`Environment`] in `PLANWRIGHT_ENV`.
//!
//! There is at most one warning of a query each second ([`Settings::warning_interval`]);
//! `suppressed` is how many slow calls there were in between. Values of parameters are in a field
//! `values`, and only with [`Settings::with_parameter_values`].
//!
//! # Repeated queries
//!
//! A query that runs many times within one [`track`] or [`try_track`], once for each row of
//! another, is a round trip for each: it wants its array form, or `@load`. In development, from
//! 10 calls on, that is a `tracing` warning of the same target, "query repeated", when the
//! tracked future ends or is dropped, once for each query, with the fields `name`, `count`,
//! `operation` (the name tracked) and `advice`. [`Settings::repeat_threshold`] changes the
//! number; in production nothing is counted.
//!
//! What counts are calls made while the tracked future is polled, also by futures that it joins,
//! and not those of tasks that it spawns. Where tracked futures are nested, a call counts for
//! the innermost; when that ends without a warning of the query, its calls count for the one
//! around it, so that a loop is found whose every turn is tracked.

mod call;
mod event;
mod histogram;
mod limit;
mod record;
mod registry;
mod repeats;
mod settings;
mod snapshot;
mod timer;

pub use self::call::Call;
pub use self::event::{Outcome, QueryEvent, add_hook};
pub use self::histogram::{Histogram, HistogramSnapshot};
#[cfg(feature = "metrics")]
pub(crate) use self::record::Totals;
pub use self::registry::{reset, timers};
pub(crate) use self::settings::shows_values;
pub use self::settings::{
    ENVIRONMENT_VARIABLE, Environment, Settings, UnknownEnvironment, configure, settings,
};
pub use self::snapshot::{Ending, Snapshot};
pub use self::timer::Timer;

use crate::error::ErrorKind;
#[cfg(doc)]
use crate::info::QueryInfo;

/// Times `future` under `name`, beside the queries, in the same reports.
///
/// Use few, fixed names: each has a record of its own for good
/// ([`Timer::RECORD_BYTES`]). The time runs from the first poll.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use planwright::timing;
///
/// let sum = timing::track("nightly sum", async { 1 + 1 }).await;
/// assert_eq!(sum, 2);
/// assert!(timing::timers().iter().any(|timer| timer.name() == "nightly sum"));
/// # }
/// ```
pub async fn track<F: Future>(name: &'static str, future: F) -> F::Output {
    let call = registry::named(name).start();
    let output = repeats::watch(name, future).await;
    call.finish(0);
    output
}

/// Like [`track`], and counts an `Err` as failed.
///
/// # Errors
///
/// What `future` returns.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let parsed = planwright::timing::try_track("parse", async { "x".parse::<u8>() }).await;
/// assert!(parsed.is_err());
/// # }
/// ```
pub async fn try_track<T, E, F>(name: &'static str, future: F) -> core::result::Result<T, E>
where
    F: Future<Output = core::result::Result<T, E>>,
{
    let call = registry::named(name).start();
    let output = repeats::watch(name, future).await;
    match &output {
        Ok(_) => call.finish(0),
        Err(_) => call.fail(ErrorKind::Other),
    }
    output
}
