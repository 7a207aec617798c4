//! `planwright rules`

use planwright_codegen::rules::RULES;

use crate::project::{Run, planwright};

/// Rules are those of the program: no project is needed.
fn rules(args: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    Run::of(planwright(folder.path()).arg("rules").args(args))
}

#[test]
fn every_rule_is_listed_on_a_line() {
    let run = rules(&[]).exits(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), RULES.len(), "{}", run.stdout);
    for (line, rule) in lines.iter().zip(RULES) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(rule.name));
        assert_eq!(words.next(), Some(rule.level.word()));
        assert!(line.ends_with(&rule.summary()), "{line}");
    }
}

#[test]
fn a_rule_is_described() {
    for rule in RULES {
        rules(&[rule.name]).exits(0).says(rule.docs.trim_end());
    }
}

#[test]
fn the_nearest_rule_is_suggested() {
    rules(&["select-start"])
        .exits(2)
        .tells("there is no rule `select-start`")
        .tells("did you mean `select-star`?");
    rules(&["something-else-altogether"])
        .exits(2)
        .tells("`planwright rules` lists them");
}
