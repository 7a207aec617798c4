//! The SQL of one statement: `:name` becomes `$1`, and every byte keeps its place.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexer::{Kind, Token};
use super::pages::{self, Piece};
use super::parameters::Body;
use super::parts::{Parts, Place};
use super::{Embed, Ordering, PageDirective, ParamDirective, SourceParam, SpanMap};
use crate::diagnostics::{Diagnostic, SourceText};

/// Where the SQL names a parameter.
pub(super) struct Use {
    pub(super) name: String,
    pub(super) span: Range<usize>,
    /// The part that it stands in.
    pub(super) part: Option<usize>,
    /// Whether the way it is written says that it may be null.
    pub(super) nullable: bool,
}

pub(super) struct Builder<'a> {
    file: &'a SourceText,
    types: &'a [ParamDirective],
    pub(super) body: Body,
    /// The parameters that stand in the SQL.
    pub(super) written: BTreeSet<usize>,
    /// Every place of a named one.
    pub(super) uses: Vec<Use>,
    /// The numbers that are written: names get the others.
    numbers: BTreeSet<usize>,
    /// The part that the tokens stand in.
    part: Option<usize>,
    /// Whether something was left out since the last token.
    gap: bool,
}

impl<'a> Builder<'a> {
    /// Parameters that are given have their numbers already.
    pub(super) fn new(
        file: &'a SourceText,
        types: &'a [ParamDirective],
        params: Vec<SourceParam>,
    ) -> Self {
        Self {
            file,
            types,
            body: Body {
                sql: String::new(),
                params,
                embeds: Vec::new(),
                map: SpanMap::default(),
                variant: None,
            },
            written: BTreeSet::new(),
            uses: Vec::new(),
            numbers: BTreeSet::new(),
            part: None,
            gap: false,
        }
    }

