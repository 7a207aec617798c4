//! The pipeline from files to findings or generated Rust, on real private servers.

mod cases;
mod lock;
mod nullability;
mod project;
mod sizes;
mod soundness;
mod tenancy;
mod untouched;
