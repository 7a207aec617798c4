//! What the statements of migrations name, far enough to say which one makes a table, an
//! index or a foreign key, and where that is written. It knows no grammar beyond that: the
//! server is the parser, and has accepted every statement before.

use std::ops::Range;

use super::migrations;
use crate::source::lexer::{self, Kind, Token};

/// A statement of a script.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    /// From its first token to its last one.
    pub(crate) span: Range<usize>,
    /// What it does.
    pub(crate) ddl: Ddl<'a>,
}

/// What a statement does to tables, indexes and domains.
#[derive(Debug)]
pub(crate) enum Ddl<'a> {
    /// A table or a materialised view is made; then what stands in brackets, in parts.
    CreateTable(Name, Vec<Words<'a>>),
    CreateIndex(CreateIndex),
    AlterTable(AlterTable<'a>),
    DropTable(Vec<Name>),
    DropIndex(Vec<Name>),
    Truncate(Vec<Name>),
    CreateDomain(Name),
    AlterDomain(Name),
    Other,
}

/// `CREATE INDEX name ON table`
#[derive(Debug)]
pub(crate) struct CreateIndex {
    /// Its name; where there is none, the server makes one up.
    pub(crate) name: Option<Name>,
    pub(crate) table: Name,
    /// Whether it is made on a partitioned table without its partitions.
    pub(crate) only: bool,
}

/// `ALTER TABLE name action, …`
#[derive(Debug)]
pub(crate) struct AlterTable<'a> {
    pub(crate) table: Name,
    /// Whether its partitions are left alone.
    pub(crate) only: bool,
    pub(crate) actions: Vec<Words<'a>>,
}

/// The name of a table, an index or a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The schema it is written with.
    pub(crate) schema: Option<String>,
    /// The name itself.
    pub(crate) name: String,
    /// Where both stand.
    pub(crate) span: Range<usize>,
}

/// Tokens that are neither blanks nor comments, read from the first to the last.
#[derive(Debug, Clone)]
pub(crate) struct Words<'a> {
    text: &'a str,
    tokens: std::vec::IntoIter<Token>,
}

impl Name {
    /// As a reader calls it: with its schema unless that is `public`.
    pub(crate) fn display(&self) -> String {
        match self.schema.as_deref() {
            None | Some("public") => self.name.clone(),
            Some(schema) => format!("{schema}.{}", self.name),
        }
    }
}