    /// Takes the tokens of a statement without the parts that are not present.
    pub(super) fn statement(
        &mut self,
        tokens: &[Token],
        parts: &Parts,
        present: &[bool],
        order: Option<(usize, &Ordering)>,
    ) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let numbered = tokens.iter().filter(|t| t.kind == Kind::NumberedParam);
        let numbers = numbered.filter_map(|t| self.text(t)[1..].parse().ok());
        self.numbers = numbers.collect();
        let mut index = 0;
        while index < tokens.len() {
            if let Some((_, ordering)) = order.filter(|(at, _)| *at == index) {
                self.order_by(ordering);
            }
            index += match parts.places[index] {
                Place::Marker => self.leave_out(),
                Place::Inside(part) if !present[part] => self.leave_out(),
                Place::Inside(part) => {
                    self.part = Some(part);
                    self.next(tokens, index, &mut problems)
                }
                Place::Outside => {
                    self.part = None;
                    self.next(tokens, index, &mut problems)
                }
            };
        }
        if let Some((_, ordering)) = order.filter(|(at, _)| *at == index) {
            self.order_by(ordering);
        }
        if self.gap {
            self.cut_blanks();
        }
        problems
    }

    /// Puts what makes pages around the statement.
    pub(super) fn wrap(&mut self, page: &PageDirective, after: bool) {
        let mut key = page.span.start;
        for piece in pages::tail(page, after) {
            match piece {
                Piece::Sql(text) => {
                    // An operator leads to the column before it.
                    let blank = text.len() - text.trim_start().len();
                    self.body.map.anchor(self.body.sql.len(), key);
                    self.body.map.anchor(self.body.sql.len() + blank, key);
                    self.body.sql.push_str(&text);
                }
                Piece::Column(text, span) => {
                    key = span.start;
                    self.body.map.anchor(self.body.sql.len(), key);
                    self.body.sql.push_str(&text);
                }
                Piece::Param(name, span) => {
                    let mut params = self.body.params.iter();
                    let known = params.position(|p| p.name.as_deref() == Some(&name));
                    let index = known.unwrap_or_else(|| {
                        self.body.params.push(SourceParam {
                            name: Some(name),
                            nullable: false,
                            span: span.clone(),
                        });
                        self.body.params.len() - 1
                    });
                    self.write_param(index, None, span);
                }
            }
        }
    }

    /// What stands before a statement that is wrapped.
    pub(super) fn open(&mut self, page: &PageDirective) {
        self.body.map.anchor(0, page.span.start);
        self.body.sql.push_str("SELECT * FROM (\n");
    }

    /// An ORDER BY clause on a line of its own; it leads back to the directive.
    fn order_by(&mut self, ordering: &Ordering) {
        self.cut_blanks();
        let start = ordering.clause.start;
        for text in ["\n", "ORDER BY ", &ordering.sql, "\n"] {
            self.body.map.anchor(self.body.sql.len(), start);
            self.body.sql.push_str(text);
        }
        self.gap = true;
    }

    fn next(&mut self, tokens: &[Token], index: usize, problems: &mut Vec<Diagnostic>) -> usize {
        if std::mem::take(&mut self.gap) && self.close_gap(&tokens[index]) {
            return 1;
        }
        self.token(tokens, index).unwrap_or_else(|problem| {
            problems.push(*problem);
            1
        })
    }

    fn leave_out(&mut self) -> usize {
        self.gap = true;
        1
    }

    /// One blank, or one line end with its indent, stands for what was left out. Returns
    /// whether that is the token.
    fn close_gap(&mut self, token: &Token) -> bool {
        let before = self.cut_blanks().replace("\r\n", "\n");
        let is_blank = token.kind == Kind::Space;
        let after = if is_blank { self.text(token) } else { "" };
        let after = after.replace("\r\n", "\n");
        let blank = if after.contains('\n') {
            after
        } else if before.contains('\n') {
            before
        } else {
            " ".to_owned()
        };
        if !self.body.sql.is_empty() {
            self.body.map.anchor(self.body.sql.len(), token.span.start);
            self.body.sql.push_str(&blank);
        }
        is_blank
    }

    /// Takes the blanks at the end away.
    fn cut_blanks(&mut self) -> String {
        let sql = &mut self.body.sql;
        let end = sql.trim_end_matches([' ', '\t', '\n', '\r']).len();
        self.body.map.cut(end);
        sql.split_off(end)
    }

    fn text(&self, token: &Token) -> &str {
        &self.file.text[token.span.clone()]
    }

    /// Takes the token at `index`, and those that belong to it; returns how many.
    fn token(&mut self, tokens: &[Token], index: usize) -> Result<usize, Box<Diagnostic>> {
        let token = &tokens[index];
        match token.kind {
            Kind::NamedParam => {
                let name = self.text(token)[1..].to_owned();
                self.named(&name, false, token.span.clone());
            }
            Kind::NumberedParam => self.numbered(token)?,
            Kind::Word if self.is_slice_test(token) => {
                if let Some(taken) = self.slice(tokens, index) {
                    return Ok(taken);
                }
                self.copy(token);
            }
            Kind::Word if self.text(token).eq_ignore_ascii_case("sqlc") => {
                if let Some(call) = self.sqlc_call(tokens, index) {
                    let span = token.span.start..tokens[index + call.tokens - 1].span.end;
                    self.sqlc(&call, span)?;
                    return Ok(call.tokens);
                }
                self.copy(token);
            }
            _ => self.copy(token),
        }
        Ok(1)
    }

    /// Copies a token, with line ends as `\n` on every machine.
    fn copy(&mut self, token: &Token) {
        let mut start = token.span.start;
        let text = self.text(token).to_owned();
        for line in text.split_inclusive("\r\n") {
            self.body.map.anchor(self.body.sql.len(), start);
            match line.strip_suffix("\r\n") {
                Some(line) => {
                    self.body.sql.push_str(line);
                    self.body.sql.push('\n');
                }
                None => self.body.sql.push_str(line),
            }
            start += line.len();
        }
    }

    fn named(&mut self, name: &str, nullable: bool, span: Range<usize>) {
        let known = self
            .body
            .params
            .iter()
            .position(|p| p.name.as_deref() == Some(name));
        let index = known.unwrap_or_else(|| self.free_number(&span));
        let param = &mut self.body.params[index];
        param.name = Some(name.to_owned());
        param.nullable |= nullable;
        self.uses.push(Use {
            name: name.to_owned(),
            span: span.clone(),
            part: self.part,
            nullable,
        });
        let directive = self.types.iter().find(|t| t.name == name);
        let cast = directive.and_then(|d| Some((d.sql_type.as_deref()?, d.type_start)));
        self.write_param(index, cast, &span);
    }

    fn numbered(&mut self, token: &Token) -> Result<(), Box<Diagnostic>> {
        let number: usize = self.text(token)[1..].parse().unwrap_or(0);
        if !(1..=65_535).contains(&number) {
            let message = format!("`{}` is not a parameter's number", self.text(token));
            let diagnostic = Diagnostic::error("syntax", message)
                .at(&self.file.path, token.span.clone(), "")
                .help("parameters are numbered from $1 to $65535");
            return Err(Box::new(diagnostic));
        }
        self.grow(number, &token.span);
        self.write_param(number - 1, None, &token.span);
        Ok(())
    }

    /// Makes room for parameters up to a number.
    fn grow(&mut self, number: usize, span: &Range<usize>) {
        while self.body.params.len() < number {
            self.body.params.push(SourceParam {
                name: None,
                nullable: false,
                span: span.clone(),
            });
        }
    }

    /// The place of the lowest number that is neither written nor a name's.
    fn free_number(&mut self, span: &Range<usize>) -> usize {
        let named = |index: &usize| {
            let param = self.body.params.get(*index);
            param.is_some_and(|param| param.name.is_some())
        };
        let mut free = 0;
        while named(&free) || self.numbers.contains(&(free + 1)) {
            free += 1;
        }
        self.grow(free + 1, span);
        self.body.params[free].span = span.clone();
        free
    }

    /// A cast leads back to the directive that asks for it.
    fn write_param(&mut self, index: usize, cast: Option<(&str, usize)>, span: &Range<usize>) {
        self.written.insert(index);
        let start = self.body.sql.len();
        self.body.map.anchor(start, span.start);
        let _ = std::fmt::Write::write_fmt(&mut self.body.sql, format_args!("${}", index + 1));
        self.body.map.replaced(start..self.body.sql.len(), span.end);
        if let Some((sql_type, start)) = cast {
            self.body.sql.push_str("::");
            self.body.map.anchor(self.body.sql.len(), start);
            self.body.sql.push_str(sql_type);
        }
    }

    /// `sqlc.word(name)` or `sqlc.word('name')`, blanks anywhere.
    fn sqlc_call(&self, tokens: &[Token], index: usize) -> Option<SqlcCall> {
        let mut parts = tokens[index..]
            .iter()
            .enumerate()
            .filter(|(_, t)| t.kind != Kind::Space)
            .map(|(i, t)| (i, self.text(t)))
            .skip(1);
        let mut next = || parts.next();
        if next()?.1 != "." {
            return None;
        }
        let macro_name = next()?.1.to_ascii_lowercase();
        if next()?.1 != "(" {
            return None;
        }
        let written = next()?.1.to_owned();
        let (last, close) = next()?;
        (close == ")").then_some(SqlcCall {
            macro_name,
            argument: written.trim_matches(['\'', '"']).to_owned(),
            written,
            tokens: last + 1,
        })
    }

    fn is_slice_test(&self, token: &Token) -> bool {
        let text = self.text(token);
        text.eq_ignore_ascii_case("in") || text.eq_ignore_ascii_case("not")
    }

    /// `IN (sqlc.slice(name))` is `= ANY ($1)`, and `NOT IN (…)` is `<> ALL ($1)`: one
    /// statement for any number of values. Returns how many tokens that takes.
    fn slice(&mut self, tokens: &[Token], index: usize) -> Option<usize> {
        let spoken: Vec<usize> = (index..tokens.len())
            .filter(|&at| tokens[at].kind != Kind::Space)
            .take(4)
            .collect();
        let word = |at: usize| spoken.get(at).map_or("", |&at| self.text(&tokens[at]));
        let negated = usize::from(word(0).eq_ignore_ascii_case("not"));
        let is_test = word(negated).eq_ignore_ascii_case("in") && word(negated + 1) == "(";
        let &at = spoken.get(negated + 2).filter(|_| is_test)?;
        if !self.text(&tokens[at]).eq_ignore_ascii_case("sqlc") {
            return None;
        }
        let call = self.sqlc_call(tokens, at)?;
        if call.macro_name != "slice" {
            return None;
        }
        let behind = at + call.tokens;
        let close = (behind..tokens.len()).find(|&at| tokens[at].kind != Kind::Space);
        let close = close.filter(|&at| self.text(&tokens[at]) == ")")?;
        let operator = if negated == 1 { "<> ALL (" } else { "= ANY (" };
        self.body
            .map
            .anchor(self.body.sql.len(), tokens[index].span.start);
        self.body.sql.push_str(operator);
        let span = tokens[at].span.start..tokens[behind - 1].span.end;
        self.named(&call.argument, false, span);
        self.copy(&tokens[close]);
        Some(close + 1 - index)
    }

    fn sqlc(&mut self, call: &SqlcCall, span: Range<usize>) -> Result<(), Box<Diagnostic>> {
        match call.macro_name.as_str() {
            "arg" | "narg" => {
                self.named(&call.argument, call.macro_name == "narg", span);
                Ok(())
            }
            "embed" => {
                let offset = self.body.sql.len();
                self.body.map.anchor(offset, span.start);
                self.body.sql.push_str(&call.written);
                self.body.sql.push_str(".*");
                let end = self.body.sql.len();
                self.body.map.replaced(offset..end, span.end);
                self.body.embeds.push(Embed {
                    name: call.argument.clone(),
                    offset,
                    span,
                });
                Ok(())
            }
            other => Err(Box::new(
                Diagnostic::error("unknown-macro", format!("`sqlc.{other}` is not read"))
                    .at(&self.file.path, span, "")
                    .help(match other {
                        "slice" => format!("write `= ANY(:{})`; the macro is read in `IN (sqlc.slice(name))`", call.argument),
                        _ => format!(
                            "write `:{}`; of sqlc's macros `arg`, `narg`, `slice` and `embed` are read",
                            call.argument
                        ),
                    }),
            )),
        }
    }
}

struct SqlcCall {
    macro_name: String,
    argument: String,
    /// The argument with its quotes.
    written: String,
    tokens: usize,
}
