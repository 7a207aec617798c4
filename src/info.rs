//! What is known of a query before it runs, written down by the generator.
//!
//! Plain constant data. Nothing here may run, allocate at start-up, or depend on
//! a connection.

use core::fmt;
use core::time::Duration;

/// How a query answers: the command of its header in the SQL file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Command {
    /// `:one`, exactly one row.
    One,
    /// `:opt`, one row or none.
    Opt,
    /// `:many`, all rows at once.
    Many,
    /// `:exec`, no answer.
    Exec,
    /// `:execrows`, the number of rows it touched.
    ExecRows,
    /// `:stream`, rows as they arrive.
    Stream,
    /// `:bulk`, an insert of many rows through `UNNEST`.
    Bulk,
    /// `:copy`, an insert of many rows through `COPY`.
    Copy,
}

impl Command {
    /// The command as the SQL file writes it, without the colon.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(planwright::Command::ExecRows.as_str(), "execrows");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Opt => "opt",
            Self::Many => "many",
            Self::Exec => "exec",
            Self::ExecRows => "execrows",
            Self::Stream => "stream",
            Self::Bulk => "bulk",
            Self::Copy => "copy",
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of one query before it runs. Generated code has one constant
/// of this type per query.
///
/// # Examples
///
/// ```
/// use planwright::{Command, QueryInfo};
///
/// const LIST: QueryInfo = QueryInfo {
///     name: "notes::list_notes",
///     sql: "SELECT id,\n       body\nFROM notes",
///     command: Command::Many,
///     operation: "SELECT",
///     tables: &["notes"],
///     read_only: true,
///     ..QueryInfo::EMPTY
/// };
/// assert_eq!(LIST.preview(), "SELECT id, body FROM notes");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct QueryInfo {
    /// Module and function, `customers::customer_by_phone`. Reports, warnings
    /// and errors call the query by this name.
    pub name: &'static str,
    /// The whole statement as it is sent, with `$1`, `$2`, ... for its parameters, and with the
    /// comment that names it for the server where the project wants one.
    pub sql: &'static str,
    /// A hash of name and SQL: it changes when either does.
    pub fingerprint: u64,
    /// How the query answers.
    pub command: Command,
    /// What the statement is, `SELECT` also behind a WITH: OpenTelemetry's `db.operation.name`.
    pub operation: &'static str,
    /// The tables it reads or writes; see [`collection`](Self::collection).
    pub tables: &'static [&'static str],
    /// How the planner reaches each table, one line a table.
    pub access_paths: &'static [&'static str],
    /// Round trips to the server that one call makes.
    pub round_trips: u32,
    /// The most rows it can return, where a literal `LIMIT` says so.
    pub row_limit: Option<u32>,
    /// The query that does for many values what this one does for one, from an array parameter;
    /// itself where it takes an array.
    pub array_form: Option<&'static str>,
    /// True where the statement changes nothing.
    pub read_only: bool,
    /// A call that takes this long or longer is slow, whatever the
    /// environment's threshold is (`@slow 50ms`).
    pub slow: Option<Duration>,
}

impl QueryInfo {
    /// A query that is nothing yet, for `..QueryInfo::EMPTY`.
    pub const EMPTY: Self = Self {
        name: "",
        sql: "",
        fingerprint: 0,
        command: Command::Exec,
        operation: "",
        tables: &[],
        access_paths: &[],
        round_trips: 1,
        row_limit: None,
        array_form: None,
        read_only: false,
        slow: None,
    };

    /// The table, where the statement has one only: OpenTelemetry's `db.collection.name`, which
    /// a statement of several tables does not have.
    ///
    /// # Examples
    ///
    /// ```
    /// use planwright::QueryInfo;
    ///
    /// const LIST: QueryInfo = QueryInfo { tables: &["notes"], ..QueryInfo::EMPTY };
    /// const JOIN: QueryInfo = QueryInfo { tables: &["notes", "replies"], ..QueryInfo::EMPTY };
    /// assert_eq!((LIST.collection(), JOIN.collection()), (Some("notes"), None));
    /// ```
    #[must_use]
    pub const fn collection(&self) -> Option<&'static str> {
        match self.tables {
            [table] => Some(table),
            _ => None,
        }
    }

    /// The first 100 characters of the SQL on one line: runs of white space
    /// become one space, and `…` stands for what was left out. The comment that names the query
    /// for the server is no part of it.
    #[must_use]
    pub fn preview(&self) -> String {
        preview(without_comment(self.sql), 100)
    }
}

/// The statement without the comment at its end that names it for the server.
fn without_comment(sql: &str) -> &str {
    match sql.rfind("/*action='") {
        Some(start) if sql.ends_with("*/") => sql[..start].trim_end(),
        _ => sql,
    }
}

/// Folds white space and keeps the first `limit` characters.
fn preview(sql: &str, limit: usize) -> String {
    let mut folded = String::with_capacity(limit);
    let mut room = limit;
    for word in sql.split_whitespace() {
        let gap = usize::from(!folded.is_empty());
        if room < gap + 1 {
            folded.push('…');
            break;
        }
        if gap == 1 {
            folded.push(' ');
            room -= 1;
        }
        let length = word.chars().count();
        folded.extend(word.chars().take(room));
        if length > room {
            folded.push('…');
            break;
        }
        room -= length;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{preview, without_comment};

    #[test]
    fn preview_folds_white_space_and_stops_at_the_limit() {
        assert_eq!(preview("  a \n\t b  ", 10), "a b");
        assert_eq!(preview("abc def", 5), "abc d…");
        assert_eq!(preview("abc def", 3), "abc…");
        assert_eq!(preview("abc def", 4), "abc…");
        assert_eq!(preview("abc def", 7), "abc def");
        assert_eq!(preview("äöü ß", 3), "äöü…");
        assert_eq!(preview("", 3), "");
    }

    #[test]
    fn the_name_for_the_server_is_no_part_of_a_preview() {
        let named = "SELECT 1 /*action='one',controller='numbers'*/";
        assert_eq!(without_comment(named), "SELECT 1");
        for other in ["SELECT 1 /* one */", "SELECT '/*action='''", "SELECT 1"] {
            assert_eq!(without_comment(other), other);
        }
    }
}
