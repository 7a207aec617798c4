//! Cuts PostgreSQL text into tokens, far enough to find comments, statements and
//! parameters. It knows no grammar: the server is the parser.
//!
//! The rules are those of PostgreSQL's manual, chapter "Lexical Structure".

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Blanks and line ends.
    Space,
    /// `-- …` up to the line's end.
    LineComment,
    /// `/* … */`, nested.
    BlockComment,
    /// A string constant of any form, or a dollar-quoted one.
    String,
    /// `"…"`
    QuotedIdent,
    /// A keyword or a plain identifier.
    Word,
    /// A numeric constant.
    Number,
    /// `:name` or `@name`; the name is the token without its first byte.
    NamedParam,
    /// `$1`
    NumberedParam,
    /// `;`
    Semicolon,
    /// `(` or `[`
    Open,
    /// `)` or `]`
    Close,
    /// An operator, a comma, a dot, `::` …
    Symbol,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// A constant or comment that is never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unclosed {
    /// What was opened, such as `string constant`.
    pub(crate) what: &'static str,
    /// From its opening to the end of the text.
    pub(crate) span: Range<usize>,
}

/// Cuts the text. Every byte belongs to exactly one token. What is never closed
/// ends with the text and is returned beside the tokens.
pub(crate) fn lex(text: &str) -> (Vec<Token>, Option<Unclosed>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        brackets: Vec::new(),
        unclosed: None,
    };
    while lexer.at < text.len() {
        lexer.next_token();
    }
    (lexer.tokens, lexer.unclosed)
}

/// The index of the semicolon that ends the first statement, or the number of tokens.
/// A semicolon inside brackets, or in the body of a function written `BEGIN ATOMIC …
/// END`, ends no statement.
pub(crate) fn statement_end(text: &str, tokens: &[Token]) -> usize {
    let (mut brackets, mut blocks) = (0_usize, 0_usize);
    let mut words: Vec<&str> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => brackets += 1,
            Kind::Close => brackets = brackets.saturating_sub(1),
            Kind::Word => {
                let word = &text[token.span.clone()];
                let is = |w: &str| word.eq_ignore_ascii_case(w);
                let after_begin = words
                    .last()
                    .is_some_and(|w| w.eq_ignore_ascii_case("begin"));
                if (is("atomic") && after_begin) || (blocks > 0 && is("case")) {
                    blocks += 1;
                } else if is("end") {
                    blocks = blocks.saturating_sub(1);
                }
                words.push(word);
            }
            Kind::Semicolon if brackets == 0 && blocks == 0 => return index,
            _ => {}
        }
    }
    tokens.len()
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// The open brackets; for `[` whether a slice's `:` may still come.
    brackets: Vec<u8>,
    unclosed: Option<Unclosed>,
}

