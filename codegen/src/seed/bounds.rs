//! What constraints say of a single column, as far as their form is a common one: a range, a
//! list of values, a length, a pattern. It only helps to make values that fit; whether a row
//! meets its constraints is always asked of the server.

use std::iter::Peekable;

use crate::source::lexer::{self, Kind};

/// What constraints say of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The values that are allowed, as SQL constants.
    pub(super) values: Option<Vec<String>>,
    pub(super) least: Option<Bound>,
    pub(super) greatest: Option<Bound>,
    pub(super) least_length: Option<u32>,
    pub(super) greatest_length: Option<u32>,
    /// A regular expression that matches.
    pub(super) pattern: Option<String>,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    /// As an SQL constant, without a cast.
    pub(super) constant: String,
    /// Whether it belongs to the range.
    pub(super) included: bool,
}

impl Bound {
    /// Its value, where it is a number.
    pub(super) fn number(&self) -> Option<f64> {
        unquoted(&self.constant).parse().ok()
    }
}

/// A constant without its quotes.
pub(super) fn unquoted(constant: &str) -> String {
    let inner = constant
        .strip_prefix('\'')
        .and_then(|c| c.strip_suffix('\''));
    inner.map_or_else(|| constant.to_owned(), |inner| inner.replace("''", "'"))
}

/// Whether a condition names a column.
pub(super) fn mentions(condition: &str, column: &str) -> bool {
    tokens(condition).iter().any(|token| token.names(column))
}

/// The condition of a domain as one of a column.
pub(super) fn of_column(condition: &str, column: &str) -> String {
    let (lexed, _) = lexer::lex(condition);
    let texts = lexed
        .iter()
        .map(|token| match &condition[token.span.clone()] {
            "VALUE" if token.kind == Kind::Word => column,
            text => text,
        });
    texts.collect()
}

impl Bounds {
    /// Takes what a condition says of a column into account.
    pub(super) fn add(&mut self, condition: &str, column: &str) {
        let tokens = tokens(condition);
        self.conjunct(&tokens, column);
    }

    fn conjunct(&mut self, tokens: &[Token], column: &str) {
        let tokens = bare(tokens);
        let parts = split(tokens, "and");
        if parts.len() > 1 {
            for part in parts {
                self.conjunct(part, column);
            }
            return;
        }
        let arms = split(tokens, "or");
        if arms.len() > 1 {
            self.either(&arms, column);
            return;
        }
        self.comparison(&without_brackets(tokens), column);
    }

    /// `x IS NULL OR …`, and `x = 1 OR x = 2`
    fn either(&mut self, arms: &[&[Token]], column: &str) {
        let null = |arm: &&[Token]| {
            let words: Vec<String> = bare(arm).iter().map(|t| t.text.to_lowercase()).collect();
            matches!(&words[..], [_, is, null] if is == "is" && null == "null")
        };
        let arms: Vec<&[Token]> = arms.iter().copied().filter(|arm| !null(arm)).collect();
        if let [only] = arms[..] {
            return self.conjunct(only, column);
        }
        let values = arms.iter().map(|arm| {
            let mut alone = Self::default();
            alone.conjunct(arm, column);
            alone.values
        });
        if let Some(values) = values.collect::<Option<Vec<_>>>() {
            self.allow(values.concat());
        }
    }

