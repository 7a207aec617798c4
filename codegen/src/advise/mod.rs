//! Which indexes a catalog lacks: the smallest set with which its findings are gone, planned
//! at the size that the indexes would have.

mod drops;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Project;
use crate::diagnostics::Diagnostics;
use crate::failure::Failure;
use crate::plan::Cost;
use crate::quoting::{identifier, qualified};
use crate::remedy::{self, Candidate, Problem};
use crate::rules;
use crate::schema::Table;
use crate::scratch::Options;
use crate::suppose::{Supposed, suppose};
use crate::survey::Survey;

/// What is advised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// Indexes to make, the most useful first.
    pub indexes: Vec<AdvisedIndex>,
    /// The queries whose cost changes with all of them.
    pub costs: Vec<CostChange>,
    /// Indexes to drop.
    pub drops: Vec<DroppedIndex>,
    /// Queries that another text helps, and how.
    pub rewrites: Vec<(String, String)>,
    /// Findings that no index answers: the rule, and the query.
    pub unanswered: Vec<(String, String)>,
    /// How many queries were planned.
    pub queries: usize,
}

/// An index to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisedIndex {
    /// Its name.
    pub name: String,
    /// Its table, as a reader calls it.
    pub table: String,
    /// The statement that makes it.
    pub create: String,
    /// Whether that runs beside writes, and outside of a transaction; an index of a
    /// partitioned table cannot be made so.
    pub concurrent: bool,
    /// The statement that makes it go.
    pub drop: String,
    /// The extension that has to be there before.
    pub extension: Option<String>,
    /// Its pages of 8 KiB, at the size that was planned for.
    pub pages: u64,
    /// The findings that it answers: the rule, and the query.
    pub answers: Vec<(String, String)>,
}

/// An index that the catalog does without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedIndex {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: String,
    /// The rule that found it: `dead-index` or `duplicate-index`.
    pub rule: String,
    /// The statement that drops it.
    pub drop: String,
    /// The statement that makes it again.
    pub create: String,
    /// Whether both run beside writes, and outside of a transaction.
    pub concurrent: bool,
    /// The queries of its table, all of which were planned without it.
    pub tried: Vec<String>,
}

/// What becomes of the cost of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostChange {
    /// The query's name, with its module.
    pub query: String,
    /// Its cost as things are.
    pub before: Cost,
    /// Its cost with the indexes.
    pub after: Cost,
    /// How its tables are reached then.
    pub ways: Vec<String>,
}

/// Looks for indexes that answer the findings of a project. `progress` is told how many of
/// how many steps are done.
///
/// # Errors
/// When the project has errors that are no findings of rules, or the server fails.
pub async fn advise(
    project: &Project,
    options: &Options,
    mut progress: impl FnMut(usize, usize),
) -> Result<Advice, Failure> {
    let mut found = Diagnostics::new();
    let survey = Survey::take(project, options, &mut found).await?;
    if found.has_errors() {
        return Err(survey.texts.failure(found));
    }
    let (findings, misused) = rules::findings(project, &survey);
    if misused.has_errors() {
        return Err(survey.texts.failure(misused));
    }
    let names = survey.texts.full_names();
    let (mut problems, mut rewrites) = (Vec::new(), Vec::new());
    for finding in &findings {
        let Some(problem) = Problem::of(&survey, finding) else {
            continue;
        };
        match remedy::uncast(&survey, &problem).await? {
            Some(help) => rewrites.push((names[problem.query].clone(), help)),
            None => problems.push(problem),
        }
    }
    let drops = drops::drops(&survey, &findings, &names).await?;
    let adviser = Adviser {
        survey: &survey,
        names,
        problems,
    };
    let advice = adviser.advise(&mut progress).await?;
    survey.stop().await?;
    Ok(Advice {
        drops,
        rewrites,
        ..advice
    })
}

struct Adviser<'a> {
    survey: &'a Survey,
    /// The names of the queries, with their modules.
    names: Vec<String>,
    problems: Vec<Problem<'a>>,
}

/// A set of indexes, and the problems that are gone with it: their places, and the cost then.
type Solution = (Vec<Candidate>, BTreeMap<usize, Cost>);

