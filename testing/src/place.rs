//! What the server says of a file of SQL, at its place in the file.

use std::fmt::Write as _;
use std::path::Path;

use tokio_postgres::error::{DbError, ErrorPosition};

/// The server's message, and its code.
pub(crate) fn message(error: &DbError) -> String {
    format!("{} (SQLSTATE {})", error.message(), error.code().code())
}

/// Headline, message, place, detail and hint.
pub(crate) fn report(headline: &str, path: &Path, sql: &str, error: &DbError) -> String {
    let mut text = format!("{headline}: {}", message(error));
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
        _ => None,
    };
    // Writing to a string cannot fail.
    let _ = match position.and_then(|position| Place::find(sql, position)) {
        Some(place) => write!(text, "{}", place.excerpt(path)),
        None => write!(text, "\n --> {}", path.display()),
    };
    for (label, more) in [("note", error.detail()), ("help", error.hint())] {
        if let Some(more) = more {
            let _ = write!(text, "\n  = {label}: {more}");
        }
    }
    text
}

/// A place in a text: line and column from 1, in characters.
struct Place<'a> {
    number: usize,
    column: usize,
    line: &'a str,
}

impl<'a> Place<'a> {
    /// The server counts characters from 1.
    fn find(sql: &'a str, position: usize) -> Option<Self> {
        let (byte, _) = sql.char_indices().nth(position.checked_sub(1)?)?;
        let start = sql[..byte].rfind('\n').map_or(0, |end| end + 1);
        Some(Self {
            number: sql[..start].matches('\n').count() + 1,
            column: sql[start..byte].chars().count() + 1,
            line: sql[start..].lines().next().unwrap_or_default(),
        })
    }

    fn excerpt(&self, path: &Path) -> String {
        let number = self.number.to_string();
        let margin = " ".repeat(number.len());
        let before = self.line.chars().take(self.column - 1);
        // A tab stays one, so that the mark is below the token.
        let indent: String = before.map(|c| if c == '\t' { c } else { ' ' }).collect();
        let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
        let rest = self.line.chars().skip(self.column - 1);
        let mark = "^".repeat(rest.take_while(is_word).count().max(1));
        let (path, column, line) = (path.display(), self.column, self.line);
        format!(
            "\n{margin}--> {path}:{number}:{column}\n{margin} |\n{number} | {line}\n{margin} | {indent}{mark}"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Place;

    fn excerpt(sql: &str, position: usize) -> Option<String> {
        Some(Place::find(sql, position)?.excerpt(Path::new("up.sql")))
    }

    #[test]
    fn the_token_is_underlined_where_the_server_found_it() {
        let sql = "CREATE TABLE a ();\n\tSELECT 'ä', wrong_one;\n";
        let expected =
            "\n --> up.sql:2:14\n  |\n2 | \tSELECT 'ä', wrong_one;\n  | \t            ^^^^^^^^^";
        let position = sql.chars().take_while(|c| *c != 'w').count() + 1;
        assert_eq!(excerpt(sql, position).as_deref(), Some(expected));
    }

    #[test]
    fn a_place_beyond_the_text_is_none() {
        assert!(excerpt("SELECT", 0).is_none());
        assert!(excerpt("SELECT", 7).is_none());
    }
}
