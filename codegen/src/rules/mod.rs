//! What must hold of a catalog beyond its types.
//!
//! One rule is one file, with its documentation beside it. A rule looks at one query
//! ([`Subject`]) or at the whole catalog ([`Survey`]) and reports; how much that weighs is
//! decided here, from `[rules]` in planwright.toml and from `@allow`.

mod index_not_used;
mod index_unknown;
mod judge;
mod sizes;
mod tenant_scope;

use crate::analyze::Analysis;
use crate::config::{Project, RuleLevel};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::plan::Plan;
use crate::schema::Schema;
use crate::source::{SourceFile, SourceQuery};
use crate::statistics::TableRows;
use crate::survey::Survey;

pub(crate) use sizes::{server_version, tables_without_size};

/// A check with a name, a weight and a documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name, such as `seq-scan`.
    pub name: &'static str,
    /// What its findings weigh unless planwright.toml says otherwise.
    pub level: RuleLevel,
    /// What it does, why, an example and what to do, as Markdown.
    pub docs: &'static str,
}

/// Every rule, in alphabetical order.
pub const RULES: [&Rule; 3] = [
    &index_not_used::RULE,
    &index_unknown::RULE,
    &tenant_scope::RULE,
];

/// One query, and all that is known of it.
pub(crate) struct Subject<'a> {
    pub(crate) project: &'a Project,
    pub(crate) schema: &'a Schema,
    pub(crate) rows: &'a TableRows,
    pub(crate) file: &'a SourceFile,
    pub(crate) query: &'a SourceQuery,
    pub(crate) analysis: &'a Analysis,
    pub(crate) plan: &'a Plan,
}

/// What a rule found.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    /// The query it is about, in the order of the survey; `None` when it is about the catalog.
    pub(crate) query: Option<usize>,
    /// The table that an index would help, as a reader calls it.
    pub(crate) table: Option<String>,
    /// Whether it rests on a size that nobody declared: then it is a warning at most.
    pub(crate) assumed: bool,
    pub(crate) diagnostic: Diagnostic,
}

/// Where rules report.
#[derive(Debug, Default)]
pub(crate) struct Report {
    query: Option<usize>,
    pub(crate) findings: Vec<Finding>,
}

impl Rule {
    /// The beginning of a finding; its level is decided later.
    fn says(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.name, message)
    }
}

impl Report {
    /// Adds a finding.
    fn push(&mut self, rule: &'static Rule, diagnostic: Diagnostic) {
        self.findings.push(Finding {
            rule,
            query: self.query,
            table: None,
            assumed: false,
            diagnostic,
        });
    }

    /// Adds a finding about a table that an index would help.
    fn push_for_table(
        &mut self,
        rule: &'static Rule,
        table: &str,
        assumed: bool,
        diagnostic: Diagnostic,
    ) {
        self.push(rule, diagnostic);
        if let Some(finding) = self.findings.last_mut() {
            finding.table = Some(table.to_owned());
            finding.assumed = assumed;
        }
    }
}

/// Judges every query and the catalog as a whole.
pub(crate) fn findings(project: &Project, survey: &Survey) -> Vec<Finding> {
    let mut report = Report::default();
    for (index, (file, query)) in survey.texts.queries().enumerate() {
        report.query = Some(index);
        index_unknown::check(&survey.schema, file, query, &mut report);
        let (Some(analysis), Some(plan)) = (&survey.analysed[index], &survey.plans[index]) else {
            continue;
        };
        let subject = Subject {
            project,
            schema: &survey.schema,
            rows: &survey.rows,
            file,
            query,
            analysis,
            plan,
        };
        index_not_used::check(&subject, &mut report);
        tenant_scope::check(&subject, &mut report);
    }
    report.query = None;
    report.findings
}

/// What the rules say, weighed.
pub(crate) fn check(project: &Project, survey: &Survey) -> Diagnostics {
    let mut diagnostics = sizes::are_of_tables(project, survey);
    diagnostics.extend(tenant_scope::column_exists(project, survey));
    let findings = findings(project, survey);
    diagnostics.extend(judge::judge(project, &survey.texts, findings));
    diagnostics
}
