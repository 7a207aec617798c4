//! Reads the analysed parse tree that the server prints with `debug_print_parse`.
//!
//! The text is a tree of `{NODE :field value …}`, lists in round brackets, bytes in
//! square ones, `<>` for nothing, and words with backslash escapes (PostgreSQL's
//! `outfuncs.c`). The reader knows the form only, never what a node means: an
//! unknown node is read like any other.

use std::borrow::Cow;

/// What stands behind a field's name, or in a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// `<>`
    Nothing,
    /// A number, a boolean, a name or a quoted string, without its escapes.
    Word(Cow<'a, str>),
    /// `( … )`
    List(Vec<Value<'a>>),
    /// `{ … }`
    Node(Node<'a>),
    /// `[ … ]`, the bytes of a constant.
    Bytes(Vec<u8>),
}

/// A node: its name, and its fields in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'a> {
    pub(crate) name: &'a str,
    fields: Vec<(&'a str, Value<'a>)>,
}

/// The text is not a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The byte at which it no longer is one.
    pub(crate) at: usize,
}

const NOTHING: Value<'static> = Value::Nothing;

impl<'a> Node<'a> {
    /// A field's value, or nothing.
    pub(crate) fn field(&self, name: &str) -> &Value<'a> {
        self.fields
            .iter()
            .find(|(field, _)| *field == name)
            .map_or(&NOTHING, |(_, value)| value)
    }

    /// A field that holds a node.
    pub(crate) fn node(&self, name: &str) -> Option<&Node<'a>> {
        self.field(name).as_node()
    }

    /// A field that holds a list; an absent one is empty.
    pub(crate) fn list(&self, name: &str) -> &[Value<'a>] {
        match self.field(name) {
            Value::List(list) => list,
            _ => &[],
        }
    }

    /// The nodes of a list.
    pub(crate) fn nodes(&self, name: &str) -> impl Iterator<Item = &Node<'a>> {
        self.list(name).iter().filter_map(Value::as_node)
    }

    /// A field that holds a whole number.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.word(name)?.parse().ok()
    }

    /// A field that holds an object identifier.
    pub(crate) fn oid(&self, name: &str) -> Option<u32> {
        self.word(name)?.parse().ok()
    }

    /// Whether a field says `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.word(name) == Some("true")
    }

    /// A field that holds a word.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        match self.field(name) {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Every field, in its order.
    pub(crate) fn fields(&self) -> &[(&'a str, Value<'a>)] {
        &self.fields
    }

    /// Every value of every field.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        self.fields.iter().map(|(_, value)| value)
    }

    /// Calls `visit` on this node and every node below, with the number of queries
    /// between: `depth` on this query level, one more in a query nested in it.
    pub(crate) fn walk_levels<'t>(&'t self, depth: i64, visit: &mut dyn FnMut(&'t Node<'a>, i64)) {
        visit(self, depth);
        for value in self.values() {
            value.walk_levels(depth, visit);
        }
    }
}

impl<'a> Value<'a> {
    pub(crate) fn as_node(&self) -> Option<&Node<'a>> {
        match self {
            Value::Node(node) => Some(node),
            _ => None,
        }
    }

    pub(crate) fn as_word(&self) -> Option<&str> {
        match self {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Calls `visit` on every node of this query level: not on those of queries nested
    /// in it.
    pub(crate) fn walk_level<'t>(&'t self, visit: &mut impl FnMut(&'t Node<'a>)) {
        match self {
            Value::Node(node) if node.name != "QUERY" => {
                visit(node);
                for value in node.values() {
                    value.walk_level(visit);
                }
            }
            Value::List(list) => {
                for value in list {
                    value.walk_level(visit);
                }
            }
            _ => {}
        }
    }

    fn walk_levels<'t>(&'t self, depth: i64, visit: &mut dyn FnMut(&'t Node<'a>, i64)) {
        match self {
            Value::Node(node) => {
                node.walk_levels(depth + i64::from(node.name == "QUERY"), visit);
            }
            Value::List(list) => {
                for value in list {
                    value.walk_levels(depth, visit);
                }
            }
            Value::Nothing | Value::Word(_) | Value::Bytes(_) => {}
        }
    }

    /// Calls `visit` on the queries nested directly in this query level.
    pub(crate) fn nested<'t>(&'t self, visit: &mut impl FnMut(&'t Node<'a>)) {
        match self {
            Value::Node(node) if node.name == "QUERY" => visit(node),
            Value::Node(node) => {
                for value in node.values() {
                    value.nested(visit);
                }
            }
            Value::List(list) => {
                for value in list {
                    value.nested(visit);
                }
            }
            Value::Nothing | Value::Word(_) | Value::Bytes(_) => {}
        }
    }

    /// Calls `visit` on every node below, outermost first.
    pub(crate) fn walk<'t>(&'t self, visit: &mut impl FnMut(&'t Node<'a>)) {
        match self {
            Value::Node(node) => {
                visit(node);
                for value in node.values() {
                    value.walk(visit);
                }
            }
            Value::List(list) => {
                for value in list {
                    value.walk(visit);
                }
            }
            Value::Nothing | Value::Word(_) | Value::Bytes(_) => {}
        }
    }
}

