//! The tokens of a statement, read one after the other.

use std::ops::Range;

use crate::source::lexer::{self, Kind, Token};

/// Tokens that are neither blanks nor comments, read from the first to the last.
#[derive(Debug, Clone)]
pub(crate) struct Words<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// How many of them are read.
    read: usize,
}

/// The name of a table, an index or a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ObjectName {
    /// The schema it is written with.
    pub(crate) schema: Option<String>,
    /// The name itself.
    pub(crate) name: String,
    /// Where both stand.
    pub(crate) span: Range<usize>,
}

impl ObjectName {
    /// As a reader calls it: with its schema unless that is `public`.
    pub(crate) fn display(&self) -> String {
        match self.schema.as_deref() {
            None | Some("public") => self.name.clone(),
            Some(schema) => format!("{schema}.{}", self.name),
        }
    }
}

impl<'a> Words<'a> {
    /// The tokens of a part of a text.
    pub(crate) fn of(text: &'a str, span: &Range<usize>) -> Self {
        let (tokens, _) = lexer::lex(&text[span.clone()]);
        let tokens: Vec<Token> = tokens
            .into_iter()
            .filter(|t| !matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment))
            .map(|token| Token {
                span: span.start + token.span.start..span.start + token.span.end,
                ..token
            })
            .collect();
        Self {
            text,
            tokens,
            read: 0,
        }
    }

    /// The tokens that are left.
    pub(crate) fn rest(&self) -> &[Token] {
        self.tokens.get(self.read..).unwrap_or_default()
    }

    /// Where the tokens that are left stand.
    pub(crate) fn span(&self) -> Range<usize> {
        match self.rest() {
            [first, .., last] => first.span.start..last.span.end,
            [only] => only.span.clone(),
            [] => 0..0,
        }
    }

    /// Leaves the next token out.
    pub(crate) fn skip(&mut self) {
        self.read += 1;
    }

    /// Whether the next token is this keyword, which is then read.
    pub(crate) fn take(&mut self, keyword: &str) -> bool {
        let next = self.rest().first();
        let is = next.is_some_and(|token| self.is(token, keyword));
        if is {
            self.skip();
        }
        is
    }

    /// Whether the next tokens are these keywords, which are then read.
    pub(crate) fn take_all(&mut self, keywords: &[&str]) -> bool {
        let start = self.read;
        let all = keywords.iter().all(|keyword| self.take(keyword));
        if !all {
            self.read = start;
        }
        all
    }

    /// Reads up to a keyword outside of brackets; whether there is one, which is then next.
    pub(crate) fn find(&mut self, keyword: &str) -> bool {
        let mut depth = 0_usize;
        while let Some(token) = self.rest().first() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.is(token, keyword) => return true,
                _ => {}
            }
            self.skip();
        }
        false
    }

    /// Reads an identifier.
    pub(crate) fn identifier(&mut self) -> Option<(String, Range<usize>)> {
        let token = self.rest().first()?.clone();
        let written = &self.text[token.span.clone()];
        let name = match token.kind {
            Kind::Word => written.to_ascii_lowercase(),
            Kind::QuotedIdent => {
                let quoted = written.split_once('"')?.1.strip_suffix('"')?;
                quoted.replace("\"\"", "\"")
            }
            _ => return None,
        };
        self.skip();
        Some((name, token.span))
    }

    /// Reads a name, with its schema where that is written.
    pub(crate) fn name(&mut self) -> Option<ObjectName> {
        let (mut name, mut span) = self.identifier()?;
        let mut schema = None;
        while self.symbol(".") {
            let (next, end) = self.identifier()?;
            schema = Some(std::mem::replace(&mut name, next));
            span.end = end.end;
        }
        Some(ObjectName { schema, name, span })
    }

    /// Reads names between commas.
    pub(super) fn names(&mut self) -> Vec<ObjectName> {
        let mut names = Vec::new();
        loop {
            self.take("only");
            names.extend(self.name());
            self.symbol("*");
            if !self.symbol(",") {
                return names;
            }
        }
    }

    /// Reads what stands in brackets, if these come next.
    pub(crate) fn in_brackets(&mut self) -> Option<Words<'a>> {
        let (open, rest) = self.rest().split_first()?;
        if open.kind != Kind::Open {
            return None;
        }
        let mut depth = 0_usize;
        let end = rest.iter().position(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return true,
                Kind::Close => depth -= 1,
                _ => {}
            }
            false
        });
        let end = end.unwrap_or(rest.len());
        let inside = self.part(&rest[..end]);
        *self = self.part(rest.get(end + 1..).unwrap_or_default());
        Some(inside)
    }

    /// Reads the identifiers between two brackets.
    pub(crate) fn identifiers_in_brackets(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        if let Some(mut inside) = self.in_brackets() {
            while let Some((name, _)) = inside.identifier() {
                names.push(name);
                inside.symbol(",");
            }
        }
        names
    }

    /// The names in front of brackets, which are functions where they are no keywords.
    pub(crate) fn called(&self) -> Vec<String> {
        let pairs = self.rest().windows(2);
        let called = pairs.filter(|pair| {
            let name = matches!(pair[0].kind, Kind::Word | Kind::QuotedIdent);
            name && self.text[pair[1].span.clone()] == *"("
        });
        let names = called.filter_map(|pair| self.part(&pair[..1]).identifier());
        names.map(|(name, _)| name).collect()
    }

    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let next = self.rest().first();
        let is =
            next.is_some_and(|t| t.kind == Kind::Symbol && self.text[t.span.clone()] == *symbol);
        if is {
            self.skip();
        }
        is
    }

    fn is(&self, token: &Token, keyword: &str) -> bool {
        token.kind == Kind::Word && self.text[token.span.clone()].eq_ignore_ascii_case(keyword)
    }

    /// Some of these tokens.
    fn part(&self, tokens: &[Token]) -> Self {
        Self {
            text: self.text,
            tokens: tokens.to_vec(),
            read: 0,
        }
    }

    /// What is left, in the parts between commas that stand outside of brackets.
    pub(super) fn parts(&self) -> Vec<Self> {
        let mut depth = 0_usize;
        let parts = self.rest().split(|token| {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token.kind == Kind::Symbol && self.text[token.span.clone()] == *","
        });
        parts.map(|part| self.part(part)).collect()
    }

    /// What stands in the next brackets, in parts.
    pub(super) fn parts_in_brackets(&mut self) -> Vec<Self> {
        while self.rest().first().is_some_and(|t| t.kind != Kind::Open) {
            self.skip();
        }
        let inside = self.in_brackets();
        inside.map_or(Vec::new(), |inside| inside.parts())
    }
}
