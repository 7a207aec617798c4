//! Every `expected.rs` of `tests/cases` compiles: each is a module here.

#![allow(
    clippy::all,
    clippy::pedantic,
    confusable_idents,
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "generated code of odd input, never called here; its own crates choose their lints"
)]

#[rustfmt::skip]
#[path = "cases/array_forms/expected.rs"]
mod array_forms;
#[rustfmt::skip]
#[path = "cases/batches/expected.rs"]
mod batches;
#[rustfmt::skip]
#[path = "cases/calls/expected.rs"]
mod calls;
#[rustfmt::skip]
#[path = "cases/clorinde/expected.rs"]
mod clorinde;
#[rustfmt::skip]
#[path = "cases/colliding_names/expected.rs"]
mod colliding_names;
#[rustfmt::skip]
#[path = "cases/commands/expected.rs"]
mod commands;
#[rustfmt::skip]
#[path = "cases/each_type/expected.rs"]
mod each_type;
#[rustfmt::skip]
#[path = "cases/each_type_time/expected.rs"]
mod each_type_time;
#[rustfmt::skip]
#[path = "cases/each_type_jiff/expected.rs"]
mod each_type_jiff;
#[rustfmt::skip]
#[path = "cases/composites/expected.rs"]
mod composites;
#[rustfmt::skip]
#[path = "cases/domains_and_arrays/expected.rs"]
mod domains_and_arrays;
#[rustfmt::skip]
#[path = "cases/embeds/expected.rs"]
mod embeds;
#[rustfmt::skip]
#[path = "cases/enums/expected.rs"]
mod enums;
#[rustfmt::skip]
#[path = "cases/extension_types/expected.rs"]
mod extension_types;
#[rustfmt::skip]
#[path = "cases/hostile_identifiers/expected.rs"]
mod hostile_identifiers;
#[rustfmt::skip]
#[path = "cases/hostile_sql/expected.rs"]
mod hostile_sql;
#[rustfmt::skip]
#[path = "cases/line_ends/expected.rs"]
mod line_ends;
#[rustfmt::skip]
#[path = "cases/joined/expected.rs"]
mod joined;
#[rustfmt::skip]
#[path = "cases/load_plans/expected.rs"]
mod load_plans;
#[rustfmt::skip]
#[path = "cases/load_strategies/expected.rs"]
mod load_strategies;
#[rustfmt::skip]
#[path = "cases/loads/expected.rs"]
mod loads;
#[rustfmt::skip]
#[path = "cases/many_messages/expected.rs"]
mod many_messages;
#[rustfmt::skip]
#[path = "cases/many_rows/expected.rs"]
mod many_rows;
// What a project puts in place of types stands at the root of its generated crate.
mod mapped;
#[rustfmt::skip]
#[path = "cases/mapped_types/expected.rs"]
mod mapped_types;
#[rustfmt::skip]
#[path = "cases/moved/expected.rs"]
mod moved;
#[rustfmt::skip]
#[path = "cases/nested/expected.rs"]
mod nested;
#[rustfmt::skip]
#[path = "cases/optional_parts/expected.rs"]
mod optional_parts;
#[rustfmt::skip]
#[path = "cases/orders/expected.rs"]
mod orders;
#[rustfmt::skip]
#[path = "cases/pages/expected.rs"]
mod pages;
#[rustfmt::skip]
#[path = "cases/parameters/expected.rs"]
mod parameters;
#[rustfmt::skip]
#[path = "cases/ranges_and_networks/expected.rs"]
mod ranges_and_networks;
#[rustfmt::skip]
#[path = "cases/server_types/expected.rs"]
mod server_types;
#[rustfmt::skip]
#[path = "cases/shared_rows/expected.rs"]
mod shared_rows;
#[rustfmt::skip]
#[path = "cases/side_by_side/expected.rs"]
mod side_by_side;
#[rustfmt::skip]
#[path = "cases/sql_comments/expected.rs"]
mod sql_comments;
#[rustfmt::skip]
#[path = "cases/statistics_of_others/expected.rs"]
mod statistics_of_others;
#[rustfmt::skip]
#[path = "cases/statements/expected.rs"]
mod statements;
#[rustfmt::skip]
#[path = "cases/streams/expected.rs"]
mod streams;
#[rustfmt::skip]
#[path = "cases/types/expected.rs"]
mod types;
#[rustfmt::skip]
#[path = "cases/variants_combined/expected.rs"]
mod variants_combined;
