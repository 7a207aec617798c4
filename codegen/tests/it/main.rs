//! The pipeline from files to findings or generated Rust, on real private servers.

mod advice;
mod cases;
mod fidelity;
mod lock;
mod nullability;
mod project;
mod pulls;
mod rules;
mod sizes;
mod soundness;
mod untouched;
