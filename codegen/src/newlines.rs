//! Line ends: a checkout on Windows may have other ones.

use std::borrow::Cow;

/// The text with `\n` at the end of each line. Most have no others, and are not copied.
pub(crate) fn unix(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").into()
    } else {
        text.into()
    }
}