impl Lexer<'_> {
    fn byte(&self, offset: usize) -> u8 {
        self.text
            .as_bytes()
            .get(self.at + offset)
            .copied()
            .unwrap_or(0)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let span = self.at..self.at + len;
        self.at = span.end;
        self.tokens.push(Token { kind, span });
    }

    fn next_token(&mut self) {
        let byte = self.byte(0);
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                let len = run(self.rest(), |c| {
                    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
                });
                self.push(Kind::Space, len);
            }
            b'-' if self.byte(1) == b'-' => {
                let len = self.rest().find('\n').unwrap_or(self.rest().len());
                self.push(Kind::LineComment, len);
            }
            b'/' if self.byte(1) == b'*' => self.block_comment(),
            b'\'' => {
                let backslash = self.continues_escape_string();
                self.quoted(0, Kind::String, "string constant", backslash);
            }
            b'"' => self.quoted(0, Kind::QuotedIdent, "quoted identifier", false),
            b'$' => self.dollar(),
            b';' => self.push(Kind::Semicolon, 1),
            b'(' | b'[' => {
                self.brackets.push(byte);
                self.push(Kind::Open, 1);
            }
            b')' | b']' => {
                self.brackets.pop();
                self.push(Kind::Close, 1);
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(1).is_ascii_digit() => self.number(),
            b':' => self.colon(),
            _ if is_ident_start(self.first_char()) => self.word(),
            _ if is_operator(byte) => self.operator(),
            _ => {
                let len = self.first_char().len_utf8();
                self.push(Kind::Symbol, len);
            }
        }
    }

    fn first_char(&self) -> char {
        // `at` stays below the text's length and on a character boundary.
        self.rest().chars().next().unwrap_or('\0')
    }

    /// A string constant goes on in the next line, with the escapes of its beginning.
    fn continues_escape_string(&self) -> bool {
        let [.., string, space] = self.tokens.as_slice() else {
            return false;
        };
        let escaped = self.text[string.span.clone()].starts_with(['e', 'E']);
        let new_line = self.text[space.span.clone()].contains('\n');
        string.kind == Kind::String && escaped && space.kind == Kind::Space && new_line
    }

    fn word(&mut self) {
        // E'…', B'…', X'…', N'…' and U&'…' / U&"…" are constants.
        let prefix = self.byte(0).to_ascii_lowercase();
        if self.byte(1) == b'\'' && matches!(prefix, b'e' | b'b' | b'x' | b'n') {
            return self.quoted(1, Kind::String, "string constant", prefix == b'e');
        }
        if prefix == b'u' && self.byte(1) == b'&' {
            match self.byte(2) {
                b'\'' => return self.quoted(2, Kind::String, "string constant", false),
                b'"' => return self.quoted(2, Kind::QuotedIdent, "quoted identifier", false),
                _ => {}
            }
        }
        let len = run(self.rest(), is_ident_part);
        self.push(Kind::Word, len);
    }

    /// A constant that starts `prefix` bytes ahead; the quote is doubled inside it,
    /// or escaped by a backslash where `backslash` says so.
    fn quoted(&mut self, prefix: usize, kind: Kind, what: &'static str, backslash: bool) {
        let bytes = self.rest().as_bytes();
        let quote = bytes[prefix];
        let mut i = prefix + 1;
        while i < bytes.len() {
            if backslash && bytes[i] == b'\\' {
                i += 2;
            } else if bytes[i] != quote {
                i += 1;
            } else if bytes.get(i + 1) == Some(&quote) {
                i += 2;
            } else {
                return self.push(kind, i + 1);
            }
        }
        self.unclosed(kind, what);
    }

    fn block_comment(&mut self) {
        let bytes = self.rest().as_bytes();
        let (mut i, mut depth) = (2, 1);
        while i + 1 < bytes.len() {
            match (bytes[i], bytes[i + 1]) {
                (b'/', b'*') => {
                    depth += 1;
                    i += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    i += 2;
                    if depth == 0 {
                        return self.push(Kind::BlockComment, i);
                    }
                }
                _ => i += 1,
            }
        }
        self.unclosed(Kind::BlockComment, "comment");
    }

    /// `$1`, or `$tag$ … $tag$`.
    fn dollar(&mut self) {
        if self.byte(1).is_ascii_digit() {
            let len = 1 + run(&self.rest()[1..], |c| c.is_ascii_digit());
            return self.push(Kind::NumberedParam, len);
        }
        let tag = &self.rest()[1..];
        let tag_len = if tag.chars().next().is_some_and(is_ident_start) {
            run(tag, |c| is_ident_part(c) && c != '$')
        } else {
            0
        };
        if self.byte(1 + tag_len) != b'$' {
            return self.push(Kind::Symbol, 1);
        }
        let delimiter = &self.rest()[..tag_len + 2];
        match self.rest()[delimiter.len()..].find(delimiter) {
            Some(end) => self.push(Kind::String, end + 2 * delimiter.len()),
            None => self.unclosed(Kind::String, "dollar-quoted string"),
        }
    }

    fn unclosed(&mut self, kind: Kind, what: &'static str) {
        let len = self.rest().len();
        self.unclosed = Some(Unclosed {
            what,
            span: self.at..self.at + len,
        });
        self.push(kind, len);
    }

    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let mut i = 0;
        while let Some(&byte) = bytes.get(i) {
            let exponent_sign = matches!(byte, b'+' | b'-')
                && i > 0
                && matches!(bytes[i - 1], b'e' | b'E')
                && !bytes[..2.min(bytes.len())].eq_ignore_ascii_case(b"0x");
            // `1..2` is two numbers and a range operator of PL/pgSQL, not a number.
            let dot = byte == b'.' && bytes.get(i + 1) != Some(&b'.');
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || dot || exponent_sign) {
                break;
            }
            i += 1;
        }
        self.push(Kind::Number, i);
    }

    fn colon(&mut self) {
        if matches!(self.byte(1), b':' | b'=') {
            return self.push(Kind::Symbol, 2);
        }
        let name = &self.rest()[1..];
        let named = name.chars().next().is_some_and(is_ident_start) && !self.slice_colon();
        if named {
            let len = 1 + run(name, |c| is_ident_part(c) && c != '$');
            return self.push(Kind::NamedParam, len);
        }
        self.push(Kind::Symbol, 1);
    }

    /// Whether a colon here parts the bounds of an array slice, `a[1:n]`: directly
    /// inside brackets and after an operand.
    fn slice_colon(&self) -> bool {
        if self.brackets.last() != Some(&b'[') {
            return false;
        }
        let before = self
            .tokens
            .iter()
            .rev()
            .find(|t| !matches!(t.kind, Kind::Space | Kind::LineComment | Kind::BlockComment));
        before.is_some_and(|t| match t.kind {
            Kind::Open | Kind::Symbol => false,
            Kind::Word => !expects_operand(&self.text[t.span.clone()]),
            _ => true,
        })
    }

    /// An operator, as long as PostgreSQL would make it; `@name` right behind a blank
    /// or an opening bracket is a parameter.
    fn operator(&mut self) {
        if self.byte(0) == b'@' {
            let name = &self.rest()[1..];
            if name.chars().next().is_some_and(is_ident_start) {
                let len = 1 + run(name, |c| is_ident_part(c) && c != '$');
                return self.push(Kind::NamedParam, len);
            }
        }
        let bytes = self.rest().as_bytes();
        let mut len = 0;
        while len < bytes.len() && is_operator(bytes[len]) {
            let two = &bytes[len..bytes.len().min(len + 2)];
            if len > 0 && (two == b"--" || two == b"/*") {
                break;
            }
            len += 1;
        }
        // `=@name` and `>=@name`: these operators cannot end in `@`, so it opens a
        // parameter; `<@name` stays an operator and a column.
        let text = &self.rest()[..len];
        let follows = self.rest()[len..]
            .chars()
            .next()
            .is_some_and(is_ident_start);
        if follows
            && matches!(
                text,
                "=@" | ">=@" | "<=@" | "<>@" | "!=@" | "+@" | "-@" | "*@" | "/@"
            )
        {
            len -= 1;
        }
        self.push(Kind::Symbol, len);
    }
}

