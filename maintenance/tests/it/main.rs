//! The maintenance pack on real servers: each situation is made, and seen; and without it nothing
//! is.

#[macro_use]
mod fixture;

mod activity;
mod builds;
mod duplicates;
mod healthy;
mod indexes;
mod statements;
mod tables;
