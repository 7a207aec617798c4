//! Keeps the generated code in step with `queries/` and `migrations/`.

fn main() -> std::process::ExitCode {
    planwright_codegen::build()
}
