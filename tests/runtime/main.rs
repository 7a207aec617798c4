//! The run-time crate on a real PostgreSQL.

#[macro_use]
mod statement;

mod capture;
mod commands;
mod connections;
mod encryption;
mod errors;
mod lean;
mod migrations;
mod pools;
mod reports;
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::needless_raw_string_hashes,
    reason = "exactly what the generator writes for a crate of its own"
)]
mod sample;
mod server;
mod shape;
mod timings;
