//! Which index a migration builds concurrently. It reads the beginning of one statement, because
//! such a migration has no more.

/// The index that `CREATE INDEX CONCURRENTLY` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Concurrent {
    /// Its name. PostgreSQL takes none with a schema: an index is where its table is.
    pub(super) index: String,
    /// Its table, as `to_regclass` reads it.
    pub(super) table: String,
}

/// The index that a script builds concurrently, if that is what it does and the index is named.
pub(super) fn index(script: &str) -> Option<Concurrent> {
    let mut words = Words(script);
    words.keyword("create")?;
    let _is_unique = words.keyword("unique");
    words.keyword("index")?;
    words.keyword("concurrently")?;
    if words.keyword("if").is_some() {
        words.keyword("not")?;
        words.keyword("exists")?;
    }
    // `ON` follows at once where the server makes a name up: a name `on` is quoted.
    if words.keyword("on").is_some() {
        return None;
    }
    let index = words.identifier()?;
    words.keyword("on")?;
    let _is_only = words.keyword("only");
    let mut table = quoted(&words.identifier()?);
    while words.symbol('.') {
        table = format!("{table}.{}", quoted(&words.identifier()?));
    }
    Some(Concurrent { index, table })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What is left of a script.
struct Words<'a>(&'a str);

impl Words<'_> {
    fn keyword(&mut self, keyword: &str) -> Option<()> {
        self.skip();
        let length = word(self.0);
        if !self.0[..length].eq_ignore_ascii_case(keyword) {
            return None;
        }
        self.0 = &self.0[length..];
        Some(())
    }

    fn symbol(&mut self, symbol: char) -> bool {
        self.skip();
        let rest = self.0.strip_prefix(symbol);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// A name, folded to lower case unless it is quoted.
    fn identifier(&mut self) -> Option<String> {
        self.skip();
        let Some(quoted) = self.0.strip_prefix('"') else {
            let length = word(self.0);
            let name = self.0[..length].to_lowercase();
            self.0 = &self.0[length..];
            return (length > 0).then_some(name);
        };
        let mut name = String::new();
        let mut rest = quoted;
        loop {
            let end = rest.find('"')?;
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(behind) => {
                    name.push('"');
                    rest = behind;
                }
                None => break,
            }
        }
        self.0 = rest;
        Some(name)
    }

    /// Skips blanks and comments.
    fn skip(&mut self) {
        loop {
            self.0 = self.0.trim_start();
            if self.0.starts_with("--") {
                self.0 = self.0.split_once('\n').map_or("", |(_, rest)| rest);
            } else if self.0.starts_with("/*") {
                self.0 = behind_comment(self.0);
            } else {
                return;
            }
        }
    }
}

/// What follows a comment, in which others may stand.
fn behind_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return &text[at..];
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    ""
}

/// The length of the word that a text begins with.
fn word(text: &str) -> usize {
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.find(|c| !is_of_word(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Concurrent, index};

    #[test]
    fn the_index_of_a_concurrent_build_is_found() {
        let made = |index: &str, table: &str| {
            Some(Concurrent {
                index: index.to_owned(),
                table: table.to_owned(),
            })
        };
        for (script, expected) in [
            (
                "-- A comment /* of its own\ncreate unique index CONCURRENTLY Notes_Id ON notes (id)",
                made("notes_id", "\"notes\""),
            ),
            (
                "/* a /* nested */ one */CREATE INDEX CONCURRENTLY IF NOT EXISTS \"On\"\"x\" \
                 ON ONLY app . \"Notes\"(id)",
                made("On\"x", "\"app\".\"Notes\""),
            ),
            ("CREATE INDEX CONCURRENTLY ON notes (id)", None),
            ("CREATE INDEX notes_id ON notes (id)", None),
            ("CREATE INDEX CONCURRENTLY \"open", None),
            ("CREATE TABLE notes (id int)", None),
            ("/* never closed", None),
            ("", None),
        ] {
            assert_eq!(index(script), expected, "{script}");
        }
    }
}
