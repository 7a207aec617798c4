//! Every `expected.rs` compiles.