/// Keywords behind which an operand comes, so that a colon there opens a parameter.
fn expects_operand(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "all", "and", "any", "between", "by", "case", "distinct", "else", "from", "ilike", "in",
        "is", "like", "limit", "not", "offset", "or", "select", "similar", "some", "then", "to",
        "when", "where",
    ];
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn is_ident_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_ident_part(c: char) -> bool {
    is_ident_start(c) || c.is_ascii_digit() || c == '$'
}

fn is_operator(byte: u8) -> bool {
    b"+-*/<>=~!@#%^&|`?".contains(&byte)
}

/// A statement in which a numbered parameter has another type, wherever it stands; a cast
/// that is there goes.
pub(crate) fn with_type(sql: &str, number: usize, to: &str) -> String {
    let parameter = format!("${number}");
    let (tokens, _) = lex(sql);
    let (mut text, mut index) = (String::new(), 0);
    while let Some(token) = tokens.get(index) {
        let word = &sql[token.span.clone()];
        text.push_str(word);
        index += 1;
        if token.kind == Kind::NumberedParam && word == parameter {
            text = format!("{text}::{to}");
            index += cast_len(sql, &tokens[index..]);
        }
    }
    text
}

/// A statement without the cast behind the name at a byte; `None` when there is none.
pub(crate) fn without_cast(sql: &str, at: usize) -> Option<String> {
    let (tokens, _) = lex(sql);
    let mut index = tokens.iter().position(|token| token.span.start == at)?;
    // The name goes on behind dots.
    while sql[tokens.get(index + 1)?.span.clone()] == *"." {
        index += 2;
    }
    let cast = cast_len(sql, &tokens[index + 1..]);
    let end = tokens.get(index + cast)?.span.end;
    let name_end = tokens[index].span.end;
    (cast > 0).then(|| format!("{}{}", &sql[..name_end], &sql[end..]))
}

