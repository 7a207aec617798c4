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
    /// It is done, and took this long.
    Finished(Duration),
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
}
