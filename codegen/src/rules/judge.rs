//! How much a finding weighs: by its rule, by planwright.toml, by the query's `@allow`.

use std::collections::BTreeSet;

use super::{Finding, RULES, tenant_scope};
use crate::config::{Project, RuleLevel};
use crate::diagnostics::{Diagnostic, Diagnostics, Level};
use crate::names;
use crate::source::Reasoned;
use crate::survey::{Survey, Texts, of_variant};

/// The directive that answers `tenant-scope`.
const TENANT_NONE: &str = "@tenant none";

/// Weighs findings. What is allowed is left out; an `@allow` without a finding, and a
/// name that no rule has, are reported.
pub(super) fn weigh(
    project: &Project,
    survey: &Survey,
    findings: Vec<Finding>,
) -> (Vec<Finding>, Diagnostics) {
    let texts = &survey.texts;
    let mut diagnostics = unknown_in_config(project, texts);
    let queries: Vec<_> = texts.queries().collect();
    let mut used: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut weighed = Vec::new();
    let mut spared: BTreeSet<(&str, String)> = BTreeSet::new();
    for mut finding in findings {
        let rule = finding.rule;
        let config = project.config.rules.get(rule.name);
        let object = finding.object.clone().unwrap_or_default();
        if config.is_some_and(|config| config.except.contains(&object)) {
            spared.insert((rule.name, object));
            continue;
        }
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
        let configured = config.and_then(|config| config.level);
        let level = configured.unwrap_or(if finding.assumed {
            rule.level.min(RuleLevel::Warn)
        } else {
            rule.level
        });
        finding.diagnostic.level = match level {
            RuleLevel::Allow => continue,
            RuleLevel::Warn => Level::Warning,
            RuleLevel::Deny => Level::Error,
        };
        weighed.push(finding);
    }
    // Of a query without a plan nobody knows what the rules would say.
    let judged = |query: usize| survey.plans[query].is_some();
    if (0..queries.len()).all(judged) {
        diagnostics.extend(unused_exceptions(project, texts, &spared));
    }
    for (index, (file, query)) in queries.into_iter().enumerate() {
        let before = diagnostics.len();
        for allow in &query.directives.allows {
            let known = RULES.iter().any(|rule| rule.name == allow.what);
            if known {
                if judged(index) && !used.contains(&(index, allow.what.as_str())) {
                    diagnostics.push(unused(&file.path, allow, &allow.what));
                }
            } else {
                let diagnostic = unknown(&allow.what);
                diagnostics.push(diagnostic.at(&file.path, allow.span.clone(), ""));
            }
        }
        let none = query.directives.tenant_none.as_ref();
        if let Some(none) = none.filter(|_| judged(index) && !used.contains(&(index, TENANT_NONE)))
        {
            diagnostics.push(unused(&file.path, none, tenant_scope::RULE.name));
        }
        diagnostics.say_variant(before, of_variant(file, query).as_ref());
    }
    (weighed, diagnostics)
}

/// What `except` names, a finding is about.
fn unused_exceptions(
    project: &Project,
    texts: &Texts,
    spared: &BTreeSet<(&str, String)>,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let config = &texts.inputs.config;
    for (rule, said) in &project.config.rules {
        for object in &said.except {
            if !spared.contains(&(rule.as_str(), object.clone())) {
                let start = config.text.rfind(object.as_str()).unwrap_or(0);
                let message = format!("`{rule}` has nothing to say of `{object}`");
                diagnostics.push(
                    Diagnostic::warning("unused-exception", message)
                        .at(&config.path, start..start + object.len(), "")
                        .help("remove it from `except`"),
                );
            }
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
