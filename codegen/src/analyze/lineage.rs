//! Which columns a parameter has the values of: what it is compared with for their order or
//! equality, and what it is written to. Their types are its type, where the user has one.

use std::collections::BTreeSet;

use super::conditions::stripped;
use super::lookups::{Levels, Side};
use super::scope::{CMD_INSERT, CMD_MERGE, CMD_UPDATE};
use super::tree::{Node, Value};
use crate::schema::{Operator, Schema};

/// A column by its table and its number; and whether the elements of the parameter, an array,
/// have its values.
pub(super) type Source = ((u32, i64), bool);

/// PostgreSQL's `RTEKind`.
const SUBQUERY: i64 = 1;
const VALUES: i64 = 5;
const CTE: i64 = 6;

/// The columns of each parameter.
pub(super) fn sources(schema: &Schema, root: &Node<'_>, count: usize) -> Vec<BTreeSet<Source>> {
    let mut found = Found(vec![BTreeSet::new(); count]);
    let levels = Levels {
        schema,
        query: root,
        outer: None,
    };
    levels.sources(&mut found);
    found.0
}

struct Found(Vec<BTreeSet<Source>>);

impl Found {
    fn add(&mut self, side: Option<&Side>, column: (u32, i64), each: bool) {
        if let Some(&Side::Given { param, element }) = side
            && let Some(sources) = self.0.get_mut(param)
        {
            sources.insert((column, each || element));
        }
    }
}

