//! Access paths, before and after.

use serde::Serialize;

use super::queries::{both, statements};
use super::signature::renamed_params;
use crate::catalog::Catalog;

/// A statement that reaches its tables in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathChange {
    /// The statement's name, as in the lock.
    pub statement: String,
    /// Its access paths, old and new.
    pub lines: Vec<Line>,
}

/// An access path, and which of the two states has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which state has it.
    pub sign: Sign,
    /// The path.
    pub text: String,
}

/// Which of two states has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// Only the old one.
    Removed,
    /// Only the new one.
    Added,
    /// Both.
    Same,
}

/// The statements that both states have, and that reach their tables in other ways.
pub(super) fn changes(old: &Catalog, new: &Catalog) -> Vec<PathChange> {
    let mut changes = Vec::new();
    for (before, after) in both(old, new) {
        let renamed = renamed_params(before, after);
        let known = statements(before);
        for (name, paths) in statements(after) {
            let before = known.iter().find(|(known, _)| *known == name);
            let Some((_, before)) = before else {
                continue;
            };
            let before: Vec<String> = before.iter().map(|p| with_names(p, &renamed)).collect();
            if before == paths {
                continue;
            }
            changes.push(PathChange {
                statement: name.to_owned(),
                lines: compared(&before, &paths),
            });
        }
    }
    changes
}

/// A path with the new names of parameters: another name is no other path.
fn with_names(path: &str, renamed: &[(String, String)]) -> String {
    let mut parts = path.split(':');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        let new = renamed.iter().find(|(old, _)| old == name);
        let name = new.map_or(name, |(_, new)| new.as_str());
        text.push(':');
        text.push_str(name);
        text.push_str(rest);
    }
    text
}

/// The lines of both in the order of the longest part that they share.
fn compared(old: &[String], new: &[String]) -> Vec<Line> {
    let line = |sign: Sign, text: &String| Line {
        sign,
        text: text.clone(),
    };
    let common = lengths(old, new);
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(line(Sign::Same, &new[j]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            lines.push(line(Sign::Removed, &old[i]));
            i += 1;
        } else {
            lines.push(line(Sign::Added, &new[j]));
            j += 1;
        }
    }
    lines
}

/// How long the longest common part is from each place of the two on.
fn lengths(old: &[String], new: &[String]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            lengths[i][j] = if old[i] == new[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_of_a_parameter_is_no_other_path() {
        let renamed = [("id".to_owned(), "note_id".to_owned())];
        let path = "index notes_pkey (id = :id AND a = :ids AND b = 'x'::text)";
        let named = "index notes_pkey (id = :note_id AND a = :ids AND b = 'x'::text)";
        assert_eq!(with_names(path, &renamed), named);
    }

    #[test]
    fn what_both_have_stays_between_what_one_has() {
        let list = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let signs = |old: &str, new: &str| {
            let lines = compared(&list(old), &list(new));
            lines.iter().fold(String::new(), |text, line| {
                let sign = match line.sign {
                    Sign::Removed => "-",
                    Sign::Added => "+",
                    Sign::Same => "",
                };
                text + sign + &line.text
            })
        };
        assert_eq!(signs("abc", "axc"), "a-b+xc");
        assert_eq!(signs("ab", "ba"), "-ab+a");
        assert_eq!(signs("", "a"), "+a");
        assert_eq!(signs("ab", ""), "-a-b");
    }
}
