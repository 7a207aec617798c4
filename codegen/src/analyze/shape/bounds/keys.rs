//! The unique keys of tables and queries.

use super::conditions::Bound;
use super::entries::{Entries, name, type_is_few};
use super::{Many, Verdict};
use crate::analyze::proofs::proven_by;
use crate::analyze::shape::columns::column;
use crate::analyze::tree::{self, Node, Value};
use crate::schema::{Index, Schema, Table};

/// Where a row is: unique in its table.
const CTID: i64 = -1;
/// PostgreSQL's `NullTestType`.
const IS_NOT_NULL: i64 = 1;

/// Whether a unique key of a table is compared with few values.
pub(super) fn table(
    entries: &Entries<'_, '_, '_, '_, '_>,
    varno: i64,
    entry: &Node<'_>,
    bound: &Bound<'_>,
) -> Verdict {
    let schema = entries.bounds.reader.schema;
    let oid = entry.oid("relid").unwrap_or(0);
    let table = schema.tables.get(&oid);
    let system = table.is_some_and(is_of_system);
    // What the server says of itself grows with the schema.
    if system && entries.bounds.many == Many::Few || bound.columns.contains(&(varno, CTID)) {
        return Ok(());
    }
    let keys: Vec<&Index> = unique_keys(schema, oid).collect();
    if keys
        .iter()
        .any(|index| is_bound(entries, varno, index, bound))
    {
        return Ok(());
    }
    let name = name(entries, entry);
    let names: Vec<String> = keys.iter().map(|index| described(index)).collect();
    let note = match (table.map(|table| table.kind), names.as_slice()) {
        (Some('v'), _) => format!("nothing bounds `{name}`: a view has no unique key"),
        (_, []) => format!("nothing bounds `{name}`: it has no unique key"),
        (_, [one]) => format!("nothing bounds `{name}`: its unique key {one} is not given"),
        _ => format!(
            "nothing bounds `{name}`: none of its unique keys is given: {}",
            names.join(", ")
        ),
    };
    Err(vec![note])
}

fn is_of_system(table: &Table) -> bool {
    matches!(table.schema.as_str(), "pg_catalog" | "information_schema")
}

/// The unique indexes of a table.
pub(in crate::analyze::shape) fn unique_keys(
    schema: &Schema,
    table: u32,
) -> impl Iterator<Item = &Index> {
    let of_table = move |index: &&Index| index.table_oid == table && index.unique;
    schema.indexes.iter().filter(of_table)
}

/// `(id)`, `(lower(email)) WHERE NOT is_deleted`
fn described(index: &Index) -> String {
    let keys: Vec<&str> = index.keys.iter().map(|key| key.sql.as_str()).collect();
    let keys = keys.join(", ");
    match &index.predicate {
        Some(predicate) => format!("`({keys}) WHERE {predicate}`"),
        None => format!("`({keys})`"),
    }
}

fn is_bound(
    entries: &Entries<'_, '_, '_, '_, '_>,
    varno: i64,
    index: &Index,
    bound: &Bound<'_>,
) -> bool {
    let schema = entries.bounds.reader.schema;
    let columns = schema.tables.get(&index.table_oid).map(|t| &t.columns);
    let few = |attribute: i64| {
        let column = columns.and_then(|columns| columns.get(&attribute));
        entries.bounds.many == Many::Few
            && column.is_some_and(|column| type_is_few(schema, column.type_oid))
    };
    let trees = index
        .expression_trees
        .as_deref()
        .and_then(|text| tree::read(text).ok());
    let mut expressions = match &trees {
        Some(Value::List(list)) => list.iter().filter_map(Value::as_node).collect::<Vec<_>>(),
        _ => Vec::new(),
    }
    .into_iter();
    let keys = index.keys.iter().all(|key| match key.attribute {
        Some(attribute) => bound.columns.contains(&(varno, attribute)) || few(attribute),
        None => expressions.next().is_some_and(|key| {
            let mut given = bound.expressions.iter();
            given.any(|expression| stands_for(key, expression, varno))
        }),
    });
    keys && predicate_holds(entries, varno, index)
}

/// Whether the conditions imply the predicate of a partial index.
fn predicate_holds(entries: &Entries<'_, '_, '_, '_, '_>, varno: i64, index: &Index) -> bool {
    let Some(text) = &index.predicate_tree else {
        return index.predicate.is_none();
    };
    let Ok(Value::Node(predicate)) = tree::read(text) else {
        return false;
    };
    let conditions: Vec<&Node<'_>> = entries.conditions_of(varno).flat_map(conjuncts).collect();
    let schema = entries.bounds.reader.schema;
    conjuncts(&predicate).into_iter().all(|wanted| {
        conditions.iter().any(|condition| {
            stands_for(wanted, condition, varno)
                || same_boolean(wanted, condition, varno)
                || proves(schema, condition, wanted, varno)
        })
    })
}

