//! What a test's function may take.

use planwright::pool::{Connection, Pool};
use planwright::testing::Counted;

use crate::{Error, TestDatabase};

/// What the function of a [`macro@crate::test`] may take. Implement it for what your tests need,
/// such as your application's state.
///
/// # Examples
///
/// ```
/// use planwright::pool::Pool;
/// use planwright_testing::{Error, FromTestDatabase, TestDatabase};
///
/// struct App {
///     pool: Pool,
/// }
///
/// impl FromTestDatabase for App {
///     async fn from_test_database(database: &TestDatabase) -> Result<Self, Error> {
///         let pool = database.pool().await?;
///         Ok(Self { pool })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a test cannot take a `{Self}`",
    label = "not made from a test's database",
    note = "take a `planwright::pool::Pool`, a `planwright::pool::Connection`, a \
            `planwright::testing::Counted` or the `planwright_testing::TestDatabase`, or implement \
            `FromTestDatabase`"
)]
pub trait FromTestDatabase: Sized {
    /// Makes it.
    ///
    /// # Errors
    ///
    /// Whatever is in the way; the test then fails with it.
    fn from_test_database(database: &TestDatabase) -> impl Future<Output = Result<Self, Error>>;
}

impl FromTestDatabase for TestDatabase {
    async fn from_test_database(database: &TestDatabase) -> Result<Self, Error> {
        Ok(database.clone())
    }
}

impl FromTestDatabase for Pool {
    async fn from_test_database(database: &TestDatabase) -> Result<Self, Error> {
        database.pool().await
    }
}

/// Of a pool that nobody else has.
impl FromTestDatabase for Connection {
    async fn from_test_database(database: &TestDatabase) -> Result<Self, Error> {
        database.pool().await?.get().await.map_err(Error::pool)
    }
}

impl FromTestDatabase for Counted {
    async fn from_test_database(database: &TestDatabase) -> Result<Self, Error> {
        database.connect().await
    }
}
