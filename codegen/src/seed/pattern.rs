//! Texts that match a regular expression, as an SQL expression: of two different numbers it
//! makes two different texts, as long as there are so many. It knows the common forms; of
//! another one nothing is made.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use super::space::{K, literal};

/// Enough different texts for any table.
const ENOUGH: u64 = 1_000_000_000_000;
/// What repeats without end repeats so often at most.
const MOST_REPEATS: u32 = 24;

/// Texts by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Texts {
    /// The SQL expression; [`K`] stands for the number.
    pub(super) sql: String,
    /// How many there are.
    pub(super) capacity: u64,
    /// How long the longest is.
    pub(super) length: u32,
}

/// Texts that match a pattern and are no longer than that; as short as gives enough of them.
pub(super) fn matching(pattern: &str, longest: Option<u32>) -> Option<Texts> {
    let node = parse(pattern)?;
    let mut best = None;
    for extra in 0..=MOST_REPEATS {
        let texts = render(&node, extra);
        if longest.is_some_and(|longest| texts.length > longest) {
            break;
        }
        let enough = texts.capacity >= ENOUGH;
        best = Some(texts);
        if enough {
            break;
        }
    }
    best
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// One of several characters.
    Chars(Vec<char>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Repeat(Box<Node>, u32, u32),
}

fn render(node: &Node, extra: u32) -> Texts {
    let mut renderer = Renderer { weight: 1, extra };
    let (parts, length) = renderer.node(node);
    let sql = match parts.len() {
        0 => literal(""),
        _ => format!("({})", parts.join(" || ")),
    };
    Texts {
        sql,
        capacity: renderer.weight,
        length,
    }
}

struct Renderer {
    /// How many texts there are of what is written so far: what comes next is chosen by the
    /// number divided by it.
    weight: u64,
    extra: u32,
}

impl Renderer {
    /// The parts of a text, and how long they are together. The last part changes first.
    fn node(&mut self, node: &Node) -> (Vec<String>, u32) {
        match node {
            Node::Chars(chars) => (vec![self.one_of(chars)], 1),
            Node::All(nodes) => self.all(nodes.iter()),
            Node::Repeat(node, least, most) => {
                let count = most.min(&least.saturating_add(self.extra)).to_owned();
                self.all(std::iter::repeat_n(&**node, count as usize))
            }
            Node::Any(nodes) => {
                let chosen = self.digit(nodes.len() as u64);
                let mut text = format!("CASE {chosen}");
                let (first, mut longest) = (self.weight, 0);
                let mut most = first;
                for (place, node) in nodes.iter().enumerate() {
                    // What follows depends on which it is: the fewest texts count.
                    self.weight = first;
                    let (parts, length) = self.node(node);
                    let parts = if parts.is_empty() {
                        literal("")
                    } else {
                        parts.join(" || ")
                    };
                    let _ = write!(text, " WHEN {place} THEN {parts}");
                    longest = longest.max(length);
                    most = if place == 0 {
                        self.weight
                    } else {
                        most.min(self.weight)
                    };
                }
                self.weight = most;
                (vec![format!("{text} END")], longest)
            }
        }
    }

    fn all<'n>(&mut self, nodes: impl DoubleEndedIterator<Item = &'n Node>) -> (Vec<String>, u32) {
        let mut all: Vec<String> = Vec::new();
        let mut length = 0_u32;
        for node in nodes.rev() {
            let (mut parts, own) = self.node(node);
            parts.append(&mut all);
            all = parts;
            length = length.saturating_add(own);
        }
        (all, length)
    }

    fn one_of(&mut self, chars: &[char]) -> String {
        let all: String = chars.iter().collect();
        if chars.len() == 1 {
            return literal(&all);
        }
        let digit = self.digit(chars.len() as u64);
        format!("substr({}, 1 + ({digit})::int, 1)", literal(&all))
    }

    fn digit(&mut self, of: u64) -> String {
        let digit = format!("{K} / {} % {of}", self.weight);
        // Beyond what a number can be, one character is as good as another.
        self.weight = self.weight.saturating_mul(of).min(ENOUGH * 1_000);
        digit
    }
}

fn parse(pattern: &str) -> Option<Node> {
    let mut chars = pattern.chars().peekable();
    let node = alternatives(&mut chars)?;
    chars.next().is_none().then_some(node)
}

fn alternatives(chars: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let mut all = vec![sequence(chars)?];
    while chars.next_if_eq(&'|').is_some() {
        all.push(sequence(chars)?);
    }
    Some(match all.len() {
        1 => all.remove(0),
        _ => Node::Any(all),
    })
}

