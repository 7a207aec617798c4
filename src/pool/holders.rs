//! Who holds a connection, and since when.

use core::fmt;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A connection on loan: where it was asked for, and for how long it is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The call of [`Pool::get`](super::Pool::get).
    pub site: &'static Location<'static>,
    /// How long it is out.
    pub held: Duration,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A tenth of a millisecond says enough.
        let held = Duration::from_micros(u64::try_from(self.held.as_micros()).unwrap_or(u64::MAX));
        write!(f, "{} for {held:.1?}", self.site)
    }
}

/// All loans, oldest first.
#[derive(Debug, Default)]
pub(super) struct Holders(Mutex<Loans>);

#[derive(Debug, Default)]
struct Loans {
    next: u64,
    /// By number: a pool has few connections, and to shift them costs less than a tree.
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    number: u64,
    site: &'static Location<'static>,
    since: Instant,
    warned: bool,
}

impl Open {
    fn holder(&self) -> Holder {
        Holder {
            site: self.site,
            held: self.since.elapsed(),
        }
    }
}

impl Holders {
    /// A loan begins; the number ends it.
    pub(super) fn begin(&self, site: &'static Location<'static>, since: Instant) -> u64 {
        let mut loans = self.lock();
        let number = loans.next;
        loans.next += 1;
        let warned = false;
        loans.open.push(Open {
            number,
            site,
            since,
            warned,
        });
        number
    }

    pub(super) fn end(&self, number: u64) {
        let open = &mut self.lock().open;
        if let Ok(place) = open.binary_search_by_key(&number, |open| open.number) {
            open.remove(place);
        }
    }

    /// The loans that are open for longest.
    pub(super) fn oldest(&self, most: usize) -> Vec<Holder> {
        let loans = self.lock();
        loans.open.iter().take(most).map(Open::holder).collect()
    }

    /// Those out for longer than `limit` that were not told of before.
    pub(super) fn overdue(&self, limit: Duration) -> Vec<Holder> {
        let mut loans = self.lock();
        let open = loans.open.iter_mut();
        let overdue = open.take_while(|open| open.since.elapsed() >= limit);
        let new = overdue.filter(|open| !open.warned);
        new.map(|open| {
            open.warned = true;
            open.holder()
        })
        .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Loans> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
