//! Databases of tests, on real servers: private ones, and one that stands for a user's own.

#[macro_use]
mod helpers;

mod attribute;
mod drops;
mod isolation;
mod leftovers;
mod mistakes;
mod templates;
