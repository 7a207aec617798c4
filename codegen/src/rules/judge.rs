//! How much a finding weighs: by its rule, by planwright.toml, by the query's `@allow`.

use std::collections::BTreeSet;

use super::{Finding, RULES, tenant_scope};
use crate::config::{Project, RuleLevel};
use crate::diagnostics::{Diagnostic, Diagnostics, Level};
use crate::names;
use crate::source::Reasoned;
use crate::survey::Texts;

/// The directive that answers `tenant-scope`.
const TENANT_NONE: &str = "@tenant none";

/// Weighs findings. What is allowed is left out; an `@allow` without a finding, and a
/// name that no rule has, are reported.
pub(super) fn judge(project: &Project, texts: &Texts, findings: Vec<Finding>) -> Diagnostics {
    let mut diagnostics = unknown_in_config(project, texts);
    let queries: Vec<_> = texts.queries().collect();
    let mut used: BTreeSet<(usize, &str)> = BTreeSet::new();
    for finding in findings {
        let rule = finding.rule;
        if let Some(index) = finding.query {
            let directives = &queries[index].1.directives;
            let mut allows = directives.allows.iter();
            if allows.any(|allow| allow.what == rule.name) {
                used.insert((index, rule.name));
                continue;
            }
            if rule.name == tenant_scope::RULE.name && directives.tenant_none.is_some() {
                used.insert((index, TENANT_NONE));
                continue;
            }
        }
        let configured = project.config.rules.get(rule.name).copied();
        let level = configured.unwrap_or(if finding.assumed {
            rule.level.min(RuleLevel::Warn)
        } else {
            rule.level
        });
        let level = match level {
            RuleLevel::Allow => continue,
            RuleLevel::Warn => Level::Warning,
            RuleLevel::Deny => Level::Error,
        };
        diagnostics.push(Diagnostic {
            level,
            ..finding.diagnostic
        });
    }
    for (index, (file, query)) in queries.into_iter().enumerate() {
        for allow in &query.directives.allows {
            let known = RULES.iter().any(|rule| rule.name == allow.what);
            if known && !used.contains(&(index, allow.what.as_str())) {
                diagnostics.push(unused(&file.path, allow, &allow.what));
            } else if !known {
                let diagnostic = unknown(&allow.what);
                diagnostics.push(diagnostic.at(&file.path, allow.span.clone(), ""));
            }
        }
        let none = query.directives.tenant_none.as_ref();
        if let Some(none) = none.filter(|_| !used.contains(&(index, TENANT_NONE))) {
            diagnostics.push(unused(&file.path, none, tenant_scope::RULE.name));
        }
    }
    diagnostics
}

/// A line that answers a rule which did not ask.
fn unused(path: &str, line: &Reasoned, rule: &str) -> Diagnostic {
    Diagnostic::warning(
        "unused-allow",
        format!("`{rule}` has nothing to say of this query"),
    )
    .at(path, line.span.clone(), "")
    .help("remove the line")
}

/// The names under `[rules]` are those of rules.
fn unknown_in_config(project: &Project, texts: &Texts) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let config = &texts.inputs.config;
    for name in project.config.rules.keys() {
        if RULES.iter().all(|rule| rule.name != name) {
            let section = config.text.find("[rules]").unwrap_or(0);
            let start = config.text[section..].find(name.as_str());
            let start = section + start.unwrap_or(0);
            diagnostics.push(unknown(name).at(&config.path, start..start + name.len(), ""));
        }
    }
    diagnostics
}

fn unknown(name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("unknown-rule", format!("there is no rule `{name}`"));
    let known = RULES.iter().map(|rule| rule.name);
    match names::nearest(name, known) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic.help("`planwright rules` lists them"),
    }
}