/// Reads the statements of a script.
pub(crate) fn statements(text: &str) -> Vec<Statement<'_>> {
    let spans = migrations::statements(text);
    let read = spans.into_iter().map(|span| Statement {
        ddl: Words::of(text, &span).ddl().unwrap_or(Ddl::Other),
        span,
    });
    read.collect()
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
            tokens: tokens.into_iter(),
        }
    }

    /// The tokens that are left.
    pub(crate) fn rest(&self) -> &[Token] {
        self.tokens.as_slice()
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
        self.tokens.next();
    }

    /// Whether the next token is this keyword, which is then read.
    pub(crate) fn take(&mut self, keyword: &str) -> bool {
        let next = self.rest().first();
        let is = next.is_some_and(|token| self.is(token, keyword));
        if is {
            self.tokens.next();
        }
        is
    }

    /// Whether the next tokens are these keywords, which are then read.
    pub(crate) fn take_all(&mut self, keywords: &[&str]) -> bool {
        let mut ahead = self.clone();
        let all = keywords.iter().all(|keyword| ahead.take(keyword));
        if all {
            *self = ahead;
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
            self.tokens.next();
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
        self.tokens.next();
        Some((name, token.span))
    }

    /// Reads a name, with its schema where that is written.
    pub(crate) fn name(&mut self) -> Option<Name> {
        let (mut name, mut span) = self.identifier()?;
        let mut schema = None;
        while self.symbol(".") {
            let (next, end) = self.identifier()?;
            schema = Some(std::mem::replace(&mut name, next));
            span.end = end.end;
        }
        Some(Name { schema, name, span })
    }

    /// Reads names between commas.
    fn names(&mut self) -> Vec<Name> {
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

    fn symbol(&mut self, symbol: &str) -> bool {
        let next = self.rest().first();
        let is =
            next.is_some_and(|t| t.kind == Kind::Symbol && self.text[t.span.clone()] == *symbol);
        if is {
            self.tokens.next();
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
            tokens: tokens.to_vec().into_iter(),
        }
    }

    /// What is left, in the parts between commas that stand outside of brackets.
    pub(crate) fn parts(&self) -> Vec<Self> {
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
    fn parts_in_brackets(&mut self) -> Vec<Self> {
        while self.rest().first().is_some_and(|t| t.kind != Kind::Open) {
            self.tokens.next();
        }
        let inside = self.in_brackets();
        inside.map_or(Vec::new(), |inside| inside.parts())
    }

    fn ddl(mut self) -> Option<Ddl<'a>> {
        if self.take("create") {
            return self.create();
        }
        if self.take("alter") {
            if self.take("domain") {
                return Some(Ddl::AlterDomain(self.name()?));
            }
            if !self.take("table") && !self.take_all(&["materialized", "view"]) {
                return None;
            }
            self.take_all(&["if", "exists"]);
            let only = self.take("only");
            let table = self.name()?;
            self.symbol("*");
            let actions = self.parts();
            return Some(Ddl::AlterTable(AlterTable {
                table,
                only,
                actions,
            }));
        }
        if self.take("drop") {
            let index = self.take("index");
            if !index && !self.take("table") && !self.take_all(&["materialized", "view"]) {
                return None;
            }
            self.take("concurrently");
            self.take_all(&["if", "exists"]);
            let names = self.names();
            return Some(if index {
                Ddl::DropIndex(names)
            } else {
                Ddl::DropTable(names)
            });
        }
        self.take("truncate").then(|| {
            self.take("table");
            Ddl::Truncate(self.names())
        })
    }

    fn create(&mut self) -> Option<Ddl<'a>> {
        if self.take("domain") {
            return Some(Ddl::CreateDomain(self.name()?));
        }
        if self.take_all(&["index"]) || self.take_all(&["unique", "index"]) {
            return self.create_index().map(Ddl::CreateIndex);
        }
        for kind in ["global", "local", "temporary", "temp", "unlogged"] {
            self.take(kind);
        }
        if !self.take("table") && !self.take_all(&["materialized", "view"]) {
            return None;
        }
        self.take_all(&["if", "not", "exists"]);
        let name = self.name()?;
        Some(Ddl::CreateTable(name, self.parts_in_brackets()))
    }

    fn create_index(&mut self) -> Option<CreateIndex> {
        self.take("concurrently");
        self.take_all(&["if", "not", "exists"]);
        let mut name = None;
        if !self.take("on") {
            name = Some(self.name()?);
            self.take("on");
        }
        let only = self.take("only");
        Some(CreateIndex {
            name,
            table: self.name()?,
            only,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        let displays = |names: &[Name]| {
            let names: Vec<String> = names.iter().map(Name::display).collect();
            names.join(" ")
        };
        let texts = |parts: &[Words<'_>]| {
            let texts: Vec<&str> = parts.iter().map(|part| &sql[part.span()]).collect();
            texts.join(" | ")
        };
        let shown = statements(sql)
            .into_iter()
            .map(|statement| match statement.ddl {
                Ddl::CreateTable(name, parts) => {
                    format!("create {}: {}", name.display(), texts(&parts))
                }
                Ddl::CreateIndex(index) => {
                    let name = index.name.map_or("-".to_owned(), |name| name.display());
                    let only = if index.only { " only" } else { "" };
                    format!("index {name} on{only} {}", index.table.display())
                }
                Ddl::AlterTable(alter) => {
                    let only = if alter.only { "only " } else { "" };
                    let table = alter.table.display();
                    format!("alter {only}{table}: {}", texts(&alter.actions))
                }
                Ddl::DropTable(names) => format!("drop {}", displays(&names)),
                Ddl::DropIndex(names) => format!("drop index {}", displays(&names)),
                Ddl::Truncate(names) => format!("truncate {}", displays(&names)),
                Ddl::CreateDomain(name) => format!("domain {}", name.display()),
                Ddl::AlterDomain(name) => format!("alter domain {}", name.display()),
                Ddl::Other => "other".to_owned(),
            });
        shown.collect::<Vec<String>>().join("; ")
    }

    #[test]
    fn statements_are_read_as_far_as_their_names() {
        for (sql, read) in [
            (
                "CREATE TABLE IF NOT EXISTS Shops (id int, x numeric(4, 2), /* , */ CHECK (f(1, 2)));",
                "create shops: id int | x numeric(4, 2) | CHECK (f(1, 2))",
            ),
            (
                "create unlogged table a.\"B\"\"c\" as select 1",
                "create a.B\"c: ",
            ),
            ("CREATE TABLE p PARTITION OF public.q DEFAULT", "create p: "),
            ("CREATE MATERIALIZED VIEW m AS SELECT 1", "create m: "),
            (
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY public.t (x)",
                "index i on only t",
            ),
            ("CREATE INDEX ON s.t (x)", "index - on s.t"),
            (
                "ALTER TABLE IF EXISTS ONLY t * ADD x int DEFAULT f(1, 2), DROP COLUMN y",
                "alter only t: ADD x int DEFAULT f(1, 2) | DROP COLUMN y",
            ),
            ("DROP TABLE IF EXISTS a, s.b CASCADE", "drop a s.b"),
            ("DROP INDEX CONCURRENTLY IF EXISTS i", "drop index i"),
            ("TRUNCATE ONLY a, b * CASCADE", "truncate a b"),
            (
                "CREATE DOMAIN d AS int; ALTER DOMAIN d DROP NOT NULL",
                "domain d; alter domain d",
            ),
            (
                "CREATE VIEW v AS SELECT 1; SELECT 1; CREATE INDEX",
                "other; other; other",
            ),
        ] {
            assert_eq!(shown(sql), read, "{sql}");
        }
    }
}
