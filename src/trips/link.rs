//! What the frames of a connection say of its state, without a question to the server.

use core::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// The state of one connection, as of the last frame that passed its socket.
///
/// What was given to the driver and is not written yet is not seen.
#[derive(Debug)]
pub(crate) struct Link {
    state: AtomicU8,
    changed: Notify,
}

/// What a connection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// A request is not answered to its end. That a statement is given up does not count.
    Busy,
    /// It waits for a request, outside of a transaction.
    Idle,
    /// It waits for a request, in a transaction that is open or that failed.
    InTransaction,
    /// It is closed.
    Closed,
}

const BUSY: u8 = 0;
const CLOSED: u8 = 1;
/// `ReadyForQuery`'s byte for "outside of a transaction".
const IDLE: u8 = b'I';

impl Default for Link {
    fn default() -> Self {
        Self {
            state: AtomicU8::new(BUSY),
            changed: Notify::new(),
        }
    }
}

impl Link {
    pub(crate) fn state(&self) -> LinkState {
        match self.state.load(Ordering::Acquire) {
            BUSY => LinkState::Busy,
            CLOSED => LinkState::Closed,
            IDLE => LinkState::Idle,
            _ => LinkState::InTransaction,
        }
    }

    /// Waits until `is_met` of the state, or the connection is closed.
    pub(crate) async fn until(&self, is_met: impl Fn(LinkState) -> bool) {
        loop {
            // It hears from here on of what changes after the look.
            let changed = self.changed.notified();
            let state = self.state();
            if state == LinkState::Closed || is_met(state) {
                return;
            }
            changed.await;
        }
    }

    /// No frame will pass any more.
    pub(crate) fn close(&self) {
        self.set(CLOSED);
    }

    pub(super) fn busy(&self) {
        self.set(BUSY);
    }

    /// Every request is answered; the byte is that of `ReadyForQuery`.
    pub(super) fn ready(&self, byte: u8) {
        self.set(byte);
    }

    fn set(&self, state: u8) {
        self.state.store(state, Ordering::Release);
        self.changed.notify_waiters();
    }
}
