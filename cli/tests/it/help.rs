//! `--help`

use crate::project::{Run, planwright};

#[test]
fn every_command_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &[][..],
        &["check"],
        &["generate"],
        &["advise"],
        &["explain"],
        &["forecast"],
        &["grants"],
        &["rules"],
        &["doctor"],
        &["init"],
        &["migrate"],
        &["migrate", "up"],
        &["migrate", "down"],
        &["migrate", "status"],
        &["migrate", "pending"],
        &["stats"],
        &["stats", "pull"],
        &["with-server"],
        &["seed"],
        &["bench"],
    ] {
        let mut program = planwright(folder.path());
        let run = Run::of(program.args(command).arg("--help")).exits(0);
        run.says("Example: ")
            .says("planwright ")
            .says(&command.join(" "));
    }
}

#[test]
fn a_password_of_the_environment_is_not_in_the_help() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = planwright(folder.path());
    program.env("DATABASE_URL", "postgres://ada:geheim@db/shop");
    let run = Run::of(program.args(["migrate", "--help"]))
        .exits(0)
        .says("DATABASE_URL");
    assert!(!run.stdout.contains("geheim"));
}
