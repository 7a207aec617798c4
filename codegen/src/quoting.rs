//! How names are written in SQL: in quotes only where PostgreSQL needs them.

use crate::schema::{Schema, Type, TypeKind};

/// The words that are no plain identifiers in PostgreSQL 15 to 18: the output of
/// `SELECT word FROM pg_get_keywords() WHERE catcode <> 'U' ORDER BY 1` on both.
#[rustfmt::skip]
const KEYWORDS: [&str; 164] = [
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

/// A name as it is written in SQL.
pub(crate) fn identifier(name: &str) -> String {
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if begins && name.chars().all(plain) && KEYWORDS.binary_search(&name).is_err() {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A name in a schema, which is left out where it is `public`.
pub(crate) fn qualified(schema: &str, name: &str) -> String {
    match schema {
        "public" => identifier(name),
        schema => format!("{}.{}", identifier(schema), identifier(name)),
    }
}

/// A name with its schema, whatever the search path is.
pub(crate) fn fully_qualified(schema: &str, name: &str) -> String {
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
        Type { schema, name, .. } => fully_qualified(schema, name),
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
    fn names_are_quoted_where_they_must_be() {
        for (name, written) in [
            ("customers", "customers"),
            ("_a1", "_a1"),
            ("", "\"\""),
            ("1a", "\"1a\""),
            ("Customers", "\"Customers\""),
            ("a b", "\"a b\""),
            ("a\"b", "\"a\"\"b\""),
            ("café", "\"café\""),
            ("order", "\"order\""),
            ("all", "\"all\""),
            ("xmltable", "\"xmltable\""),
        ] {
            assert_eq!(identifier(name), written);
        }
        assert_eq!(qualified("public", "user"), "\"user\"");
        assert_eq!(qualified("shop", "orders"), "shop.orders");
    }

    #[test]
    fn the_words_are_in_order() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        assert_eq!(comment("app\nDROP TABLE t;\r"), "app DROP TABLE t; ");
    }
}
