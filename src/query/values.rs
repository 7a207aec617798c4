//! What the parameters of a call are, for those who may see it.

use core::fmt::{self, Write as _};

use super::CatalogQuery;
use crate::timing::{self, Call};

/// The most characters of a call's values that are shown.
const MOST: usize = 1_000;

/// Starts the clock of a call. Where warnings may show the values of parameters, they are written
/// down before: afterwards the query is gone. Where they may not, that costs one load.
#[inline]
pub(super) fn start<Q: CatalogQuery>(query: &Q) -> Call {
    let values = timing::shows_values().then(|| values(query));
    Q::timer().start().with_values(values)
}

#[cold]
fn values<Q: CatalogQuery>(query: &Q) -> Box<str> {
    let mut shown = Shown {
        // Diesel writes the SQL, this, and the list of values.
        skip: Q::INFO.sql.len() + " -- binds: ".len(),
        room: MOST,
        text: String::new(),
    };
    let whole = write!(shown, "{}", diesel::debug_query(query));
    let cut = whole.is_err();
    if cut {
        shown.text.push('…');
    }
    shown.text.into_boxed_str()
}

/// Leaves out the beginning, and stops when there is enough.
struct Shown {
    /// Bytes to be left out.
    skip: usize,
    /// Characters to be kept.
    room: usize,
    text: String,
}

impl fmt::Write for Shown {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let skipped = self.skip.min(text.len());
        self.skip -= skipped;
        for character in text.get(skipped..).unwrap_or_default().chars() {
            self.room = self.room.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}
