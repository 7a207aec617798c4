//! Work on many items that do not know of each other, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Maps every item, in their order.
pub(crate) fn on_all_cores<T: Sync, U: Send>(items: &[T], map: impl Fn(&T) -> U + Sync) -> Vec<U> {
    on_all_cores_with(items, || (), |(), item| map(item))
}

/// The same, with something that each core makes for itself.
pub(crate) fn on_all_cores_with<T: Sync, U: Send, S>(
    items: &[T],
    state: impl Fn() -> S + Sync,
    map: impl Fn(&S, &T) -> U + Sync,
) -> Vec<U> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let state = state();
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match items.get(index) {
                Some(item) => done.push((index, map(&state, item))),
                None => return done,
            }
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let mut all = work();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::on_all_cores;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..10_000).collect();
        let slow =
            |n: &u64| (0..n % 7 * 100).fold(*n, |sum, add| sum ^ add ^ (add + 1) ^ (2 * add + 1));
        let expected: Vec<u64> = items.iter().map(slow).collect();
        assert_eq!(on_all_cores(&items, slow), expected);
        assert!(on_all_cores(&[], slow).is_empty());
    }
}