/// Trees nest; a text that nests deeper than this is refused rather than trusted
/// with the stack.
const MAX_DEPTH: usize = 2_000;

/// The server breaks what it prints into lines of so many bytes: at a blank, or in the middle
/// of a word when there is none (`format_node_dump`).
const LINE: usize = 78;

/// Reads one tree.
pub(crate) fn read(text: &str) -> Result<Value<'_>, Malformed> {
    // A word that ends just where the line is full looks like one that goes on.
    read_as(text, true).or_else(|_| read_as(text, false))
}

fn read_as(text: &str, joins: bool) -> Result<Value<'_>, Malformed> {
    let mut reader = Reader { text, at: 0, joins };
    let value = reader.value(0)?;
    reader.blanks();
    if reader.at == text.len() {
        Ok(value)
    } else {
        Err(reader.malformed())
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether a word goes on behind a line that is full without a blank.
    joins: bool,
}

impl<'a> Reader<'a> {
    fn malformed(&self) -> Malformed {
        Malformed { at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank_follows(&self) -> bool {
        let next = self.text.as_bytes().get(self.at + 1);
        next.is_some_and(u8::is_ascii_whitespace)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        self.blanks();
        if depth > MAX_DEPTH {
            return Err(self.malformed());
        }
        match self.peek() {
            None | Some(b')' | b'}') => Err(self.malformed()),
            Some(b'{') => self.node(depth).map(Value::Node),
            Some(b'(') => self.list(depth),
            // A name may begin with such a bracket; no blank of a name stands alone.
            Some(b'[') if self.blank_follows() => self.bytes(),
            Some(_) => Ok(self.word()),
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node<'a>, Malformed> {
        self.at += 1;
        self.blanks();
        let name = self.raw_word();
        let mut fields = Vec::with_capacity(16);
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Node { name, fields });
                }
                Some(b':') => {
                    self.at += 1;
                    let field = self.raw_word();
                    let value = self.value(depth + 1)?;
                    fields.push((field, self.rest_of_field(value, depth)?));
                }
                _ => return Err(self.malformed()),
            }
        }
    }

    /// A constant is printed as its length and its bytes: the last value counts.
    fn rest_of_field(
        &mut self,
        mut value: Value<'a>,
        depth: usize,
    ) -> Result<Value<'a>, Malformed> {
        loop {
            self.blanks();
            match self.peek() {
                Some(b':' | b'}') | None => return Ok(value),
                Some(_) => value = self.value(depth + 1)?,
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Malformed> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some(b')') {
                self.at += 1;
                return Ok(Value::List(list));
            }
            list.push(self.value(depth + 1)?);
        }
    }

    fn bytes(&mut self) -> Result<Value<'a>, Malformed> {
        self.at += 1;
        let end = self.text[self.at..]
            .find(']')
            .ok_or_else(|| self.malformed())?;
        let inner = &self.text[self.at..self.at + end];
        self.at += end + 1;
        // Printed as signed or unsigned numbers, depending on the platform's `char`.
        let bytes = inner
            .split_ascii_whitespace()
            .map(|word| word.parse::<i16>().map(|byte| byte.to_le_bytes()[0]))
            .collect::<Result<Vec<u8>, _>>()
            .map_err(|_| self.malformed())?;
        Ok(Value::Bytes(bytes))
    }

    /// Whether the line that ends here was broken in the middle of a word.
    fn breaks_a_word(&self) -> bool {
        let before = &self.text.as_bytes()[..self.at];
        let Some(start) = before.len().checked_sub(LINE) else {
            return false;
        };
        let begins = start == 0 || before[start - 1] == b'\n';
        begins && !before[start..].contains(&b'\n') && !before[start + 1..].contains(&b' ')
    }

    /// A word as it stands, up to a blank or a bracket.
    fn raw_word(&mut self) -> &'a str {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(bytes.len()),
                b'\n' if self.joins && self.breaks_a_word() => self.at += 1,
                b' ' | b'\n' | b'\t' | b'\r' | b'(' | b')' | b'{' | b'}' => break,
                _ => self.at += 1,
            }
        }
        // A backslash escapes one byte; the rest of a longer character follows it.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn word(&mut self) -> Value<'a> {
        if self.peek() == Some(b'"') {
            return Value::Word(self.quoted());
        }
        match self.raw_word() {
            "<>" => Value::Nothing,
            word => Value::Word(unescape(word)),
        }
    }

    fn quoted(&mut self) -> Cow<'a, str> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut end = start;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = self.text.ceil_char_boundary(end.min(bytes.len()));
        self.at = (end + 1).min(bytes.len());
        unescape(&self.text[start..end])
    }
}

