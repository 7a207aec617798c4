//! Expressions to terms.

use super::Tenancy;
use super::frame::{Frame, kind};
use super::term::Term;
use crate::analyze::nullability::PARAM_EXTERN;
use crate::analyze::tree::{Node, Value};

/// Types by object identifier, from PostgreSQL's `pg_type.dat`.
const TEXTS: [u32; 2] = [25, 1043];
const KEYS_AS_TEXT: [u32; 4] = [20, 21, 23, 2950];
/// Casts of whole numbers to wider ones, from PostgreSQL's `pg_proc.dat`.
const WIDENING: [u32; 3] = [313, 481, 754];

/// Nodes that make a value of other values, and of nothing else. Some are called
/// differently from one version to the next.
const PURE: &[&str] = &[
    "ARRAY",
    "ARRAYCOERCEEXPR",
    "ARRAYEXPR",
    "BOOLEANTEST",
    "BOOLEXPR",
    "CASE",
    "CASEEXPR",
    "CASETESTEXPR",
    "CASEWHEN",
    "COALESCE",
    "COALESCEEXPR",
    "COERCETODOMAIN",
    "COERCETODOMAINVALUE",
    "COERCEVIAIO",
    "COLLATE",
    "COLLATEEXPR",
    "CONST",
    "CONVERTROWTYPEEXPR",
    "DISTINCTEXPR",
    "FIELDSELECT",
    "FUNCEXPR",
    "MINMAX",
    "MINMAXEXPR",
    "NAMEDARGEXPR",
    "NULLIFEXPR",
    "NULLTEST",
    "OPEXPR",
    "PARAM",
    "RELABELTYPE",
    "ROW",
    "ROWEXPR",
    "SCALARARRAYOPEXPR",
    "SQLVALUEFUNCTION",
    "SUBSCRIPTINGREF",
    "WHEN",
];

impl Tenancy<'_> {
    /// What an expression is, as far as it matters whose rows it names.
    pub(super) fn term(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Option<Term> {
        let same_value = || self.term(node.nodes("args").next().or(node.node("arg"))?, frame);
        let term = match node.name {
            "VAR" => return self.column(node, frame),
            "PARAM" if node.int("paramkind") == Some(PARAM_EXTERN) => {
                return node.int("paramid").map(Term::Param);
            }
            "CONST" if !node.flag("constisnull") => constant(node),
            "RELABELTYPE" if self.keeps_equality(node) => same_value(),
            "COERCEVIAIO" if is_key_as_text(node) => same_value(),
            "FUNCEXPR" if node.oid("funcid").is_some_and(|f| WIDENING.contains(&f)) => same_value(),
            "COERCETODOMAIN" | "COLLATEEXPR" | "COLLATE" => same_value(),
            "SUBLINK" => self.sub_value(node, frame),
            _ => None,
        };
        term.or_else(|| self.is_fixed(node).then(|| self.fresh()))
    }

    /// The two sides of a comparison that is true only of equal values.
    pub(super) fn equated<'t>(&self, node: &'t Node<'t>) -> Option<(&'t Node<'t>, &'t Node<'t>)> {
        let args: Vec<&Node<'_>> = node.nodes("args").collect();
        let is_equality = node
            .oid("opno")
            .is_some_and(|o| self.schema.meaning.equality.contains(&o));
        let loose = node
            .oid("inputcollid")
            .is_some_and(|c| self.schema.meaning.loose_collations.contains(&c));
        match args.as_slice() {
            [left, right] if is_equality && !loose => Some((left, right)),
            _ => None,
        }
    }

    /// Whether an expression has one value throughout the statement, whatever the rows.
    pub(super) fn is_fixed(&self, node: &Node<'_>) -> bool {
        let mut fixed = true;
        let mut visit = |node: &Node<'_>| {
            let function = node.oid("funcid").or_else(|| node.oid("opfuncid"));
            let volatile = function.is_some_and(|oid| {
                let function = self.schema.functions.get(&oid);
                function.is_none_or(|function| function.volatile)
            });
            let internal = node.name == "PARAM" && node.int("paramkind") != Some(PARAM_EXTERN);
            let several = node.flag("funcretset") || node.flag("opretset");
            fixed &= PURE.contains(&node.name) && !volatile && !internal && !several;
        };
        visit(node);
        for value in node.values() {
            value.walk(&mut visit);
        }
        fixed
    }

    fn column(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Option<Term> {
        let level = usize::try_from(node.int("varlevelsup")?).ok()?;
        let (entry, column) = (node.int("varno")?, node.int("varattno")?);
        let frame = frame.above(level)?;
        let found = frame.entry(entry)?;
        let merged = match found.int("rtekind") {
            Some(kind::JOIN) => "joinaliasvars",
            Some(kind::GROUP) => "groupexprs",
            _ => {
                return (column > 0).then_some(Term::Column {
                    level,
                    entry,
                    column,
                });
            }
        };
        let index = usize::try_from(column).ok()?.checked_sub(1)?;
        let behind = found.list(merged).get(index).and_then(Value::as_node)?;
        match self.term(behind, frame)? {
            Term::Column {
                level: inner,
                entry,
                column,
            } => Some(Term::Column {
                level: level + inner,
                entry,
                column,
            }),
            other => Some(other),
        }
    }

    /// The one value of a sub-query, where that is what the caller gave.
    fn sub_value(&self, node: &Node<'_>, frame: &Frame<'_, '_>) -> Option<Term> {
        let sub = frame.subs.get(&address(node))?;
        let scalar = node.int("subLinkType") == Some(super::sublink::EXPR);
        (scalar && sub.summary.given.contains(&1)).then(|| self.fresh())
    }

    /// Whether values that are equal after a change of type were equal before.
    pub(super) fn keeps_equality(&self, node: &Node<'_>) -> bool {
        let base = |oid: Option<u32>| oid.map(|oid| self.schema.base_type(oid).0);
        let to = base(node.oid("resulttype"));
        let from = base(node.node("arg").and_then(type_of));
        let (Some(from), Some(to)) = (from, to) else {
            return false;
        };
        from == to || (TEXTS.contains(&from) && TEXTS.contains(&to))
    }

    /// A term of its own for what the caller gave.
    pub(super) fn fresh(&self) -> Term {
        let number = self.fresh.get() + 1;
        self.fresh.set(number);
        Term::Given(number)
    }
}

/// The node's address tells it from every other one of the same tree.
pub(super) fn address(node: &Node<'_>) -> usize {
    std::ptr::from_ref(node).addr()
}

fn constant(node: &Node<'_>) -> Option<Term> {
    match node.field("constvalue") {
        Value::Bytes(bytes) => Some(Term::Const(node.oid("consttype")?, bytes.clone())),
        _ => None,
    }
}

/// Identifiers have one text each.
fn is_key_as_text(node: &Node<'_>) -> bool {
    let from = node.node("arg").and_then(type_of);
    let to = node.oid("resulttype");
    from.is_some_and(|t| KEYS_AS_TEXT.contains(&t)) && to.is_some_and(|t| TEXTS.contains(&t))
}

fn type_of(node: &Node<'_>) -> Option<u32> {
    let fields = [
        "vartype",
        "paramtype",
        "consttype",
        "resulttype",
        "funcresulttype",
        "opresulttype",
    ];
    fields.iter().find_map(|field| node.oid(field))
}
