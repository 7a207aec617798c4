//! The measurements, as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    planwright_benches::main()
}
