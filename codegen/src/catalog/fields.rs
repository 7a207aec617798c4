//! From columns to fields: names with dots become structs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Field, FieldValue, RowStruct};
use crate::analyze::Column;
use crate::names;

/// The first difference between two rows, as a clause.
pub(super) fn difference(left: &[Field], right: &[Field]) -> Option<String> {
    for (l, r) in left.iter().zip(right) {
        if l.ident != r.ident {
            return Some(format!("the field `{}` there, `{}` here", l.ident, r.ident));
        }
        match (&l.value, &r.value) {
            (FieldValue::Column { column: a, .. }, FieldValue::Column { column: b, .. }) => {
                if a.rust_type != b.rust_type {
                    let (a, b) = (&a.sql_type, &b.sql_type);
                    return Some(format!("`{}` is `{a}` there, `{b}` here", l.ident));
                }
                if a.nullable != b.nullable {
                    let which = if a.nullable { "there" } else { "here" };
                    return Some(format!("`{}` can be null only {which}", l.ident));
                }
            }
            (
                FieldValue::Nested {
                    fields: a,
                    presence,
                    many,
                    ..
                },
                FieldValue::Nested {
                    fields: b,
                    presence: other_presence,
                    many: other_many,
                    ..
                },
            ) if (presence, many) == (other_presence, other_many) => {
                if let Some(inner) = difference(a, b) {
                    return Some(inner);
                }
            }
            _ => return Some(format!("`{}` is made of other columns", l.ident)),
        }
    }
    let more =
        |longer: &[Field], shorter: &[Field]| longer.get(shorter.len()).map(|f| f.ident.clone());
    match (more(left, right), more(right, left)) {
        (Some(ident), _) => Some(format!("the field `{ident}` is only there")),
        (_, Some(ident)) => Some(format!("the field `{ident}` is only here")),
        _ => None,
    }
}

/// The fields of the columns; those with a dot in their names become structs.
pub(super) fn fields(prefix: &str, columns: &[(usize, &str, Column)]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (index, name, column) in columns {
        let Some((head, _)) = dotted(name) else {
            fields.push(Field {
                ident: names::identifier(name),
                value: FieldValue::Column {
                    index: *index,
                    column: column.clone(),
                },
            });
            continue;
        };
        if !done.insert(head) {
            continue;
        }
        let group: Vec<(usize, &str, Column)> = columns
            .iter()
            .filter_map(|(index, name, column)| {
                let (_, rest) = dotted(name).filter(|(first, _)| *first == head)?;
                Some((*index, rest, column.clone()))
            })
            .collect();
        fields.push(nested(prefix, head, group));
    }
    fields
}

/// What stands behind the name of a struct of which there are several: `"messages[].id"`.
const MANY: &str = "[]";

/// The field that a column is in, or is.
pub(super) fn field_name(column: &str) -> &str {
    let head = dotted(column).map_or(column, |(head, _)| head);
    head.strip_suffix(MANY).unwrap_or(head)
}

/// The first part of a name with dots, and the rest; a part without a letter is none.
fn dotted(name: &str) -> Option<(&str, &str)> {
    let path = name.split('.').all(|part| !part.is_empty() && part != MANY);
    name.split_once('.').filter(|_| path)
}

/// A struct is optional when one outer join makes every column of it null at once, and
/// one of them is null for no other reason.
fn nested(prefix: &str, head: &str, mut group: Vec<(usize, &str, Column)>) -> Field {
    let several = head.strip_suffix(MANY);
    let ident = names::identifier(several.unwrap_or(head));
    let part = names::type_name(ident.trim_start_matches("r#"));
    let name = format!("{prefix}{part}");
    let missing = group.iter().find_map(|(_, rest, column)| {
        let join = column.joins.first().filter(|_| column.joins.len() == 1)?;
        let tells = !column.inside_join && !rest.contains('.');
        // Rows joined to this one are missing with it, or for reasons of their own.
        let mut own = group.iter().filter(|(_, rest, _)| !rest.contains(MANY));
        let all = own.all(|(_, _, column)| column.joins.contains(join));
        (tells && all).then_some(*join)
    });
    if let Some(join) = missing {
        for (_, _, column) in &mut group {
            column.joins.remove(&join);
            column.nullable = column.inside_join || !column.joins.is_empty();
        }
    }
    let fields = fields(&name, &group);
    let presence = fields.iter().position(
        |field| matches!(&field.value, FieldValue::Column { column, .. } if !column.nullable),
    );
    Field {
        ident,
        value: FieldValue::Nested {
            name,
            presence: presence.filter(|_| missing.is_some()),
            many: several.is_some(),
            fields,
        },
    }
}

/// The structs that the fields need, outermost first.
pub(super) fn nested_structs(
    fields: &[Field],
    owner: &str,
    query_type: &str,
    out: &mut Vec<RowStruct>,
) {
    for field in fields {
        if let FieldValue::Nested { name, fields, .. } = &field.value {
            out.push(RowStruct {
                name: name.clone(),
                of: format!("{owner}::{}", field.ident),
                fields: fields.clone(),
                nested: true,
                query_type: query_type.to_owned(),
                key: Vec::new(),
            });
            nested_structs(fields, name, query_type, out);
        }
    }
}

/// Two columns that would be one field: their names, and the field's.
pub(super) fn same_field(fields: &[Field]) -> Option<(String, String, &str)> {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for field in fields {
        let name = match &field.value {
            FieldValue::Column { column, .. } => column.name.clone(),
            FieldValue::Nested { fields, .. } => match same_field(fields) {
                Some(inner) => return Some(inner),
                None => format!("{}.…", field.ident),
            },
        };
        if let Some(first) = seen.insert(&field.ident, name.clone()) {
            return Some((first, name, &field.ident));
        }
    }
    None
}
