//! Where a table reference stands in the SQL.
//!
//! The server's tree has no place for the entries of a range table. References are found
//! in the text by their names, and told apart by the brackets that they stand in, which
//! are also those of the places that the tree does give.

use std::ops::Range;

use crate::analyze::tree::Node;
use crate::source::lexer::{Kind, Token, lex};

/// Words that stand before a table.
const BEFORE: &[&str] = &[
    "from", "join", "into", "lateral", "only", "update", "using", ",", "(",
];

/// Words that can follow a table which has no alias.
const NO_ALIAS: &[&str] = &[
    "cross",
    "default",
    "except",
    "fetch",
    "for",
    "full",
    "group",
    "having",
    "inner",
    "intersect",
    "join",
    "left",
    "limit",
    "natural",
    "offset",
    "on",
    "order",
    "overriding",
    "returning",
    "right",
    "select",
    "set",
    "tablesample",
    "union",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
];

/// Words that a query begins with.
const QUERY: &[&str] = &[
    "select", "with", "values", "table", "insert", "update", "delete", "merge",
];

/// A name in the text that can be a table.
#[derive(Debug)]
struct Reference {
    name: String,
    alias: Option<String>,
    span: Range<usize>,
    /// The brackets around it.
    query: usize,
}

/// The text of one statement.
#[derive(Debug, Default)]
pub(super) struct Places {
    references: Vec<Reference>,
    /// The bytes between the brackets of each query; the first is the whole text.
    queries: Vec<Range<usize>>,
    /// Words with their places, for functions.
    words: Vec<(String, Range<usize>)>,
}

impl Places {
    pub(super) fn of(sql: &str) -> Self {
        let (tokens, _) = lex(sql);
        let blank = |token: &Token| {
            matches!(
                token.kind,
                Kind::Space | Kind::LineComment | Kind::BlockComment
            )
        };
        let tokens: Vec<Token> = tokens.into_iter().filter(|t| !blank(t)).collect();
        let words: Vec<(String, Range<usize>)> = tokens
            .iter()
            .map(|token| (folded(sql, token), token.span.clone()))
            .collect();
        let queries = queries(sql, &tokens, &words);
        let mut places = Self {
            references: Vec::new(),
            queries,
            words,
        };
        for index in 0..tokens.len() {
            let reference = places.reference(&tokens, index);
            places.references.extend(reference);
        }
        places
    }

    /// The reference to a relation, by the entry of its query's range table.
    pub(super) fn table(&self, query: &Node<'_>, entry: &Node<'_>, name: &str) -> Range<usize> {
        let alias = entry
            .node("alias")
            .and_then(|alias| alias.word("aliasname"));
        let fits = |r: &&Reference| r.name == name && r.alias.as_deref() == alias;
        let within = first_place(query).map(|place| self.innermost(place));
        let here = |r: &&Reference| within.is_none_or(|query| r.query == query);
        let mut found = self.references.iter().filter(fits).filter(here);
        // Of several alike in one pair of brackets, the arms of a UNION, the first after
        // the beginning of the arm.
        let start = first_place(query).unwrap_or(0);
        let first = found.clone().next();
        let after = found.find(|r| r.span.start >= start).or(first);
        let anywhere = || self.references.iter().find(fits);
        after
            .or_else(anywhere)
            .map_or(0..0, |reference| reference.span.clone())
    }

    /// The word at a place that the tree gives.
    pub(super) fn word(&self, place: Option<i64>) -> Range<usize> {
        let place = place.and_then(|place| usize::try_from(place).ok());
        let found = self
            .words
            .iter()
            .find(|(_, span)| Some(span.start) == place);
        found.map_or(0..0, |(_, span)| span.clone())
    }

    fn innermost(&self, place: usize) -> usize {
        let around = self.queries.iter().enumerate();
        let around = around.filter(|(_, query)| query.contains(&place));
        around
            .min_by_key(|(_, query)| query.len())
            .map_or(0, |(number, _)| number)
    }

    fn reference(&self, tokens: &[Token], index: usize) -> Option<Reference> {
        let word = |i: usize| self.words.get(i).map_or("", |(word, _)| word.as_str());
        let named = |i: usize| {
            let kind = tokens.get(i).map(|token| token.kind);
            matches!(kind, Some(Kind::Word | Kind::QuotedIdent))
        };
        let before = index.checked_sub(1).map_or("", word);
        if !named(index) || !BEFORE.contains(&before) {
            return None;
        }
        let mut last = index;
        while word(last + 1) == "." && named(last + 2) {
            last += 2;
        }
        let mut next = last + 1;
        next += usize::from(word(next) == "*");
        let spoken = word(next) == "as";
        next += usize::from(spoken);
        let quoted = tokens
            .get(next)
            .is_some_and(|t| t.kind == Kind::QuotedIdent);
        let aliased = named(next) && (spoken || quoted || !NO_ALIAS.contains(&word(next)));
        let end = if aliased { next } else { last };
        let span = self.words[index].1.start..self.words[end].1.end;
        Some(Reference {
            name: word(last).to_owned(),
            alias: aliased.then(|| word(next).to_owned()),
            query: self.innermost(span.start),
            span,
        })
    }
}

/// A token as PostgreSQL compares it: plain words in small letters, others without quotes.
fn folded(sql: &str, token: &Token) -> String {
    let text = &sql[token.span.clone()];
    match token.kind {
        Kind::Word => text.to_lowercase(),
        Kind::QuotedIdent => text.trim_matches('"').replace("\"\"", "\""),
        _ => text.to_owned(),
    }
}

/// The whole text, and what is in each pair of brackets that holds a query.
fn queries(sql: &str, tokens: &[Token], words: &[(String, Range<usize>)]) -> Vec<Range<usize>> {
    let whole = 0..sql.len() + 1;
    let mut queries = Vec::from([whole]);
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(index),
            Kind::Close => {
                let Some(start) = open.pop() else { continue };
                let mut inside = words[start + 1..].iter().map(|(word, _)| word.as_str());
                let first = inside.find(|word| *word != "(");
                if first.is_some_and(|word| QUERY.contains(&word)) {
                    queries.push(words[start].1.start..token.span.end);
                }
            }
            _ => {}
        }
    }
    queries
}

/// The first byte of a query level that the tree tells.
fn first_place(query: &Node<'_>) -> Option<usize> {
    let mut least: Option<i64> = None;
    for (field, value) in query.fields() {
        if *field == "cteList" {
            continue;
        }
        value.walk_level(&mut |node| {
            let place = node.int("location").filter(|place| *place >= 0);
            least = least.into_iter().chain(place).min();
        });
    }
    least.and_then(|place| usize::try_from(place).ok())
}
