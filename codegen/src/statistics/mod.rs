//! What the planner knows of production, put in place on the scratch server.
//!
//! The planner looks at row counts, page counts, the values of columns, the real number of
//! blocks of each file, and the heights of b-trees. All of these can be had without a single
//! row: the numbers are written into the server's catalogues, the files are extended with
//! holes, and the first pages of indexes are written as production's are. A server treated
//! so can plan, and must not be asked to run a query on its tables.

pub(crate) mod build;
mod expected;
mod extended;
mod files;
mod forge;
mod inject;
mod known;
pub(crate) mod pages;
mod profile;
pub mod pull;
pub(crate) mod relations;
mod sizes;
mod slots;
pub mod snapshot;

pub use sizes::{DEFAULT_ROWS, RowCount, TableSize};
pub use snapshot::Snapshot;

pub(crate) use expected::{ExpectedColumn, ExpectedTable, expected};
pub(crate) use inject::{InjectError, Refused, Scale, inject};
pub(crate) use known::TableRows;
