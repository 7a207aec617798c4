//! `@load field: child(child_param = parent_column, …) [by child_column [= parent_column] [one|opt|many]]`

use std::ops::Range;

/// A `@load` line: rows of another query that belong to each row of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadDirective {
    /// The field that holds them.
    pub field: String,
    /// Where its name stands.
    pub span: Range<usize>,
    /// The query that returns them, with or without its module.
    pub child: String,
    /// Where its name stands.
    pub child_span: Range<usize>,
    /// What each parameter of that query gets.
    pub args: Vec<LoadArg>,
    /// The columns of the child that say which row they belong to; none where all belong to
    /// the only row.
    pub by: Vec<LoadBy>,
    /// How many rows belong to one.
    pub shape: LoadShape,
}

impl LoadDirective {
    /// Whether the child gets columns of the parent's rows, and waits for them.
    #[must_use]
    pub fn waits(&self) -> bool {
        let mut values = self.args.iter().map(|arg| &arg.value);
        values.any(|value| matches!(value, LoadValue::Column(_)))
    }
}

/// A column of the child that says which row it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBy {
    /// The column.
    pub column: String,
    /// Where its name stands.
    pub span: Range<usize>,
    /// The parent's column that is the same, and where it stands, when it is written.
    pub parent: Option<(String, Range<usize>)>,
}

/// What a parameter of the child gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadArg {
    /// The child's parameter.
    pub param: String,
    /// Where its name stands.
    pub span: Range<usize>,
    /// What it gets.
    pub value: LoadValue,
    /// Where that stands.
    pub value_span: Range<usize>,
}

/// What a parameter of the child is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadValue {
    /// A column of the parent's rows, of all of them: the parameter is an array.
    Column(String),
    /// A parameter of the parent.
    Parameter(String),
}

/// How many rows of the child belong to one of the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadShape {
    /// Exactly one.
    One,
    /// One or none.
    Opt,
    /// Any number.
    Many,
}

/// What is written, in pieces: words, and single signs.
struct Pieces<'a> {
    text: &'a str,
    at: usize,
    /// Where the text stands in the file.
    start: usize,
}

impl<'a> Pieces<'a> {
    /// The next piece without moving on.
    fn peek(&self) -> Option<(&'a str, Range<usize>)> {
        let rest = &self.text[self.at..];
        let begin = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.text[begin..];
        let first = rest.chars().next()?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = if is_word(first) {
            // A module's name and a query's are parted by two colons.
            let mut length = 0;
            loop {
                let word = &rest[length..];
                length += word.find(|c| !is_word(c)).unwrap_or(word.len());
                let follows = rest[length..].strip_prefix("::");
                if follows.is_some_and(|rest| rest.starts_with(is_word)) {
                    length += 2;
                } else {
                    break length;
                }
            }
        } else {
            first.len_utf8()
        };
        let span = self.start + begin..self.start + begin + length;
        Some((&rest[..length], span))
    }

    fn next(&mut self) -> Option<(&'a str, Range<usize>)> {
        let (piece, span) = self.peek()?;
        self.at = span.end - self.start;
        Some((piece, span))
    }

    fn word(&mut self) -> Option<(String, Range<usize>)> {
        let (word, span) = self.next()?;
        let is_word = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
        is_word.then(|| (word.to_owned(), span))
    }

    /// `column` or `column = column`.
    fn by(&mut self) -> Option<LoadBy> {
        let (column, span) = self.word()?;
        let parent = if self.takes("=") {
            Some(self.word()?)
        } else {
            None
        };
        Some(LoadBy {
            column,
            span,
            parent,
        })
    }

    /// Whether this comes next; then it is passed.
    fn takes(&mut self, sign: &str) -> bool {
        let comes = self.peek().is_some_and(|(piece, _)| piece == sign);
        if comes {
            self.next();
        }
        comes
    }
}

/// Reads what stands behind `@load`.
pub(super) fn parse(text: &str, start: usize) -> Option<LoadDirective> {
    let mut pieces = Pieces { text, at: 0, start };
    let (field, span) = pieces.word()?;
    if !pieces.takes(":") {
        return None;
    }
    let (child, child_span) = pieces.word()?;
    let mut args = Vec::new();
    if !pieces.takes("(") {
        return None;
    }
    while !pieces.takes(")") {
        let (param, span) = pieces.word()?;
        if !pieces.takes("=") {
            return None;
        }
        let of_parent = pieces.takes(":");
        let (value, value_span) = pieces.word()?;
        let value = if of_parent {
            LoadValue::Parameter(value)
        } else {
            LoadValue::Column(value)
        };
        args.push(LoadArg {
            param,
            span,
            value,
            value_span,
        });
        let more = pieces.takes(",");
        if !more && pieces.peek().is_none_or(|(piece, _)| piece != ")") {
            return None;
        }
    }
    let mut by = Vec::new();
    let mut shape = LoadShape::Many;
    if pieces.takes("by") {
        by.push(pieces.by()?);
        while pieces.takes(",") {
            by.push(pieces.by()?);
        }
        shape = match pieces.next() {
            None | Some(("many", _)) => LoadShape::Many,
            Some(("opt", _)) => LoadShape::Opt,
            Some(("one", _)) => LoadShape::One,
            Some(_) => return None,
        };
    }
    pieces.next().is_none().then_some(LoadDirective {
        field,
        span,
        child,
        child_span,
        args,
        by,
        shape,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_read_whole() {
        let text = "lines: shop::lines_of(order_ids = id, shop_id = :shop_id) by order_id, n opt";
        let load = parse(text, 10).expect("a load");
        assert_eq!((load.field.as_str(), load.span), ("lines", 10..15));
        assert_eq!(load.child, "shop::lines_of");
        assert_eq!(&text[load.child_span.start - 10..], &text[7..]);
        let args: Vec<_> = load.args.iter().map(|arg| &arg.value).collect();
        let column = LoadValue::Column("id".to_owned());
        let parameter = LoadValue::Parameter("shop_id".to_owned());
        assert_eq!(args, [&column, &parameter]);
        let by: Vec<_> = load.by.iter().map(|by| by.column.as_str()).collect();
        assert_eq!((by, load.shape), (vec!["order_id", "n"], LoadShape::Opt));
        assert!(load.by.iter().all(|by| by.parent.is_none()));
    }

    #[test]
    fn a_load_says_which_column_of_the_parent_is_the_same() {
        let text = "lines: lines_of_shop(shop_id = :shop_id) by order_id = id, n";
        let load = parse(text, 0).expect("a load");
        let parents: Vec<_> = load.by.iter().map(|by| by.parent.clone()).collect();
        assert_eq!(parents, [Some(("id".to_owned(), 55..57)), None]);
    }

    #[test]
    fn what_is_no_load_is_none() {
        for text in [
            "",
            "lines",
            "lines:",
            "lines: child",
            "lines: child(",
            "lines: child(a) by b",
            "lines: child() one",
            "lines: child(a = ) by b",
            "lines: child(a = b c = d) by e",
            "lines: child(a = b) by",
            "lines: child(a = b) by c,",
            "lines: child(a = b) by c =",
            "lines: child(a = b) by c = 1",
            "lines: child(a = b) by c some",
            "lines: child(a = b) by c one more",
            "lines child(a = b) by c",
            "ä: ü(ö = é) by",
        ] {
            assert_eq!(parse(text, 0), None, "{text}");
        }
    }
}
