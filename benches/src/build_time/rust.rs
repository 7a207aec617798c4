//! Crates of functions for the contenders that have no generator: one function and one row struct
//! for each query, as somebody would write them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::synthetic::{self, Query, Type, Value};

/// Writes `src/lib.rs` and a module for each table.
pub(crate) fn write(
    project: &Path,
    queries: usize,
    manifest: &str,
    header: &str,
    function: fn(Query) -> String,
) -> std::io::Result<()> {
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("Cargo.toml"), manifest)?;
    let mut root = String::new();
    for (table, module) in synthetic::modules(queries).iter().enumerate() {
        let _ = writeln!(root, "pub mod module_{table};");
        let functions: Vec<String> = module.iter().map(|&query| function(query)).collect();
        let text = format!("{header}\n{}", functions.join("\n"));
        fs::write(project.join(format!("src/module_{table}.rs")), text)?;
    }
    fs::write(project.join("src/lib.rs"), root)
}

/// The name of the row struct.
pub(crate) fn row_name(query: Query) -> String {
    query
        .name()
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// The row struct, with something before each field and before itself.
pub(crate) fn row(query: Query, derive: &str, attribute: impl Fn(&Value) -> String) -> String {
    let mut text = format!("{derive}pub struct {} {{\n", row_name(query));
    for column in query.columns() {
        let (name, kind) = (column.name, owned(column));
        let _ = writeln!(text, "{}    pub {name}: {kind},", attribute(column));
    }
    text + "}\n"
}

/// The parameters of the function, after the connection.
pub(crate) fn parameters(query: Query) -> String {
    let parameters: Vec<String> = (query.parameters().iter())
        .map(|parameter| format!(", {}: {}", parameter.name, borrowed(parameter)))
        .collect();
    parameters.concat()
}

fn owned(value: &Value) -> String {
    optional(
        value,
        if value.kind == Type::Text {
            "String"
        } else {
            copied(value.kind)
        },
    )
}

fn borrowed(value: &Value) -> String {
    optional(
        value,
        if value.kind == Type::Text {
            "&str"
        } else {
            copied(value.kind)
        },
    )
}

fn optional(value: &Value, kind: &str) -> String {
    if value.nullable {
        format!("Option<{kind}>")
    } else {
        kind.to_owned()
    }
}

fn copied(kind: Type) -> &'static str {
    match kind {
        Type::BigInt => "i64",
        Type::Integer => "i32",
        Type::Text => "str",
        Type::Time => "chrono::DateTime<chrono::Utc>",
    }
}
