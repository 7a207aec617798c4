//! The conditions of a plan as a reader writes them.

/// `((a = $1) AND (b = $2))` reads as `a = $1 AND b = $2`.
pub(super) fn condition(text: &str) -> String {
    let Some(inner) = unwrap(text) else {
        return text.to_owned();
    };
    let parts: Vec<&str> = inner.split(" AND ").collect();
    match parts
        .iter()
        .map(|part| unwrap(part))
        .collect::<Option<Vec<&str>>>()
    {
        Some(parts) if parts.len() > 1 => parts.join(" AND "),
        _ => inner.to_owned(),
    }
}

/// The text inside brackets that open at its start and close at its end.
fn unwrap(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for byte in inner.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// The text with parameters by name.
pub(super) fn named(text: &str, params: &[&str]) -> String {
    let mut named = text.to_owned();
    // From the last to the first: `$1` also begins `$12`.
    for (index, name) in params.iter().enumerate().rev() {
        named = named.replace(&format!("${}", index + 1), &format!(":{name}"));
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_lose_the_brackets_that_say_nothing() {
        for (from, to) in [
            ("(a = $1)", "a = $1"),
            ("((a = $1) AND (b = $2))", "a = $1 AND b = $2"),
            (
                "((a = ANY ($1)) AND (b > ($2 + 1)))",
                "a = ANY ($1) AND b > ($2 + 1)",
            ),
            ("(a) OR (b)", "(a) OR (b)"),
            ("", ""),
        ] {
            assert_eq!(condition(from), to);
        }
    }
}
