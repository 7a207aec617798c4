//! Which entries of a FROM clause give few rows.

use std::collections::BTreeSet;

use super::conditions::{Bound, Condition, conditions};
use super::{Bounds, Many, Verdict, keys, reads_table};
use crate::analyze::nullability::{result_type, rte};
use crate::analyze::scope::{ColumnRef, Scope};
use crate::analyze::shape::columns::{called, column, row_entries, settled};
use crate::analyze::tree::Node;
use crate::schema::{Schema, TypeKind};

/// The type `bool` by object identifier.
const BOOL: u32 = 16;

/// The entries of one query level, and what is known of them.
pub(super) struct Entries<'r, 'a, 's, 't, 'p> {
    pub(super) bounds: Bounds<'r, 'a>,
    pub(super) scope: &'s Scope<'t, 'p>,
    conditions: Vec<Condition<'t>>,
    /// Entries of which few rows take part.
    few: BTreeSet<i64>,
    /// Columns that have few values in the result.
    columns: BTreeSet<ColumnRef>,
}

impl<'r, 'a, 's, 't, 'p> Entries<'r, 'a, 's, 't, 'p> {
    /// Looks at all entries again until no more of them turn out to give few rows.
    pub(super) fn settle(
        bounds: Bounds<'r, 'a>,
        scope: &'s Scope<'t, 'p>,
        given: &BTreeSet<ColumnRef>,
    ) -> Self {
        let mut entries = Self {
            bounds,
            scope,
            conditions: conditions(scope),
            few: BTreeSet::new(),
            columns: given.clone(),
        };
        loop {
            let known = (entries.few.len(), entries.columns.len());
            entries.learn(given);
            if known == (entries.few.len(), entries.columns.len()) {
                return entries;
            }
        }
    }

    fn learn(&mut self, given: &BTreeSet<ColumnRef>) {
        let mut everywhere = given.clone();
        for condition in self.conditions.iter().filter(|c| c.within.is_none()) {
            everywhere.extend(self.bound_by(condition.node).columns);
        }
        self.columns.extend(everywhere);
        for varno in row_entries(self.scope) {
            if !self.few.contains(&varno) && self.entry_is_few(varno, given).is_ok() {
                self.few.insert(varno);
            }
        }
    }

