//! What a connection does, from the frames that pass its socket: whether it waits for an answer,
//! whether a transaction is open, and how many round trips it makes.
//!
//! The pool puts [`Watched`] around each socket, with a counter where it is asked to. It reads
//! the link; `testing` reads the counter.
//! This module opens no connection.

mod frames;
mod link;
mod socket;

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::collections::VecDeque;
use std::sync::Arc;

use self::frames::Frames;
pub(crate) use self::link::{Link, LinkState};
pub(crate) use self::socket::Watched;

/// A counter of round trips. Clones share it.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use planwright::testing::{RoundTrips, round_trips};
///
/// // Of a connection, it is `connection.round_trip_counter()`.
/// let counter = RoundTrips::default();
/// let (sum, count) = round_trips(&counter, async { 1 + 1 }).await;
/// assert_eq!((sum, count), (2, 0));
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct RoundTrips(Arc<AtomicU64>);

impl RoundTrips {
    /// Round trips so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// How a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    /// One `Query`.
    Simple,
    /// Several messages and a `Sync`.
    Extended,
    /// `Close` and a `Sync`: a statement or cursor is given up, and nobody waits for the answer.
    Close,
}

/// Both directions of one connection.
#[derive(Debug)]
pub(super) struct Trips {
    sent: Frames,
    received: Frames,
    waiting: Waiting,
}

impl Trips {
    pub(super) fn new(link: Arc<Link>, counter: Option<RoundTrips>) -> Self {
        Self {
            sent: Frames::of_client(),
            received: Frames::of_server(),
            waiting: Waiting {
                requests: VecDeque::new(),
                answered: false,
                copying: false,
                part: Part::Nothing,
                link,
                counter,
            },
        }
    }

    /// No bytes will pass any more.
    pub(super) fn closed(&self) {
        self.waiting.link.close();
    }

    /// The client sent these bytes.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        let waiting = &mut self.waiting;
        self.sent.feed(bytes, |kind, _| waiting.client(kind));
    }

    /// The server's next bytes.
    pub(super) fn received(&mut self, bytes: &[u8]) {
        let waiting = &mut self.waiting;
        self.received
            .feed(bytes, |kind, last| waiting.server(kind, last));
    }
}

/// The requests that are not at their end, oldest first.
#[derive(Debug)]
struct Waiting {
    requests: VecDeque<Request>,
    /// Whether the first answer to the oldest is there. A client may go on before the last is,
    /// after an error or with the first rows.
    answered: bool,
    /// Whether the server asked for the rows of a COPY that was sent as a `Query`.
    copying: bool,
    part: Part,
    link: Arc<Link>,
    counter: Option<RoundTrips>,
}

fn is_close(request: Request) -> bool {
    request == Request::Close
}

/// What the client has sent of a request that is not at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Nothing,
    Close,
    Other,
}

impl Waiting {
    fn client(&mut self, kind: u8) {
        match kind {
            b'S' if self.part == Part::Close => self.begin(Request::Close),
            b'S' => self.begin(Request::Extended),
            b'Q' => self.begin(Request::Simple),
            // CopyDone or CopyFail.
            b'c' | b'f' if self.copying => {
                self.copying = false;
                self.begin(Request::Simple);
            }
            b'C' if self.part != Part::Other => self.part = Part::Close,
            _ => self.part = Part::Other,
        }
    }

    fn begin(&mut self, request: Request) {
        self.part = Part::Nothing;
        if !is_close(request) {
            self.link.busy();
            let mut unanswered = self
                .requests
                .iter()
                .copied()
                .skip(usize::from(self.answered));
            if let (Some(counter), true) = (&self.counter, unanswered.all(is_close)) {
                counter.0.fetch_add(1, Relaxed);
            }
        }
        self.requests.push_back(request);
    }

    fn server(&mut self, kind: u8, last: u8) {
        match kind {
            // ReadyForQuery. The first one is the end of the log-in.
            b'Z' => {
                self.end();
                self.copying = false;
                if self.requests.iter().copied().all(is_close) {
                    self.link.ready(last);
                }
            }
            // CopyInResponse: the server waits for the rows. It ignores the `Sync` behind an
            // extended request; the client ends its rows with one of its own.
            b'G' => self.copying = self.end() == Some(Request::Simple),
            // What may come at any time: notices, notifications and changed settings.
            b'N' | b'A' | b'S' => {}
            _ => self.answered = !self.requests.is_empty(),
        }
    }

    fn end(&mut self) -> Option<Request> {
        self.answered = false;
        self.requests.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Link, LinkState, RoundTrips, Trips};

