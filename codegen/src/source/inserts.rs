//! `:bulk` and `:copy`: an INSERT of one row, which a call runs for many.

use std::ops::Range;

use super::builder::Builder;
use super::header::Header;
use super::lexer::{Kind, Token};
use super::parts::Parts;
use super::{Command, Directives};
use crate::diagnostics::{Diagnostic, SourceText};

/// The clauses of an INSERT of one row, as bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Insert {
    /// What stands before it: a WITH clause.
    pub(crate) before: Range<usize>,
    /// The table's name.
    pub(crate) table: Range<usize>,
    /// The names of the columns, with their brackets.
    pub(crate) columns: Option<Range<usize>>,
    /// `OVERRIDING … VALUE`
    pub(crate) overriding: Option<Range<usize>>,
    /// `VALUES (…)`
    pub(crate) clause: Range<usize>,
    /// What stands in these brackets.
    pub(crate) row: Range<usize>,
    /// Each value of it.
    pub(crate) values: Vec<Range<usize>>,
    /// What stands behind; empty where nothing does.
    pub(crate) behind: Range<usize>,
}

/// Why a statement is no INSERT of one row, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OtherForm {
    /// Another statement.
    Statement(Range<usize>),
    /// INSERT without a VALUES list.
    NoValues(Range<usize>),
    /// The second row begins here.
    SeveralRows(Range<usize>),
}

/// Reads the clauses.
pub(crate) fn read(text: &str, tokens: &[Token]) -> Result<Insert, OtherForm> {
    let silent =
        |t: &&Token| !matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment);
    let reader = Reader {
        text,
        tokens: tokens.iter().filter(silent).collect(),
    };
    reader.insert()
}

struct Reader<'a> {
    text: &'a str,
    /// Without comments and blanks.
    tokens: Vec<&'a Token>,
}

impl Reader<'_> {
    fn insert(&self) -> Result<Insert, OtherForm> {
        let span = |at: usize| self.tokens.get(at).map_or(0..0, |token| token.span.clone());
        let other = || OtherForm::Statement(span(0));
        if !self.is(0, "insert") && !self.is(0, "with") {
            return Err(other());
        }
        let mut at = 0;
        while !(self.is(at, "insert") && self.is(at + 1, "into")) {
            at = self.behind(at).ok_or_else(other)?;
        }
        let (insert, name) = (span(at), at + 2);
        let no_values = OtherForm::NoValues(insert.start..span(at + 1).end);
        at = name + 1;
        while self.text_of(at) == "." {
            at += 2;
        }
        let table = span(name).start..span(at - 1).end;
        if self.is(at, "as") {
            at += 2;
        }
        let mut columns = None;
        if self.text_of(at) == "(" && !self.is(at + 1, "select") && !self.is(at + 1, "with") {
            let behind = self.behind(at).ok_or_else(|| no_values.clone())?;
            columns = Some(span(at).start..span(behind - 1).end);
            at = behind;
        }
        let mut overriding = None;
        if self.is(at, "overriding") {
            overriding = Some(span(at).start..span(at + 2).end);
            at += 3;
        }
        if !self.is(at, "values") || self.text_of(at + 1) != "(" {
            return Err(no_values);
        }
        let open = at + 1;
        let behind = self.behind(open).ok_or(no_values)?;
        if self.text_of(behind) == "," {
            return Err(OtherForm::SeveralRows(span(behind + 1)));
        }
        let clause = span(at).start..span(behind - 1).end;
        let last = self.tokens.len() - 1;
        let behind_it = if behind > last {
            clause.end..clause.end
        } else {
            span(behind).start..span(last).end
        };
        Ok(Insert {
            before: span(0).start..insert.start,
            table,
            columns,
            overriding,
            row: span(open).end..span(behind - 1).start,
            clause,
            values: self.values(open, behind - 1),
            behind: behind_it,
        })
    }

    fn text_of(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| &self.text[token.span.clone()])
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.text_of(at).eq_ignore_ascii_case(word)
    }

    /// The token behind one, or behind the brackets that it opens.
    fn behind(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(at) {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                return Some(index + 1);
            }
        }
        None
    }

    /// What stands between the commas of two brackets.
    fn values(&self, open: usize, close: usize) -> Vec<Range<usize>> {
        let mut values = Vec::new();
        let (mut first, mut depth) = (open + 1, 0_usize);
        for at in open + 1..=close {
            let token = self.tokens[at];
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if at < close => depth = depth.saturating_sub(1),
                _ => {}
            }
            let ends = at == close || depth == 0 && self.text_of(at) == ",";
            if ends && first < at {
                let (from, to) = (&self.tokens[first].span, &self.tokens[at - 1].span);
                values.push(from.start..to.end);
            }
            if ends {
                first = at + 1;
            }
        }
        values
    }
}

