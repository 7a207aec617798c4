//! The statement under a header: `:name` becomes `$1`, and every byte keeps its place.

use std::collections::BTreeSet;
use std::ops::Range;

use super::header::Header;
use super::lexer::{self, Kind, Token};
use super::{Directives, LoadValue, ParamDirective, SourceParam, SpanMap};
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::names;

/// What a header's tokens hold beside comments.
pub(super) struct Body {
    pub(super) written: String,
    pub(super) sql: String,
    pub(super) params: Vec<SourceParam>,
    pub(super) map: SpanMap,
}

/// Reads the one statement under a header.
pub(super) fn read(
    file: &SourceText,
    header: &Header<'_>,
    directives: &Directives,
    diagnostics: &mut Diagnostics,
) -> Option<Body> {
    let statement = one_statement(file, header, diagnostics)?;
    let mut builder = Builder {
        file,
        types: &directives.params,
        written: BTreeSet::new(),
        body: Body {
            written: written(file, statement),
            sql: String::new(),
            params: Vec::new(),
            map: SpanMap::default(),
        },
    };
    let mut ok = true;
    let mut index = 0;
    while index < statement.len() {
        let used = match builder.token(statement, index) {
            Ok(used) => used,
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                ok = false;
                1
            }
        };
        index += used;
    }
    for directive in &directives.params {
        let known = |p: &SourceParam| p.name.as_deref() == Some(&directive.name);
        if !builder.body.params.iter().any(known) && !of_a_load(directives, directive) {
            diagnostics.push(unknown_param(file, directive, &builder.body.params));
            ok = false;
        }
    }
    for (index, param) in builder.body.params.iter().enumerate() {
        if !builder.written.contains(&index) {
            let number = index + 1;
            diagnostics.push(
                Diagnostic::error("unused-parameter", format!("the query has no `${number}`"))
                    .at(&file.path, param.span.clone(), "numbered higher")
                    .help("number the parameters from $1 without a gap"),
            );
            ok = false;
        }
    }
    ok.then_some(builder.body)
}

/// The statement's text, with line ends as `\n` on every machine.
fn written(file: &SourceText, statement: &[Token]) -> String {
    match (statement.first(), statement.last()) {
        (Some(first), Some(last)) => {
            file.text[first.span.start..last.span.end].replace("\r\n", "\n")
        }
        _ => String::new(),
    }
}

/// Whether only what is loaded has the parameter. Its type is said where it is written.
fn of_a_load(directives: &Directives, directive: &ParamDirective) -> bool {
    let mut args = directives.loads.iter().flat_map(|load| &load.args);
    let untyped = directive.sql_type.is_none() && directive.null.is_none();
    untyped && args.any(|arg| arg.value == LoadValue::Parameter(directive.name.clone()))
}

fn unknown_param(
    file: &SourceText,
    directive: &ParamDirective,
    params: &[SourceParam],
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "unknown-param",
        format!("the query has no parameter `:{}`", directive.name),
    )
    .at(&file.path, directive.span.clone(), "");
    let names = params.iter().filter_map(|p| p.name.as_deref());
    match names::nearest(&directive.name, names) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    }
}

/// The tokens from the first that is no comment to the last before the semicolon.
fn one_statement<'a>(
    file: &SourceText,
    header: &Header<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a [Token]> {
    let silent = |t: &Token| matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment);
    let body = header.body;
    let Some(start) = body
        .iter()
        .position(|t| !silent(t) && t.kind != Kind::Semicolon)
    else {
        diagnostics.push(
            Diagnostic::error(
                "no-statement",
                format!("the query `{}` has no statement", header.name),
            )
            .at(&file.path, header.span.clone(), "")
            .help("write the SQL below the header"),
        );
        return None;
    };
    let end = lexer::statement_end(&file.text, &body[start..]) + start;
    let after = body[end..]
        .iter()
        .find(|t| !silent(t) && t.kind != Kind::Semicolon);
    if let Some(second) = after {
        diagnostics.push(
            Diagnostic::error(
                "two-statements",
                format!("the query `{}` has two statements", header.name),
            )
            .at(&file.path, second.span.clone(), "the second begins here")
            .at(&file.path, header.name_span.clone(), "under this header")
            .help("give the second a header of its own, or join the two with a WITH clause"),
        );
        return None;
    }
    // `start` itself is not silent, so there is a last one.
    let last = body[start..end].iter().rposition(|t| !silent(t))? + start;
    Some(&body[start..=last])
}

