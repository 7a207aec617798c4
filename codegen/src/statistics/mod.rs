//! How large production's tables are, put in place on the scratch server.
//!
//! The planner looks at row counts, page counts, distinct values and the real number
//! of blocks of each file. All of these can be had without a single row: the counts are
//! written into the server's catalogues, and the files are extended with holes. A server
//! treated so can plan, and must not be asked to run a query on its tables.

mod declared;
mod files;
mod inject;
mod relations;
mod rows;
mod sizes;

pub use sizes::{DEFAULT_ROWS, RowCount, TableSize};

pub(crate) use inject::inject;
pub(crate) use rows::{TableRows, rows};