    fn comparison(&mut self, tokens: &[Token], column: &str) {
        match tokens {
            [any_column, operator, constant]
                if any_column.names(column) && constant.is_constant() =>
            {
                self.compare(&operator.text, &constant.text);
            }
            [constant, operator, any_column]
                if any_column.names(column) && constant.is_constant() =>
            {
                let turned = match operator.text.as_str() {
                    "<" => ">",
                    "<=" => ">=",
                    ">" => "<",
                    ">=" => "<=",
                    "=" => "=",
                    _ => return,
                };
                self.compare(turned, &constant.text);
            }
            [any_column, equals, any, array, values @ ..]
                if any_column.names(column)
                    && equals.text == "="
                    && any.text.eq_ignore_ascii_case("any")
                    && array.text.eq_ignore_ascii_case("array") =>
            {
                let constants = values.iter().filter(|value| value.text != ",");
                let constants: Vec<&Token> = constants.collect();
                if constants.iter().all(|value| value.is_constant()) {
                    self.allow(constants.iter().map(|c| c.text.clone()).collect());
                }
            }
            [function, any_column, operator, number]
                if any_column.names(column)
                    && matches!(
                        function.text.as_str(),
                        "length" | "char_length" | "character_length" | "octet_length"
                    ) =>
            {
                if let Ok(number) = unquoted(&number.text).parse::<u32>() {
                    self.length(&operator.text, number);
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, operator: &str, constant: &str) {
        let bound = |included| {
            Some(Bound {
                constant: constant.to_owned(),
                included,
            })
        };
        match operator {
            "=" => self.allow(vec![constant.to_owned()]),
            ">" | ">=" if tighter(self.least.as_ref(), constant, |new, old| new > old) => {
                self.least = bound(operator == ">=");
            }
            "<" | "<=" if tighter(self.greatest.as_ref(), constant, |new, old| new < old) => {
                self.greatest = bound(operator == "<=");
            }
            "~" | "~*" => self.pattern = Some(unquoted(constant)),
            _ => {}
        }
    }

    /// Of two lists, what is in both.
    fn allow(&mut self, values: Vec<String>) {
        self.values = Some(match self.values.take() {
            Some(before) => before.into_iter().filter(|v| values.contains(v)).collect(),
            None => values,
        });
    }

    fn length(&mut self, operator: &str, number: u32) {
        let least = |bounds: &mut Self, number| {
            bounds.least_length = bounds.least_length.max(Some(number));
        };
        let greatest = |bounds: &mut Self, number: u32| {
            let before = bounds.greatest_length.unwrap_or(u32::MAX);
            bounds.greatest_length = Some(before.min(number));
        };
        match operator {
            "=" => {
                least(self, number);
                greatest(self, number);
            }
            ">" => least(self, number.saturating_add(1)),
            ">=" => least(self, number),
            "<" => greatest(self, number.saturating_sub(1)),
            "<=" => greatest(self, number),
            _ => {}
        }
    }
}

/// Of two ends that are no numbers, the first one counts.
fn tighter(before: Option<&Bound>, constant: &str, is: impl Fn(f64, f64) -> bool) -> bool {
    let Some(before) = before else { return true };
    match (unquoted(constant).parse(), before.number()) {
        (Ok(new), Some(old)) => is(new, old),
        _ => false,
    }
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    text: String,
}

impl Token {
    fn names(&self, column: &str) -> bool {
        match self.kind {
            Kind::Word => self.text == column || (column == "VALUE" && self.text == "VALUE"),
            Kind::QuotedIdent => self.text == format!("\"{}\"", column.replace('"', "\"\"")),
            _ => false,
        }
    }

    fn is_constant(&self) -> bool {
        let boolean = matches!(self.text.as_str(), "true" | "false");
        matches!(self.kind, Kind::String | Kind::Number) || boolean
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind == kind
    }
}

/// The tokens of a condition without its casts.
fn tokens(condition: &str) -> Vec<Token> {
    let (lexed, _) = lexer::lex(condition);
    let mut all = lexed
        .into_iter()
        .filter(|token| {
            !matches!(
                token.kind,
                Kind::Space | Kind::LineComment | Kind::BlockComment
            )
        })
        .map(|token| Token {
            kind: token.kind,
            text: condition[token.span].to_owned(),
        })
        .peekable();
    let mut kept: Vec<Token> = Vec::new();
    while let Some(token) = all.next() {
        if token.text != "::" {
            // A negative number is a sign and a number.
            let sign = kept.last().is_some_and(|last| last.text == "-");
            let before = kept.len().checked_sub(2).and_then(|at| kept.get(at));
            if sign && token.is(Kind::Number) && before.is_none_or(|t| !t.is_constant()) {
                kept.pop();
                kept.push(Token {
                    text: format!("-{}", token.text),
                    ..token
                });
                continue;
            }
            kept.push(token);
            continue;
        }
        skip_type(&mut all);
    }
    kept
}

/// Reads over the name of a type, with its schema, its modifier and its brackets.
fn skip_type(tokens: &mut Peekable<impl Iterator<Item = Token>>) {
    let is_name = |token: &Token| matches!(token.kind, Kind::Word | Kind::QuotedIdent);
    while tokens.next_if(is_name).is_some() {
        if tokens.next_if(|token| token.text == ".").is_none() {
            break;
        }
    }
    let goes_on = |token: &Token| {
        let word = token.text.as_str();
        matches!(
            word,
            "varying" | "precision" | "without" | "with" | "time" | "zone" | "(" | "["
        )
    };
    while let Some(token) = tokens.next_if(goes_on) {
        if token.is(Kind::Open) {
            let inside = tokens.by_ref();
            inside
                .take_while(|token| !token.is(Kind::Close))
                .for_each(drop);
        }
    }
}

/// Without brackets around the whole.
fn bare(mut tokens: &[Token]) -> &[Token] {
    while let [open, inside @ .., close] = tokens {
        if open.text != "(" || close.text != ")" || !is_balanced(inside) {
            break;
        }
        tokens = inside;
    }
    tokens
}

fn is_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_i32;
    for token in tokens {
        depth += match token.kind {
            Kind::Open => 1,
            Kind::Close => -1,
            _ => 0,
        };
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// The parts between a keyword that stands outside of brackets.
fn split<'t>(tokens: &'t [Token], keyword: &str) -> Vec<&'t [Token]> {
    let mut depth = 0_i32;
    let parts = tokens.split(|token| {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        depth == 0 && token.is(Kind::Word) && token.text.eq_ignore_ascii_case(keyword)
    });
    parts.collect()
}

/// Brackets only group in a single comparison.
fn without_brackets(tokens: &[Token]) -> Vec<Token> {
    let kept = tokens
        .iter()
        .filter(|t| !matches!(t.kind, Kind::Open | Kind::Close));
    kept.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(condition: &str) -> Bounds {
        let mut bounds = Bounds::default();
        bounds.add(condition, "x");
        bounds
    }

    fn range(condition: &str) -> (Option<String>, Option<String>) {
        let show = |bound: Option<Bound>, sign: &str| {
            bound.map(|b| format!("{sign}{} {}", if b.included { "=" } else { "" }, b.constant))
        };
        let bounds = of(condition);
        (show(bounds.least, ">"), show(bounds.greatest, "<"))
    }

    #[test]
    fn ranges_are_read_as_the_server_writes_them() {
        for (condition, least, greatest) in [
            ("((x >= 1) AND (x <= 5))", Some(">= 1"), Some("<= 5")),
            ("(x > ('-5'::integer)::numeric)", Some("> '-5'"), None),
            ("(x > (-5))", Some("> -5"), None),
            ("((0)::numeric < x)", Some("> 0"), None),
            ("((x IS NULL) OR (x > 0))", Some("> 0"), None),
            ("((x > 0) AND (x > 10) AND (x > 3))", Some("> 10"), None),
            ("(x < y)", None, None),
            ("(f(x) > 3)", None, None),
            ("((x > 1) OR (x < 0))", None, None),
            (
                "(x >= '2024-01-01 00:00:00+00'::timestamp with time zone)",
                Some(">= '2024-01-01 00:00:00+00'"),
                None,
            ),
        ] {
            let (low, high) = range(condition);
            assert_eq!(
                (low.as_deref(), high.as_deref()),
                (least, greatest),
                "{condition}"
            );
        }
    }

    #[test]
    fn lists_lengths_and_patterns_are_read() {
        let values = |condition: &str| of(condition).values;
        let both = Some(vec!["'a'".to_owned(), "'b'".to_owned()]);
        for condition in [
            "(x = ANY (ARRAY['a'::text, 'b'::text]))",
            "((x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying(3)])::text[]))",
            "((x = 'a'::text) OR (x = 'b'::text))",
            "(x = ANY (ARRAY['a'::shop.kind, 'b'::shop.kind]))",
        ] {
            assert_eq!(values(condition), both, "{condition}");
        }
        assert_eq!(values("(x <> 'a'::text)"), None);
        assert_eq!(values("((x = 'a'::text) OR (y = 'b'::text))"), None);
        let bounds = of("((char_length((x)::text) >= 3) AND (length(x) < 9))");
        assert_eq!(
            (bounds.least_length, bounds.greatest_length),
            (Some(3), Some(8))
        );
        let pattern = of("((x)::text ~ '^it''s [a-z]+$'::text)").pattern;
        assert_eq!(pattern.as_deref(), Some("^it's [a-z]+$"));
    }
}