/// The conditions that an AND combines.
fn conjuncts<'t>(node: &'t Node<'t>) -> Vec<&'t Node<'t>> {
    if node.name == "BOOLEXPR" && node.word("boolop") == Some("and") {
        node.nodes("args").flat_map(conjuncts).collect()
    } else {
        vec![node]
    }
}

/// Whether a condition proves that `x IS NOT NULL`.
fn proves(schema: &Schema, condition: &Node<'_>, wanted: &Node<'_>, varno: i64) -> bool {
    let tests = wanted.name == "NULLTEST" && wanted.int("nulltesttype") == Some(IS_NOT_NULL);
    let tested = wanted.node("arg").filter(|_| tests).and_then(column);
    tested.is_some_and(|(_, attribute)| {
        proven_by(schema, Some(condition)).contains(&(varno, attribute))
    })
}

/// Whether two conditions ask the same of a boolean column: `NOT x`, `x = FALSE`.
fn same_boolean(wanted: &Node<'_>, condition: &Node<'_>, varno: i64) -> bool {
    match (asked(wanted), asked(condition)) {
        (Some((wanted, is)), Some((condition, was))) => {
            is == was && stands_for(wanted, condition, varno)
        }
        _ => false,
    }
}

/// The boolean column that a condition asks for, and the value it must have.
fn asked<'t>(node: &'t Node<'t>) -> Option<(&'t Node<'t>, bool)> {
    let mut args = node.nodes("args");
    match node.name {
        "VAR" => Some((node, true)),
        "BOOLEXPR" if node.word("boolop") == Some("not") => {
            Some((args.next().filter(|arg| arg.name == "VAR")?, false))
        }
        "BOOLEANTEST" => match node.int("booltesttype") {
            Some(0) => Some((node.node("arg")?, true)),
            Some(2) => Some((node.node("arg")?, false)),
            _ => None,
        },
        // Of two booleans only `=` makes an index's predicate and a query's condition alike
        // here: its function is `booleq`.
        "OPEXPR" if node.oid("opfuncid") == Some(BOOLEQ) => {
            let (left, right) = (args.next()?, args.next()?);
            let (value, constant) = if left.name == "CONST" {
                (right, left)
            } else {
                (left, right)
            };
            match constant.field("constvalue") {
                Value::Bytes(bytes) if constant.name == "CONST" => {
                    Some((value, bytes.first() == Some(&1)))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `booleq` by object identifier, from PostgreSQL's `pg_proc.dat`.
const BOOLEQ: u32 = 60;

/// Whether an expression of a query is that of an index on one of its entries, wherever
/// they stand.
fn stands_for(of_index: &Node<'_>, of_query: &Node<'_>, varno: i64) -> bool {
    if of_index.name != of_query.name {
        return false;
    }
    if of_index.name == "VAR" {
        let attribute = of_index.int("varattno");
        return column(of_query) == attribute.map(|attribute| (varno, attribute));
    }
    let formal = |field: &str| field.ends_with("location") || field.ends_with("format");
    let fields = of_index.fields().iter().zip(of_query.fields());
    of_index.fields().len() == of_query.fields().len()
        && fields.into_iter().all(|((a, left), (b, right))| {
            a == b && (formal(a) || values_stand_for(left, right, varno))
        })
}

fn values_stand_for(of_index: &Value<'_>, of_query: &Value<'_>, varno: i64) -> bool {
    match (of_index, of_query) {
        (Value::Node(left), Value::Node(right)) => stands_for(left, right, varno),
        (Value::List(left), Value::List(right)) => {
            let mut pairs = left.iter().zip(right);
            left.len() == right.len() && pairs.all(|(l, r)| values_stand_for(l, r, varno))
        }
        (left, right) => left == right,
    }
}

/// The expressions of a GROUP BY or DISTINCT clause.
pub(in crate::analyze::shape) fn clause<'t>(
    query: &'t Node<'t>,
    clause: &str,
) -> impl Iterator<Item = &'t Node<'t>> {
    let references = query
        .nodes(clause)
        .filter_map(|key| key.int("tleSortGroupRef"));
    let references: Vec<i64> = references.collect();
    references.into_iter().filter_map(|reference| {
        let of_key = |entry: &&Node<'_>| entry.int("ressortgroupref") == Some(reference);
        query.nodes("targetList").find(of_key)?.node("expr")
    })
}
