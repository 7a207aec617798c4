//! Pages of rows in a fixed order, each found by the last row of the one before.
//!
//! Generated functions make them. This module sends nothing.

/// A page of rows, and where the next one begins.
///
/// # Examples
///
/// A generated function takes the cursor of the page before, and none for the first page:
///
/// ```
/// use planwright::Page;
/// # use std::cell::Cell;
/// # let calls = Cell::new(0);
/// # let notes_page = |after: Option<&i64>, size: i64| {
/// #     calls.set(calls.get() + 1);
/// #     let begin = after.map_or(1, |id| id + 1);
/// #     Page::new((begin..=5).collect(), size, |id| *id)
/// # };
///
/// let (mut seen, mut after) = (Vec::new(), None);
/// loop {
///     let page: Page<i64, i64> = notes_page(after.as_ref(), 2);
///     seen.extend(page.rows);
///     match page.next {
///         Some(next) => after = Some(next),
///         None => break,
///     }
/// }
/// assert_eq!(seen, [1, 2, 3, 4, 5]);
/// # assert_eq!(calls.get(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<R, C> {
    /// The rows, in the order of the pages.
    pub rows: Vec<R>,
    /// What the next page is behind; none where this is the last one.
    pub next: Option<C>,
}

impl<R, C> Page<R, C> {
    /// A page of at most `size` rows, made of rows of which there is one more than that unless
    /// they are the last. `cursor` says where a row stands in the order.
    #[must_use]
    pub fn new(mut rows: Vec<R>, size: i64, cursor: impl FnOnce(&R) -> C) -> Self {
        let size = usize::try_from(size).unwrap_or(0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_has_a_next_one_when_there_is_a_row_too_many() {
        let page = |rows: i64| Page::new((0..rows).collect(), 3, |row| *row);
        assert_eq!((page(4).rows, page(4).next), (vec![0, 1, 2], Some(2)));
        assert_eq!((page(3).rows, page(3).next), (vec![0, 1, 2], None));
        assert_eq!((page(0).rows, page(0).next), (vec![], None));
    }
}
