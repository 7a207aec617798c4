//! What the text of queries tells of the data: which columns are joined, and with which
//! constants columns are compared.
//!
//! It reads tokens, no grammar: what it misses makes the generated rows less alike to those
//! that the queries are for, and nothing wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::schema::Table;

/// A table and a column.
pub(super) type Place = (String, String);

/// What queries tell.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Columns that are equal in a join.
    pub(super) joins: BTreeSet<(Place, Place)>,
    /// The texts that a column is compared with; patterns with something in their gaps.
    pub(super) texts: BTreeMap<Place, BTreeSet<String>>,
    /// The numbers that a column is compared with.
    pub(super) numbers: BTreeMap<Place, Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Number(f64),
    Text(String),
    Symbol(char),
}

impl Facts {
    /// Reads a text of one or more statements.
    pub(super) fn read(&mut self, sql: &str, tables: &[Table]) {
        let tokens: Vec<Token> = tokens(sql).into_iter().map(|(token, _)| token).collect();
        for statement in tokens.split(|token| *token == Token::Symbol(';')) {
            self.statement(statement, tables);
        }
    }

    fn statement(&mut self, tokens: &[Token], tables: &[Table]) {
        let aliases = aliases(tokens, tables);
        let mut column: Option<Place> = None;
        let mut at = 0;
        while at < tokens.len() {
            let (found, length) = reference(&tokens[at..], &aliases, tables);
            if let Some(found) = found {
                let equal = at > 0 && tokens[at - 1] == Token::Symbol('=');
                if let (true, Some(left)) = (equal, &column) {
                    self.joins.insert((left.clone(), found.clone()));
                }
                column = Some(found);
            }
            let word = |word: &str| tokens[at] == Token::Word(word.to_owned());
            if word("limit") || word("offset") {
                column = None;
            }
            match (&tokens[at], &column) {
                (Token::Text(text), Some(place)) => {
                    let before = at.checked_sub(1).map(|before| &tokens[before]);
                    let pattern = matches!(before, Some(Token::Word(w)) if w.ends_with("like"));
                    let text = if pattern { filled(text) } else { text.clone() };
                    self.texts.entry(place.clone()).or_default().insert(text);
                }
                (Token::Number(number), Some(place)) => {
                    self.numbers.entry(place.clone()).or_default().push(*number);
                }
                _ => {}
            }
            at += length.max(1);
        }
    }
}

/// A text that a pattern matches.
fn filled(pattern: &str) -> String {
    pattern
        .replace('%', " an ")
        .replace('_', "a")
        .trim()
        .to_owned()
}

/// The names by which a statement calls tables.
fn aliases<'t>(tokens: &[Token], tables: &'t [Table]) -> BTreeMap<String, &'t Table> {
    const NO_ALIAS: &str = " on where join inner left right full cross set group order limit \
                            using returning ";
    let mut aliases = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(name) = token else { continue };
        let Some(table) = tables.iter().find(|table| table.name == *name) else {
            continue;
        };
        let mut behind = tokens[at + 1..].iter();
        let next = behind.find(|token| **token != Token::Word("as".to_owned()));
        if let Some(Token::Word(alias)) = next
            && !NO_ALIAS.contains(&format!(" {alias} "))
        {
            aliases.insert(alias.clone(), table);
        }
        aliases.entry(name.clone()).or_insert(table);
    }
    aliases
}

/// A column at the beginning of some tokens, and how many tokens name it.
fn reference(
    tokens: &[Token],
    aliases: &BTreeMap<String, &Table>,
    tables: &[Table],
) -> (Option<Place>, usize) {
    let has = |table: &Table, name: &str| table.columns.iter().any(|c| c.name == name);
    let place = |table: &Table, name: &str| Some((table.name.clone(), name.to_owned()));
    match tokens {
        [
            Token::Word(alias),
            Token::Symbol('.'),
            Token::Word(name),
            ..,
        ] => {
            let table = aliases.get(alias).filter(|table| has(table, name));
            (table.and_then(|table| place(table, name)), 3)
        }
        [Token::Word(name), ..] => {
            let used = tables.iter().filter(|t| aliases.contains_key(&t.name));
            let mut owners = used.filter(|table| has(table, name));
            match (owners.next(), owners.next()) {
                (Some(only), None) => (place(only, name), 1),
                _ => (None, 1),
            }
        }
        _ => (None, 1),
    }
}

/// A query with parameters instead of its constants.
pub(super) fn with_parameters(sql: &str) -> String {
    let is_constant = |token: &Token| matches!(token, Token::Number(_) | Token::Text(_));
    let constants = tokens(sql)
        .into_iter()
        .filter(|(token, _)| is_constant(token));
    let mut text = sql.to_owned();
    // From the end, so that places stay right.
    let places: Vec<_> = constants.map(|(_, place)| place).collect();
    for (number, place) in places.into_iter().enumerate().rev() {
        text.replace_range(place, &format!(":p{}", number + 1));
    }
    text
}

/// The tokens of a text, and where they are.
fn tokens(sql: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let until = |end: &dyn Fn(char) -> bool| rest.find(end).unwrap_or(rest.len());
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let (token, length) = if rest.starts_with("--") {
            (None, until(&|c| c == '\n'))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if first == '\'' {
            let (text, length) = literal(rest);
            (Some(Token::Text(text)), length)
        } else if first.is_ascii_digit() {
            let length = until(&|c| !is_word(c) && c != '.');
            (rest[..length].parse().ok().map(Token::Number), length)
        } else if is_word(first) {
            let length = until(&|c| !is_word(c));
            (Some(Token::Word(rest[..length].to_lowercase())), length)
        } else {
            let token = (!first.is_whitespace() && first != '"').then_some(Token::Symbol(first));
            (token, first.len_utf8())
        };
        tokens.extend(token.map(|token| (token, at..at + length)));
        at += length;
    }
    tokens
}

/// A literal at the beginning of a text, and its length there.
fn literal(sql: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = sql.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        if char == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
            return (text, at + 1);
        }
        text.push(char);
    }
    (text, sql.len())
}

#[cfg(test)]
mod tests {
    #[test]
    fn constants_become_parameters() {
        let sql = "SELECT it1.id -- 'no' 1\nFROM it1 WHERE a = 'it''s' AND b IN ('%x', 8.0)";
        assert_eq!(
            super::with_parameters(sql),
            "SELECT it1.id -- 'no' 1\nFROM it1 WHERE a = :p1 AND b IN (:p2, :p3)"
        );
    }
}