struct Builder<'a> {
    file: &'a SourceText,
    types: &'a [ParamDirective],
    body: Body,
    /// The parameters that stand in the SQL.
    written: BTreeSet<usize>,
}

impl Builder<'_> {
    fn text(&self, token: &Token) -> &str {
        &self.file.text[token.span.clone()]
    }

    /// Takes the token at `index`, and those that belong to it; returns how many.
    fn token(&mut self, tokens: &[Token], index: usize) -> Result<usize, Box<Diagnostic>> {
        let token = &tokens[index];
        match token.kind {
            Kind::NamedParam => {
                let name = self.text(token)[1..].to_owned();
                self.named(&name, false, token.span.clone())?;
            }
            Kind::NumberedParam => self.numbered(token)?,
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

    fn named(
        &mut self,
        name: &str,
        nullable: bool,
        span: Range<usize>,
    ) -> Result<(), Box<Diagnostic>> {
        if let Some(numbered) = self.body.params.iter().find(|p| p.name.is_none()) {
            return Err(Box::new(
                self.mixed((&span, "named"), (&numbered.span, "numbered")),
            ));
        }
        let known = self
            .body
            .params
            .iter()
            .position(|p| p.name.as_deref() == Some(name));
        let index = known.unwrap_or_else(|| {
            self.body.params.push(SourceParam {
                name: Some(name.to_owned()),
                nullable: false,
                span: span.clone(),
            });
            self.body.params.len() - 1
        });
        self.body.params[index].nullable |= nullable;
        let directive = self.types.iter().find(|t| t.name == name);
        let cast = directive.and_then(|d| Some((d.sql_type.as_deref()?, d.type_start)));
        self.write_param(index, cast, &span);
        Ok(())
    }

    fn numbered(&mut self, token: &Token) -> Result<(), Box<Diagnostic>> {
        if let Some(named) = self.body.params.iter().find(|p| p.name.is_some()) {
            return Err(Box::new(
                self.mixed((&token.span, "numbered"), (&named.span, "named")),
            ));
        }
        let number: usize = self.text(token)[1..].parse().unwrap_or(0);
        if !(1..=65_535).contains(&number) {
            let message = format!("`{}` is not a parameter's number", self.text(token));
            let diagnostic = Diagnostic::error("syntax", message)
                .at(&self.file.path, token.span.clone(), "")
                .help("parameters are numbered from $1 to $65535");
            return Err(Box::new(diagnostic));
        }
        while self.body.params.len() < number {
            self.body.params.push(SourceParam {
                name: None,
                nullable: false,
                span: token.span.clone(),
            });
        }
        self.write_param(number - 1, None, &token.span);
        Ok(())
    }

    fn mixed(&self, here: (&Range<usize>, &str), there: (&Range<usize>, &str)) -> Diagnostic {
        Diagnostic::error(
            "mixed-parameters",
            "named and numbered parameters in one query",
        )
        .at(&self.file.path, here.0.clone(), here.1)
        .at(&self.file.path, there.0.clone(), there.1)
        .help("name them all, such as `:phone`")
    }

    /// A cast leads back to the directive that asks for it.
    fn write_param(&mut self, index: usize, cast: Option<(&str, usize)>, span: &Range<usize>) {
        self.written.insert(index);
        self.body.map.anchor(self.body.sql.len(), span.start);
        let _ = std::fmt::Write::write_fmt(&mut self.body.sql, format_args!("${}", index + 1));
        let ends = (self.body.sql.len(), span.end);
        self.body.map.param_ends.push(ends);
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
        let argument = next()?.1.trim_matches(['\'', '"']).to_owned();
        let (last, close) = next()?;
        (close == ")").then_some(SqlcCall {
            macro_name,
            argument,
            tokens: last + 1,
        })
    }

    fn sqlc(&mut self, call: &SqlcCall, span: Range<usize>) -> Result<(), Box<Diagnostic>> {
        match call.macro_name.as_str() {
            "arg" => self.named(&call.argument, false, span),
            "narg" => self.named(&call.argument, true, span),
            other => Err(Box::new(
                Diagnostic::error("unknown-macro", format!("`sqlc.{other}` is not read"))
                    .at(&self.file.path, span, "")
                    .help(match other {
                        "slice" => format!("write `= ANY(:{})` in place of `IN (…)`", call.argument),
                        "embed" => format!(
                            "list the columns, each as `{0}.id AS \"{0}.id\"`: they become one struct",
                            call.argument
                        ),
                        _ => format!(
                            "write `:{}`; of sqlc's macros `sqlc.arg(name)` and `sqlc.narg(name)` are read",
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
    tokens: usize,
}
