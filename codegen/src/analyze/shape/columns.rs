//! Expressions as they are meant: without casts, and without the entries that only
//! rename a column of another.

use crate::analyze::nullability::rte;
use crate::analyze::scope::Scope;
use crate::analyze::tree::{Node, Value};

/// PostgreSQL's `CoercionForm`s of casts, explicit and implicit.
const CASTS: [i64; 2] = [1, 2];
/// Names lead to names; no further than this.
const MAX_STEPS: usize = 100;

/// The expression inside casts.
pub(super) fn without_casts<'t>(node: &'t Node<'t>) -> &'t Node<'t> {
    let mut node = node;
    loop {
        let inner = match node.name {
            "RELABELTYPE" | "COERCEVIAIO" | "ARRAYCOERCEEXPR" | "COERCETODOMAIN"
            | "COLLATEEXPR" => node.node("arg"),
            "FUNCEXPR" if node.int("funcformat").is_some_and(|f| CASTS.contains(&f)) => {
                node.nodes("args").next()
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// Whether an expression is a constant null, casts aside.
pub(super) fn is_null(node: &Node<'_>) -> bool {
    let node = without_casts(node);
    node.name == "CONST" && node.flag("constisnull")
}

/// A column of a join, or of what is grouped by, is another expression of its level.
pub(super) fn settled<'t>(node: &'t Node<'t>, scope: &Scope<'t, '_>) -> &'t Node<'t> {
    let mut node = node;
    for _ in 0..MAX_STEPS {
        match renamed(node, scope) {
            Some(other) => node = other,
            None => break,
        }
    }
    node
}

fn renamed<'t>(node: &'t Node<'t>, scope: &Scope<'t, '_>) -> Option<&'t Node<'t>> {
    if node.name != "VAR" || node.int("varlevelsup") != Some(0) {
        return None;
    }
    let entry = scope.entry(node.int("varno")?)?;
    let list = match entry.int("rtekind") {
        Some(rte::JOIN) => "joinaliasvars",
        Some(rte::GROUP) => "groupexprs",
        _ => return None,
    };
    let index = usize::try_from(node.int("varattno")? - 1).ok()?;
    entry.list(list).get(index).and_then(Value::as_node)
}

/// The entry and the attribute of a column of this level.
pub(super) fn column(node: &Node<'_>) -> Option<(i64, i64)> {
    if node.name != "VAR" || node.int("varlevelsup") != Some(0) {
        return None;
    }
    Some((node.int("varno")?, node.int("varattno")?))
}

/// What an entry of the range table is called in its query.
pub(super) fn called<'t>(entry: &'t Node<'t>) -> &'t str {
    let name = entry.node("eref").and_then(|eref| eref.word("aliasname"));
    name.unwrap_or("")
}

/// The name of an entry's column.
pub(super) fn column_name<'t>(entry: &'t Node<'t>, attribute: i64) -> Option<&'t str> {
    let index = usize::try_from(attribute - 1).ok()?;
    entry.node("eref")?.list("colnames").get(index)?.as_word()
}

/// The entries that hold rows: those of joins aside, which only combine others.
pub(super) fn row_entries(scope: &Scope<'_, '_>) -> Vec<i64> {
    let Some(jointree) = scope.query.node("jointree") else {
        return Vec::new();
    };
    let below = jointree
        .nodes("fromlist")
        .flat_map(crate::analyze::scope::entries_below);
    let is_join = |varno: &i64| {
        let entry = scope.entry(*varno);
        entry.is_none_or(|entry| entry.int("rtekind") == Some(rte::JOIN))
    };
    let mut entries: Vec<i64> = below.filter(|varno| !is_join(varno)).collect();
    entries.sort_unstable();
    entries
}
