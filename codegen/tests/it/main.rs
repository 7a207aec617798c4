//! The pipeline from files to findings or generated Rust, on real private servers.

mod advice;
mod builds;
mod cases;
mod comments;
mod dead_index;
mod fidelity;
mod grants;
mod hostile;
mod incremental;
mod lock;
mod migration_safety;
mod mutations;
mod nullability;
mod project;
mod pulls;
mod rules;
mod schema_rules;
mod seed;
mod sizes;
mod soundness;
mod tenancy;
mod untouched;
mod variants;
