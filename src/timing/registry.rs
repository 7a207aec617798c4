//! The list of all timers in use.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};

use super::timer::Timer;

static TIMERS: Mutex<Vec<&'static Timer>> = Mutex::new(Vec::new());
static NAMED: RwLock<BTreeMap<&'static str, &'static Timer>> = RwLock::new(BTreeMap::new());

/// The timers of every query and operation that was called at least once, by
/// name.
#[must_use]
pub fn timers() -> Vec<&'static Timer> {
    let mut timers = TIMERS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    timers.sort_by_key(|timer| timer.name());
    timers
}

/// Forgets the calls that have ended, of every timer. Calls in flight stay
/// counted, and the timers stay in [`timers`].
pub fn reset() {
    for timer in timers() {
        timer.reset();
    }
}

/// Adds a timer at its first call.
pub(super) fn add(timer: &'static Timer) {
    TIMERS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(timer);
}

/// The one timer of a tracked name.
pub(super) fn named(name: &'static str) -> &'static Timer {
    if let Some(timer) = NAMED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(name)
    {
        return timer;
    }
    let mut named = NAMED.write().unwrap_or_else(PoisonError::into_inner);
    named
        .entry(name)
        .or_insert_with(|| Box::leak(Box::new(Timer::named(name))))
}
