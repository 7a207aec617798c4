//! A histogram that only grows, given to a recorder piece by piece.

use metrics::Histogram;

use crate::timing::HistogramSnapshot;

/// What of a histogram is with the recorder.
#[derive(Debug, Default)]
pub(super) struct Growing(Option<HistogramSnapshot>);

impl Growing {
    /// Records what is new in `now`, if anything is.
    pub(super) fn record(&mut self, now: HistogramSnapshot, series: impl FnOnce() -> Histogram) {
        let new = match &self.0 {
            Some(published) => now.clone().since(published),
            None => now.clone(),
        };
        if new.count() == 0 {
            return;
        }
        let series = series();
        for (seconds, count) in new.seconds() {
            // More calls than fit were not made since the last time.
            series.record_many(seconds, usize::try_from(count).unwrap_or(usize::MAX));
        }
        self.0 = Some(now);
    }
}
