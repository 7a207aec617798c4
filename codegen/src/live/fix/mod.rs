//! The statements that make a database what the migrations build. Nothing here compares, and
//! nothing is run: it is text from descriptions.

mod columns;
mod constraints;
mod indexes;
mod relations;
mod routines;
mod script;
mod tables;
mod text;
mod types;

pub(crate) use columns::{add_column, set_generated, set_identity, set_type};
pub(crate) use constraints::{add_constraint, drop_constraint, remake_constraint};
pub(crate) use indexes::{add_index, drop_index, remake_index};
pub(crate) use relations::{create_view, recreate_view, with_views_around};
pub(crate) use routines::{
    add_policy, add_trigger, change_policy, change_trigger, drop_policy, drop_trigger,
    enable_trigger, make_function,
};
pub(crate) use script::script;
pub(crate) use tables::{create_table, row_security};
pub(crate) use types::{
    add_labels, alter_domain, create_domain, create_enum, create_sequence, create_type,
};
