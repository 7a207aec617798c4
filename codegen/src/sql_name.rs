//! SQL names as they are written in a script.

use std::borrow::Cow;

use crate::schema::{Schema, Type, TypeKind};

/// Words that PostgreSQL 14 to 18 take for something else than a name, somewhere.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
    "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast",
    "char", "character", "check", "coalesce", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
    "current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal",
    "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists",
    "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant",
    "greatest", "group", "grouping", "having", "ilike", "in", "initially", "inner", "inout",
    "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "json",
    "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query",
    "json_scalar", "json_serialize", "json_table", "json_value", "lateral", "leading", "least",
    "left", "like", "limit", "localtime", "localtimestamp", "merge_action", "national", "natural",
    "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset", "on",
    "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing", "position",
    "precision", "primary", "real", "references", "returning", "right", "row", "select",
    "session_user", "setof", "similar", "smallint", "some", "substring", "symmetric",
    "system_user", "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat",
    "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement",
    "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize",
    "xmltable",
];

/// A name, in quotes where it needs them.
pub(crate) fn identifier(name: &str) -> Cow<'_, str> {
    let mut chars = name.chars();
    let first = chars.next();
    let plain = first.is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !KEYWORDS.contains(&name);
    if plain {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

/// The name of something in a schema.
pub(crate) fn qualified(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// A type, whatever the search path is.
pub(crate) fn type_name(schema: &Schema, oid: u32) -> String {
    let Some(found) = schema.types.get(&oid) else {
        return format!("type {oid}");
    };
    match found {
        // `int2vector` counts as an array, too, and has a name of its own.
        Type {
            kind: TypeKind::Array(element),
            name,
            ..
        } if name.starts_with('_') => format!("{}[]", type_name(schema, *element)),
        // Of PostgreSQL's own types only this name means another type without quotes.
        Type { schema, name, .. } if schema == "pg_catalog" && name != "char" => name.clone(),
        Type { schema, name, .. } => qualified(schema, name),
    }
}

/// Text for one line of a comment, which a line break would end.
pub(crate) fn comment(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_need_it() {
        for (name, written) in [
            ("app", "app"),
            ("_a1", "_a1"),
            ("status", "status"),
            ("order", "\"order\""),
            ("json", "\"json\""),
            ("App", "\"App\""),
            ("1st", "\"1st\""),
            ("a b", "\"a b\""),
            ("grüß", "\"grüß\""),
            ("a\"; DROP", "\"a\"\"; DROP\""),
            ("", "\"\""),
        ] {
            assert_eq!(identifier(name), written);
        }
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(comment("app\nDROP TABLE t;\r"), "app DROP TABLE t; ");
    }
}
