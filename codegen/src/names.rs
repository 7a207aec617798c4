//! From SQL names to Rust names, and the nearest known word for a wrong one.

/// Words that Rust keeps for itself, in any edition. Of these `crate`, `self`,
/// `Self` and `super` cannot even be raw identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether Rust keeps the word for itself.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Why a word cannot be a plain Rust identifier, if it cannot; a clause such as
/// "is a Rust keyword".
#[must_use]
pub fn unusable(word: &str) -> Option<&'static str> {
    if is_keyword(word) {
        Some("is a Rust keyword")
    } else if word.chars().all(|c| c == '_') {
        Some("has no letter")
    } else if word.starts_with(|c: char| c.is_ascii_digit()) {
        Some("starts with a digit")
    } else {
        None
    }
}

/// `customerByPhone`, `CustomerByPhone` and `customer by-phone` are
/// `customer_by_phone`; `ListUsersByID` is `list_users_by_id`.
#[must_use]
pub fn snake_case(name: &str) -> String {
    if is_snake_case(name) {
        return name.to_owned();
    }
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with('_') || (c == '_' && out.is_empty()) {
                out.push('_');
            }
            continue;
        }
        let before = i.checked_sub(1).map(|b| chars[b]);
        let after = chars.get(i + 1);
        let starts_word = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase()
                    || b.is_numeric()
                    || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if starts_word && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    while out.len() > 1 && out.ends_with('_') {
        out.pop();
    }
    out
}

/// Whether it is snake case already, as most names are; some that are may not count.
fn is_snake_case(name: &str) -> bool {
    let words = name.as_bytes().split(|&byte| byte == b'_');
    let mut words = words.map(|word| {
        word.iter()
            .map(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    words.all(|mut word| word.next() == Some(true) && word.all(|fits| fits))
}

/// The name of a query's function: snake case, with `_` behind a word that Rust keeps for
/// itself. It is one name in code, in reports and in links of the documentation, which
/// `r#match` would not be.
#[must_use]
pub fn function(name: &str) -> String {
    let mut function = snake_case(name);
    if is_keyword(&function) {
        function.push('_');
    }
    function
}

/// `customer_by_phone` is `CustomerByPhone`.
#[must_use]
pub fn upper_camel_case(name: &str) -> String {
    let mut out = String::new();
    for word in snake_case(name).split('_') {
        let mut chars = word.chars();
        if let Some(first) = chars.next() {
            out.extend(first.to_uppercase());
            out.push_str(chars.as_str());
        }
    }
    out
}

/// `customer_by_phone` is `CUSTOMER_BY_PHONE`.
#[must_use]
pub fn screaming_case(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// A Rust identifier for a column or a parameter of any name: snake case, raw when
/// it is a keyword.
#[must_use]
pub fn identifier(name: &str) -> String {
    let valid = snake_case(&letters(name));
    match valid.as_str() {
        word if word.chars().all(|c| c == '_') => "column".to_owned(),
        "self" | "crate" | "super" => format!("{valid}_"),
        word if is_keyword(word) => format!("r#{word}"),
        word if !is_identifier(word) => format!("_{word}"),
        _ => valid,
    }
}

/// A Rust type's name, or a part of one, for any name; may be empty, or begin with a digit.
#[must_use]
pub fn type_name(name: &str) -> String {
    upper_camel_case(&letters(name))
}

/// The name with blanks for what no identifier may hold. Not every letter may stand in
/// one: a superscript, for one, may not.
fn letters(name: &str) -> String {
    let fits = |c: char| {
        c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && is_identifier(&format!("x{c}")))
    };
    name.chars()
        .map(|c| if fits(c) { c } else { ' ' })
        .collect()
}

/// Whether the compiler takes the word as an identifier.
pub(crate) fn is_identifier(word: &str) -> bool {
    syn::parse_str::<syn::Ident>(word).is_ok()
}

/// The known word nearest to a wrong one, when it is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, with a swap of neighbours as one step.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rusts_conventions() {
        for (from, snake, camel) in [
            ("customer_by_phone", "customer_by_phone", "CustomerByPhone"),
            ("ListUsersByID", "list_users_by_id", "ListUsersById"),
            ("getV2Users", "get_v2_users", "GetV2Users"),
            ("HTTPServer", "http_server", "HttpServer"),
            ("a b-c", "a_b_c", "ABC"),
        ] {
            assert_eq!(snake_case(from), snake);
            assert_eq!(upper_camel_case(from), camel);
        }
    }

    #[test]
    fn a_keyword_names_a_query() {
        for (from, to) in [("Mod", "mod_"), ("self", "self_"), ("Modulo", "modulo")] {
            assert_eq!(function(from), to);
            assert_eq!(function(&function(from)), to);
        }
    }

    #[test]
    fn any_column_gets_an_identifier() {
        for (from, to) in [
            ("type", "r#type"),
            ("self", "self_"),
            ("?column?", "column"),
            ("2nd", "_2nd"),
            ("Größe", "größe"),
            ("日本", "日本"),
            ("", "column"),
            ("__", "column"),
            // Letters to Unicode, but not to Rust.
            ("m²", "m"),
            ("ⓐ b", "b"),
            ("½", "column"),
        ] {
            assert_eq!(identifier(from), to);
        }
    }

    #[test]
    fn the_nearest_word_is_near() {
        let known = ["@index", "@param", "@column"];
        assert_eq!(nearest("@idnex", known), Some("@index"));
        assert_eq!(nearest("@parm", known), Some("@param"));
        assert_eq!(nearest("@whatever", known), None);
    }
}
