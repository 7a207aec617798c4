//! What an application links when it links the run time.

use std::process::Command;

/// The crates that the run time links, procedural macros aside: those run in the
/// compiler.
fn linked() -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--package", "planwright"])
        .args(["--edges", "normal,no-proc-macro", "--prefix", "none"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

#[test]
fn the_run_time_stays_lean() {
    let linked = linked();
    let names: Vec<&str> = linked
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.contains(&"diesel-async"), "the list is the real one");
    for unwanted in [
        "syn",
        "quote",
        "prettyplease",
        "planwright-codegen",
        "planwright-embedded",
        "planwright-testing",
    ] {
        assert!(!names.contains(&unwanted), "the run time links {unwanted}");
    }
}
