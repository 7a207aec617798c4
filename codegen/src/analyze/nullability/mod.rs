//! Whether an expression of the analysed tree can be null.
//!
//! Bottom-up: a node that this module does not know is nullable, and says so.

mod calls;
mod columns;

pub(super) use calls::result_type;
pub(super) use columns::rte;

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::nullness::Nullability;
use super::scope::{CMD_SELECT, Scope};
use super::tree::{Node, Value};
use crate::schema::Schema;

/// PostgreSQL's `SubLinkType`.
pub(super) mod sublink {
    pub(in crate::analyze) const EXISTS: i64 = 0;
    pub(in crate::analyze) const ALL: i64 = 1;
    pub(in crate::analyze) const ANY: i64 = 2;
    pub(in crate::analyze) const EXPR: i64 = 4;
    pub(in crate::analyze) const ARRAY: i64 = 6;
}

/// `CURRENT_SCHEMA` is null when the search path is empty.
const SVF_CURRENT_SCHEMA: i64 = 14;
/// A parameter of the statement, among PostgreSQL's `ParamKind`s.
pub(super) const PARAM_EXTERN: i64 = 0;
/// Expressions nest; deeper than this the answer is "nullable".
const MAX_DEPTH: usize = 200;

/// Infers the nullability of expressions.
pub(crate) struct Inference<'a> {
    /// What the server knows.
    schema: &'a Schema,
    /// Which parameters may be null; `$1` is the first.
    params: &'a [bool],
    memory: RefCell<Memory>,
}

/// What is known of queries below, by the address of their nodes: a query is looked at
/// once, however often its columns are used.
#[derive(Default)]
struct Memory {
    columns: BTreeMap<usize, Vec<Nullability>>,
    /// What is assumed of the recursive queries that are being looked at.
    assumed: BTreeMap<usize, Vec<Nullability>>,
    /// The columns of views, by their object identifier.
    views: BTreeMap<u32, Vec<Nullability>>,
}

fn address(node: &Node<'_>) -> usize {
    std::ptr::from_ref(node).addr()
}

struct Walk<'a> {
    inference: &'a Inference<'a>,
    depth: usize,
}

impl<'a> Inference<'a> {
    /// `params` says which parameters may be null; `$1` is the first.
    pub(crate) fn new(schema: &'a Schema, params: &'a [bool]) -> Self {
        Self {
            schema,
            params,
            memory: RefCell::default(),
        }
    }

    /// The columns that a query returns, in their order.
    pub(crate) fn columns(&self, query: &Node<'_>) -> Vec<Nullability> {
        let walk = Walk {
            inference: self,
            depth: 0,
        };
        walk.query_columns(query, None)
    }

    /// The columns that a query nested in another one returns.
    pub(super) fn columns_below<'t>(
        &self,
        query: &'t Node<'t>,
        scope: &Scope<'t, '_>,
    ) -> Vec<Nullability> {
        let walk = Walk {
            inference: self,
            depth: 0,
        };
        walk.query_columns(query, Some(scope))
    }

    /// Whether a parameter may be null.
    pub(super) fn param_is_nullable(&self, number: i64) -> bool {
        let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        index.is_none_or(|index| self.params.get(index).copied().unwrap_or(true))
    }

    /// The columns of a view, from its own query. Each is read once.
    fn view_columns(&self, oid: u32) -> Vec<Nullability> {
        if let Some(columns) = self.memory.borrow().views.get(&oid) {
            return columns.clone();
        }
        let text = self.schema.meaning.views.get(&oid);
        let tree = text.and_then(|text| super::tree::read(text).ok());
        let query = match &tree {
            Some(Value::List(list)) => list.first().and_then(Value::as_node),
            Some(Value::Node(node)) => Some(node),
            _ => None,
        };
        // A memory of its own, because the view's tree does not outlive this function.
        let columns = query.map(|query| Inference::new(self.schema, &[]).columns(query));
        let columns: Vec<Nullability> = columns
            .unwrap_or_default()
            .iter()
            .map(Nullability::settled)
            .collect();
        let mut memory = self.memory.borrow_mut();
        memory.views.insert(oid, columns.clone());
        columns
    }

    /// An expression of a query level.
    pub(super) fn value<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let walk = Walk {
            inference: self,
            depth: 0,
        };
        walk.expr(Some(node), scope)
    }
}

/// The target entries that a query returns: its RETURNING list, or its own.
pub(crate) fn returned<'t>(query: &'t Node<'t>) -> impl Iterator<Item = &'t Node<'t>> {
    let list = if query.int("commandType") == Some(CMD_SELECT) {
        "targetList"
    } else {
        "returningList"
    };
    query.nodes(list).filter(|entry| !entry.flag("resjunk"))
}

