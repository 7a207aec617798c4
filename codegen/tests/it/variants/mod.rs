//! Queries with several statements, as generated, on servers with rows: each statement
//! returns what a filter in Rust over all rows does, and is prepared for itself.

mod optional;
mod orders;
mod pages;
mod plans;
mod shop;

#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "generated code"
)]
#[rustfmt::skip]
#[path = "../../cases/optional_parts/expected.rs"]
mod optional_parts;

#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "generated code"
)]
#[rustfmt::skip]
#[path = "../../cases/orders/expected.rs"]
mod orders_generated;

#[allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "generated code"
)]
#[rustfmt::skip]
#[path = "../../cases/pages/expected.rs"]
mod pages_generated;
