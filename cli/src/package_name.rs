//! Whether a folder's name can be the name of a package.

use planwright_codegen::names;

/// Names that Cargo or the new project uses itself.
const TAKEN: &[&str] = &[
    "alloc",
    "build",
    "catalog",
    "chrono",
    "core",
    "deps",
    "diesel",
    "diesel-async",
    "examples",
    "incremental",
    "planwright",
    "planwright-codegen",
    "proc-macro",
    "proc_macro",
    "std",
    "test",
    "tokio",
    "uuid",
];

/// Says why a name cannot be a package's, and what can.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let Some(reason) = refusal(name) else {
        return Ok(());
    };
    Err(format!(
        "error: `{name}` cannot be the name of a package: {reason}\n  \
         help: name the folder with a letter, then letters, digits, `-` or `_`, such as `shop`"
    ))
}

fn refusal(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let first = name.chars().next();
    if let Some(wrong) = name.chars().find(|c| !allowed(*c)) {
        return Some(format!("it has `{}` in it", wrong.escape_debug()));
    }
    match first {
        None => Some("it is empty".to_owned()),
        Some(c) if !c.is_ascii_alphabetic() => Some(format!("it begins with `{c}`")),
        _ if names::is_keyword(name) => Some("it is a Rust keyword".to_owned()),
        _ if TAKEN.contains(&name) => Some("the name is taken".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_takes_is_taken() {
        for name in ["shop", "Shop2", "my-shop", "my_shop"] {
            assert_eq!(refusal(name), None, "{name}");
        }
        for (name, reason) in [
            ("", "it is empty"),
            ("2shops", "it begins with `2`"),
            ("_shop", "it begins with `_`"),
            ("my shop", "it has ` ` in it"),
            ("größe", "it has `ö` in it"),
            ("type", "it is a Rust keyword"),
            ("tokio", "the name is taken"),
        ] {
            assert_eq!(refusal(name).as_deref(), Some(reason));
        }
    }
}
