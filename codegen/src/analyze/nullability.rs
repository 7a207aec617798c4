//! Whether an expression of the analysed tree can be null.
//!
//! Bottom-up: a node that this module does not know is nullable, and says so.

use super::functions::{
    COUNTS, FRAME_VALUES, NEVER_NULL, PARTIAL_OPERATORS, TOTAL, TOTAL_AGGREGATES, TOTAL_OF_TEXT,
};
use super::scope::{CMD_INSERT, CMD_SELECT, Scope};
use super::tree::{Node, Value};
use crate::schema::{Function, Schema};

/// What is known of a value and null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nullability {
    /// Whether it can be null.
    pub(crate) nullable: bool,
    /// Whether it can be null although the outer join found its row; differs from
    /// `nullable` only for what an outer join makes optional.
    pub(crate) inside_join: bool,
}

impl Nullability {
    const NEVER: Self = Self::both(false);
    const MAYBE: Self = Self::both(true);

    const fn both(nullable: bool) -> Self {
        Self {
            nullable,
            inside_join: nullable,
        }
    }

    /// Null when any of the parts is.
    fn any(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::NEVER, |all, part| Self {
            nullable: all.nullable | part.nullable,
            inside_join: all.inside_join | part.inside_join,
        })
    }

    /// Null only when all of the parts are.
    fn all(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::MAYBE, |all, part| Self {
            nullable: all.nullable & part.nullable,
            inside_join: all.inside_join & part.inside_join,
        })
    }
}

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
    pub(super) const EXPR: i64 = 4;
    pub(super) const ARRAY: i64 = 6;
}

/// Implicit and explicit casts among PostgreSQL's `CoercionForm`s.
const CAST_FORMS: [i64; 2] = [1, 2];
/// The window has a frame of its own (`FRAMEOPTION_NONDEFAULT`).
const FRAME_NONDEFAULT: i64 = 1;
/// `CURRENT_SCHEMA` is null when the search path is empty.
const SVF_CURRENT_SCHEMA: i64 = 14;
/// `OLD` in PostgreSQL 18's RETURNING.
const RETURNING_OLD: i64 = 1;
const JSON_TYPES: [u32; 2] = [114, 3802];
/// Expressions nest; deeper than this the answer is "nullable".
const MAX_DEPTH: usize = 200;

/// Infers the nullability of expressions.
pub(crate) struct Inference<'a> {
    /// What the server knows.
    pub(crate) schema: &'a Schema,
    /// Which parameters may be null; `$1` is the first.
    pub(crate) params: &'a [bool],
}

struct Walk<'a> {
    inference: &'a Inference<'a>,
    depth: usize,
}

