//! The server's five-character error codes.

use core::fmt;

/// A SQLSTATE, the server's code for what went wrong: `23505` is a unique violation. All of them
/// are in [PostgreSQL's manual](https://www.postgresql.org/docs/current/errcodes-appendix.html).
///
/// # Examples
///
/// ```
/// use planwright::error::SqlState;
///
/// let deadlock = SqlState::new("40P01").unwrap();
/// assert_eq!(deadlock.as_str(), "40P01");
/// assert_eq!(SqlState::new("no code"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SqlState([u8; 5]);

impl SqlState {
    /// The code, where it has five characters, each a digit or a capital letter.
    #[must_use]
    pub const fn new(code: &str) -> Option<Self> {
        let Some((&code, [])) = code.as_bytes().split_first_chunk::<5>() else {
            return None;
        };
        let mut index = 0;
        while index < code.len() {
            if !(code[index].is_ascii_digit() || code[index].is_ascii_uppercase()) {
                return None;
            }
            index += 1;
        }
        Some(Self(code))
    }

    /// The five characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits and letters, as `new` saw to.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqlState({self})")
    }
}
