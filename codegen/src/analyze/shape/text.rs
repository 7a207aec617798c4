//! The statement's text at the places that the tree points to.

use std::ops::Range;

use crate::analyze::Param;
use crate::analyze::tree::Node;
use crate::source::lexer::{self, Kind, Token};

/// A statement and its tokens, without blanks and comments.
pub(super) struct Text<'a> {
    sql: &'a str,
    params: &'a [Param],
    tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    pub(super) fn new(sql: &'a str, params: &'a [Param]) -> Self {
        let (mut tokens, _) = lexer::lex(sql);
        let silent = [Kind::Space, Kind::LineComment, Kind::BlockComment];
        tokens.retain(|token| !silent.contains(&token.kind));
        Self {
            sql,
            params,
            tokens,
        }
    }

    /// The token that holds a byte, or the next one.
    pub(super) fn index(&self, byte: usize) -> usize {
        self.tokens.partition_point(|token| token.span.end <= byte)
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// A token's text; beyond the end there is none.
    pub(super) fn word(&self, index: usize) -> &'a str {
        let token = self.tokens.get(index);
        token.map_or("", |token| &self.sql[token.span.clone()])
    }

    /// Whether a token is this keyword or symbol.
    pub(super) fn is(&self, index: usize, word: &str) -> bool {
        self.word(index).eq_ignore_ascii_case(word)
    }

    /// Whether a token is a name.
    pub(super) fn is_name(&self, index: usize) -> bool {
        let token = self.tokens.get(index);
        token.is_some_and(|token| matches!(token.kind, Kind::Word | Kind::QuotedIdent))
    }

    /// The bytes from one token to another, both included.
    pub(super) fn span(&self, first: usize, last: usize) -> Range<usize> {
        match (self.tokens.get(first), self.tokens.get(last)) {
            (Some(first), Some(last)) => first.span.start..last.span.end,
            (Some(first), None) => first.span.start..self.sql.len(),
            _ => self.sql.len()..self.sql.len(),
        }
    }

    /// The token at which an expression begins, and the one at which it ends, as far as
    /// the tree tells: with the names, calls and brackets that its locations stand in.
    pub(super) fn tokens_of(&self, node: &Node<'_>) -> Option<(usize, usize)> {
        let mut range: Option<(usize, usize)> = None;
        let mut visit = |node: &Node<'_>| {
            if let Some(at) = location(node) {
                range = Some(range.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
            }
        };
        visit(node);
        for value in node.values() {
            value.walk(&mut visit);
        }
        let (low, high) = range?;
        let (first, mut last) = (self.index(low), self.index(high));
        // A name is pointed to by its first part.
        while self.is(last + 1, ".") && self.is_name(last + 2) {
            last += 2;
        }
        if self.is_name(last) && self.is(last + 1, "(") {
            last += 1;
        }
        let mut open = 0_usize;
        for index in first..self.len() {
            match self.tokens[index].kind {
                Kind::Open => open += 1,
                Kind::Close => open = open.saturating_sub(1),
                _ => {}
            }
            if index >= last && open == 0 {
                return Some((first, index));
            }
        }
        Some((first, last))
    }

    /// Where an expression stands.
    pub(super) fn span_of(&self, node: &Node<'_>) -> Option<Range<usize>> {
        let (first, last) = self.tokens_of(node)?;
        Some(self.span(first, last))
    }

    /// A piece of the statement as its author wrote it: parameters by name.
    pub(super) fn written(&self, span: Range<usize>) -> String {
        let mut out = String::new();
        let mut at = span.start;
        let inside = |token: &&Token| span.contains(&token.span.start);
        for token in self.tokens.iter().filter(inside) {
            if token.kind != Kind::NumberedParam {
                continue;
            }
            let text = &self.sql[token.span.clone()];
            if let Some(name) = self.param(text[1..].parse().unwrap_or(0)) {
                out.push_str(&self.sql[at..token.span.start]);
                out.push_str(&name);
                at = token.span.end;
            }
        }
        out.push_str(self.sql.get(at..span.end).unwrap_or(""));
        out
    }

    /// A parameter by its number, as its author wrote it.
    pub(super) fn param(&self, number: i64) -> Option<String> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let param = self.params.get(index)?;
        Some(format!(":{}", param.name))
    }

    /// Whether a parameter of the statement has this name.
    pub(super) fn has_param(&self, name: &str) -> bool {
        self.params.iter().any(|param| param.name == name)
    }
}

/// The byte that a node points to.
pub(super) fn location(node: &Node<'_>) -> Option<usize> {
    node.int("location").and_then(|at| usize::try_from(at).ok())
}
