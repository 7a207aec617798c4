//! The measurements with an allocator that counts, for the figures of `peers` that are counts. It
//! is a program of its own, so that counting slows no call that is timed.

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    planwright_benches::main()
}
