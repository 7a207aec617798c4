//! Checks annotated SQL against a private PostgreSQL and generates typed Rust from it.
//!
//! Data flows one way: [`files`] reads, [`source`] finds queries and parameters,
//! [`schema`] applies the migrations to a scratch server, [`analyze`] and [`plan`]
//! read what that server says of each query, [`catalog`] puts it together, [`emit`]
//! writes Rust, [`lock`] remembers what it was made from. [`check`] runs them all.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use planwright_codegen::{Options, check, config::Project};
//!
//! let project = Project::discover(std::path::Path::new("."))?;
//! let checked = check(&project, &Options::default()).await?;
//! println!("{} queries", checked.catalog.queries().count());
//! # Ok(()) }
//! ```

pub mod advise;
pub mod analyze;
mod answers;
mod build;
pub mod catalog;
mod check;
pub mod config;
pub mod diagnostics;
mod drift;
pub mod emit;
mod failure;
pub mod files;
mod fingerprint;
pub mod forecast;
#[cfg(test)]
mod fuzz;
mod grants;
mod holdings;
pub mod live;
pub mod lock;
mod memory;
pub mod names;
mod newlines;
mod parallel;
pub mod plan;
mod pull;
mod quoting;
mod refused;
mod remedy;
pub mod review;
pub mod rules;
mod samples;
pub mod schema;
mod scratch;
pub mod seed;
mod server;
pub mod source;
pub mod statistics;
mod suppose;
mod survey;
mod toml_text;
mod turn;
pub mod types;
mod verify;

pub use answers::Asked;
pub use build::build;
pub use check::{Checked, Checker, check};
pub use drift::{Drift, changed_since_lock, drift, lock_agrees};
pub use failure::Failure;
pub use fingerprint::fingerprint;
pub use grants::{grants, privileges_needed};
pub use pull::{DatabaseUrl, pull};
pub use scratch::{Memory, Options};
pub use server::ServerError;
pub use turn::Turn;
