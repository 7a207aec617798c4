//! A finding that an index might answer, and why none does.

use super::reasons::Asked;
use crate::analyze::{Reference, Side};
use crate::failure::Failure;
use crate::plan::{AccessPath, Cost};
use crate::rules::Finding;
use crate::schema::{Index, Table};
use crate::suppose::{Change, suppose};
use crate::survey::Survey;

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
    pub(super) async fn reasons(&self) -> Result<Vec<String>, Failure> {
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
            // What the planner can do with an index is not looked for in the query.
            let through = self.through(index).await?;
            let asked = self.references.iter().map(|reference| Asked {
                table: self.table,
                reference,
                params,
                bytewise: self.survey.bytewise,
            });
            let mut why_not = Vec::new();
            for asked in asked {
                why_not.extend(asked.leading(index));
                why_not.extend(asked.predicate(index).filter(|_| through.is_none()));
            }
            if let (Some(cost), true) = (through, why_not.is_empty()) {
                why_not.extend(self.too_dear(index, cost));
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
    async fn through(&self, index: &Index) -> Result<Option<Cost>, Failure> {
        let others = self.survey.schema.indexes.iter();
        let others = others.filter(|i| i.table_oid == index.table_oid && i.oid != index.oid);
        let mut changes: Vec<Change> = others.map(|index| Change::Hide(index.oid)).collect();
        changes.push(Change::Set("enable_seqscan", "off"));
        let supposed = suppose(self.survey, &changes, &[self.query]).await?;
        let plan = supposed.plans.get(&self.query);
        let path = plan.and_then(|plan| plan.paths.iter().find(|p| p.uses(&index.name)));
        // An index that is read whole is not searched.
        let path = path.filter(|path| !path.reads_whole(&self.survey.schema));
        Ok(path.map(total))
    }

    /// That an index would serve, at a higher cost than the way chosen.
    fn too_dear(&self, index: &Index, through: Cost) -> Option<String> {
        let plan = self.survey.plans[self.query].as_ref()?;
        let mut of_table = plan.paths.iter().filter(|path| path.table == self.name);
        let chosen = of_table.find(|path| !path.uses(&index.name)).map(total)?;
        (through >= chosen).then(|| {
            format!(
                "`{}` would serve, and cost more at this size: {through} through it, {chosen} the \
                 way chosen",
                index.name
            )
        })
    }
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