    /// Whether all of these entries give few rows; otherwise a note on each that does not.
    pub(super) fn verdict(&self, wanted: &[i64]) -> Verdict {
        let rest: Vec<i64> = wanted
            .iter()
            .copied()
            .filter(|varno| !self.few.contains(varno))
            .collect();
        let mut notes: Vec<String> = Vec::new();
        for varno in &rest {
            for note in self
                .entry_is_few(*varno, &BTreeSet::new())
                .err()
                .into_iter()
                .flatten()
            {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        if rest.is_empty() { Ok(()) } else { Err(notes) }
    }

    fn entry_is_few(&self, varno: i64, given: &BTreeSet<ColumnRef>) -> Verdict {
        let Some(entry) = self.scope.entry(varno) else {
            return Err(Vec::new());
        };
        match entry.int("rtekind") {
            Some(rte::RELATION) => keys::table(self, varno, entry, &self.bound(varno, given)),
            Some(rte::SUBQUERY) => {
                let Some(query) = entry.node("subquery") else {
                    return Err(Vec::new());
                };
                // LATERAL, it gives rows for each row of another entry.
                if !self.depends_on_few(query, 1) {
                    return Err(Vec::new());
                }
                self.bounds
                    .below(query, self.scope, &self.outputs(varno, given))
            }
            Some(rte::CTE) => self.cte_is_few(varno, entry, given),
            Some(rte::FUNCTION | rte::VALUES) if self.bounds.many == Many::One => Err(Vec::new()),
            // Functions, VALUES and the like read no table.
            _ if self.depends_on_few(entry, 0) => Ok(()),
            _ => Err(Vec::new()),
        }
    }

    fn cte_is_few(&self, varno: i64, entry: &Node<'_>, given: &BTreeSet<ColumnRef>) -> Verdict {
        let name = entry.word("ctename").unwrap_or("");
        let mut owner: &Scope<'t, '_> = self.scope;
        for _ in 0..entry.int("ctelevelsup").unwrap_or(0) {
            owner = owner.parent.ok_or_else(Vec::new)?;
        }
        let mut ctes = owner.query.nodes("cteList");
        let cte = ctes.find(|cte| cte.word("ctename") == Some(name));
        let query = cte
            .and_then(|cte| cte.node("ctequery"))
            .ok_or_else(Vec::new)?;
        if cte.is_some_and(|cte| cte.flag("cterecursive")) {
            let endless = format!("the recursive query `{name}` goes on as long as it finds rows");
            return if reads_table(query) && !entry.flag("self_reference") {
                Err(vec![endless])
            } else {
                Ok(())
            };
        }
        self.bounds.below(query, owner, &self.outputs(varno, given))
    }

    /// What is compared with few values wherever a row of the entry takes part.
    fn bound(&self, varno: i64, given: &BTreeSet<ColumnRef>) -> Bound<'t> {
        let mut bound = Bound {
            columns: given.clone(),
            ..Bound::default()
        };
        for condition in self.conditions.iter().filter(|c| c.holds_for(varno)) {
            bound.add(self.bound_by(condition.node));
        }
        bound
    }

    /// The columns of a query among FROM that are compared with few values.
    fn outputs(&self, varno: i64, given: &BTreeSet<ColumnRef>) -> BTreeSet<i64> {
        let columns = self.bound(varno, given).columns.into_iter();
        let own = columns.filter(|(of, _)| *of == varno);
        own.map(|(_, attribute)| attribute).collect()
    }

    /// The conditions that hold wherever a row of the entry takes part.
    pub(super) fn conditions_of(&self, varno: i64) -> impl Iterator<Item = &'t Node<'t>> {
        let holds = move |condition: &&Condition<'t>| condition.holds_for(varno);
        self.conditions.iter().filter(holds).map(|c| c.node)
    }

    /// Whether an expression has few values: those columns of this level that it is made
    /// of have, also those that a sub-select in it refers to.
    pub(super) fn depends_on_few(&self, node: &'t Node<'t>, depth: i64) -> bool {
        let mut few = true;
        node.walk_levels(depth, &mut |node, depth| {
            if node.name == "VAR" && node.int("varlevelsup") == Some(depth) {
                few &= self.var_is_few(node);
            }
        });
        few
    }

    fn var_is_few(&self, node: &'t Node<'t>) -> bool {
        let Some((varno, attribute)) = node.int("varno").zip(node.int("varattno")) else {
            return false;
        };
        let entry = self.scope.entry(varno);
        match entry.and_then(|entry| entry.int("rtekind")) {
            Some(rte::JOIN | rte::GROUP) if column(node).is_some() => {
                let other = settled(node, self.scope);
                !std::ptr::eq(other, node) && self.depends_on_few(other, 0)
            }
            _ => self.few.contains(&varno) || self.columns.contains(&(varno, attribute)),
        }
    }

    /// GROUP BY or DISTINCT over keys that have few values.
    pub(super) fn has_few_groups(&self) -> bool {
        let query = self.scope.query;
        let few = |clause: &str| {
            let mut keys = keys::clause(query, clause).peekable();
            keys.peek().is_some() && keys.all(|key| self.key_is_few(key))
        };
        self.bounds.many == Many::Few && (few("groupClause") || few("distinctClause"))
    }

    fn key_is_few(&self, key: &'t Node<'t>) -> bool {
        let key = settled(key, self.scope);
        let mut computed = false;
        let mut visit = |node: &Node<'_>| {
            computed |= matches!(node.name, "AGGREF" | "WINDOWFUNC") || node.flag("funcretset");
        };
        visit(key);
        key.values().for_each(|value| value.walk(&mut visit));
        has_few_values(self.bounds.reader.schema, key) || (!computed && self.depends_on_few(key, 0))
    }
}

/// Whether the type of an expression has few values: an enum's labels, or two.
fn has_few_values(schema: &Schema, node: &Node<'_>) -> bool {
    let tests = ["NULLTEST", "BOOLEANTEST", "BOOLEXPR", "SCALARARRAYOPEXPR"];
    tests.contains(&node.name) || result_type(node).is_some_and(|oid| type_is_few(schema, oid))
}

/// Whether a type is an enum or boolean.
pub(super) fn type_is_few(schema: &Schema, oid: u32) -> bool {
    let (oid, _) = schema.base_type(oid);
    let kind = schema.types.get(&oid).map(|t| &t.kind);
    oid == BOOL || matches!(kind, Some(TypeKind::Enum(_)))
}

/// What a note calls an entry.
pub(super) fn name(entries: &Entries<'_, '_, '_, '_, '_>, entry: &Node<'_>) -> String {
    let table = entry.oid("relid");
    let table = table.and_then(|oid| entries.bounds.reader.schema.tables.get(&oid));
    match table {
        Some(table) if table.name == called(entry) => table.display_name(),
        Some(table) => format!("{} {}", table.display_name(), called(entry)),
        None => called(entry).to_owned(),
    }
}
