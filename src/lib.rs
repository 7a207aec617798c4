//! What Planwright's generated code calls at run time: typed PostgreSQL queries
//! on Diesel and `diesel-async`, each timed and reported by name.
//!
//! | module | for |
//! |---|---|
//! | [`query`] | running a generated query: [`query::one`], [`query::opt`], [`query::many`], [`query::stream`], [`query::exec`], [`query::execrows`] |
//! | [`bulk`] | many rows with few statements: [`bulk::Bulk`], [`bulk::CopyRows`] |
//! | [`connection`] | [`PgConnection`]: Diesel's traits over `tokio-postgres`, with COPY |
//! | [`load`] | giving children to their parents, for generated functions |
//! | [`pipeline`] | several statements in one round trip, and in one snapshot |
//! | [`info`] | what is known of a query before it runs: [`QueryInfo`] |
//! | [`error`] | one opaque [`Error`] with a [kind](ErrorKind) to match on |
//! | [`timing`] | a histogram per query, slow-query warnings, hooks, [`timing::track`] |
//! | `metrics` | the same for Prometheus and others, under OpenTelemetry's names; Cargo feature `metrics` |
//! | [`report`] | which query is slow, by name, as text or JSON |
//! | [`pool`] | a connection pool with typed errors, TLS and a health record |
//! | [`testing`] | for tests: how many round trips a piece of code makes |
//! | [`page`] | a [`Page`] of rows, and where the next one begins |
//! | [`types`] | conversions of types that Diesel does not have |
//! | [`transaction`] | transactions with retries, a deadline and an isolation level |
//! | [`migrate`] | applying, reverting and listing Diesel migrations |
//!
//! The crate links no SQL parser, no code generator and no server.
//!
//! # A short tour
//!
//! ```no_run
//! use planwright::pool::{Pool, PoolConfig};
//! use planwright::report::Report;
//!
//! # async fn customer_by_phone<C>(_: &mut C, _: &str) -> planwright::Result<Option<()>> { Ok(None) }
//! # async fn tour() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = Pool::connect("postgres://agent@localhost/restaurants", PoolConfig::production()).await?;
//! let mut conn = pool.get().await?;
//!
//! // A generated function: typed, prepared once per connection, timed.
//! let customer = customer_by_phone(&mut conn, "+49 30 901820").await?;
//!
//! // Which query takes the time?
//! eprintln!("{}", Report::collect());
//! # Ok(())
//! # }
//! ```

pub mod bulk;
pub mod connection;
pub mod error;
pub mod info;
pub mod load;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod migrate;
pub mod page;
pub mod pipeline;
pub mod pool;
pub mod query;
pub mod report;
pub mod testing;
pub mod timing;
pub mod transaction;
mod trips;
pub mod types;

pub use crate::connection::PgConnection;
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::info::{Command, QueryInfo};
pub use crate::page::Page;
pub use crate::pipeline::{Pipeline, in_snapshot};
pub use crate::query::{CatalogQuery, ReturnsRows};
