//! How far a run of migrations has come.

use std::time::Duration;

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

/// Where one migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It starts now.
    Started,
    /// It builds an index; [`Progress::build`] says how far that is. It comes several times.
    Building,
    /// An invalid index that an interrupted run left, [`Progress::dropped`], was dropped, so that
    /// it can be built anew.
    Repaired,
    /// It is done, and took this long.
    Finished(Duration),
}

/// How far an index build is, from `pg_stat_progress_create_index`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexBuild {
    /// The index's name; empty before the server tells it.
    pub index: String,
    /// The server's name of the phase, such as `building index: scanning table`.
    pub phase: String,
    /// What is done of the phase: rows, blocks or, in a phase that waits, transactions.
    pub done: u64,
    /// How many of them there are; 0 where that is not known.
    pub total: u64,
    /// The process whose transaction it waits for.
    pub waits_for: Option<i32>,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The migration's directory name.
    pub name: String,
    /// Its place in this run, from 1.
    pub number: usize,
    /// Migrations in this run.
    pub of: usize,
    /// Which way it runs.
    pub direction: Direction,
    /// Where it is.
    pub step: Step,
    /// How far its index is, in [`Step::Building`].
    pub build: Option<IndexBuild>,
    /// The index that was dropped, in [`Step::Repaired`].
    pub dropped: Option<String>,
}
