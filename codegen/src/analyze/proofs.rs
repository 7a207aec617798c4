//! What a condition proves: the columns that cannot be null where it is true.

use super::scope::Columns;
use super::tree::Node;
use crate::schema::Schema;

/// PostgreSQL's `NullTestType` and `BoolTestType`.
const IS_NOT_NULL: i64 = 1;
const IS_TRUE: i64 = 0;
const IS_FALSE: i64 = 2;
const IS_NOT_UNKNOWN: i64 = 5;
/// PostgreSQL's `SubLinkType`.
const ANY_SUBLINK: i64 = 2;

/// The columns of this query level that are not null in every row for which the
/// condition is true.
pub(super) fn proven_by(schema: &Schema, condition: Option<&Node<'_>>) -> Columns {
    let Some(node) = condition else {
        return Columns::new();
    };
    match node.name {
        "BOOLEXPR" => proven_by_bool(schema, node),
        "NULLTEST" if node.int("nulltesttype") == Some(IS_NOT_NULL) && !node.flag("argisrow") => {
            needed_by(schema, node.node("arg"))
        }
        "BOOLEANTEST"
            if matches!(
                node.int("booltesttype"),
                Some(IS_TRUE | IS_FALSE | IS_NOT_UNKNOWN)
            ) =>
        {
            needed_by(schema, node.node("arg"))
        }
        // Of an empty list, `= ALL` is true whatever stands before it.
        "SCALARARRAYOPEXPR" if node.flag("useOr") && is_strict(schema, node) => {
            needed_by(schema, node.nodes("args").next())
        }
        "SUBLINK" if node.int("subLinkType") == Some(ANY_SUBLINK) => {
            needed_by(schema, node.node("testexpr"))
        }
        "OPEXPR" | "FUNCEXPR" | "VAR" | "RELABELTYPE" => needed_by(schema, Some(node)),
        _ => Columns::new(),
    }
}

fn proven_by_bool(schema: &Schema, node: &Node<'_>) -> Columns {
    let mut arms = node.nodes("args").map(|arg| proven_by(schema, Some(arg)));
    match node.word("boolop") {
        Some("and") => arms.flatten().collect(),
        Some("or") => {
            let first = arms.next().unwrap_or_default();
            arms.fold(first, |all, arm| all.intersection(&arm).copied().collect())
        }
        // `NOT x` is true only where x is false, so x is not null; of a null test
        // that says the opposite.
        _ => {
            let arg = node.nodes("args").next();
            match arg {
                Some(test) if test.name == "NULLTEST" => {
                    let is_null = test.int("nulltesttype") != Some(IS_NOT_NULL);
                    let plain = !test.flag("argisrow");
                    if is_null && plain {
                        needed_by(schema, test.node("arg"))
                    } else {
                        Columns::new()
                    }
                }
                _ => needed_by(schema, arg),
            }
        }
    }
}

/// The columns that must not be null for a value not to be null.
fn needed_by(schema: &Schema, value: Option<&Node<'_>>) -> Columns {
    let Some(node) = value else {
        return Columns::new();
    };
    match node.name {
        "VAR" if node.int("varlevelsup") == Some(0) => node
            .int("varno")
            .zip(node.int("varattno"))
            .into_iter()
            .filter(|(_, attribute)| *attribute != 0)
            .collect(),
        "OPEXPR" | "FUNCEXPR"
            if is_strict(schema, node) && !node.flag("opretset") && !node.flag("funcretset") =>
        {
            node.nodes("args")
                .flat_map(|arg| needed_by(schema, Some(arg)))
                .collect()
        }
        "RELABELTYPE" | "COERCEVIAIO" | "COLLATEEXPR" => needed_by(schema, node.node("arg")),
        "BOOLEXPR" if node.word("boolop") == Some("not") => {
            needed_by(schema, node.nodes("args").next())
        }
        _ => Columns::new(),
    }
}

/// Whether an operator or a function is null for any null argument.
pub(super) fn is_strict(schema: &Schema, node: &Node<'_>) -> bool {
    let function = node.oid("opfuncid").or_else(|| node.oid("funcid"));
    function
        .and_then(|oid| schema.functions.get(&oid))
        .is_some_and(|f| f.strict)
}