impl Walk<'_> {
    fn schema(&self) -> &Schema {
        self.inference.schema
    }

    fn deeper(&self) -> Self {
        Walk {
            inference: self.inference,
            depth: self.depth + 1,
        }
    }

    fn query_columns<'t>(
        &self,
        query: &'t Node<'t>,
        parent: Option<&Scope<'t, '_>>,
    ) -> Vec<Nullability> {
        let count = returned(query).count();
        if self.depth > MAX_DEPTH {
            return vec![Nullability::MAYBE; count];
        }
        let memory = &self.inference.memory;
        if let Some(columns) = memory.borrow().columns.get(&address(query)) {
            return columns.clone();
        }
        let scope = Scope::new(self.schema(), query, parent);
        let columns: Vec<Nullability> = match query.node("setOperations") {
            Some(operation) => self.set_operation(operation, &scope, count),
            None => returned(query)
                .map(|entry| self.deeper().expr(entry.node("expr"), &scope))
                .collect(),
        };
        memory
            .borrow_mut()
            .columns
            .insert(address(query), columns.clone());
        columns
    }

    /// A recursive query is looked at with its own columns taken as not null; where that
    /// turns out wrong, again with what was found, until nothing changes.
    fn recursive_columns<'t>(
        &self,
        query: &'t Node<'t>,
        parent: &Scope<'t, '_>,
    ) -> Vec<Nullability> {
        let memory = &self.inference.memory;
        let mut assumed = vec![Nullability::NEVER; returned(query).count()];
        loop {
            // What was found under another assumption does not hold any more.
            memory.borrow_mut().columns.clear();
            memory
                .borrow_mut()
                .assumed
                .insert(address(query), assumed.clone());
            let found = self.query_columns(query, Some(parent));
            let pairs = assumed.iter().zip(&found);
            let merged: Vec<Nullability> = pairs
                .map(|(a, b)| Nullability::of(a.nullable() || b.nullable()))
                .collect();
            if merged == assumed {
                return assumed;
            }
            assumed = merged;
        }
    }

    /// UNION: null where any arm is; INTERSECT: where both are; EXCEPT: where the first is.
    fn set_operation(
        &self,
        node: &Node<'_>,
        scope: &Scope<'_, '_>,
        count: usize,
    ) -> Vec<Nullability> {
        if node.name == "RANGETBLREF" {
            let subquery = node
                .int("rtindex")
                .and_then(|varno| scope.entry(varno))
                .and_then(|entry| entry.node("subquery"));
            return match subquery {
                Some(query) => self.deeper().query_columns(query, Some(scope)),
                None => vec![Nullability::MAYBE; count],
            };
        }
        let arm = |side| match node.node(side) {
            Some(side) => self.deeper().set_operation(side, scope, count),
            None => vec![Nullability::MAYBE; count],
        };
        let (left, right) = (arm("larg"), arm("rarg"));
        let merge = |(l, r): (Nullability, Nullability)| match node.int("op") {
            Some(2) => Nullability::all([l, r].into_iter()),
            Some(3) => l,
            _ => Nullability::one_of([l, r].into_iter()),
        };
        left.into_iter().zip(right).map(merge).collect()
    }

    fn all<'t>(
        &self,
        nodes: impl Iterator<Item = &'t Node<'t>>,
        scope: &Scope<'t, '_>,
    ) -> Nullability {
        Nullability::any(nodes.map(|node| self.expr(Some(node), scope)))
    }

    fn expr<'t>(&self, node: Option<&'t Node<'t>>, scope: &Scope<'t, '_>) -> Nullability {
        let Some(node) = node.filter(|_| self.depth <= MAX_DEPTH) else {
            return Nullability::MAYBE;
        };
        // Where a grouping set leaves an expression out it is null, whatever it is.
        if scope.grouped.iter().any(|grouped| same(grouped, node)) {
            return Nullability::MAYBE;
        }
        let walk = self.deeper();
        match node.name {
            "VAR" => walk.var(node, scope),
            "CONST" => Nullability::of(node.flag("constisnull")),
            "PARAM" => walk.param(node),
            "FUNCEXPR" => walk.function(node, scope),
            "OPEXPR" => walk.operator(node, scope),
            "SCALARARRAYOPEXPR" => walk.any_of_array(node, scope),
            "AGGREF" => walk.aggregate(node, scope),
            "WINDOWFUNC" => walk.window(node, scope),
            "SUBLINK" => walk.sublink(node, scope),
            "CASEEXPR" => {
                let results = node.nodes("args").filter_map(|when| when.node("result"));
                let otherwise = walk.expr(node.node("defresult"), scope);
                let results = results.map(|result| walk.expr(Some(result), scope));
                Nullability::one_of(results.chain([otherwise]))
            }
            // `null AND false` is false.
            "BOOLEXPR" => {
                Nullability::one_of(node.nodes("args").map(|arg| walk.expr(Some(arg), scope)))
            }
            "COALESCEEXPR" | "COALESCE" | "MINMAXEXPR" | "MINMAX" => {
                Nullability::all(node.nodes("args").map(|arg| walk.expr(Some(arg), scope)))
            }
            "COERCETODOMAIN" => {
                let (_, forbids_null) =
                    self.schema().base_type(node.oid("resulttype").unwrap_or(0));
                if forbids_null {
                    Nullability::NEVER
                } else {
                    walk.expr(node.node("arg"), scope)
                }
            }
            "TARGETENTRY" => walk.expr(node.node("expr"), scope),
            "RELABELTYPE" | "COERCEVIAIO" | "COLLATEEXPR" | "COLLATE" | "ARRAYCOERCEEXPR"
            | "CONVERTROWTYPEEXPR" | "NAMEDARGEXPR" => walk.expr(node.node("arg"), scope),
            "SQLVALUEFUNCTION" => Nullability::of(node.int("op") == Some(SVF_CURRENT_SCHEMA)),
            "DISTINCTEXPR" | "NULLTEST" | "BOOLEANTEST" | "ARRAYEXPR" | "ARRAY" | "ROWEXPR"
            | "ROW" | "GROUPINGFUNC" | "MERGESUPPORTFUNC" | "NEXTVALUEEXPR" => Nullability::NEVER,
            // NULLIFEXPR, RETURNINGEXPR, SUBSCRIPTINGREF, FIELDSELECT, XMLEXPR, JSON…, and what later
            // versions of PostgreSQL bring.
            _ => Nullability::MAYBE,
        }
    }

    fn param(&self, node: &Node<'_>) -> Nullability {
        if node.int("paramkind") != Some(PARAM_EXTERN) {
            return Nullability::MAYBE;
        }
        let index = node
            .int("paramid")
            .and_then(|id| usize::try_from(id).ok())
            .and_then(|id| id.checked_sub(1));
        let nullable = index.and_then(|i| self.inference.params.get(i)).copied();
        Nullability::of(nullable.unwrap_or(true))
    }

    fn sublink<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let query = node.node("subselect");
        match (node.int("subLinkType"), query) {
            (Some(sublink::EXISTS | sublink::ARRAY), _) => Nullability::NEVER,
            (Some(sublink::EXPR), Some(query)) if always_one_row(query) && !scope.grouping_sets => {
                let columns = self.query_columns(query, Some(scope));
                columns
                    .first()
                    .map_or(Nullability::MAYBE, Nullability::settled)
            }
            // `x IN (SELECT …)` is null for a null on either side.
            (Some(sublink::ANY | sublink::ALL), Some(query)) => {
                let columns = self.query_columns(query, Some(scope));
                let test = node.node("testexpr");
                if !self.is_total_operator(test.and_then(|t| t.oid("opfuncid"))) {
                    return Nullability::MAYBE;
                }
                let tested = test.and_then(|t| t.nodes("args").next());
                let sides = columns.into_iter().chain([self.expr(tested, scope)]);
                Nullability::any(sides).settled()
            }
            _ => Nullability::MAYBE,
        }
    }
}