impl Adviser<'_> {
    async fn advise(&self, progress: &mut impl FnMut(usize, usize)) -> Result<Advice, Failure> {
        let solutions = self.solutions(progress).await?;
        let chosen = self.smallest(&choose(&solutions)).await?;
        let queries: Vec<usize> = (0..self.names.len())
            .filter(|&query| self.survey.plans[query].is_some())
            .collect();
        let with_all = self.supposed(&chosen, &queries).await?;
        let mut advice = Advice {
            queries: queries.len(),
            ..Advice::default()
        };
        for index in &chosen {
            advice.indexes.push(self.advised(index, &with_all));
        }
        for (index, problem) in self.problems.iter().enumerate() {
            if !self.is_solved(index, &with_all) {
                let name = self.names[problem.query].clone();
                advice.unanswered.push((problem.rule.to_owned(), name));
            }
        }
        for query in queries {
            let (Some(before), Some(after)) =
                (&self.survey.plans[query], with_all.plans.get(&query))
            else {
                continue;
            };
            if before.cost != after.cost {
                advice.costs.push(CostChange {
                    query: self.names[query].clone(),
                    before: before.cost,
                    after: after.cost,
                    ways: after.ways(),
                });
            }
        }
        Ok(advice)
    }

    /// Every set of indexes that solves a problem, and what else it solves.
    async fn solutions(
        &self,
        progress: &mut impl FnMut(usize, usize),
    ) -> Result<Vec<Solution>, Failure> {
        let mut sets: BTreeSet<Vec<Candidate>> = BTreeSet::new();
        let steps = self.problems.len();
        for (index, problem) in self.problems.iter().enumerate() {
            progress(index, 2 * steps);
            for proven in remedy::solving(self.survey, problem).await? {
                sets.insert(proven.indexes);
            }
        }
        let queries: BTreeSet<usize> = self.problems.iter().map(|p| p.query).collect();
        let queries: Vec<usize> = queries.into_iter().collect();
        let mut solutions = Vec::new();
        let total = sets.len().max(1);
        for (index, set) in sets.into_iter().enumerate() {
            progress(steps + steps * index / total, 2 * steps);
            let supposed = self.supposed(&set, &queries).await?;
            let solved = self.solved(&supposed);
            solutions.push((set, solved));
        }
        progress(2 * steps, 2 * steps);
        Ok(solutions)
    }

    /// The problems that are gone, each with the cost of its query.
    fn solved(&self, supposed: &Supposed) -> BTreeMap<usize, Cost> {
        let indexes = 0..self.problems.len();
        indexes
            .filter(|&index| self.is_solved(index, supposed))
            .filter_map(|index| {
                let plan = supposed.plans.get(&self.problems[index].query)?;
                Some((index, plan.cost))
            })
            .collect()
    }

    fn is_solved(&self, problem: usize, supposed: &Supposed) -> bool {
        let problem = &self.problems[problem];
        let plan = supposed.plans.get(&problem.query);
        let before = self.survey.plans[problem.query].as_ref();
        plan.zip(before).is_some_and(|(plan, before)| {
            plan.cost < before.cost && problem.is_solved(plan, supposed)
        })
    }

    /// The chosen indexes without those that are not needed beside the others.
    async fn smallest(&self, chosen: &[Candidate]) -> Result<Vec<Candidate>, Failure> {
        let queries: BTreeSet<usize> = self.problems.iter().map(|p| p.query).collect();
        let queries: Vec<usize> = queries.into_iter().collect();
        let mut kept = chosen.to_vec();
        let all = self.solved(&self.supposed(&kept, &queries).await?);
        // The last ones were chosen for what the first ones left.
        for candidate in chosen.iter().rev() {
            let without: Vec<Candidate> =
                kept.iter().filter(|c| *c != candidate).cloned().collect();
            let solved = self.solved(&self.supposed(&without, &queries).await?);
            if all.keys().all(|problem| solved.contains_key(problem)) {
                kept = without;
            }
        }
        Ok(kept)
    }

    async fn supposed(
        &self,
        indexes: &[Candidate],
        queries: &[usize],
    ) -> Result<Supposed, Failure> {
        suppose(self.survey, &remedy::changes(self.survey, indexes), queries).await
    }

    fn advised(&self, index: &Candidate, with_all: &Supposed) -> AdvisedIndex {
        let schema = &self.survey.schema;
        let name = index.name(schema);
        let uses = |problem: &&Problem<'_>| {
            let plan = with_all.plans.get(&problem.query);
            plan.is_some_and(|plan| plan.paths.iter().any(|path| path.uses(&name)))
        };
        let answers = self.problems.iter().filter(uses);
        let answers = answers
            .map(|problem| (problem.rule.to_owned(), self.names[problem.query].clone()))
            .collect();
        let table = schema.tables.get(&index.table);
        let qualified = table.map_or_else(
            || identifier(&name),
            |table| qualified(&table.schema, &name),
        );
        let table = table.map(Table::display_name).unwrap_or_default();
        let concurrently = if index.is_concurrent(schema) {
            "CONCURRENTLY "
        } else {
            ""
        };
        AdvisedIndex {
            create: format!("{};", index.migration(schema)),
            drop: format!("DROP INDEX {concurrently}{qualified};"),
            concurrent: index.is_concurrent(schema),
            extension: index.extension.map(str::to_owned),
            pages: with_all.pages(&name),
            answers,
            name,
            table,
        }
    }
}

/// The set that solves the most, then the one that solves the most of the rest, and so on; of
/// equals the simpler, then the cheaper.
fn choose(solutions: &[Solution]) -> Vec<Candidate> {
    let mut open: BTreeSet<usize> = solutions
        .iter()
        .flat_map(|(_, solved)| solved.keys().copied())
        .collect();
    let mut chosen: Vec<Candidate> = Vec::new();
    while !open.is_empty() {
        let best = solutions.iter().max_by_key(|(indexes, solved)| {
            let gained = solved.iter().filter(|(problem, _)| open.contains(problem));
            let count = gained.clone().count();
            let cost: u64 = gained.map(|(_, cost)| cost.0).sum();
            let order = (remedy::complexity(indexes), cost, indexes);
            (count, std::cmp::Reverse(order))
        });
        let Some((indexes, solved)) = best else { break };
        open.retain(|problem| !solved.contains_key(problem));
        for index in indexes {
            if !chosen.contains(index) {
                chosen.push(index.clone());
            }
        }
    }
    chosen
}