fn sequence(chars: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let mut nodes = Vec::new();
    while let Some(&next) = chars.peek() {
        if matches!(next, '|' | ')') {
            break;
        }
        chars.next();
        let node = match next {
            '^' | '$' => continue,
            '(' => {
                if chars.next_if_eq(&'?').is_some() && chars.next() != Some(':') {
                    return None;
                }
                let inside = alternatives(chars)?;
                if chars.next() != Some(')') {
                    return None;
                }
                inside
            }
            '[' => Node::Chars(class(chars)?),
            '.' => Node::Chars(('a'..='z').collect()),
            '\\' => Node::Chars(escaped(chars.next()?)?),
            '*' | '+' | '?' | '{' => return None,
            plain => Node::Chars(vec![plain]),
        };
        nodes.push(repeated(node, chars)?);
    }
    Some(Node::All(nodes))
}

fn repeated(node: Node, chars: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let (least, most) = match chars.peek() {
        Some('*') => (0, MOST_REPEATS),
        Some('+') => (1, MOST_REPEATS),
        Some('?') => (0, 1),
        Some('{') => {
            let inside: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
            let (least, most) = match inside.split_once(',') {
                None => (inside.parse().ok()?, inside.parse().ok()?),
                Some((least, "")) => {
                    let least: u32 = least.parse().ok()?;
                    (least, least.saturating_add(MOST_REPEATS))
                }
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            };
            return Some(Node::Repeat(Box::new(node), least, most));
        }
        _ => return Some(node),
    };
    chars.next();
    Some(Node::Repeat(Box::new(node), least, most))
}

fn class(chars: &mut Peekable<Chars<'_>>) -> Option<Vec<char>> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut set: Vec<char> = Vec::new();
    loop {
        let first = match chars.next()? {
            ']' if !set.is_empty() => break,
            '[' if chars.peek() == Some(&':') => {
                let name: String = chars.by_ref().skip(1).take_while(|c| *c != ':').collect();
                chars.next_if_eq(&']')?;
                set.extend(named_class(&name)?);
                continue;
            }
            '\\' => {
                set.extend(escaped(chars.next()?)?);
                continue;
            }
            plain => plain,
        };
        let mut ahead = chars.clone();
        ahead.next();
        if chars.peek() == Some(&'-') && ahead.peek().is_some_and(|c| *c != ']') {
            chars.next();
            set.extend(first..=chars.next()?);
        } else {
            set.push(first);
        }
    }
    if negated {
        set = ('a'..='z')
            .chain('0'..='9')
            .filter(|c| !set.contains(c))
            .collect();
    }
    let mut kept: Vec<char> = Vec::new();
    for one in set {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    (!kept.is_empty()).then_some(kept)
}

fn named_class(name: &str) -> Option<Vec<char>> {
    Some(match name {
        "digit" => ('0'..='9').collect(),
        "alpha" => ('a'..='z').chain('A'..='Z').collect(),
        "alnum" => ('a'..='z').chain('A'..='Z').chain('0'..='9').collect(),
        "lower" => ('a'..='z').collect(),
        "upper" => ('A'..='Z').collect(),
        "xdigit" => ('0'..='9').chain('a'..='f').collect(),
        "space" => vec![' '],
        _ => return None,
    })
}

fn escaped(letter: char) -> Option<Vec<char>> {
    Some(match letter {
        'd' => ('0'..='9').collect(),
        'w' => ('a'..='z').chain('0'..='9').collect(),
        's' => vec![' '],
        'D' | 'S' | 'W' if letter != 'W' => ('a'..='z').collect(),
        letter if letter.is_ascii_alphanumeric() => return None,
        plain => vec![plain],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_texts_as_the_pattern_allows() {
        for (pattern, capacity) in [
            ("^[A-Z]{3}$", Some(26 * 26 * 26)),
            ("^(a|b)$", Some(2)),
            ("^v[0-9]$", Some(10)),
            ("^(?=x)y$", None),
            ("^[[:digit:]_]$", Some(11)),
            ("^a?$", Some(1)),
            ("(", None),
            ("[", None),
            ("*", None),
        ] {
            let texts = matching(pattern, None).map(|texts| texts.capacity);
            assert_eq!(texts, capacity, "{pattern}");
        }
    }

    #[test]
    fn a_text_grows_only_until_there_are_enough() {
        let texts = matching(r"^\+[1-9][0-9]{6,14}$", None).expect("texts");
        assert_eq!(texts.length, 14);
        assert!(texts.capacity >= ENOUGH);
        let short = matching(r"^\+[1-9][0-9]{6,14}$", Some(9)).expect("texts");
        assert_eq!((short.length, short.capacity), (9, 90_000_000));
        assert_eq!(matching("^[a-z]{8,}$", Some(5)), None);
    }
}
