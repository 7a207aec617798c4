//! Where a byte of a text is for readers and for other programs: line and column.

use std::ops::Range;

use super::{SourceText, visible};

/// A place in a text. Lines and columns count from 1, and a line ends with `\n`, or with `\r\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The byte, from 0. A byte order mark at the start of the file is not counted.
    pub byte: usize,
    /// The line.
    pub line: usize,
    /// The column in characters: Unicode code points.
    pub column: usize,
    /// The column in UTF-16 code units, as editors and browsers count.
    pub column_utf16: usize,
}

impl SourceText {
    /// Where a byte is. One that is inside of a character is where that begins, one behind the
    /// text is at its end.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let in_line = &before[line_start..];
        Position {
            byte,
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            column_utf16: in_line.encode_utf16().count() + 1,
        }
    }

    /// Where the bytes of a label begin and where they end: the second place is the one behind
    /// the last character.
    #[must_use]
    pub fn positions(&self, span: &Range<usize>) -> Range<Position> {
        let span = visible(&self.text, span);
        self.position(span.start)..self.position(span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, byte: usize) -> (usize, usize, usize) {
        let source = SourceText {
            path: String::new(),
            text: text.to_owned(),
        };
        let position = source.position(byte);
        (position.line, position.column, position.column_utf16)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        for (text, byte, expected) in [
            ("", 0, (1, 1, 1)),
            ("ab", 2, (1, 3, 3)),
            ("a\nb", 2, (2, 1, 1)),
            ("a\r\nbc", 4, (2, 2, 2)),
            // The end of a text that ends with a line end is the start of a line.
            ("a\n", 2, (2, 1, 1)),
            // é is one of each, the emoji is two units of UTF-16.
            ("é=😀x", 3, (1, 3, 3)),
            ("é=😀x", 7, (1, 4, 5)),
        ] {
            assert_eq!(place(text, byte), expected, "{text:?} {byte}");
        }
    }

    #[test]
    fn a_byte_that_begins_no_character_is_no_panic() {
        assert_eq!(place("é", 1), (1, 1, 1));
        assert_eq!(place("é", 99), (1, 2, 2));
    }
}
