//! The comment behind a statement that says where it comes from, in the form of `SQLCommenter`:
//! `/*action='customer_by_phone',controller='customers'*/`, keys sorted, values URL-encoded.

/// The name that a statement's comment gives it, `customers::customer_by_phone`.
pub(super) fn name(statement: &str) -> Option<String> {
    let comment = statement.trim_end().strip_suffix("*/")?;
    let comment = &comment[comment.rfind("/*")? + 2..];
    let value = |key: &str| {
        let mut pairs = comment.split(',').map(str::trim);
        let pair = pairs.find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))?;
        decoded(pair.strip_prefix('\'')?.strip_suffix('\'')?)
    };
    let action = value("action")?;
    match value("controller") {
        Some(controller) => Some(format!("{controller}::{action}")),
        None => Some(action),
    }
}

/// The text of an URL-encoded one; `None` where it is none.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = behind;
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(*behind.first()?)?, digit(*behind.get(1)?)?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
        rest = &behind[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_comment_names_its_query() {
        let named = |statement| name(statement).unwrap_or_default();
        assert_eq!(
            named("SELECT 1 /*action='by_phone',application='agent',controller='customers'*/"),
            "customers::by_phone"
        );
        assert_eq!(named("SELECT 1 /*action='a%3A%3Ab%C3%A4'*/ "), "a::bä");
        for none in [
            "SELECT 1",
            "SELECT 1 /* a comment */",
            "SELECT 1 /*action='%zz'*/",
            "SELECT 1 /*action='%4'*/",
            "SELECT 1 /*action=a*/",
            "*/",
            "/*action='*/",
        ] {
            assert_eq!(name(none), None, "{none}");
        }
    }
}
