//! Which statements leave nothing behind on their connection, so that others may share it.

use core::fmt;

use diesel::QueryResult;
use diesel::result::Error;

/// The first words of statements that stand alone. `CALL` ends what it begins.
const ALONE: [&str; 11] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE", "CALL", "NOTIFY",
    "REFRESH",
];

/// A statement that needs a connection of its own.
#[derive(Debug)]
struct NotAlone {
    word: String,
}

/// Refuses what may leave a transaction open, or changes the session.
pub(super) fn alone(sql: &str) -> QueryResult<()> {
    let word = first_word(sql);
    if ALONE.iter().any(|alone| alone.eq_ignore_ascii_case(word)) {
        return Ok(());
    }
    let word = word.to_uppercase();
    Err(Error::QueryBuilderError(Box::new(NotAlone { word })))
}

/// The first word behind white space, comments and parentheses.
fn first_word(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if rest.starts_with("/*") {
            rest = behind_comment(rest);
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic());
            return &rest[..end.unwrap_or(rest.len())];
        }
    }
}

/// What is behind a comment, which may hold others.
fn behind_comment(sql: &str) -> &str {
    let (mut depth, mut rest) = (0_usize, sql);
    loop {
        if let Some(inner) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, inner);
        } else if let Some(outer) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, outer);
            if depth == 0 {
                return rest;
            }
        } else {
            let mut characters = rest.chars();
            if characters.next().is_none() {
                return "";
            }
            rest = characters.as_str();
        }
    }
}

impl fmt::Display for NotAlone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.word.as_str() {
            "" => "several statements at once",
            word => word,
        };
        write!(
            f,
            "{what} needs a connection of its own, and this one is shared: take one from a `Pool`"
        )
    }
}

impl core::error::Error for NotAlone {}

/// Refuses statements that are separated by semicolons: nobody reads them here.
pub(super) fn not_several() -> Error {
    let word = String::new();
    Error::QueryBuilderError(Box::new(NotAlone { word }))
}

#[cfg(test)]
mod tests {
    use super::{alone, first_word};

    #[test]
    fn the_first_word_is_behind_comments() {
        for sql in [
            "SELECT 1",
            " \n select 1",
            "-- SET x\nselect 1",
            "/* SET /* x */ y */ (SELECT 1)",
            "((VALUES (1)))",
            "WITH x AS (SELECT 1) TABLE x",
        ] {
            assert!(alone(sql).is_ok(), "{sql}");
        }
        for sql in [
            "BEGIN",
            "/* SELECT */ SET x = 1",
            "",
            "/* SELECT",
            "selected",
            "COPY t FROM STDIN",
        ] {
            assert!(alone(sql).is_err(), "{sql}");
        }
        assert_eq!(first_word("--"), "");
    }
}
