//! The statements that make a database what the migrations build. Nothing here compares, and
//! nothing is run: it is text from descriptions.

mod relations;
mod routines;
mod script;
mod tables;
mod types;

pub(crate) use relations::{create_view, recreate_view, with_views_around};
pub(crate) use routines::{
    add_policy, add_trigger, change_policy, change_trigger, drop_policy, drop_trigger,
    enable_trigger, make_function,
};
pub(crate) use script::script;
pub(crate) use tables::{
    add_column, add_constraint, add_index, create_table, drop_constraint, drop_index,
    remake_constraint, remake_index, row_security, set_generated, set_identity, set_type,
};
pub(crate) use types::{
    add_labels, alter_domain, create_domain, create_enum, create_sequence, create_type,
};
