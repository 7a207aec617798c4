//! SQL of simple expressions: columns, constants, functions, operators, casts. PostgreSQL
//! itself writes SQL only of what its catalogues store, not of a statement's parts.

use super::tree::{Node, Value};
use crate::quoting::identifier;
use crate::schema::{Schema, TypeKind};

/// PostgreSQL's `CoercionForm` of a function that was called as one.
const EXPLICIT_CALL: i64 = 0;

/// The SQL of an expression; `None` when any part of it has no simple form. Columns are named
/// by `name_of`.
pub(super) fn deparse(
    schema: &Schema,
    node: &Node<'_>,
    name_of: &impl Fn(&Node<'_>) -> Option<String>,
) -> Option<String> {
    let part = |node: &Node<'_>| deparse(schema, node, name_of);
    match node.name {
        "VAR" => Some(identifier(&name_of(node)?)),
        "CONST" => constant(schema, node),
        "FUNCEXPR" => {
            let args: Option<Vec<String>> = node.nodes("args").map(part).collect();
            let args = args?;
            if node.int("funcformat") != Some(EXPLICIT_CALL) {
                let to = schema.type_name(node.oid("funcresulttype")?);
                return Some(format!("({}::{to})", args.first()?));
            }
            let function = schema.functions.get(&node.oid("funcid")?)?;
            // A name that the search path may not find is not simple.
            (function.builtin && !node.flag("funcvariadic"))
                .then(|| format!("{}({})", identifier(&function.name), args.join(", ")))
        }
        "OPEXPR" => {
            let operator = schema.operators.get(&node.oid("opno")?)?;
            let args: Option<Vec<String>> = node.nodes("args").map(part).collect();
            match args?.as_slice() {
                [left, right] => Some(format!("({left} {} {right})", operator.name)),
                _ => None,
            }
        }
        "RELABELTYPE" | "COERCEVIAIO" => {
            let to = schema.type_name(node.oid("resulttype")?);
            Some(format!("({}::{to})", part(node.node("arg")?)?))
        }
        "COALESCEEXPR" | "COALESCE" => {
            let args: Option<Vec<String>> = node.nodes("args").map(part).collect();
            Some(format!("coalesce({})", args?.join(", ")))
        }
        _ => None,
    }
}

/// The types whose constants are read from their bytes.
mod oid {
    pub(super) const BOOL: u32 = 16;
    pub(super) const INT8: u32 = 20;
    pub(super) const INT2: u32 = 21;
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const VARCHAR: u32 = 1043;
    pub(super) const BPCHAR: u32 = 1042;
}

fn constant(schema: &Schema, node: &Node<'_>) -> Option<String> {
    let of = node.oid("consttype")?;
    if node.flag("constisnull") {
        return Some("NULL".to_owned());
    }
    let Value::Bytes(bytes) = node.field("constvalue") else {
        return None;
    };
    let word = || bytes.as_slice().try_into().ok().map(i64::from_ne_bytes);
    match of {
        oid::BOOL => Some(if word()? == 0 { "FALSE" } else { "TRUE" }.to_owned()),
        oid::INT2 | oid::INT4 | oid::INT8 => Some(word()?.to_string()),
        oid::TEXT | oid::VARCHAR | oid::BPCHAR => {
            // Four bytes of length, then the text.
            let text = std::str::from_utf8(bytes.get(4..)?).ok()?;
            Some(format!("'{}'", text.replace('\'', "''")))
        }
        // An enum's constant is the identifier of its label.
        _ => match schema.types.get(&of).map(|t| &t.kind) {
            Some(TypeKind::Enum(_)) => {
                let label = u32::try_from(word()?).ok()?;
                let label = schema.enum_labels.get(&label)?;
                let label = label.replace('\'', "''");
                Some(format!("'{label}'::{}", schema.type_name(of)))
            }
            _ => None,
        },
    }
}
