//! Workflow commands, read by the rules that GitHub's runner reads them by.

use std::collections::BTreeMap;

use super::{check, in_a_repository, misconfigured, with_mistakes};

#[derive(Debug, PartialEq)]
struct Command {
    level: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// A command ends with its line, its properties end with the next `::`.
fn parse(line: &str) -> Command {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (level, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|property| {
        let (name, value) = property.split_once('=').unwrap();
        let value = value.replace("%2C", ",").replace("%3A", ":");
        (name.to_owned(), data(&value))
    });
    Command {
        level: level.to_owned(),
        properties: properties.collect(),
        message: data(message),
    }
}

fn data(text: &str) -> String {
    let text = text.replace("%0A", "\n").replace("%0D", "\r");
    text.replace("%25", "%")
}

#[test]
fn each_finding_is_a_command_at_its_line() {
    let run = check(&with_mistakes(), "github", 1);
    let commands: Vec<Command> = run.stdout.lines().map(parse).collect();
    assert_eq!(commands.len(), 5, "{}", run.stdout);
    let get = |command: &Command, name: &str| command.properties.get(name).cloned();
    let smile = &commands[0];
    assert_eq!(smile.level, "error");
    let file = get(smile, "file").unwrap();
    assert_eq!(file, "shop/queries/more words.sql");
    for (name, value) in [
        ("line", "2"),
        ("endLine", "2"),
        ("col", "23"),
        ("endColumn", "28"),
        ("title", "unknown-column"),
    ] {
        assert_eq!(get(smile, name).as_deref(), Some(value), "{name}");
    }
    let odd = &commands[1];
    assert!(
        odd.message.contains("\"50%,a:b <&> {x}\" does not exist"),
        "{}",
        odd.message
    );
    let twice = &commands[2];
    assert!(
        twice
            .message
            .contains("shop/queries/more words.sql:5: first defined here"),
        "{}",
        twice.message
    );
    assert!(
        twice.message.contains("\nhelp: give one"),
        "{}",
        twice.message
    );
    assert_eq!(commands[4].level, "warning");
}

#[test]
fn nothing_is_said_of_a_clean_project() {
    assert_eq!(check(&in_a_repository(), "github", 0).stdout, "");
}

#[test]
fn a_configuration_is_blamed_at_its_line() {
    let run = check(&misconfigured(), "github", 2);
    let command = parse(run.stdout.trim_end());
    assert_eq!(command.properties["file"], "shop/planwright.toml");
    assert_eq!(command.properties["line"], "2");
    assert_eq!(command.properties["title"], "invalid-configuration");
}
