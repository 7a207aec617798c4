//! What becomes of a catalog's access paths when its tables grow.

use crate::config::Project;
use crate::diagnostics::Diagnostics;
use crate::failure::Failure;
use crate::plan::{AccessPath, Plan};
use crate::scratch::Options;
use crate::survey::Survey;

/// How often the size at which a path changes is looked for between two others.
const STEPS: u32 = 4;

/// What becomes of access paths.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// The changes, by size and then by query.
    pub changes: Vec<PathChange>,
    /// How many queries were planned.
    pub queries: usize,
}

/// A query whose tables are reached in another way from a size on.
#[derive(Debug, Clone, PartialEq)]
pub struct PathChange {
    /// The query's name, with its module.
    pub query: String,
    /// By how much the tables have grown when the plan is still the one before …
    pub from: f64,
    /// … and when it is the other.
    pub until: f64,
    /// The ways that are no longer taken.
    pub before: Vec<String>,
    /// The ways that are taken instead.
    pub after: Vec<String>,
    /// The rows of the tables concerned, when it is the other.
    pub rows: Vec<(String, u64)>,
}

/// Plans the catalog with its tables as large as they are, and at each of the growths, which
/// ascend. `progress` is told how many of how many sizes are planned.
///
/// # Errors
/// When the project has errors, or the server fails.
pub async fn forecast(
    project: &Project,
    options: &Options,
    growths: &[f64],
    mut progress: impl FnMut(usize, usize),
) -> Result<Forecast, Failure> {
    let mut found = Diagnostics::new();
    let mut survey = Survey::take(project, options, &mut found).await?;
    if found.has_errors() {
        return Err(survey.texts.failure(found));
    }
    let names = survey.texts.full_names();
    let mut planned: Vec<(f64, Vec<Option<Plan>>)> = vec![(1.0, survey.plans.clone())];
    let sizes = growths.len() * (1 + STEPS as usize);
    for (index, &growth) in growths.iter().enumerate() {
        progress(index, sizes);
        planned.push((growth, survey.grown(project, growth).await?));
    }
    // Between two sizes with different plans, the size half way on a scale of powers.
    for step in 0..STEPS as usize {
        let mut between = Vec::new();
        for pair in planned.windows(2) {
            let (low, high) = (&pair[0], &pair[1]);
            if (0..names.len()).any(|query| differ(low.1[query].as_ref(), high.1[query].as_ref())) {
                between.push((low.0 * high.0).sqrt());
            }
        }
        for (index, growth) in between.into_iter().enumerate() {
            progress(growths.len() * (1 + step) + index, sizes);
            planned.push((growth, survey.grown(project, growth).await?));
        }
        planned.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    progress(sizes, sizes);
    let rows = |table: &str, growth: f64| grown(survey.rows.of(table), growth);
    let mut forecast = Forecast {
        queries: survey.plans.iter().flatten().count(),
        ..Forecast::default()
    };
    for pair in planned.windows(2) {
        let ((from, low), (until, high)) = (&pair[0], &pair[1]);
        for (query, name) in names.iter().enumerate() {
            let (Some(before), Some(after)) = (&low[query], &high[query]) else {
                continue;
            };
            let (gone, come) = (only(before, after), only(after, before));
            if gone.is_empty() && come.is_empty() {
                continue;
            }
            let mut tables: Vec<String> =
                after.paths.iter().map(|path| path.table.clone()).collect();
            tables.sort();
            tables.dedup();
            forecast.changes.push(PathChange {
                query: name.clone(),
                from: *from,
                until: *until,
                before: gone,
                after: come,
                rows: tables
                    .into_iter()
                    .map(|table| {
                        let rows = rows(&table, *until);
                        (table, rows)
                    })
                    .collect(),
            });
        }
    }
    survey.stop().await?;
    Ok(forecast)
}

fn differ(low: Option<&Plan>, high: Option<&Plan>) -> bool {
    match (low, high) {
        (Some(low), Some(high)) => !only(low, high).is_empty() || !only(high, low).is_empty(),
        _ => false,
    }
}

/// The ways of one plan that are not those of another.
fn only(plan: &Plan, other: &Plan) -> Vec<String> {
    let known: Vec<String> = other.paths.iter().map(AccessPath::search).collect();
    let paths = plan.paths.iter();
    paths
        .filter(|path| !known.contains(&path.search()))
        .map(AccessPath::way)
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate; the cast saturates"
)]
fn grown(rows: u64, growth: f64) -> u64 {
    (rows as f64 * growth).round() as u64
}