/// What a statement has that a call for many rows cannot do.
pub(super) fn check(
    file: &SourceText,
    header: &Header<'_>,
    directives: &Directives,
    tokens: &[Token],
    parts: &Parts,
    whole: &Builder<'_>,
) -> Vec<Diagnostic> {
    if !header.command.takes_rows() {
        return Vec::new();
    }
    let checker = Checker {
        file,
        word: header.command.word(),
        code: if header.command == Command::Copy {
            "invalid-copy"
        } else {
            "invalid-bulk"
        },
    };
    let mut problems = Vec::new();
    if let Some((_, span)) = parts.spans.first() {
        let message = format!("a `{}` has no optional parts", checker.word);
        let help = "write a query for each of the two";
        problems.push(checker.error(message, span).help(help));
    }
    if let Some(load) = directives.loads.first() {
        let message = format!("a `{}` loads nothing", checker.word);
        let help = format!("call `{}` for the rows that were inserted", load.child);
        problems.push(checker.error(message, &load.span).help(help));
    }
    let insert = match read(&file.text, tokens) {
        Ok(insert) => insert,
        Err(other) => {
            problems.push(checker.other_form(&other));
            return problems;
        }
    };
    let params = params(tokens, whole);
    if params.is_empty() {
        let message = "every row would be the same: the query has no parameter".to_owned();
        let help = "name what differs from row to row: `VALUES (:name, …)`";
        problems.push(checker.error(message, &insert.clause).help(help));
    }
    if header.command == Command::Copy {
        problems.extend(checker.copied(&insert, &params));
    } else {
        problems.extend(checker.inserted(&insert, &params, tokens));
    }
    problems
}

/// Where the parameters stand.
fn params(tokens: &[Token], whole: &Builder<'_>) -> Vec<Range<usize>> {
    let numbered = tokens.iter().filter(|t| t.kind == Kind::NumberedParam);
    let named = whole.uses.iter().map(|u| u.span.clone());
    named.chain(numbered.map(|t| t.span.clone())).collect()
}

struct Checker<'a> {
    file: &'a SourceText,
    word: &'static str,
    code: &'static str,
}