impl<'t> Levels<'_, 't> {
    fn sources(&self, found: &mut Found) {
        self.assigned(found);
        for value in self.query.values() {
            value.walk_level(&mut |node| self.comparison(node, found));
            value.nested(&mut |query| {
                let levels = Levels {
                    schema: self.schema,
                    query,
                    outer: Some(self),
                };
                levels.sources(found);
            });
        }
    }

    fn comparison(&self, node: &Node<'t>, found: &mut Found) {
        match node.name {
            "OPEXPR" | "DISTINCTEXPR" | "NULLIFEXPR" | "SCALARARRAYOPEXPR" => {
                let operator = node.oid("opno").and_then(|o| self.schema.operators.get(&o));
                // `LIKE` takes a pattern, and `+` something to add.
                let compares = |o: &Operator| o.order.is_some() || o.name == "<>";
                if !operator.is_some_and(compares) {
                    return;
                }
                let each = node.name == "SCALARARRAYOPEXPR";
                let args: Vec<&Node<'t>> = node.nodes("args").collect();
                if let [left, right] = args[..] {
                    self.pair(left, right, each, found);
                    self.pair(right, left, false, found);
                }
            }
            "ROWCOMPAREEXPR" | "ROWCOMPARE" => {
                for (left, right) in node.nodes("largs").zip(node.nodes("rargs")) {
                    self.pair(left, right, false, found);
                    self.pair(right, left, false, found);
                }
            }
            _ => {}
        }
    }

    /// A column, and what it is compared with: `each` element of that, or itself.
    fn pair(&self, column: &Node<'t>, given: &Node<'t>, each: bool, found: &mut Found) {
        let Some(column) = self.column_of(column) else {
            return;
        };
        found.add(self.side(given).as_ref(), column, each);
        // `IN (:one, :other)`
        if each {
            for element in stripped(given).nodes("elements") {
                found.add(self.side(element).as_ref(), column, false);
            }
        }
    }

    /// The table's column that an expression has the value of.
    fn column_of(&self, node: &Node<'t>) -> Option<(u32, i64)> {
        if let Some(Side::Column { table, column }) = self.side(node) {
            return Some((table, column));
        }
        // The server itself follows a column through queries inside of others.
        let (_, target) = self.inner(node)?;
        let table = target.oid("resorigtbl").filter(|table| *table != 0)?;
        Some((table, target.int("resorigcol")?))
    }

    /// The parameter that an expression has the value of, also where an inner query returns it.
    fn given(&self, node: &Node<'t>) -> Option<Side> {
        self.side(node).or_else(|| {
            let (query, target) = self.inner(node)?;
            let inner = Levels {
                schema: self.schema,
                query,
                outer: Some(self),
            };
            inner.side(target.node("expr")?)
        })
    }

    /// The query in FROM or WITH that a column is of, and what it returns there.
    fn inner(&self, node: &Node<'t>) -> Option<(&Node<'t>, &Node<'t>)> {
        let node = stripped(node);
        if node.name != "VAR" {
            return None;
        }
        let mut level = self;
        for _ in 0..node.int("varlevelsup")? {
            level = level.outer?;
        }
        let place = usize::try_from(node.int("varno")? - 1).ok()?;
        let entry = level.query.nodes("rtable").nth(place)?;
        let query = match entry.int("rtekind")? {
            SUBQUERY => entry.node("subquery")?,
            CTE => level.cte(entry)?,
            _ => return None,
        };
        let number = node.int("varattno")?;
        let mut targets = query.nodes("targetList");
        let target = targets.find(|target| target.int("resno") == Some(number))?;
        Some((query, target))
    }

    /// The query of a WITH clause that an entry of the range table names.
    fn cte(&self, entry: &Node<'t>) -> Option<&Node<'t>> {
        let mut level = self;
        for _ in 0..entry.int("ctelevelsup")? {
            level = level.outer?;
        }
        let name = entry.word("ctename")?;
        let mut ctes = level.query.nodes("cteList");
        ctes.find(|cte| cte.word("ctename") == Some(name))?
            .node("ctequery")
    }

    /// The columns that INSERT, UPDATE, MERGE and ON CONFLICT give parameters.
    fn assigned(&self, found: &mut Found) {
        let command = self.query.int("commandType");
        if !matches!(command, Some(CMD_INSERT | CMD_UPDATE | CMD_MERGE)) {
            return;
        }
        let place = self.query.int("resultRelation");
        let place = place.and_then(|place| usize::try_from(place - 1).ok());
        let entry = place.and_then(|place| self.query.nodes("rtable").nth(place));
        let Some(table) = entry.and_then(|entry| entry.oid("relid")) else {
            return;
        };
        let conflict = self.query.node("onConflict").into_iter();
        let conflict = conflict.flat_map(|conflict| conflict.nodes("onConflictSet"));
        let merged = self.query.nodes("mergeActionList");
        let merged = merged.flat_map(|action| action.nodes("targetList"));
        let own = self.query.nodes("targetList");
        let own = own.filter(|_| command != Some(CMD_MERGE));
        for target in own.chain(conflict).chain(merged) {
            let (Some(value), Some(number)) = (target.node("expr"), target.int("resno")) else {
                continue;
            };
            let column = (table, number);
            found.add(self.given(value).as_ref(), column, false);
            for cell in self.cells(value) {
                found.add(self.side(cell).as_ref(), column, false);
            }
        }
    }

    /// What the rows of a VALUES list have for a column of it.
    fn cells(&self, value: &Node<'t>) -> Vec<&Node<'t>> {
        let value = stripped(value);
        let place = |field| usize::try_from(value.int(field)? - 1).ok();
        let (Some(entry), Some(column)) = (place("varno"), place("varattno")) else {
            return Vec::new();
        };
        if value.name != "VAR" || value.int("varlevelsup") != Some(0) {
            return Vec::new();
        }
        let Some(entry) = self.query.nodes("rtable").nth(entry) else {
            return Vec::new();
        };
        let rows = match entry.int("rtekind") {
            Some(VALUES) => entry.list("values_lists").iter(),
            _ => [].iter(),
        };
        rows.filter_map(|row| match row {
            Value::List(cells) => cells.get(column)?.as_node(),
            _ => None,
        })
        .collect()
    }
}
