//! Whether an expression of the analysed tree can be null.
//!
//! Bottom-up: a node that this module does not know is nullable, and says so.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::functions::{
    COLLECTORS, COUNTS, FRAME_VALUES, NEVER_NULL, PARTIAL_OPERATORS, ROW_VALUES, TOTAL,
    TOTAL_AGGREGATES, TOTAL_OF_TEXT,
};
use super::nullness::Nullability;
use super::scope::{CMD_DELETE, CMD_INSERT, CMD_SELECT, CMD_UPDATE, Scope};
use super::tree::{Node, Value};
use crate::schema::{Function, Schema};

/// PostgreSQL's `RTEKind`.
mod rte {
    pub(super) const RELATION: i64 = 0;
    pub(super) const SUBQUERY: i64 = 1;
    pub(super) const JOIN: i64 = 2;
    pub(super) const FUNCTION: i64 = 3;
    pub(super) const VALUES: i64 = 5;
    pub(super) const CTE: i64 = 6;
    pub(super) const GROUP: i64 = 9;
}

/// PostgreSQL's `SubLinkType`.
mod sublink {
    pub(super) const EXISTS: i64 = 0;
    pub(super) const ALL: i64 = 1;
    pub(super) const ANY: i64 = 2;
    pub(super) const EXPR: i64 = 4;
    pub(super) const ARRAY: i64 = 6;
}

