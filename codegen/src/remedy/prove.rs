//! Which candidate changes the plan, and at what cost.

use super::Problem;
use super::candidates::{Candidate, candidates};
use crate::analyze::{Operand, Side, Test, Wrap};
use crate::failure::Failure;
use crate::plan::{AccessPath, Cost, Plan};
use crate::rules::SMALL;
use crate::source::lexer;
use crate::suppose::{Change, Supposed, suppose};
use crate::survey::Survey;

/// Of two that help, the simpler one is better, up to so many times the cost.
const DEARER: u64 = 2;

/// Indexes that were planned with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) indexes: Vec<Candidate>,
    /// The cost of the query without and with them.
    pub(crate) before: Cost,
    pub(crate) after: Cost,
}

/// What would be made of candidates.
pub(crate) fn changes(survey: &Survey, indexes: &[Candidate]) -> Vec<Change> {
    let mut changes = Vec::new();
    for index in indexes {
        changes.extend(index.extension.map(Change::Extension));
        changes.push(Change::Create {
            tables: survey.schema.tables_with_rows(index.table),
            sql: index.create(&survey.schema, ""),
        });
    }
    changes
}

impl Problem<'_> {
    /// Whether a plan no longer has the problem, nor another one of the same table in its place.
    /// A promise is kept by the index that was promised, or is better given for another one that
    /// is worth it. `made` are the indexes that the plan supposes.
    pub(crate) fn is_solved(&self, plan: &Plan, made: &Supposed) -> bool {
        let schema = &self.survey.schema;
        if let Some(promised) = self.promised {
            let before = self.survey.plans[self.query].as_ref().map(|plan| plan.cost);
            let before = before.unwrap_or_default().0;
            let worth = plan.cost.0.saturating_mul(DEARER) <= before;
            let kept = plan.paths.iter().any(|path| path.uses(&promised.name));
            if kept || !worth {
                return kept;
            }
        }
        let mut of_table = plan.paths.iter().filter(|path| path.table == self.name);
        let partial = |path: &AccessPath| path.indexes().iter().any(|index| made.is_partial(index));
        let scanned = of_table.any(|path| path.reads_whole(schema) && !partial(path));
        let ordered = self.references.iter().any(|r| r.limited && r.ordered);
        let sorted = plan
            .sorts
            .iter()
            .any(|sort| sort.limited && sort.rows > SMALL);
        !(scanned || ordered && sorted)
    }
}

/// Every set of indexes with which the problem is gone, at less cost.
pub(crate) async fn solving(
    survey: &Survey,
    problem: &Problem<'_>,
) -> Result<Vec<Proven>, Failure> {
    let mut solving = Vec::new();
    let Some(before) = survey.plans[problem.query].as_ref().map(|plan| plan.cost) else {
        return Ok(solving);
    };
    for reference in &problem.references {
        for indexes in candidates(&survey.schema, reference) {
            let changes = changes(survey, &indexes);
            let supposed = suppose(survey, &changes, &[problem.query]).await?;
            let Some(plan) = supposed.plans.get(&problem.query) else {
                continue;
            };
            let uses = |index: &Candidate| {
                let name = index.name(&survey.schema);
                plan.paths.iter().any(|path| path.uses(&name))
            };
            let helps = plan.cost < before && problem.is_solved(plan, &supposed);
            if supposed.refused.is_empty() && helps && indexes.iter().all(uses) {
                solving.push(Proven {
                    indexes,
                    before,
                    after: plan.cost,
                });
            }
        }
    }
    Ok(worthy(solving))
}

/// The simplest set of indexes with which the problem is gone.
pub(super) async fn best(
    survey: &Survey,
    problem: &Problem<'_>,
) -> Result<Option<Proven>, Failure> {
    Ok(solving(survey, problem).await?.into_iter().next())
}

/// Those whose cost is near the least, the simplest first.
fn worthy(mut solving: Vec<Proven>) -> Vec<Proven> {
    // Columns that are only carried take room and are written with every change: they are
    // worth it where nothing less helps.
    let carries = |proven: &Proven| proven.indexes.iter().any(|i| !i.included.is_empty());
    if solving.iter().any(|proven| !carries(proven)) {
        solving.retain(|proven| !carries(proven));
    }
    let least = solving.iter().map(|proven| proven.after.0).min();
    let enough = least.unwrap_or(0).saturating_mul(DEARER);
    solving.retain(|proven| proven.after.0 <= enough);
    solving.sort_by(|a, b| {
        let key = |proven: &Proven| (complexity(&proven.indexes), proven.after);
        key(a).cmp(&key(b)).then_with(|| a.indexes.cmp(&b.indexes))
    });
    solving
}

/// How much there is to a set of indexes.
pub(crate) fn complexity(indexes: &[Candidate]) -> usize {
    indexes.iter().map(Candidate::complexity).sum()
}

/// A column that is cast, because a parameter has another type or because the author wrote
/// it: with the column as it is, an index that is there may serve.
pub(crate) async fn uncast(
    survey: &Survey,
    problem: &Problem<'_>,
) -> Result<Option<String>, Failure> {
    let query = survey.texts.queries().nth(problem.query);
    let (Some((_, query)), Some(analysis)) = (query, &survey.analysed[problem.query]) else {
        return Ok(None);
    };
    let references = problem.references.iter();
    for condition in references.flat_map(|reference| &reference.conditions) {
        let Side::Expression {
            wrap: Wrap::Cast { from, written, .. },
            ..
        } = &condition.side
        else {
            continue;
        };
        let parameter = match &condition.test {
            Test::Operator {
                with: Operand::Parameter(number),
                ..
            } => Some(*number),
            _ => None,
        };
        let (sql, what) = match (written, parameter) {
            (false, Some(number)) => {
                let sql = lexer::with_type(&query.sql, number + 1, from);
                let name = &analysis.params[number].name;
                (
                    sql,
                    format!("with `-- @param {name} {from}`, the column's own type,"),
                )
            }
            (true, _) => match lexer::without_cast(&query.sql, condition.span.start) {
                Some(sql) => (sql, "without the cast of the column".to_owned()),
                None => continue,
            },
            (false, None) => continue,
        };
        let Some(plan) = survey.plan_of(problem.query, &sql).await? else {
            continue;
        };
        if let (true, Some(before)) = (
            problem.is_solved(&plan, &Supposed::default()),
            &survey.plans[problem.query],
        ) {
            return Ok(Some(format!(
                "{what} the plan costs {} instead of {}: {}",
                plan.cost,
                before.cost,
                plan.ways().join("; ")
            )));
        }
    }
    Ok(None)
}
