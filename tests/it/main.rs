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
mod world;

mod ai_interactions;
mod analytics;
mod bulk;
mod coverage;
mod customers;
mod grants;
mod indexes;
mod leftovers;
mod loads;
mod message_counts;
mod messages;
mod migrations;
mod pool;
mod repeats;
mod restaurants;
mod round_trips;
mod search;
mod snapshot;
mod streams;
mod tenancy;
mod transactions;
mod upsert;
mod values;
