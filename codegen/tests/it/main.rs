//! The pipeline from files to findings or generated Rust, on real private servers.

mod advice;
mod cases;
mod fidelity;
mod grants;
mod lock;
mod nullability;
mod project;
mod pulls;
mod sizes;
mod soundness;
mod untouched;
