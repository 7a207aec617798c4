//! What a call makes of the answers to its batches.

use core::fmt;

use super::statement::Sent;

/// What a call makes of the answers to its batches.
pub trait Answer<T>: Send {
    /// What the call returns.
    type Output: Send;

    /// Takes the answer to one batch.
    fn take(&mut self, sent: Sent<T>);

    /// All of them together.
    fn give(self) -> Self::Output;
}

/// How many rows were inserted, or updated by ON CONFLICT.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inserted(u64);

impl<T> Answer<T> for Inserted {
    type Output = u64;

    fn take(&mut self, sent: Sent<T>) {
        self.0 += sent.count;
    }

    fn give(self) -> u64 {
        self.0
    }
}

/// The rows of RETURNING, in the order of the rows that were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned<T>(Vec<T>);

impl<T> Default for Returned<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Send> Answer<T> for Returned<T> {
    type Output = Vec<T>;

    fn take(&mut self, sent: Sent<T>) {
        if self.0.is_empty() {
            self.0 = sent.rows;
        } else {
            self.0.extend(sent.rows);
        }
    }

    fn give(self) -> Vec<T> {
        self.0
    }
}

/// Hands the rows of RETURNING over, batch by batch, and counts them.
pub struct HandOver<F> {
    to: F,
    count: u64,
}

impl<F> HandOver<F> {
    pub(super) fn new(to: F) -> Self {
        Self { to, count: 0 }
    }
}

impl<F> fmt::Debug for HandOver<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandOver")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl<T, F> Answer<T> for HandOver<F>
where
    F: FnMut(Vec<T>) + Send,
{
    type Output = u64;

    fn take(&mut self, sent: Sent<T>) {
        self.count += sent.count;
        (self.to)(sent.rows);
    }

    fn give(self) -> u64 {
        self.count
    }
}
