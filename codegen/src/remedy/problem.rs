//! A finding that an index might answer, and why none does.

use super::reasons::Asked;
use crate::analyze::{Reference, Side};
use crate::failure::Failure;
use crate::plan::{AccessPath, Cost};
use crate::rules::Finding;
use crate::schema::{Index, Table};
use crate::suppose::{Change, suppose};
use crate::survey::Survey;

/// Up to version 17 a way that is switched off costs so much more (`disable_cost` in
/// `src/backend/optimizer/path/costsize.c`, 1e10, in hundredths).
const DISABLED: Cost = Cost(1_000_000_000_000);
/// More reasons than this help nobody.
const MAX_REASONS: usize = 4;

/// A finding that an index might answer.
pub(crate) struct Problem<'a> {
    pub(super) survey: &'a Survey,
    /// The query, by its place in the survey.
    pub(crate) query: usize,
    /// The rule that found it.
    pub(crate) rule: &'static str,
    table: &'a Table,
    /// The table as a reader calls it.
    pub(crate) name: String,
    pub(crate) references: Vec<&'a Reference>,
    /// The index that was promised.
    pub(super) promised: Option<&'a Index>,
}

impl<'a> Problem<'a> {
    /// What a finding is about; `None` when no index is concerned.
    pub(crate) fn of(survey: &'a Survey, finding: &Finding) -> Option<Self> {
        let (query, name) = (finding.query?, finding.table.clone()?);
        let mut tables = survey.schema.tables.iter();
        let (&oid, table) = tables.find(|(_, table)| table.is_called(&name))?;
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

    /// Why the promised index, or any index of the table, does not serve. Of an index that is
    /// not promised nothing is said that has to be planned, unless `planning`.
    pub(super) async fn reasons(&self, planning: bool) -> Result<Vec<String>, Failure> {
        let indexes: Vec<&Index> = match self.promised {
            Some(index) => vec![index],
            None => self.nearly_serving(),
        };
        if indexes.is_empty() {
            let name = &self.name;
            let none = format!("no index of `{name}` has what it is searched by");
            return Ok(vec![none]);
        }
        let params = self.survey.analysed[self.query].as_ref();
        let params = params.map_or(&[][..], |analysis| &analysis.params);
        let mut reasons = Vec::new();
        for index in indexes {
            let asked = self.references.iter().map(|reference| Asked {
                table: self.table,
                reference,
                params,
                bytewise: self.survey.bytewise,
            });
            let asked: Vec<Asked<'_>> = asked.collect();
            let mut why_not: Vec<String> = asked
                .iter()
                .filter_map(|asked| asked.leading(index))
                .collect();
            let predicates = asked.iter().filter_map(|asked| asked.predicate(index));
            let predicates: Vec<String> = predicates.collect();
            // What the planner can do with an index is not looked for in the query.
            let planning = planning || self.promised.is_some();
            if planning && (why_not.is_empty() || !predicates.is_empty()) {
                match self.through(index).await? {
                    None => why_not.extend(predicates),
                    Some(through) if why_not.is_empty() => {
                        why_not.extend(self.too_dear(index, &through));
                    }
                    Some(_) => {}
                }
            }
            reasons.extend(why_not);
        }
        reasons.dedup();
        reasons.truncate(MAX_REASONS);
        Ok(reasons)
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

    /// What it costs to reach the table through an index, where the planner can do that.
    async fn through(&self, index: &Index) -> Result<Option<Through>, Failure> {
        let others = self.survey.schema.indexes.iter();
        let others = others.filter(|i| i.table_oid == index.table_oid && i.oid != index.oid);
        let mut changes: Vec<Change> = others.map(|index| Change::Hide(index.oid)).collect();
        changes.push(Change::Set("enable_seqscan", "off"));
        let supposed = suppose(self.survey, &changes, &[self.query]).await?;
        let Some(plan) = supposed.plans.get(&self.query) else {
            return Ok(None);
        };
        let path = plan.paths.iter().find(|p| p.uses(&index.name));
        // An index that is read whole is not searched.
        let path = path.filter(|path| !path.reads_whole(&self.survey.schema));
        Ok(path.map(|path| Through {
            table: total(path),
            query: plan.cost,
        }))
    }

    /// That an index would serve, at a higher cost than the way chosen.
    fn too_dear(&self, index: &Index, through: &Through) -> Option<String> {
        let plan = self.survey.plans[self.query].as_ref()?;
        let mut of_table = plan.paths.iter().filter(|path| path.table == self.name);
        let chosen = of_table.find(|path| !path.uses(&index.name)).map(total)?;
        let name = &index.name;
        if through.table >= chosen {
            let through = through.table;
            return Some(format!(
                "`{name}` would serve, and cost more at this size: {through} through it, {chosen} \
                 the way chosen"
            ));
        }
        // A LIMIT may end the way chosen early, or its rows come in the order asked for.
        let dearer = through.query >= plan.cost && through.query < DISABLED;
        dearer.then(|| {
            format!(
                "`{name}` would serve, and the query cost more at this size: {} through it, {} the \
                 way chosen",
                through.query, plan.cost
            )
        })
    }
}

/// What it costs to go through an index.
struct Through {
    /// To reach the table.
    table: Cost,
    /// The whole query.
    query: Cost,
}

/// What a path costs in all.
fn total(path: &AccessPath) -> Cost {
    Cost(path.cost.0.saturating_mul(path.loops.max(1)))
}

/// Whether a condition is on a key of an index.
fn concerns(attribute: Option<i64>, sql: &str, side: &Side, table: &Table) -> bool {
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
