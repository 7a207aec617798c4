//! Text in the lines of a table's cell: broken between words where it can be, else
//! after an underscore, and only then anywhere.

/// Words that are kept whole where they fit; a word may have blanks in it.
#[derive(Debug, Default)]
pub(crate) struct Paragraph {
    pub(crate) words: Vec<String>,
    /// How far the first line is indented.
    pub(crate) first: usize,
    /// How far the other lines are.
    pub(crate) rest: usize,
}

/// A wrapped cell.
#[derive(Debug, Default)]
pub(crate) struct Wrapped {
    pub(crate) lines: Vec<String>,
    /// How many words are in two pieces or more.
    pub(crate) broken: usize,
}

/// Wraps paragraphs to a width; a line is longer only where the width is smaller
/// than the indent and one character.
pub(crate) fn wrap(paragraphs: &[Paragraph], width: usize) -> Wrapped {
    let mut wrapped = Wrapped::default();
    for paragraph in paragraphs {
        let room = width
            .saturating_sub(paragraph.rest.max(paragraph.first))
            .max(1);
        let mut line = " ".repeat(paragraph.first);
        let mut empty = true;
        for word in &paragraph.words {
            let pieces = pieces(word, room);
            wrapped.broken += usize::from(pieces.len() > 1 && !word.contains(' '));
            for (index, piece) in pieces.into_iter().enumerate() {
                let fits = index == 0 && length(&line) + 1 + length(piece) <= width;
                if empty {
                    empty = false;
                } else if fits {
                    line.push(' ');
                } else {
                    wrapped.lines.push(line);
                    line = " ".repeat(paragraph.rest);
                }
                line.push_str(piece);
            }
        }
        wrapped.lines.push(line);
    }
    wrapped
}

/// The word in pieces of at most `room` characters.
fn pieces(word: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while let Some((end, _)) = rest.char_indices().nth(room) {
        let soft = |c: char| matches!(c, '_' | '.' | ':');
        let after_blank = rest[..=end].rfind(' ').map(|at| (at, at + 1));
        let after_soft = || rest[..end].rfind(soft).map(|at| (at + 1, at + 1));
        let (cut, next) = after_blank.or_else(after_soft).unwrap_or((end, end));
        pieces.push(&rest[..cut]);
        rest = &rest[next..];
    }
    pieces.push(rest);
    pieces
}

/// How many characters a text has.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(words: &[&str], width: usize) -> Vec<String> {
        let words = words.iter().map(ToString::to_string).collect();
        let paragraph = Paragraph {
            words,
            first: 0,
            rest: 2,
        };
        wrap(&[paragraph], width).lines
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(
            lines(&["id uuid,", "name text"], 17),
            ["id uuid,", "  name text"]
        );
        assert_eq!(
            lines(&["id uuid,", "name text"], 18),
            ["id uuid, name text"]
        );
    }

    #[test]
    fn a_long_word_is_broken_at_blanks_then_underscores_then_anywhere() {
        assert_eq!(
            lines(&["status customer_status"], 17),
            ["status", "  customer_status"]
        );
        assert_eq!(
            lines(&["status customer_status"], 12),
            ["status", "  customer_", "  status"]
        );
        assert_eq!(lines(&["abcdefgh"], 5), ["abc", "  def", "  gh"]);
    }
}
