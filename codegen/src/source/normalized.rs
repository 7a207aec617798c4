//! A statement's text as `pg_stat_statements` tells statements apart: constants and parameters
//! alike, without comments and blanks.
//!
//! The extension replaces a constant by a number behind those of the parameters, and from
//! PostgreSQL 18 on a list of constants by `$1 /*, ... */`. So what it shows of a statement, and
//! the statement itself, have the same normal text on every release. Nothing else relies on it:
//! two statements of one normal text are not told apart by the extension either.

use super::lexer::{self, Kind};

/// What stands for a constant or a parameter.
const VALUE: &str = "?";

/// The normal text of the first statement in `sql`.
///
/// # Examples
///
/// ```
/// use planwright_codegen::source::normalized;
///
/// let sent = "SELECT id -- the key\nFROM notes WHERE author = $1 AND kind IN (1, 2) LIMIT 50";
/// let shown = "SELECT id FROM notes WHERE author = $1 AND kind IN ($2 /*, ... */) LIMIT $4";
/// assert_eq!(normalized(sent), normalized(shown));
/// ```
#[must_use]
pub fn normalized(sql: &str) -> String {
    grouped(words(sql)).join(" ")
}

/// The words of the statement, values as `?`.
fn words(sql: &str) -> Vec<String> {
    let (tokens, _) = lexer::lex(sql);
    let end = lexer::statement_end(sql, &tokens);
    let mut words: Vec<String> = Vec::new();
    for token in &tokens[..end] {
        let text = &sql[token.span.clone()];
        match token.kind {
            Kind::Space | Kind::LineComment | Kind::BlockComment | Kind::Semicolon => {}
            Kind::String | Kind::Number | Kind::NamedParam | Kind::NumberedParam => {
                push_value(&mut words);
            }
            Kind::Word => {
                let word = text.to_lowercase();
                match word.as_str() {
                    "true" | "false" | "null" => push_value(&mut words),
                    // `EXTRACT(year FROM x)`: the field is a constant for the server.
                    "from" if is_field(&words) => {
                        words.pop();
                        push_value(&mut words);
                        words.push(word);
                    }
                    _ => words.push(word),
                }
            }
            Kind::QuotedIdent | Kind::Open | Kind::Close | Kind::Symbol => {
                words.push(text.to_owned());
            }
        }
    }
    words
}

/// Puts a value behind the words. The sign of a negative constant belongs to the constant; that
/// it is also taken from `a - 1` does no harm, because it is taken from both texts.
fn push_value(words: &mut Vec<String>) {
    if let Some(last) = words.last_mut()
        && last.ends_with('-')
    {
        last.pop();
        if last.is_empty() {
            words.pop();
        }
    }
    words.push(VALUE.to_owned());
}

/// Whether the words end with `extract ( field`.
fn is_field(words: &[String]) -> bool {
    matches!(words, [.., extract, open, _] if extract == "extract" && open == "(")
}

/// Brackets nest no deeper than this in a list of values.
const DEEPEST_VALUE: usize = 8;

/// A bracket that is open: where the words in it begin, and how deep brackets nest in it.
struct Open {
    start: usize,
    depth: usize,
}

/// The words, with each list of values in brackets as one value. What is never closed ends with
/// the text; a bracket that closes nothing is left out.
fn grouped(words: Vec<String>) -> Vec<String> {
    let mut text: Vec<String> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for word in words {
        match word.as_str() {
            "(" | "[" => {
                text.push(word);
                let start = text.len();
                open.push(Open { start, depth: 0 });
            }
            ")" | "]" => {
                if close(&mut text, &mut open) {
                    text.push(word);
                }
            }
            _ => text.push(word),
        }
    }
    while close(&mut text, &mut open) {}
    text
}