impl Inference<'_> {
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
        let scope = Scope::new(self.schema(), query, parent);
        if let Some(operation) = query.node("setOperations") {
            return self.set_operation(operation, &scope, count);
        }
        returned(query)
            .map(|entry| self.deeper().expr(entry.node("expr"), &scope))
            .collect()
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
            _ => Nullability::any([l, r].into_iter()),
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
        let walk = self.deeper();
        match node.name {
            "VAR" => walk.var(node, scope),
            "CONST" => Nullability::both(node.flag("constisnull")),
            "PARAM" => walk.param(node),
            "FUNCEXPR" => walk.function(node, scope),
            "OPEXPR" => walk.operator(node, scope),
            "SCALARARRAYOPEXPR" => walk.any_of_array(node, scope),
            "AGGREF" => walk.aggregate(node, scope),
            "WINDOWFUNC" => walk.window(node, scope),
            "SUBLINK" => walk.sublink(node, scope),
            "CASEEXPR" => {
                let results = node.nodes("args").filter_map(|when| when.node("result"));
                Nullability::any(
                    [
                        walk.all(results, scope),
                        walk.expr(node.node("defresult"), scope),
                    ]
                    .into_iter(),
                )
            }
            "BOOLEXPR" => walk.all(node.nodes("args"), scope),
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
            "SQLVALUEFUNCTION" => Nullability::both(node.int("op") == Some(SVF_CURRENT_SCHEMA)),
            "DISTINCTEXPR" | "NULLTEST" | "BOOLEANTEST" | "ARRAYEXPR" | "ARRAY" | "ROWEXPR"
            | "ROW" | "GROUPINGFUNC" | "MERGESUPPORTFUNC" | "NEXTVALUEEXPR" => Nullability::NEVER,
            // NULLIFEXPR, RETURNINGEXPR, SUBSCRIPTINGREF, FIELDSELECT, XMLEXPR, JSON…, and what later
            // versions of PostgreSQL bring.
            _ => Nullability::MAYBE,
        }
    }

    fn param(&self, node: &Node<'_>) -> Nullability {
        let index = node
            .int("paramid")
            .and_then(|id| usize::try_from(id).ok())
            .and_then(|id| id.checked_sub(1));
        let nullable = index.and_then(|i| self.inference.params.get(i)).copied();
        Nullability::both(nullable.unwrap_or(true))
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
        if NEVER_NULL.contains(&name) {
            return Nullability::NEVER;
        }
        let argument_type = node.nodes("args").next().and_then(result_type);
        let from_json = argument_type.is_some_and(|oid| JSON_TYPES.contains(&oid));
        let is_cast = node
            .int("funcformat")
            .is_some_and(|f| CAST_FORMS.contains(&f));
        let of_text = TOTAL_OF_TEXT.contains(&name) && argument_type == Some(25);
        let total = TOTAL.contains(&name) || of_text || (is_cast && !from_json);
        if function.strict && total {
            self.all(node.nodes("args"), scope)
        } else {
            Nullability::MAYBE
        }
    }

    fn operator<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        match self.called(node.oid("opfuncid")) {
            Some(f) if f.strict && !PARTIAL_OPERATORS.contains(&f.name.as_str()) => {
                self.all(node.nodes("args"), scope)
            }
            _ => Nullability::MAYBE,
        }
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
        Nullability::any([self.expr(Some(scalar), scope), elements].into_iter())
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
        let args = self.all(node.nodes("args"), scope);
        let direct = self.all(node.nodes("aggdirectargs"), scope);
        Nullability::any([args, direct].into_iter())
    }

    fn window<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
        let Some(function) = self.called(node.oid("winfnoid")) else {
            return Nullability::MAYBE;
        };
        let name = function.name.as_str();
        if COUNTS.contains(&name) {
            return Nullability::NEVER;
        }
        let args = || self.all(node.nodes("args"), scope);
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
        match node.int("subLinkType") {
            Some(sublink::EXISTS | sublink::ARRAY) => Nullability::NEVER,
            Some(sublink::EXPR) => match query {
                Some(query) if always_one_row(query) => {
                    let columns = self.query_columns(query, Some(scope));
                    columns.first().copied().unwrap_or(Nullability::MAYBE)
                }
                _ => Nullability::MAYBE,
            },
            // `x IN (SELECT …)` is null for a null on either side.
            _ => {
                let columns = query.map(|q| self.query_columns(q, Some(scope)));
                let Some(columns) = columns else {
                    return Nullability::MAYBE;
                };
                let test = node.node("testexpr");
                let tested = test.and_then(|t| t.nodes("args").next());
                let strict = test
                    .and_then(|t| self.called(t.oid("opfuncid")))
                    .is_some_and(|f| f.strict);
                if !strict {
                    return Nullability::MAYBE;
                }
                Nullability::any(columns.into_iter().chain([self.expr(tested, scope)]))
            }
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
        if node.int("varreturningtype") == Some(RETURNING_OLD) {
            let inserts = scope.query.int("commandType") == Some(CMD_INSERT);
            let target = self.entry_column(varno, attribute, scope);
            return if inserts { Nullability::MAYBE } else { target };
        }
        let column = (varno, attribute);
        let proven = scope.proven.contains(&column);
        let mut found = if proven || scope.proven_inside.contains(&column) {
            Nullability::NEVER
        } else {
            self.entry_column(varno, attribute, scope)
        };
        if scope.optional.contains(&varno) && !proven {
            found.nullable = true;
        }
        if scope.grouping_sets && node.int("varlevelsup") == Some(0) {
            return Nullability::MAYBE;
        }
        found
    }

    /// A column of a range table entry, outer joins aside.
    fn entry_column(&self, varno: i64, attribute: i64, scope: &Scope<'_, '_>) -> Nullability {
        let Some(entry) = scope.entry(varno) else {
            return Nullability::MAYBE;
        };
        // A whole row, or a system column: there whenever the row is.
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
                    columns.get(index).copied().unwrap_or(Nullability::MAYBE)
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
            Some(rte::FUNCTION) => self.function_column(entry, index, scope),
            _ => Nullability::MAYBE,
        }
    }

    fn table_column(&self, entry: &Node<'_>, attribute: i64) -> Nullability {
        let column = entry
            .oid("relid")
            .and_then(|oid| self.schema().tables.get(&oid))
            .and_then(|table| table.columns.get(&attribute));
        Nullability::both(column.is_none_or(|column| !column.not_null))
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
        Nullability::any(rows)
    }

    /// A recursive term is looked at with its own column taken as not null: by
    /// induction over the rows it is not null if both terms then say so.
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
        if entry.flag("self_reference") {
            return Nullability::NEVER;
        }
        let cte = owner
            .query
            .nodes("cteList")
            .find(|cte| cte.word("ctename") == Some(name));
        let Some(query) = cte.and_then(|cte| cte.node("ctequery")) else {
            return Nullability::MAYBE;
        };
        let columns = self.deeper().query_columns(query, Some(owner));
        columns.get(index).copied().unwrap_or(Nullability::MAYBE)
    }

    /// `generate_series` gives no row for a null bound, so its values never are null.
    fn function_column<'t>(
        &self,
        entry: &'t Node<'t>,
        index: usize,
        scope: &Scope<'t, '_>,
    ) -> Nullability {
        let functions: Vec<&Node<'_>> = entry.nodes("functions").collect();
        if entry.flag("funcordinality") && index == functions.len() {
            return Nullability::NEVER;
        }
        let [function] = functions.as_slice() else {
            return Nullability::MAYBE;
        };
        let call = function.node("funcexpr");
        let name = call
            .and_then(|c| self.called(c.oid("funcid")))
            .map(|f| f.name.as_str());
        match name {
            Some("generate_series") => Nullability::NEVER,
            Some("unnest") => {
                let array = call.and_then(|c| c.nodes("args").next());
                match array {
                    Some(array) if array.name == "PARAM" => self.expr(Some(array), scope),
                    _ => Nullability::MAYBE,
                }
            }
            _ => Nullability::MAYBE,
        }
    }
}

/// An aggregate without GROUP BY and HAVING gives exactly one row.
fn always_one_row(query: &Node<'_>) -> bool {
    query.flag("hasAggs")
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
    ]
    .iter()
    .find_map(|field| node.oid(field))
}