/// Implicit and explicit casts among PostgreSQL's `CoercionForm`s.
const CAST_FORMS: [i64; 2] = [1, 2];
/// The window has a frame of its own (`FRAMEOPTION_NONDEFAULT`).
const FRAME_NONDEFAULT: i64 = 1;
/// `CURRENT_SCHEMA` is null when the search path is empty.
const SVF_CURRENT_SCHEMA: i64 = 14;
/// `OLD` and `NEW` in PostgreSQL 18's RETURNING.
const RETURNING_OLD: i64 = 1;
const RETURNING_NEW: i64 = 2;
/// Types by object identifier, from PostgreSQL's `pg_type.dat`.
mod types {
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const JSON: [u32; 2] = [114, 3802];
    pub(super) const TIME: [u32; 2] = [1083, 1266];
    pub(super) const TIMESTAMP: [u32; 2] = [1114, 1184];
}
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

    fn called(&self, oid: Option<u32>) -> Option<&Function> {
        oid.and_then(|oid| self.schema().functions.get(&oid))
            .filter(|function| function.builtin)
    }

    fn function<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let Some(function) = self.called(node.oid("funcid")) else {
            return Nullability::MAYBE;
        };
        let name = function.name.as_str();
        // Of several functions in one select list that return rows, the shorter ones are
        // filled up with nulls; a null in place of all variadic arguments gives null.
        let filled_up = node.flag("funcretset") && scope.set_returning > 1;
        if filled_up || node.flag("funcvariadic") {
            return Nullability::MAYBE;
        }
        if NEVER_NULL.contains(&name) {
            return Nullability::NEVER;
        }
        if function.strict && is_total(name, node) {
            self.all(node.nodes("args"), scope)
        } else {
            Nullability::MAYBE
        }
    }

    fn operator<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let args = || node.nodes("args").map(|arg| self.expr(Some(arg), scope));
        match self.called(node.oid("opfuncid")) {
            Some(f) if f.name == "array_cat" => Nullability::all(args()),
            Some(f) if NEVER_NULL.contains(&f.name.as_str()) => Nullability::NEVER,
            Some(f) if f.strict && !PARTIAL_OPERATORS.contains(&f.name.as_str()) => {
                Nullability::any(args())
            }
            _ => Nullability::MAYBE,
        }
    }

    /// Whether an operator is null only for a null on one of its sides.
    fn is_total_operator(&self, oid: Option<u32>) -> bool {
        self.called(oid)
            .is_some_and(|f| f.strict && !PARTIAL_OPERATORS.contains(&f.name.as_str()))
    }

    /// `x = ANY (array)` is null for a null in the array, unless a match comes first.
    fn any_of_array<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let strict = self.called(node.oid("opfuncid")).is_some_and(|f| f.strict);
        let mut args = node.nodes("args");
        let (Some(scalar), Some(array), true) = (args.next(), args.next(), strict) else {
            return Nullability::MAYBE;
        };
        let elements = match array.name {
            "ARRAYEXPR" | "ARRAY" => self.all(array.nodes("elements"), scope),
            // Generated code passes slices of values, never of options.
            "PARAM" => self.expr(Some(array), scope),
            _ => Nullability::MAYBE,
        };
        Nullability::any([self.expr(Some(scalar), scope), elements].into_iter()).settled()
    }

    fn aggregate<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let Some(function) = self.called(node.oid("aggfnoid")) else {
            return Nullability::MAYBE;
        };
        if COUNTS.contains(&function.name.as_str()) {
            return Nullability::NEVER;
        }
        let grouped = !scope.query.list("groupClause").is_empty() && !scope.grouping_sets;
        let total = TOTAL_AGGREGATES.contains(&function.name.as_str());
        let filtered = node.node("aggfilter").is_some();
        let own_level = node.int("agglevelsup") == Some(0);
        if !(grouped && total && own_level) || filtered {
            return Nullability::MAYBE;
        }
        // Collected nulls are elements.
        if COLLECTORS.contains(&function.name.as_str()) {
            return Nullability::NEVER;
        }
        let args = self.all(node.nodes("args"), scope);
        let direct = self.all(node.nodes("aggdirectargs"), scope);
        Nullability::any([args, direct].into_iter()).settled()
    }

    fn window<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let Some(function) = self.called(node.oid("winfnoid")) else {
            return Nullability::MAYBE;
        };
        let name = function.name.as_str();
        let args = || self.all(node.nodes("args"), scope).settled();
        if name == "ntile" {
            return args();
        }
        if COUNTS.contains(&name) {
            return Nullability::NEVER;
        }
        if matches!(name, "lag" | "lead") && node.nodes("args").count() == 3 {
            return args();
        }
        // The default frame holds at least the current row.
        let total = TOTAL_AGGREGATES.contains(&name) || FRAME_VALUES.contains(&name);
        if total && node.node("aggfilter").is_none() && has_default_frame(node, scope) {
            args()
        } else {
            Nullability::MAYBE
        }
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

    fn var(&self, node: &Node<'_>, scope: &Scope<'_, '_>) -> Nullability {
        let (Some(varno), Some(attribute)) = (node.int("varno"), node.int("varattno")) else {
            return Nullability::MAYBE;
        };
        let mut scope = scope;
        for _ in 0..node.int("varlevelsup").unwrap_or(0) {
            match scope.parent {
                Some(parent) => scope = parent,
                None => return Nullability::MAYBE,
            }
        }
        let command = scope.query.int("commandType");
        // `OLD` is the row before, `NEW` the row after: one of them may not be there.
        match node.int("varreturningtype") {
            Some(RETURNING_OLD) if matches!(command, Some(CMD_UPDATE | CMD_DELETE)) => {
                return self.entry_column(varno, attribute, scope);
            }
            Some(RETURNING_NEW) if matches!(command, Some(CMD_INSERT | CMD_UPDATE)) => {}
            Some(RETURNING_OLD | RETURNING_NEW) => return Nullability::MAYBE,
            _ => {}
        }
        if scope.grouping_sets {
            return Nullability::MAYBE;
        }
        let column = (varno, attribute);
        if scope.proven.contains(&column) {
            return Nullability::NEVER;
        }
        let mut found = if scope.proven_inside.contains(&column) {
            Nullability::NEVER
        } else {
            self.entry_column(varno, attribute, scope)
        };
        found
            .joins
            .extend(scope.optional.get(&varno).into_iter().flatten());
        found
    }

    /// A column of a range table entry, outer joins aside.
    fn entry_column(&self, varno: i64, attribute: i64, scope: &Scope<'_, '_>) -> Nullability {
        let Some(entry) = scope.entry(varno) else {
            return Nullability::MAYBE;
        };
        // A whole row, or a system column, is there whenever the row is.
        if attribute <= 0 {
            return Nullability::NEVER;
        }
        let Ok(index) = usize::try_from(attribute - 1) else {
            return Nullability::MAYBE;
        };
        match entry.int("rtekind") {
            Some(rte::RELATION) => self.table_column(entry, attribute),
            Some(rte::SUBQUERY) => match entry.node("subquery") {
                Some(query) => {
                    let columns = self.query_columns(query, Some(scope));
                    columns.get(index).cloned().unwrap_or(Nullability::MAYBE)
                }
                None => Nullability::MAYBE,
            },
            Some(rte::JOIN) => {
                let aliased = entry.list("joinaliasvars").get(index);
                self.expr(aliased.and_then(Value::as_node), scope)
            }
            Some(rte::GROUP) => {
                let grouped = entry.list("groupexprs").get(index);
                self.expr(grouped.and_then(Value::as_node), scope)
            }
            Some(rte::VALUES) => self.values_column(entry, index, scope),
            Some(rte::CTE) => self.cte_column(entry, index, scope),
            Some(rte::FUNCTION) => self.function_column(entry, index),
            _ => Nullability::MAYBE,
        }
    }

    fn table_column(&self, entry: &Node<'_>, attribute: i64) -> Nullability {
        let column = entry
            .oid("relid")
            .and_then(|oid| self.schema().tables.get(&oid))
            .and_then(|table| table.columns.get(&attribute));
        Nullability::of(column.is_none_or(|column| !column.not_null))
    }

    fn values_column<'t>(
        &self,
        entry: &'t Node<'t>,
        index: usize,
        scope: &Scope<'t, '_>,
    ) -> Nullability {
        let rows = entry.list("values_lists").iter().map(|row| match row {
            Value::List(cells) => self.expr(cells.get(index).and_then(Value::as_node), scope),
            _ => Nullability::MAYBE,
        });
        Nullability::one_of(rows)
    }

    fn cte_column(&self, entry: &Node<'_>, index: usize, scope: &Scope<'_, '_>) -> Nullability {
        let Some(name) = entry.word("ctename") else {
            return Nullability::MAYBE;
        };
        let mut owner = scope;
        for _ in 0..entry.int("ctelevelsup").unwrap_or(0) {
            match owner.parent {
                Some(parent) => owner = parent,
                None => return Nullability::MAYBE,
            }
        }
        let mut ctes = owner.query.nodes("cteList");
        let cte = ctes.find(|cte| cte.word("ctename") == Some(name));
        let Some((cte, query)) = cte.and_then(|cte| Some((cte, cte.node("ctequery")?))) else {
            return Nullability::MAYBE;
        };
        let columns = if entry.flag("self_reference") {
            let memory = self.inference.memory.borrow();
            memory
                .assumed
                .get(&address(query))
                .cloned()
                .unwrap_or_default()
        } else if cte.flag("cterecursive") {
            self.deeper().recursive_columns(query, owner)
        } else {
            self.deeper().query_columns(query, Some(owner))
        };
        // Used twice, its rows are two rows, each with joins of its own.
        columns
            .get(index)
            .map_or(Nullability::MAYBE, Nullability::settled)
    }

    /// The functions of FROM whose rows hold no null.
    fn function_column(&self, entry: &Node<'_>, index: usize) -> Nullability {
        let functions: Vec<&Node<'_>> = entry.nodes("functions").collect();
        let widths = functions.iter().filter_map(|f| f.int("funccolcount"));
        let width = usize::try_from(widths.sum::<i64>()).unwrap_or(usize::MAX);
        if entry.flag("funcordinality") && index == width {
            return Nullability::NEVER;
        }
        let [function] = functions.as_slice() else {
            return Nullability::MAYBE;
        };
        let call = function.node("funcexpr");
        let name = call
            .and_then(|c| self.called(c.oid("funcid")))
            .map(|f| f.name.as_str());
        let argument = || call.and_then(|c| c.nodes("args").next());
        match name {
            Some(name) if ROW_VALUES.contains(&name) => Nullability::NEVER,
            // Generated code passes slices of values, never of options.
            Some("unnest") if argument().is_some_and(|array| array.name == "PARAM") => {
                Nullability::NEVER
            }
            _ => Nullability::MAYBE,
        }
    }
}

