//! Text in the lines of a table's cell: broken between words where it can be, else
//! after an underscore, and only then anywhere.

/// The harm of a cut at a blank inside a word, such as between a column and its type.
const BLANK: usize = 1;
/// The harm of a cut behind an underscore, a dot or a colon.
const JOINT: usize = 2;
/// The harm of a cut anywhere else.
const ANYWHERE: usize = 8;

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
    /// How bad it reads: the sum over the cut words, in lines that would be as bad.
    pub(crate) harm: usize,
}

/// Wraps paragraphs to a width; a line is longer only where the width is smaller
/// than the indent and one character.
pub(crate) fn wrap(paragraphs: &[Paragraph], width: usize) -> Wrapped {
    let mut wrapped = Wrapped::default();
    for paragraph in paragraphs {
        let mut room = width.saturating_sub(paragraph.first).max(1);
        let rest = width.saturating_sub(paragraph.rest).max(1);
        let mut line = " ".repeat(paragraph.first);
        let mut empty = true;
        for word in &paragraph.words {
            let (pieces, harm) = pieces(word, room, rest);
            room = rest;
            wrapped.harm += harm;
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

/// The word in pieces of at most `room` characters, from the second on of at most
/// `later`, and the harm of cutting it.
fn pieces(word: &str, mut room: usize, later: usize) -> (Vec<&str>, usize) {
    let (mut pieces, mut harm) = (Vec::new(), 0);
    let mut rest = word;
    while let Some((end, _)) = rest.char_indices().nth(room) {
        let blank = rest[..=end].rfind(' ').map(|at| (at, at + 1, BLANK));
        let joint = |c: char| matches!(c, '_' | '.' | ':');
        let joint = || rest[..end].rfind(joint).map(|at| (at + 1, at + 1, JOINT));
        let (cut, next, cost) = blank.or_else(joint).unwrap_or((end, end, ANYWHERE));
        pieces.push(&rest[..cut]);
        rest = &rest[next..];
        harm += cost;
        room = later;
    }
    pieces.push(rest);
    (pieces, harm)
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
        assert_eq!(lines(&["abcdefgh"], 5), ["abcde", "  fgh"]);
    }
}
