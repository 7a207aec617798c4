//! `planwright rules [NAME]`

use planwright_codegen::names;
use planwright_codegen::rules::{RULES, Rule};

use crate::args::RulesArgs;
use crate::output::{self, Problem};

/// Lists the rules, or prints what one of them is about.
pub(crate) fn run(args: &RulesArgs) -> Result<(), Problem> {
    match &args.rule {
        None => output::line(&list()),
        Some(name) => {
            let rule = find(name).map_err(Problem::CouldNotRun)?;
            output::line(&describe(rule).trim_end());
        }
    }
    Ok(())
}

/// One line for each rule: its name, its level unless configured, what it does.
fn list() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &&Rule| {
        let (name, level) = (rule.name, rule.level.word());
        format!("{name:width$}  {level:5}  {}", rule.summary())
    };
    RULES.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn find(name: &str) -> Result<&'static Rule, String> {
    if let Some(rule) = RULES.iter().find(|rule| rule.name == name) {
        return Ok(rule);
    }
    let help = match names::nearest(name, RULES.iter().map(|rule| rule.name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`planwright rules` lists them".to_owned(),
    };
    Err(format!("error: there is no rule `{name}`\n  help: {help}"))
}

fn describe(rule: &Rule) -> String {
    format!("# {} ({})\n\n{}", rule.name, rule.level.word(), rule.docs)
}
