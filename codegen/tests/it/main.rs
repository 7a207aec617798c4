//! The pipeline from files to findings or generated Rust, on real private servers.

mod cases;
mod dead_index;
mod lock;
mod migration_safety;
mod nullability;
mod project;
mod schema_rules;
mod sizes;
mod soundness;
mod untouched;
