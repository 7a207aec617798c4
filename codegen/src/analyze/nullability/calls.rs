//! Whether a call of a function, an operator or an aggregate can be null.

use super::Walk;
use crate::analyze::functions::{
    COLLECTORS, COUNTS, FRAME_VALUES, NEVER_NULL, NULL_WITH_FIRST, PARTIAL_OPERATORS, TOTAL,
    TOTAL_AGGREGATES, TOTAL_OF_TEXT,
};
use crate::analyze::nullness::Nullability;
use crate::analyze::scope::Scope;
use crate::analyze::tree::Node;
use crate::schema::Function;

/// Implicit and explicit casts among PostgreSQL's `CoercionForm`s.
const CAST_FORMS: [i64; 2] = [1, 2];
/// The window has a frame of its own (`FRAMEOPTION_NONDEFAULT`).
const FRAME_NONDEFAULT: i64 = 1;
/// Types by object identifier, from PostgreSQL's `pg_type.dat`.
mod types {
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const JSON: [u32; 2] = [114, 3802];
    pub(super) const TIME: [u32; 2] = [1083, 1266];
    pub(super) const TIMESTAMP: [u32; 2] = [1114, 1184];
}

impl Walk<'_> {
    pub(super) fn called(&self, oid: Option<u32>) -> Option<&Function> {
        oid.and_then(|oid| self.schema().functions.get(&oid))
            .filter(|function| function.builtin)
    }

    pub(super) fn function<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
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
        if NULL_WITH_FIRST.contains(&name) {
            return self.expr(node.nodes("args").next(), scope).settled();
        }
        if function.strict && is_total(name, node) {
            self.all(node.nodes("args"), scope)
        } else {
            Nullability::MAYBE
        }
    }

    pub(super) fn operator<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
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
    pub(super) fn is_total_operator(&self, oid: Option<u32>) -> bool {
        self.called(oid)
            .is_some_and(|f| f.strict && !PARTIAL_OPERATORS.contains(&f.name.as_str()))
    }

    /// `x = ANY (array)` is null for a null in the array, unless a match comes first.
    pub(super) fn any_of_array<'t>(
        &self,
        node: &'t Node<'t>,
        scope: &Scope<'t, '_>,
    ) -> Nullability {
        let total = self.is_total_operator(node.oid("opfuncid"));
        let mut args = node.nodes("args");
        let (Some(scalar), Some(array), true) = (args.next(), args.next(), total) else {
            return Nullability::MAYBE;
        };
        let elements = match array.name {
            // Its elements are arrays, and these may hold nulls.
            "ARRAYEXPR" | "ARRAY" if array.flag("multidims") => Nullability::MAYBE,
            "ARRAYEXPR" | "ARRAY" => self.all(array.nodes("elements"), scope),
            // Generated code passes slices of values, never of options.
            "PARAM" => self.expr(Some(array), scope),
            _ => Nullability::MAYBE,
        };
        Nullability::any([self.expr(Some(scalar), scope), elements].into_iter()).settled()
    }

    pub(super) fn aggregate<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
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

    pub(super) fn window<'t>(&self, node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Nullability {
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
pub(in crate::analyze) fn result_type(node: &Node<'_>) -> Option<u32> {
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