impl Checker<'_> {
    fn error(&self, message: String, span: &Range<usize>) -> Diagnostic {
        Diagnostic::error(self.code, message).at(&self.file.path, span.clone(), "")
    }

    fn text(&self, span: &Range<usize>) -> &str {
        &self.file.text[span.clone()]
    }

    fn other_form(&self, form: &OtherForm) -> Diagnostic {
        let word = self.word;
        match form {
            OtherForm::Statement(span) => {
                let statement = self.text(span).to_uppercase();
                let help = match statement.as_str() {
                    "UPDATE" => {
                        "change many rows with arrays, as an `:execrows`: `UPDATE … SET name = given.name FROM unnest(:ids::uuid[], :names::text[]) AS given (id, name) WHERE …`"
                    }
                    "DELETE" => {
                        "delete many rows with an array, as an `:execrows`: `DELETE … WHERE id = ANY (:ids)`"
                    }
                    "MERGE" => {
                        "merge many rows with arrays, as an `:execrows`: `MERGE … USING unnest(:ids::uuid[], :names::text[]) AS given (id, name) ON …`"
                    }
                    _ => "`:many` returns all rows, and `:stream` one after the other",
                };
                let message = format!("`{word}` inserts rows, and this is no INSERT");
                self.error(message, span).help(help)
            }
            OtherForm::NoValues(span) => {
                let message = format!(
                    "`{word}` inserts the rows that a call is given, and this INSERT has no VALUES"
                );
                self.error(message, span).help(
                    "write one row of parameters, `VALUES (:name, …)`; or make it an `:execrows`",
                )
            }
            OtherForm::SeveralRows(span) => {
                let message =
                    format!("`{word}` takes the rows from its caller, and VALUES has several");
                self.error(message, span)
                    .help("write one row: a call runs it for each that it is given")
            }
        }
    }

    /// What UNNEST cannot do.
    fn inserted<'s>(
        &'s self,
        insert: &'s Insert,
        params: &'s [Range<usize>],
        tokens: &'s [Token],
    ) -> impl Iterator<Item = Diagnostic> + 's {
        let outside = params
            .iter()
            .filter(|param| param.start < insert.clause.start || param.end > insert.clause.end);
        let outside = outside.map(|param| {
            let message = "a parameter outside of VALUES".to_owned();
            let note = "a batch has one statement for all of its rows; only a row has parameters";
            let help = match self.assigned(insert, tokens, param) {
                Some(column) => {
                    format!("write `excluded.{column}`, what the row would have had there")
                }
                None => "write a constant, or a setting such as `current_setting('app.name')`"
                    .to_owned(),
            };
            self.error(message, param).note(note).help(help)
        });
        let default = |value: &&Range<usize>| self.text(value).eq_ignore_ascii_case("default");
        let defaults = insert.values.iter().filter(default).map(|value| {
            let message = "DEFAULT is no value of a row".to_owned();
            let help = "leave the column out of the list: then it has its default";
            self.error(message, value).help(help)
        });
        outside.chain(defaults)
    }

    /// The column that a parameter of ON CONFLICT … SET is assigned to.
    fn assigned(&self, insert: &Insert, tokens: &[Token], param: &Range<usize>) -> Option<String> {
        let before = tokens
            .iter()
            .filter(|t| t.kind != Kind::Space && t.span.start >= insert.behind.start)
            .take_while(|t| t.span.start < param.start);
        let before: Vec<&str> = before.map(|t| self.text(&t.span)).collect();
        let has = |what: &str| before.iter().any(|word| word.eq_ignore_ascii_case(what));
        if !has("set") || has("returning") {
            return None;
        }
        let column = match before.as_slice() {
            [.., column, "="] => column,
            _ => "column",
        };
        Some((*column).to_owned())
    }

    /// What COPY cannot do.
    fn copied(&self, insert: &Insert, params: &[Range<usize>]) -> Vec<Diagnostic> {
        const USE_BULK: &str = "use `:bulk`, whose rows go through INSERT";
        let mut problems = Vec::new();
        let refused = |what: &str, span: &Range<usize>| {
            self.error(format!("COPY has no {what}"), span)
                .help(USE_BULK)
        };
        if !insert.before.is_empty() {
            problems.push(refused(
                "WITH clause",
                &(insert.before.start..insert.before.start + 4),
            ));
        }
        if let Some(overriding) = &insert.overriding {
            problems.push(refused("OVERRIDING clause", overriding));
        }
        if insert.columns.is_none() {
            let message = "`:copy` names its columns".to_owned();
            let help = format!("write `{} (column, …)`", self.text(&insert.table));
            problems.push(self.error(message, &insert.table).help(help));
        }
        for value in &insert.values {
            if !params.contains(value) {
                let message = "COPY writes what it is given, and this is no parameter".to_owned();
                let help = format!("let the caller give the value; or {USE_BULK}");
                problems.push(self.error(message, value).help(help));
            }
        }
        if !insert.behind.is_empty() {
            let clause = self.text(&insert.behind);
            let words: Vec<&str> = clause.split_whitespace().take(2).collect();
            let (what, length) = match words.as_slice() {
                [on, conflict, ..] if on.eq_ignore_ascii_case("on") => (
                    "ON CONFLICT clause",
                    clause
                        .find(conflict)
                        .map_or(on.len(), |at| at + conflict.len()),
                ),
                [returning, ..] => ("RETURNING clause", returning.len()),
                [] => ("further clauses", clause.len()),
            };
            let start = insert.behind.start;
            problems.push(refused(what, &(start..start + length)));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::lexer;

    fn read_text(text: &str) -> Result<Insert, OtherForm> {
        read(text, &lexer::lex(text).0)
    }

    #[test]
    fn the_clauses_of_an_insert_are_found() {
        let text = "WITH a AS (INSERT INTO b VALUES (1), (2) RETURNING *)
            INSERT INTO shop.\"Orders\" AS o (id, /* x, */ tags) OVERRIDING SYSTEM VALUE
            VALUES (coalesce(:id, 1), ARRAY[:a, ')'], 'x') ON CONFLICT DO NOTHING -- end";
        let insert = read_text(text).unwrap();
        let of = |range: &Range<usize>| &text[range.clone()];
        assert_eq!(of(&insert.table), "shop.\"Orders\"");
        assert_eq!(insert.columns.as_ref().map(of), Some("(id, /* x, */ tags)"));
        assert_eq!(
            insert.overriding.as_ref().map(of),
            Some("OVERRIDING SYSTEM VALUE")
        );
        let values: Vec<&str> = insert.values.iter().map(of).collect();
        assert_eq!(values, ["coalesce(:id, 1)", "ARRAY[:a, ')']", "'x'"]);
        assert_eq!(of(&insert.behind), "ON CONFLICT DO NOTHING");
        assert!(!insert.before.is_empty());
    }

    #[test]
    fn a_plain_insert_has_nothing_around_it() {
        let text = "insert into t values (:a)";
        let insert = read_text(text).unwrap();
        assert_eq!(insert.columns, None);
        assert!(insert.before.is_empty() && insert.behind.is_empty());
    }

    #[test]
    fn other_forms_are_told_apart() {
        let form = |text: &str| read_text(text).unwrap_err();
        assert_eq!(form("UPDATE t SET a = 1"), OtherForm::Statement(0..6));
        assert_eq!(
            form("WITH a AS (SELECT 1) SELECT 2"),
            OtherForm::Statement(0..4)
        );
        for text in [
            "INSERT INTO t SELECT 1",
            "INSERT INTO t (SELECT 1)",
            "INSERT INTO t DEFAULT VALUES",
            "INSERT INTO t (a) TABLE b",
            "INSERT INTO",
            "INSERT INTO t VALUES",
            "INSERT INTO t VALUES (1",
        ] {
            assert_eq!(form(text), OtherForm::NoValues(0..11), "{text}");
        }
        let several = form("INSERT INTO t VALUES (1), (2)");
        assert_eq!(several, OtherForm::SeveralRows(26..27));
    }
}