/// Whether a strict function gives a value for all arguments that are not null.
fn is_total(name: &str, call: &Node<'_>) -> bool {
    let mut types = call.nodes("args").map(result_type);
    let (first, second) = (types.next().flatten(), types.next().flatten());
    let of = |types: &[u32]| first.is_none_or(|oid| types.contains(&oid));
    // An infinite timestamp has no time of day and no digits; JSON's null is null.
    let cast_to_null = of(&types::JSON)
        || (call
            .oid("funcresulttype")
            .is_some_and(|oid| types::TIME.contains(&oid))
            && of(&types::TIMESTAMP));
    let is_cast = call
        .int("funcformat")
        .is_some_and(|f| CAST_FORMS.contains(&f));
    TOTAL.contains(&name)
        || (TOTAL_OF_TEXT.contains(&name) && first == Some(types::TEXT))
        || (name == "substring" && second == Some(types::INT4))
        || (is_cast && !cast_to_null)
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

/// An aggregate without GROUP BY and HAVING gives exactly one row.
fn always_one_row(query: &Node<'_>) -> bool {
    query.int("commandType") == Some(CMD_SELECT)
        && query.flag("hasAggs")
        && !query.flag("hasTargetSRFs")
        && query.list("groupClause").is_empty()
        && query.list("groupingSets").is_empty()
        && query.node("havingQual").is_none()
        && query.node("limitCount").is_none()
        && query.node("limitOffset").is_none()
}

fn has_default_frame(node: &Node<'_>, scope: &Scope<'_, '_>) -> bool {
    let Some(reference) = node.int("winref") else {
        return false;
    };
    scope
        .query
        .nodes("windowClause")
        .find(|clause| clause.int("winref") == Some(reference))
        .and_then(|clause| clause.int("frameOptions"))
        .is_some_and(|options| options & FRAME_NONDEFAULT == 0)
}

/// The type of an expression, where the node says it.
fn result_type(node: &Node<'_>) -> Option<u32> {
    [
        "vartype",
        "consttype",
        "paramtype",
        "resulttype",
        "funcresulttype",
        "opresulttype",
        "coalescetype",
        "casetype",
        "minmaxtype",
        "aggtype",
        "wintype",
        "refrestype",
        "type",
    ]
    .iter()
    .find_map(|field| node.oid(field))
}