/// How many tokens a cast takes, `::` and a type of one word, with its modifier.
fn cast_len(sql: &str, tokens: &[Token]) -> usize {
    let word = |index: usize| tokens.get(index).map(|token| &sql[token.span.clone()]);
    let is_type = |index: usize| {
        tokens
            .get(index)
            .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::QuotedIdent))
    };
    if word(0) != Some("::") || !is_type(1) {
        return 0;
    }
    if word(2) != Some("(") {
        return 2;
    }
    let close = (3..tokens.len()).find(|&index| word(index) == Some(")"));
    close.map_or(2, |close| close + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of every token that is not blank, with its kind.
    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let (tokens, unclosed) = lex(text);
        assert_eq!(unclosed, None);
        let covered: String = tokens.iter().map(|t| &text[t.span.clone()]).collect();
        assert_eq!(covered, text, "every byte belongs to one token");
        tokens
            .into_iter()
            .filter(|t| t.kind != Kind::Space)
            .map(|t| (t.kind, &text[t.span]))
            .collect()
    }

    fn params(text: &str) -> Vec<&str> {
        kinds(text)
            .into_iter()
            .filter(|(kind, _)| matches!(kind, Kind::NamedParam | Kind::NumberedParam))
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn parameters_are_found_where_they_are() {
        assert_eq!(
            params("a = :a AND b=:b_2 AND c = @c AND d=@d LIMIT $3"),
            [":a", ":b_2", "@c", "@d", "$3"]
        );
        assert_eq!(params("x=ANY(:ids)::uuid[]"), [":ids"]);
        assert_eq!(params("a>=@a and b<=:b"), ["@a", ":b"]);
    }

    #[test]
    fn what_only_looks_like_a_parameter_is_none() {
        for text in [
            "':a' 'it''s :b' E'\\':c' $$ :d $$ $x$ :e $$ $x$ \"f:g\" U&'\\0061:h'",
            "E'a'\n 'it\\'s :b'",
            "-- :a\n/* :b /* :c */ :d */ 1",
            "a::text b :: text tags[1:n] tags[i:j] f(a := 1)",
            "a @> b and c <@ d and e @@ f and g @? h and @ -1",
            "a <@b",
        ] {
            assert_eq!(params(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_parameter_inside_brackets_is_found() {
        assert_eq!(
            params("tags[:i] ARRAY[:a, :b] tags[1 + :c] ARRAY[NOT :d, x AND :e]"),
            [":i", ":a", ":b", ":c", ":d", ":e"]
        );
    }

    #[test]
    fn operators_end_where_comments_begin() {
        assert_eq!(
            kinds("a+--x\nb"),
            [
                (Kind::Word, "a"),
                (Kind::Symbol, "+"),
                (Kind::LineComment, "--x"),
                (Kind::Word, "b")
            ]
        );
    }

    #[test]
    fn numbers_are_one_token() {
        for text in ["1", "1.5", ".5", "1e-5", "0x1F", "1_000"] {
            assert_eq!(kinds(text), [(Kind::Number, text)]);
        }
    }

    #[test]
    fn what_is_never_closed_is_reported() {
        for (text, what) in [
            ("select 'a", "string constant"),
            ("select \"a", "quoted identifier"),
            ("/* /* */", "comment"),
            ("$a$ $b$", "dollar-quoted string"),
            ("E'\\'", "string constant"),
            ("E'\\", "string constant"),
        ] {
            let (_, unclosed) = lex(text);
            assert_eq!(unclosed.map(|u| u.what), Some(what), "{text}");
        }
    }
}
