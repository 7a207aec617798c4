//! A connection whose round trips are counted, and everything else that counts.

use core::fmt;
use std::ops::{Deref, DerefMut};

use crate::connection::PgConnection;
use crate::pipeline::Pipeline;
use crate::pool::{self, Pool, PoolError};
use crate::trips::RoundTrips;

/// What counts its round trips.
pub trait CountsRoundTrips {
    /// The counter; none where nothing counts, such as a pool that was not
    /// [told to](crate::pool::PoolConfig::with_counted_round_trips).
    fn round_trip_counter(&self) -> Option<RoundTrips>;
}

/// A connection whose round trips are counted, from [`connect`].
///
/// `&mut conn` goes into generated functions and Diesel's own, like that of a pool.
pub struct Counted {
    conn: PgConnection,
    counter: RoundTrips,
}

/// Opens a connection whose round trips are counted.
///
/// # Errors
///
/// As [`Pool::connect`].
///
/// # Examples
///
/// ```no_run
/// use planwright::assert_round_trips;
/// use planwright::testing;
///
/// # async fn customers(_: &mut testing::Counted) -> planwright::Result<Vec<()>> { Ok(Vec::new()) }
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// let mut conn = testing::connect("postgres://agent@localhost/restaurants").await?;
/// customers(&mut conn).await?; // prepares the statement
/// let all = assert_round_trips!(== 1, conn, customers(&mut conn))?;
/// # Ok(())
/// # }
/// ```
pub async fn connect(url: &str) -> Result<Counted, PoolError> {
    let counter = RoundTrips::default();
    let conn = pool::establish(url, Some(&counter)).await?;
    Ok(Counted { conn, counter })
}

impl CountsRoundTrips for Counted {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        Some(self.counter.clone())
    }
}

impl CountsRoundTrips for RoundTrips {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        Some(self.clone())
    }
}

/// All connections of the pool together.
impl CountsRoundTrips for Pool {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        self.round_trips().cloned()
    }
}

/// All connections of its pool together.
impl CountsRoundTrips for pool::Connection {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        self.round_trips().cloned()
    }
}

impl<T: CountsRoundTrips + ?Sized> CountsRoundTrips for &T {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        (**self).round_trip_counter()
    }
}

impl<T: CountsRoundTrips + ?Sized> CountsRoundTrips for &mut T {
    fn round_trip_counter(&self) -> Option<RoundTrips> {
        (**self).round_trip_counter()
    }
}

impl Deref for Counted {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.conn
    }
}

impl DerefMut for Counted {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.conn
    }
}

impl Pipeline for Counted {
    fn pipeline(&self) -> &PgConnection {
        self
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted")
            .field("counter", &self.counter)
            .finish_non_exhaustive()
    }
}
