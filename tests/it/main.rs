//! The agent's catalog, end to end: every query on real PostgreSQL servers.
//!
//! Each test runs on the oldest and on the newest PostgreSQL that is tested, on a
//! database of its own. What a query should return is computed in Rust from the
//! rows that went in.

#[macro_use]
mod fixture;
#[macro_use]
#[path = "../runtime/statement.rs"]
mod statement;
#[path = "../runtime/capture.rs"]
mod capture;
mod raw;
#[path = "../../examples/metrics/scrape.rs"]
mod scrape;
mod settings;
mod world;

mod ai_interactions;
mod analytics;
mod batches;
mod bulk;
mod connection;
mod coverage;
mod customers;
mod faults;
mod grants;
mod indexes;
mod leftovers;
mod loads;
mod message_counts;
mod messages;
mod metrics;
mod migrations;
mod multiplexer;
mod pool;
mod pooler;
mod repeats;
mod restaurants;
mod round_trips;
mod search;
mod snapshot;
mod sql_comments;
mod streams;
mod tenancy;
mod timing;
mod transactions;
mod upsert;
mod values;
