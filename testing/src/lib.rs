//! A migrated PostgreSQL database for each test: copied from a template, in parallel with
//! others, and dropped afterwards.
//!
//! ```
//! use planwright::pool::Pool;
//!
//! # mod tests { use super::*;
//! #[planwright_testing::test(migrations = "tests/it/migrations")]
//! async fn a_dish_has_a_price(pool: Pool) -> planwright::Result<()> {
//!     let mut conn = pool.get().await?;
//!     // … generated functions, or Diesel's own.
//!     Ok(())
//! }
//! # }
//! ```
//!
//! [`macro@test`] lists what the attribute takes. [`database`] and [`TestConfig`] are the same
//! without the attribute, under any runtime and test harness:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), planwright_testing::Error> {
//! use planwright_testing::TestConfig;
//!
//! let config = TestConfig::new().migrations("tests/it/migrations");
//! let database = config.create().await?;
//! let pool = database.pool().await?;
//! # Ok(())
//! # } // dropped here
//! ```
//!
//! # The server
//!
//! | environment | server |
//! |---|---|
//! | `PLANWRIGHT_TEST_DATABASE_URL` is set | that one |
//! | it is empty or not set | a private one |
//!
//! `DATABASE_URL` is not asked: in some shells it is production's.
//!
//! A private server is started by the first test of a process and ends with the process, however
//! that ends. Of the folder of migrations that comes first a template is kept in the cache, so
//! that the server of the next process has it.
//!
//! On a server of your own the role needs `CREATEDB`, and nothing but databases named
//! `planwright_…` is made or dropped there. Each process holds an advisory lock; when it is
//! killed, the next one sees that nobody holds it and removes what it left. A template stays for
//! the next run, until the migrations of its folder change. Connections are not encrypted.
//!
//! # What a test's database is
//!
//! A copy of a template to which the migrations were applied once, for each content of their
//! folder. Everything in it is the test's own: rows, tables, sequences. Roles and other databases
//! belong to the server, and are shared.
//!
//! # A failed test
//!
//! With `PLANWRIGHT_KEEP_DATABASE=1` the database of a test that fails is kept, and its URL
//! printed. It is of use on a server that outlives the test.

mod admin;
mod argument;
mod config;
mod database;
mod environment;
mod error;
mod keeper;
mod leftovers;
mod migrations;
mod place;
#[doc(hidden)]
pub mod run;
mod server;
mod template;
mod url;

pub use planwright_testing_macros::test;

pub use self::argument::FromTestDatabase;
pub use self::config::TestConfig;
pub use self::database::TestDatabase;
pub use self::error::Error;

/// A database with the migrations of the folder `migrations` beside the package's manifest.
///
/// # Errors
///
/// As [`TestConfig::create`].
///
/// # Examples
///
/// ```no_run
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// let database = planwright_testing::database().await?;
/// let pool = database.pool().await?;
/// # Ok(())
/// # }
/// ```
pub async fn database() -> Result<TestDatabase, Error> {
    TestConfig::new().create().await
}
