//! How far a call has come.

use core::fmt;

/// How far a call has come, told after each batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many of the rows given were sent.
    pub rows: u64,
    /// How many there are, where the iterator knows.
    pub total: Option<u64>,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.total {
            Some(total) => write!(f, "{} of {total} rows", self.rows),
            None => write!(f, "{} rows", self.rows),
        }
    }
}

/// What a call tells of its progress.
pub(super) type OnProgress<'c> = Box<dyn FnMut(Progress) + Send + 'c>;

/// Counts the rows that were sent, and tells it.
pub(super) struct Counter<'c> {
    progress: Progress,
    tell: Option<OnProgress<'c>>,
}

impl<'c> Counter<'c> {
    /// The total is that of the iterator before its first row is taken.
    pub(super) fn new(rows: &impl Iterator, tell: Option<OnProgress<'c>>) -> Self {
        let (least, most) = rows.size_hint();
        let total = (most == Some(least)).then_some(least as u64);
        let progress = Progress { rows: 0, total };
        Self { progress, tell }
    }

    /// How many rows were sent.
    pub(super) fn rows(&self) -> u64 {
        self.progress.rows
    }

    pub(super) fn add(&mut self, rows: usize) {
        self.progress.rows += rows as u64;
        if let Some(tell) = &mut self.tell {
            tell(self.progress);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_told_where_it_is_known() {
        let mut told = Vec::new();
        let mut counter = Counter::new(&(0..3), Some(Box::new(|done| told.push(done))));
        counter.add(2);
        counter.add(1);
        drop(counter);
        let told: Vec<String> = told.iter().map(Progress::to_string).collect();
        assert_eq!(told, ["2 of 3 rows", "3 of 3 rows"]);

        let odd = (0..3).filter(|n| n % 2 == 1);
        let counter = Counter::new(&odd, None);
        assert_eq!(counter.progress.total, None);
        assert_eq!(counter.progress.to_string(), "0 rows");
    }
}