/// Whether two expressions are the same, wherever they stand.
fn same(left: &Node<'_>, right: &Node<'_>) -> bool {
    left.name == right.name
        && left.fields().len() == right.fields().len()
        && left
            .fields()
            .iter()
            .zip(right.fields())
            .all(|((a, left), (b, right))| {
                a == b && (a.ends_with("location") || same_value(left, right))
            })
}

fn same_value(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Node(left), Value::Node(right)) => same(left, right),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same_value(left, right))
        }
        (left, right) => left == right,
    }
}

/// An aggregate without GROUP BY and HAVING gives exactly one row, and so does a query
/// without FROM and WHERE.
fn always_one_row(query: &Node<'_>) -> bool {
    let unconditional = |tree: &Node<'_>| {
        tree.list("fromlist").is_empty() && matches!(tree.field("quals"), Value::Nothing)
    };
    let bare = query.node("jointree").is_some_and(unconditional)
        && matches!(query.field("setOperations"), Value::Nothing);
    query.int("commandType") == Some(CMD_SELECT)
        && (query.flag("hasAggs") || bare)
        && !query.flag("hasTargetSRFs")
        && query.list("groupClause").is_empty()
        && query.list("groupingSets").is_empty()
        && query.node("havingQual").is_none()
        && query.node("limitCount").is_none()
        && query.node("limitOffset").is_none()
}