/// Closes the innermost bracket, if there is one.
fn close(text: &mut Vec<String>, open: &mut Vec<Open>) -> bool {
    let Some(Open { start, depth }) = open.pop() else {
        return false;
    };
    if let Some(outer) = open.last_mut() {
        outer.depth = outer.depth.max(depth + 1);
    }
    if depth <= DEEPEST_VALUE && is_list_of_values(&text[start..]) {
        text.truncate(start);
        text.push(VALUE.to_owned());
    }
    true
}

fn is_list_of_values(words: &[String]) -> bool {
    let mut depth = 0_usize;
    let mut elements = words.split(|word| {
        match word.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word == ","
    });
    !words.is_empty() && elements.all(is_value)
}

/// A constant with what says its type: `?`, `? :: numeric ( ? )`, `date ?`, `cast ( ? as date )`.
fn is_value(words: &[String]) -> bool {
    if let [cast, open, inner @ .., close] = words
        && (cast.as_str(), open.as_str(), close.as_str()) == ("cast", "(", ")")
    {
        let before = inner.iter().position(|word| word == "as");
        return before.is_some_and(|before| is_value(&inner[..before]));
    }
    let Some(value) = words.iter().position(|word| word == VALUE) else {
        return false;
    };
    let (before, behind) = (&words[..value], &words[value + 1..]);
    let typed = behind.is_empty() || behind.first().is_some_and(|word| word == "::");
    let one_value = !behind.iter().enumerate().any(|(place, word)| {
        let is_modifier = place > 0 && behind[place - 1] == "(";
        (word == VALUE && !is_modifier) || word == ","
    });
    typed
        && one_value
        && before.iter().all(|word| is_name(word))
        && behind.iter().all(|word| {
            is_name(word) || matches!(word.as_str(), "::" | "." | "(" | ")" | "[" | "]" | VALUE)
        })
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"'))
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn constants_and_parameters_are_alike() {
        for (sent, shown) in [
            ("SELECT 1", "SELECT $1"),
            (
                "SELECT a FROM t WHERE b = -1",
                "SELECT a FROM t WHERE b = $1",
            ),
            ("SELECT a-1, -a FROM t", "SELECT a-$1, -a FROM t"),
            (
                "select A FROM t where x is NULL",
                "SELECT a FROM t WHERE x IS NULL",
            ),
            ("SELECT FALSE", "SELECT $1"),
            ("SELECT extract(year FROM d)", "SELECT extract($1 FROM d)"),
            ("SELECT E'x\\'y', $a$b$a$", "SELECT $1, $2"),
            ("SELECT 1 /*action='one'*/", "SELECT $1"),
            ("SELECT a FROM t ORDER BY 1", "SELECT a FROM t ORDER BY 1"),
        ] {
            assert_eq!(normalized(sent), normalized(shown), "{sent}");
        }
        assert_ne!(
            normalized("SELECT \"A\" FROM t"),
            normalized("SELECT \"a\" FROM t")
        );
        assert_ne!(normalized("SELECT a FROM t"), normalized("SELECT b FROM t"));
    }

    #[test]
    fn a_list_of_constants_is_one() {
        let shown = normalized("SELECT a IN ($1 /*, ... */)");
        for sent in [
            "SELECT a IN (1, 2, 3)",
            "SELECT a IN ($1, $2)",
            "SELECT a IN ('x'::numeric(10, 2), 'y'::numeric(10, 2))",
            "SELECT a IN (date '2026-01-01', date '2026-01-02')",
            "SELECT a IN (CAST(1 AS int), CAST(2 AS int))",
        ] {
            assert_eq!(normalized(sent), shown, "{sent}");
        }
        assert_ne!(normalized("SELECT a IN (1, b)"), shown);
        assert_ne!(normalized("SELECT a IN (1, f(2))"), shown);
    }

    #[test]
    fn what_is_never_closed_is_read_to_its_end() {
        for text in ["", "(", "SELECT (1", "SELECT 'a", "]", "SELECT ) 1"] {
            let _text = normalized(text);
        }
    }
}
