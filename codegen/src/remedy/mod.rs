//! What helps against a finding: why no index serves, and an index with which the planner
//! does otherwise. Nothing is shown that was not planned.

mod candidates;
mod prove;
mod reasons;

use std::fmt::Write as _;

use crate::analyze::Reference;
use crate::failure::Failure;
use crate::plan::AccessPath;
use crate::rules::Finding;
use crate::schema::{Index, Table};
use crate::suppose::{Change, suppose};
use crate::survey::Survey;
use reasons::Asked;

pub(crate) use candidates::Candidate;
pub(crate) use prove::{changes, complexity, solving, uncast};

/// A check proves so many fixes; `planwright advise` proves all.
const MAX_PROVEN: usize = 20;

/// Adds reasons and fixes to the findings that an index would answer.
pub(crate) async fn add(survey: &Survey, findings: &mut [Finding]) -> Result<(), Failure> {
    let mut proven = 0;
    for finding in findings.iter_mut() {
        let Some(problem) = Problem::of(survey, finding) else {
            continue;
        };
        let mut notes = problem.reasons();
        notes.extend(problem.too_dear(survey).await?);
        finding.diagnostic.notes.extend(notes);
        finding.diagnostic.help = Some(if proven < MAX_PROVEN {
            proven += 1;
            fix(survey, &problem).await?
        } else {
            "`planwright advise` looks for an index that helps".to_owned()
        });
    }
    Ok(())
}

/// A finding that an index might answer.
pub(crate) struct Problem<'a> {
    survey: &'a Survey,
    /// The query, by its place in the survey.
    pub(crate) query: usize,
    /// The rule that found it.
    pub(crate) rule: &'static str,
    table: &'a Table,
    /// The table as a reader calls it.
    pub(crate) name: String,
    pub(crate) references: Vec<&'a Reference>,
    /// The index that was promised.
    promised: Option<&'a Index>,
}

impl<'a> Problem<'a> {
    /// What a finding is about; `None` when no index is concerned.
    pub(crate) fn of(survey: &'a Survey, finding: &Finding) -> Option<Self> {
        let (query, name) = (finding.query?, finding.table.clone()?);
        let mut tables = survey.schema.tables.iter();
        let (&oid, table) = tables.find(|(_, table)| table.display_name() == name)?;
        let analysis = survey.analysed[query].as_ref()?;
        let references = analysis.references.iter();
        let (_, source) = survey.texts.queries().nth(query)?;
        let promised = source.directives.indexes.iter().find(|promise| {
            let span = finding.diagnostic.labels.first().map(|label| &label.span);
            Some(&promise.span) == span
        });
        let promised = promised.and_then(|promise| {
            let mut indexes = survey.schema.indexes.iter();
            indexes.find(|index| index.table == name && index.name == promise.index)
        });
        let references: Vec<&Reference> = references.filter(|r| r.table == oid).collect();
        // Of a table that the query does not read, no index is of use.
        if references.is_empty() {
            return None;
        }
        Some(Self {
            survey,
            query,
            rule: finding.rule.name,
            table,
            name,
            references,
            promised,
        })
    }

    /// Why the promised index, or any index of the table, does not serve.
    fn reasons(&self) -> Vec<String> {
        let indexes: Vec<&Index> = match self.promised {
            Some(index) => vec![index],
            None => self.nearly_serving(),
        };
        let params = self.survey.analysed[self.query].as_ref();
        let params = params.map_or(&[][..], |analysis| &analysis.params);
        let mut reasons = Vec::new();
        if indexes.is_empty() {
            reasons.push(format!(
                "no index of `{}` has what it is searched by",
                self.name
            ));
        }
        for reference in &self.references {
            let asked = Asked {
                table: self.table,
                reference,
                params,
                bytewise: self.survey.bytewise,
            };
            for index in &indexes {
                reasons.extend(asked.why_not(index));
            }
        }
        reasons.dedup();
        reasons.truncate(4);
        reasons
    }

    /// The indexes with a key that the query speaks of: of the others there is nothing to say.
    fn nearly_serving(&self) -> Vec<&'a Index> {
        let conditions = || self.references.iter().flat_map(|r| &r.conditions);
        let asked = |index: &&Index| {
            index.keys.iter().any(|key| {
                conditions().any(|c| concerns(key.attribute, &key.sql, &c.side, self.table))
            })
        };
        let survey: &'a Survey = self.survey;
        let of_table = survey.schema.indexes.iter();
        let of_table = of_table.filter(|index| index.table == self.name);
        of_table.filter(asked).collect()
    }

    /// Whether the promised index would serve, at a higher cost.
    async fn too_dear(&self, survey: &Survey) -> Result<Option<String>, Failure> {
        let Some(promised) = self.promised else {
            return Ok(None);
        };
        let others = survey.schema.indexes.iter();
        let others = others.filter(|i| i.table_oid == promised.table_oid && i.oid != promised.oid);
        let mut changes: Vec<Change> = others.map(|index| Change::Hide(index.oid)).collect();
        changes.push(Change::Set("enable_seqscan", "off"));
        let supposed = suppose(survey, &changes, &[self.query]).await?;
        let total = |path: &AccessPath| path.cost.0.saturating_mul(path.loops.max(1));
        let through = supposed.plans.get(&self.query);
        let through = through.and_then(|plan| plan.paths.iter().find(|p| p.uses(&promised.name)));
        let chosen = survey.plans[self.query].as_ref();
        let chosen = chosen.and_then(|plan| plan.paths.iter().find(|p| p.table == self.name));
        let (Some(through), Some(chosen)) = (through, chosen) else {
            return Ok(None);
        };
        let cost = |path: &AccessPath| crate::plan::Cost(total(path));
        Ok((total(through) >= total(chosen)).then(|| {
            format!(
                "`{}` would serve, and cost more at this size: {} through it, {} the way chosen",
                promised.name,
                cost(through),
                cost(chosen)
            )
        }))
    }
}

/// Whether a condition is on an index's first key.
fn concerns(attribute: Option<i64>, sql: &str, side: &crate::analyze::Side, table: &Table) -> bool {
    use crate::analyze::Side;
    let columns: Vec<i64> = match side {
        Side::Column(column) => vec![*column],
        Side::Expression { columns, .. } => columns.iter().copied().collect(),
    };
    match attribute {
        Some(attribute) => columns.contains(&attribute),
        None => columns
            .iter()
            .filter_map(|column| table.columns.get(column))
            .any(|column| sql.contains(&column.name)),
    }
}

/// The fix of a problem, proven; else what can be said without a proof.
async fn fix(survey: &Survey, problem: &Problem<'_>) -> Result<String, Failure> {
    if let Some(help) = prove::uncast(survey, problem).await? {
        return Ok(help);
    }
    let Some(proven) = prove::best(survey, problem).await? else {
        return Ok(format!(
            "no index was found that changes the plan: compare a column as it is, or say that \
             all of `{0}` is meant: `-- @scan {0}: reason`",
            problem.name
        ));
    };
    let these = if proven.indexes.len() == 1 {
        "this index"
    } else {
        "these indexes"
    };
    let mut help = format!(
        "with {these} the plan costs {} instead of {}:",
        proven.after, proven.before
    );
    for candidate in &proven.indexes {
        if let Some(extension) = candidate.extension {
            let _ = write!(help, "\nCREATE EXTENSION IF NOT EXISTS {extension};");
        }
        let create = candidate.create(&survey.schema, "CONCURRENTLY ");
        let _ = write!(help, "\n{create};");
    }
    help.push_str("\n`planwright advise --write` writes it as a migration");
    Ok(help)
}