    /// The round trips of a dialogue: client's frames in lower case words, server's after `<`.
    fn count(dialogue: &[(bool, &str)]) -> u64 {
        let counter = RoundTrips::default();
        let mut trips = Trips::new(Arc::default(), Some(counter.clone()));
        trips.sent(&[0, 0, 0, 8, 0, 3, 0, 0]);
        trips.sent(b"p\0\0\0\x05S");
        let frames = |kinds: &str| -> Vec<u8> {
            let frames = kinds.bytes().map(|kind| vec![kind, 0, 0, 0, 5, b'S']);
            frames.collect::<Vec<_>>().concat()
        };
        trips.received(&frames("RSSKZ"));
        for (client, kinds) in dialogue {
            if *client {
                trips.sent(&frames(kinds));
            } else {
                trips.received(&frames(kinds));
            }
        }
        counter.count()
    }

    #[test]
    fn a_trip_begins_when_nothing_waits_for_its_first_answer() {
        assert_eq!(count(&[]), 0, "opening a connection");
        assert_eq!(count(&[(true, "BES"), (false, "2DDCZ")]), 1);
        assert_eq!(
            count(&[(true, "BESBES"), (false, "2CZ"), (false, "2CZ")]),
            1
        );
        // The third is sent while the second is not answered.
        let overlapping = [(true, "BESBES"), (false, "2CZ"), (true, "BES")];
        assert_eq!(count(&overlapping), 1);
        let within = [
            (true, "BES"),
            (false, "N2D"),
            (true, "BES"),
            (false, "CZ2CZ"),
        ];
        assert_eq!(count(&within), 2);
        let notified = [
            (true, "BES"),
            (false, "AN"),
            (true, "BES"),
            (false, "2CZ2CZ"),
        ];
        assert_eq!(count(&notified), 1);
        let apart = [(true, "Q"), (false, "CZ"), (true, "BES"), (false, "2CZ")];
        assert_eq!(count(&apart), 2);
        let failed = [(true, "PBES"), (false, "EZ"), (true, "Q"), (false, "EZ")];
        assert_eq!(count(&failed), 2);
        let given_up = [(true, "CS"), (true, "BES"), (false, "3Z2CZ"), (true, "CS")];
        assert_eq!(count(&given_up), 1);
        assert_eq!(count(&[(true, "BES"), (true, "CS"), (false, "2CZ3Z")]), 1);
    }

    #[test]
    fn rows_that_a_copy_takes_are_a_trip_of_their_own() {
        let query = [(true, "BES"), (false, "2CZ")];
        let extended = [(true, "BES"), (false, "2G"), (true, "ddcS"), (false, "CZ")];
        let simple = [(true, "Q"), (false, "G"), (true, "ddc"), (false, "CZ")];
        let refused = [
            (true, "Q"),
            (false, "G"),
            (true, "d"),
            (false, "EZ"),
            (true, "c"),
        ];
        for copy in [&extended[..], &simple[..], &refused[..]] {
            let trips = if copy == refused { 1 } else { 2 };
            assert_eq!(count(copy), trips);
            let again = [copy, &query[..], &query[..]].concat();
            assert_eq!(count(&again), trips + 2, "{copy:?}");
        }
        let out = [(true, "Q"), (false, "HdddcCZ")];
        assert_eq!(count(&[&out[..], &query[..]].concat()), 2);
    }

    #[test]
    fn a_link_knows_what_the_last_answer_says() {
        let link = Arc::new(Link::default());
        let mut trips = Trips::new(Arc::clone(&link), None);
        let ready = |state: u8| [b'Z', 0, 0, 0, 5, state];
        let query = b"Q\0\0\0\x05\0";
        trips.sent(&[0, 0, 0, 8, 0, 3, 0, 0]);
        assert_eq!(link.state(), LinkState::Busy, "logging in");
        trips.received(&ready(b'I'));
        assert_eq!(link.state(), LinkState::Idle);
        trips.sent(query);
        trips.sent(query);
        assert_eq!(link.state(), LinkState::Busy);
        trips.received(&ready(b'T'));
        assert_eq!(link.state(), LinkState::Busy, "one more is to come");
        trips.received(&ready(b'E'));
        assert_eq!(link.state(), LinkState::InTransaction);
        trips.sent(b"C\0\0\0\x05\0S\0\0\0\x04");
        assert_eq!(
            link.state(),
            LinkState::InTransaction,
            "a statement given up"
        );
        trips.received(&ready(b'I'));
        assert_eq!(link.state(), LinkState::Idle);
    }
}
