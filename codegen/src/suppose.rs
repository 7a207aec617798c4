//! What plans would be if the schema were another: indexes that are not there, at the size
//! they would have, and indexes that are not looked at.
//!
//! All of it happens in a transaction that is rolled back. An index is made while its table
//! is, for the server, an empty file; then the table gets its own file back, and the new
//! index the numbers and the first pages of one that is as large as the table's rows make it.

use std::collections::BTreeMap;

use crate::failure::Failure;
use crate::plan::Plan;
use crate::statistics::build::{self, Built};
use crate::survey::Survey;

/// A change of the schema that is only supposed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// An index is made.
    Create {
        /// The tables that have the rows: a table, or the partitions of one.
        tables: Vec<u32>,
        /// The statement.
        sql: String,
    },
    /// An index is not looked at.
    Hide(u32),
    /// A planner setting is another.
    Set(&'static str, &'static str),
    /// An extension is there.
    Extension(&'static str),
}

/// What would be.
#[derive(Debug, Default)]
pub(crate) struct Supposed {
    /// The plans of the queries that could be planned.
    pub(crate) plans: BTreeMap<usize, Plan>,
    /// The changes that the server refuses, and why.
    pub(crate) refused: Vec<(Change, String)>,
    /// The indexes made, by name: for a partitioned table those of its partitions.
    pub(crate) made: BTreeMap<String, Vec<Built>>,
}

impl Supposed {
    /// The pages of an index that was made.
    pub(crate) fn pages(&self, index: &str) -> u64 {
        let parts = self.made.get(index).into_iter().flatten();
        parts.map(|part| part.pages).sum()
    }
}

/// Plans queries, by their places in the survey, as if the changes were made.
pub(crate) async fn suppose(
    survey: &Survey,
    changes: &[Change],
    queries: &[usize],
) -> Result<Supposed, Failure> {
    survey.server.execute("BEGIN").await?;
    let supposed = within(survey, changes, queries).await;
    // Whatever failed, nothing may stay as it was supposed.
    survey.server.execute("ROLLBACK").await?;
    supposed
}

async fn within(
    survey: &Survey,
    changes: &[Change],
    queries: &[usize],
) -> Result<Supposed, Failure> {
    let mut supposed = Supposed::default();
    for change in changes {
        let made = match change {
            Change::Create { tables, sql } => {
                match build::build(&survey.server, survey.embedded.data_dir(), tables, sql).await? {
                    Ok(built) => {
                        for one in built {
                            let parts = supposed.made.entry(one.root.clone());
                            parts.or_default().push(one);
                        }
                        Ok(())
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            Change::Hide(index) => {
                let hide =
                    format!("UPDATE pg_index SET indisvalid = false WHERE indexrelid = {index}");
                survey.server.attempt(&hide).await?
            }
            Change::Set(name, value) => {
                survey
                    .server
                    .attempt(&format!("SET LOCAL {name} = {value}"))
                    .await?
            }
            Change::Extension(name) => {
                let create = format!("CREATE EXTENSION IF NOT EXISTS {name}");
                survey.server.attempt(&create).await?
            }
        };
        if let Err(refusal) = made {
            let why = refusal.message().to_owned();
            supposed.refused.push((change.clone(), why));
        }
    }
    let plans = survey.replan(queries).await?;
    // The parts of an index of a partitioned table go by its name.
    let rename = |name: String| {
        let mut made = supposed.made.values().flatten();
        let part = made.find(|part| part.name == name);
        part.map_or(name, |part| part.root.clone())
    };
    let plans = plans.into_iter().filter_map(|(query, plan)| {
        let plan = plan.ok()?;
        Some((query, plan.with_indexes(&rename)))
    });
    supposed.plans = plans.collect();
    Ok(supposed)
}
