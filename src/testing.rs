//! For tests of code that queries: how many round trips to the server it makes.
//!
//! [`assert_round_trips!`](crate::assert_round_trips) runs a future and fails when it made more
//! round trips than it may. They are counted on the wire, by the frames of PostgreSQL's
//! protocol that pass a connection's socket. A round trip begins each time a request is sent
//! while no other waits for its first answer, so that
//!
//! - requests that are sent together, through `&mut &conn`, count once;
//! - a statement that is prepared first counts once more, and what the driver then asks of the
//!   types it does not know, such as enums, counts as well: run the code once before it is
//!   counted;
//! - `BEGIN` and `COMMIT` count like any other statement;
//! - a result counts once, however large it is;
//! - the rows that a `COPY … FROM STDIN` sends are a second one, because the server asks for
//!   them;
//! - opening a connection counts only what is set on it behind the log-in;
//! - giving up a statement, for which nobody waits, does not count.
//!
//! Futures that one task joins are sent together on a runtime of one thread, `#[tokio::test]`'s
//! own. With several threads the first may be on its way before the second is there, and that
//! is then counted.
//!
//! A connection is counted when it comes from [`connect`], or from a pool with
//! [`PoolConfig::with_counted_round_trips`](crate::pool::PoolConfig::with_counted_round_trips).
//! Others cost nothing.

mod connection;

pub use self::connection::{Counted, CountsRoundTrips, connect};
pub use crate::trips::RoundTrips;

/// Runs `future`, and returns its output and the round trips that `counter` saw meanwhile. What
/// other tasks do on the same connection or pool at the same time counts as well.
pub async fn round_trips<F: IntoFuture>(counter: &RoundTrips, future: F) -> (F::Output, u64) {
    let before = counter.count();
    let output = future.await;
    (output, counter.count() - before)
}

/// Runs a future and returns its output. Panics when it made another number of round trips than
/// it may: `<=` a limit, or `==` a number.
///
/// The second argument is what [counts](crate::testing::CountsRoundTrips), a connection or a
/// pool; the third the future, which may borrow it mutably. The macro awaits.
///
/// # Panics
///
/// When there were more, or with `==` also less, round trips; and when the second argument does
/// not count any.
///
/// # Examples
///
/// ```no_run
/// use planwright::assert_round_trips;
/// use planwright::pool::{Pool, PoolConfig};
///
/// # async fn customers(_: &Pool) -> planwright::Result<Vec<()>> { Ok(Vec::new()) }
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// let config = PoolConfig::development().with_counted_round_trips(true);
/// let pool = Pool::connect("postgres://agent@localhost/restaurants", config).await?;
/// customers(&pool).await?; // opens a connection and prepares statements
/// let found = assert_round_trips!(<= 2, pool, customers(&pool))?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! assert_round_trips {
    (<= $limit:expr, $counts:expr, $future:expr $(,)?) => {
        $crate::assert_round_trips!(@ at_most, $limit, $counts, $future)
    };
    (== $number:expr, $counts:expr, $future:expr $(,)?) => {
        $crate::assert_round_trips!(@ exactly, $number, $counts, $future)
    };
    (@ $check:ident, $expected:expr, $counts:expr, $future:expr) => {{
        let expected: u64 = $expected;
        let counter = $crate::testing::check::counter(&$counts, stringify!($counts));
        let (output, count) = $crate::testing::round_trips(&counter, $future).await;
        $crate::testing::check::$check(expected, count, stringify!($future));
        output
    }};
}

/// What the macro calls.
#[doc(hidden)]
pub mod check {
    use super::{CountsRoundTrips, RoundTrips};

    #[track_caller]
    pub fn counter(counts: &impl CountsRoundTrips, expression: &str) -> RoundTrips {
        match counts.round_trip_counter() {
            Some(counter) => counter,
            None => panic!(
                "the pool of `{expression}` does not count round trips: open it with \
                 `PoolConfig::with_counted_round_trips(true)`"
            ),
        }
    }

    #[track_caller]
    pub fn at_most(limit: u64, count: u64, expression: &str) {
        assert!(
            count <= limit,
            "expected at most {} and counted {count}: `{expression}`\n{CAUSES}",
            trips(limit)
        );
    }

    #[track_caller]
    pub fn exactly(number: u64, count: u64, expression: &str) {
        let causes = if count > number { CAUSES } else { "" };
        assert!(
            count == number,
            "expected {} and counted {count}: `{expression}`\n{causes}",
            trips(number)
        );
    }

    const CAUSES: &str = "  a statement is prepared by its first call on a connection: run the \
                          code once before it is counted\n  \
                          a query that runs once for each row of another is a round trip for \
                          each: use its array form, or `@load`\n  \
                          BEGIN and COMMIT are a round trip each";

    fn trips(number: u64) -> String {
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} round trip{plural}")
    }
}
