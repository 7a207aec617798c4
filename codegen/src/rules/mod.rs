//! What must hold of a catalog beyond its types.
//!
//! One rule is one file, with its documentation beside it. A rule looks at one query
//! (`Subject`) or at the whole catalog (`Survey`) and reports; how much that weighs is
//! decided here, from `[rules]` in planwright.toml and from `@allow`.

mod compare_null;
mod dead_index;
mod duplicate_index;
mod fixes;
mod foreign_key_unindexed;
mod index_not_used;
mod index_unknown;
mod join_repeats;
mod judge;
mod load_key_unindexed;
mod load_of_one;
mod migration_safety;
mod not_in_nullable;
mod offset_pagination;
mod page_unindexed;
pub(crate) mod places;
mod row_budget;
mod select_star;
pub(crate) mod seq_scan;
mod sizes;
mod sort_unindexed;
mod tenant_scope;
mod unbounded;
mod update_without_where;

use crate::analyze::Analysis;
use crate::config::{Project, RuleLevel};
use crate::diagnostics::{Diagnostic, Diagnostics, OfVariant, once};
use crate::plan::Plan;
use crate::schema::Schema;
use crate::source::{SourceFile, SourceQuery};
use crate::statistics::TableRows;
use crate::survey::{Survey, of_variant};
use places::Places;

pub(crate) use fixes::drop_index;
pub(crate) use seq_scan::SMALL;
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
pub const RULES: &[&Rule] = &[
    &compare_null::RULE,
    &dead_index::RULE,
    &duplicate_index::RULE,
    &foreign_key_unindexed::RULE,
    &index_not_used::RULE,
    &index_unknown::RULE,
    &join_repeats::RULE,
    &load_key_unindexed::RULE,
    &load_of_one::RULE,
    &migration_safety::RULE,
    &not_in_nullable::RULE,
    &offset_pagination::RULE,
    &page_unindexed::RULE,
    &row_budget::RULE,
    &select_star::RULE,
    &seq_scan::RULE,
    &sort_unindexed::RULE,
    &tenant_scope::RULE,
    &unbounded::RULE,
    &update_without_where::RULE,
];

/// What is checked of each query.
const QUERY_CHECKS: &[fn(&Subject<'_>, &mut Report)] = &[
    compare_null::check,
    index_not_used::check,
    join_repeats::check,
    not_in_nullable::check,
    offset_pagination::check,
    page_unindexed::check,
    row_budget::check,
    select_star::check,
    seq_scan::check,
    sort_unindexed::check,
    tenant_scope::check,
    unbounded::check,
    update_without_where::check,
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
    /// The index or constraint that it is about.
    pub(crate) object: Option<String>,
    /// Whether it rests on a size that nobody declared: then it is a warning at most.
    assumed: bool,
    pub(crate) diagnostic: Diagnostic,
}

/// Where rules report.
#[derive(Debug, Default)]
pub(crate) struct Report {
    query: Option<usize>,
    variant: Option<OfVariant>,
    pub(crate) findings: Vec<Finding>,
    /// Directives that answer nothing.
    pub(crate) unused: Diagnostics,
}

impl Rule {
    /// The first sentence of its documentation, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let text = self.docs.split("\n\n").nth(1).unwrap_or(self.docs);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.find(". ") {
            Some(end) => text[..=end].to_owned(),
            None => text,
        }
    }

    /// The beginning of a finding; its level is decided later.
    fn says(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.name, message)
    }
}

impl Report {
    /// Adds a finding.
    fn push(&mut self, rule: &'static Rule, mut diagnostic: Diagnostic) {
        diagnostic.variant.clone_from(&self.variant);
        self.findings.push(Finding {
            rule,
            query: self.query,
            table: None,
            object: None,
            assumed: false,
            diagnostic,
        });
    }

    /// Adds several findings.
    fn extend(&mut self, rule: &'static Rule, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in diagnostics {
            self.push(rule, diagnostic);
        }
    }

    /// Adds a finding that rests on the size of a table.
    fn push_of_size(&mut self, rule: &'static Rule, assumed: bool, diagnostic: Diagnostic) {
        self.push(rule, diagnostic);
        if let Some(finding) = self.findings.last_mut() {
            finding.assumed = assumed;
        }
    }

    /// Says which index or constraint the last finding is about.
    fn about(&mut self, object: &str) {
        if let Some(finding) = self.findings.last_mut() {
            finding.object = Some(object.to_owned());
        }
    }

    /// Adds a warning about a directive that answers nothing.
    fn unused(&mut self, path: &str, span: std::ops::Range<usize>, message: String) {
        let mut diagnostic = Diagnostic::warning("unused-directive", message)
            .at(path, span, "")
            .help("remove the line");
        diagnostic.variant.clone_from(&self.variant);
        self.unused.push(diagnostic);
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

impl AsRef<Diagnostic> for Finding {
    fn as_ref(&self) -> &Diagnostic {
        &self.diagnostic
    }
}

impl AsMut<Diagnostic> for Finding {
    fn as_mut(&mut self) -> &mut Diagnostic {
        &mut self.diagnostic
    }
}

/// Findings that say the same of several variants of a query, each said once.
pub(crate) fn of_queries(findings: Vec<Finding>) -> Vec<Finding> {
    once(findings)
}

/// What the rules say of every query and of the catalog as a whole, weighed; and what is
/// wrong with what the author said to them.
pub(crate) fn findings(project: &Project, survey: &Survey) -> (Vec<Finding>, Diagnostics) {
    let mut report = Report::default();
    for (index, (file, query)) in survey.texts.queries().enumerate() {
        report.query = Some(index);
        report.variant = of_variant(file, query);
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
        for check in QUERY_CHECKS {
            check(&subject, &mut report);
        }
    }
    (report.query, report.variant) = (None, None);
    load_key_unindexed::check(survey, &mut report);
    load_of_one::check(survey, &mut report);
    index_not_used::check_variants(survey, &mut report);
    let places = Places::of(&survey.texts.inputs.migrations);
    dead_index::check(survey, &places, &mut report);
    duplicate_index::check(&survey.schema, &places, &mut report);
    foreign_key_unindexed::check(survey, &places, &mut report);
    migration_safety::check(project, survey, &places, &mut report);
    let mut diagnostics = sizes::are_of_tables(project, survey);
    diagnostics.extend(tenant_scope::column_exists(project, survey));
    diagnostics.extend(sizes::snapshot_fits(survey));
    diagnostics.extend(report.unused);
    let (findings, misused) = judge::weigh(project, survey, report.findings);
    diagnostics.extend(misused);
    (findings, diagnostics)
}