fn unescape(word: &str) -> Cow<'_, str> {
    if !word.contains(['\\', '\n']) {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            // One that is the word's own has a backslash before it.
            '\n' => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read() {
        let text = "   {QUERY \n :commandType 1 :utilityStmt <> :rtable ({VAR :varno 1} {VAR :varno 2})\n :resname :odd :cols (b 8 9) :constvalue 4 [ 20 0 -1 255 ] :names (\"a b\" \"c\\\"d\") :alias a\\ b}";
        let Ok(Value::Node(node)) = read(text) else {
            panic!("a node")
        };
        assert_eq!(node.name, "QUERY");
        assert_eq!(node.int("commandType"), Some(1));
        assert_eq!(node.field("utilityStmt"), &Value::Nothing);
        assert_eq!(
            node.nodes("rtable")
                .filter_map(|n| n.int("varno"))
                .sum::<i64>(),
            3
        );
        assert_eq!(node.word("resname"), Some(":odd"));
        assert_eq!(
            node.field("constvalue"),
            &Value::Bytes(vec![20, 0, 255, 255])
        );
        assert_eq!(node.list("names")[1], Value::Word("c\"d".into()));
        assert_eq!(node.word("alias"), Some("a b"));
        assert_eq!(node.field("absent"), &Value::Nothing);
    }

    #[test]
    fn a_name_may_begin_with_a_bracket() {
        let tree = read("{A :b ]x :c [y :d [ 1 2 ] :e ([z ]])}").expect("a tree");
        let node = tree.as_node().expect("a node");
        assert_eq!((node.word("b"), node.word("c")), (Some("]x"), Some("[y")));
        assert_eq!(node.field("d"), &Value::Bytes(vec![1, 2]));
        assert_eq!(node.list("e").len(), 2);
    }

    #[test]
    fn a_word_longer_than_a_line_is_one_word() {
        // 60 brackets with their backslashes, as the server breaks them.
        let long = "\\{".repeat(60);
        let text = format!("{{A :name\n{}\n{} :b 1}}", &long[..LINE], &long[LINE..]);
        let tree = read(&text).expect("a tree");
        let node = tree.as_node().expect("a node");
        assert_eq!(node.word("name"), Some("{".repeat(60).as_str()));
        assert_eq!(node.int("b"), Some(1));
        // The first word fills its line, and the next one is another.
        let text = format!("({}\nb)", "a".repeat(LINE - 1));
        assert!(read(&text).is_ok());
        let text = format!("{{A :b\n{}\n:c 1}}", "a".repeat(LINE));
        let tree = read(&text).expect("a tree");
        assert_eq!(tree.as_node().and_then(|node| node.int("c")), None);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        for text in [
            "", "{", "{A", "{A :b", "{A :b }", "(", "(a", "[ 1", "[ x ]", ")", "{A b}", "a b",
            "\"", "\\",
        ] {
            // A lone word or an unclosed string is a value of its own; nothing panics.
            let result = read(text);
            if !matches!(text, "\"" | "\\") {
                assert!(result.is_err(), "{text:?}");
            }
        }
        assert!(read(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn escapes_before_wide_characters_do_not_split_them() {
        assert_eq!(read("a\\ßb"), Ok(Value::Word("aßb".into())));
        assert_eq!(read("\"\\ß"), Ok(Value::Word("ß".into())));
    }
}
