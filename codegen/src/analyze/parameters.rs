//! How a query uses its parameters: what an unnamed one is called after, and which
//! may be null.

use super::nullability::PARAM_EXTERN;
use super::scope::{CMD_INSERT, CMD_UPDATE};
use super::tree::Node;
use crate::schema::{Schema, Table};

/// What the uses of one parameter say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ParamUse {
    /// The column it is assigned to or compared with, or `limit`, `offset`.
    pub(super) name: Option<String>,
    /// Whether null makes sense everywhere it is used, and more than `false` somewhere.
    pub(super) nullable: bool,
}

/// Where a parameter stands.
#[derive(Default)]
struct Evidence {
    name: Option<String>,
    /// Assigned to a column that may be null, or tested for null.
    takes_null: bool,
    /// Assigned to a column that forbids null.
    forbids_null: bool,
}

/// Looks at every use of every parameter.
pub(super) fn uses(schema: &Schema, root: &Node<'_>, count: usize) -> Vec<ParamUse> {
    let mut finder = Finder {
        schema,
        evidence: Vec::new(),
    };
    finder.evidence.resize_with(count, Evidence::default);
    finder.query(root);
    for value in root.values() {
        value.walk(&mut |node| {
            if node.name == "QUERY" {
                finder.query(node);
            }
        });
    }
    let used = |evidence: Evidence| ParamUse {
        name: evidence.name,
        nullable: evidence.takes_null && !evidence.forbids_null,
    };
    finder.evidence.into_iter().map(used).collect()
}

/// The place of the parameter that an expression is, casts aside.
pub(super) fn external(node: &Node<'_>) -> Option<usize> {
    let mut node = node;
    loop {
        node = match node.name {
            // The other side of `IN (SELECT …)` is a parameter, too.
            "PARAM" if node.int("paramkind") != Some(PARAM_EXTERN) => return None,
            "PARAM" => return usize::try_from(node.int("paramid")?).ok()?.checked_sub(1),
            "FUNCEXPR" if node.nodes("args").count() >= 1 && node.int("funcformat") != Some(0) => {
                node.nodes("args").next()?
            }
            _ => node.node("arg")?,
        };
    }
}

struct Finder<'a> {
    schema: &'a Schema,
    evidence: Vec<Evidence>,
}

impl Finder<'_> {
    /// One query level; levels below have their own call.
    fn query(&mut self, query: &Node<'_>) {
        let entries: Vec<&Node<'_>> = query.nodes("rtable").collect();
        self.assignments(query, &entries);
        for (field, name) in [("limitCount", "limit"), ("limitOffset", "offset")] {
            if let Some(index) = query.node(field).and_then(|n| self.param(n)) {
                self.name(index, name);
            }
        }
        for value in query.values() {
            value.walk_level(&mut |node| self.expression(node, &entries));
        }
    }

    fn param(&self, node: &Node<'_>) -> Option<usize> {
        external(node).filter(|index| *index < self.evidence.len())
    }

    fn name(&mut self, index: usize, name: &str) {
        self.evidence[index]
            .name
            .get_or_insert_with(|| name.to_owned());
    }

    fn assignments(&mut self, query: &Node<'_>, entries: &[&Node<'_>]) {
        let writes = matches!(query.int("commandType"), Some(CMD_INSERT | CMD_UPDATE));
        let target = query.int("resultRelation").and_then(|i| entry(entries, i));
        let table = target.and_then(|entry| table_of(self.schema, entry));
        let Some(table) = table.filter(|_| writes) else {
            return;
        };
        let on_conflict = query.node("onConflict");
        let sets = on_conflict
            .into_iter()
            .flat_map(|c| c.nodes("onConflictSet"));
        for target in query.nodes("targetList").chain(sets) {
            let (Some(value), Some(attribute)) = (target.node("expr"), target.int("resno")) else {
                continue;
            };
            if let Some(index) = self.param(value) {
                self.assigned(index, table, attribute);
            }
            // INSERT of several rows: the columns of a VALUES list.
            if let Some((lists, column)) = values_column(value, entries) {
                for row in lists {
                    if let super::tree::Value::List(cells) = row
                        && let Some(cell) = cells.get(column).and_then(super::tree::Value::as_node)
                        && let Some(index) = self.param(cell)
                    {
                        self.assigned(index, table, attribute);
                    }
                }
            }
        }
    }

    fn assigned(&mut self, index: usize, table: &Table, attribute: i64) {
        let Some(column) = table.columns.get(&attribute) else {
            return;
        };
        self.name(index, &column.name);
        if column.not_null {
            self.evidence[index].forbids_null = true;
        } else {
            self.evidence[index].takes_null = true;
        }
    }

    fn expression(&mut self, node: &Node<'_>, entries: &[&Node<'_>]) {
        match node.name {
            "OPEXPR" | "SCALARARRAYOPEXPR" | "DISTINCTEXPR" => {
                let args: Vec<&Node<'_>> = node.nodes("args").collect();
                if let [left, right] = args.as_slice() {
                    for (param, other) in [(left, right), (right, left)] {
                        if let Some(index) = self.param(param) {
                            if let Some(name) = column_name(self.schema, other, entries) {
                                self.name(index, &name);
                            }
                            // `IS NOT DISTINCT FROM` is written for nulls.
                            self.evidence[index].takes_null |= node.name == "DISTINCTEXPR";
                        }
                    }
                }
            }
            "NULLTEST" => {
                if let Some(index) = node.node("arg").and_then(|arg| self.param(arg)) {
                    self.evidence[index].takes_null = true;
                }
            }
            // Before a fallback, a value that is never null would make no sense.
            "COALESCEEXPR" | "COALESCE" => {
                let args: Vec<&Node<'_>> = node.nodes("args").collect();
                for arg in args.iter().take(args.len().saturating_sub(1)) {
                    if let Some(index) = self.param(arg) {
                        self.evidence[index].takes_null = true;
                    }
                }
            }
            _ => {}
        }
    }
}

fn entry<'e, 't>(entries: &[&'e Node<'t>], varno: i64) -> Option<&'e Node<'t>> {
    let index = usize::try_from(varno).ok()?.checked_sub(1)?;
    entries.get(index).copied()
}

fn table_of<'s>(schema: &'s Schema, entry: &Node<'_>) -> Option<&'s Table> {
    entry.oid("relid").and_then(|oid| schema.tables.get(&oid))
}

/// The rows of the VALUES list that a column is taken from, and its place in them.
fn values_column<'e, 't>(
    value: &Node<'_>,
    entries: &[&'e Node<'t>],
) -> Option<(&'e [super::tree::Value<'t>], usize)> {
    let mut value = value;
    while value.name != "VAR" {
        value = value.node("arg").or_else(|| value.nodes("args").next())?;
    }
    let entry = entry(entries, value.int("varno")?)?;
    let column = usize::try_from(value.int("varattno")? - 1).ok()?;
    (entry.int("rtekind") == Some(5)).then(|| (entry.list("values_lists"), column))
}

/// The name of the column an expression is, casts aside.
fn column_name(schema: &Schema, node: &Node<'_>, entries: &[&Node<'_>]) -> Option<String> {
    let mut node = node;
    while node.name != "VAR" {
        node = node.node("arg")?;
    }
    if node.int("varlevelsup") != Some(0) {
        return None;
    }
    let table = table_of(schema, entry(entries, node.int("varno")?)?)?;
    Some(table.columns.get(&node.int("varattno")?)?.name.clone())
}
