//! What the attribute's expansion calls. It is no interface: it changes with the attribute.

use std::cell::OnceCell;
use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::{Error, FromTestDatabase, TestConfig, TestDatabase};

/// What a test returns.
#[diagnostic::on_unimplemented(
    message = "a test with a database cannot return a `{Self}`",
    note = "return nothing, a `Result` or a `std::process::ExitCode`"
)]
pub trait Outcome {
    /// Whether the test has failed.
    fn has_failed(&self) -> bool;
}

impl Outcome for () {
    fn has_failed(&self) -> bool {
        false
    }
}

impl Outcome for ExitCode {
    fn has_failed(&self) -> bool {
        *self != Self::SUCCESS
    }
}

impl<T: Outcome, E> Outcome for Result<T, E> {
    fn has_failed(&self) -> bool {
        self.as_ref().map_or(true, Outcome::has_failed)
    }
}

/// Runs a test on a database of its own.
///
/// # Panics
///
/// When the test does, and with the reason when there is no database.
#[track_caller]
pub fn test<R: Outcome>(config: TestConfig, body: impl AsyncFnOnce(TestDatabase) -> R) -> R {
    // Dropped behind the runtime, also by a panic: its end closes the test's connections.
    let database = OnceCell::new();
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("cannot start a runtime: {error}"));
    let created = must(runtime.block_on(config.create()));
    let database = database.get_or_init(|| created);
    let outcome = runtime.block_on(body(database.clone()));
    if outcome.has_failed() {
        database.fail();
    }
    outcome
}

/// Makes an argument of the test's function.
///
/// # Panics
///
/// With the reason when it cannot be made.
pub async fn argument<T: FromTestDatabase>(database: &TestDatabase) -> T {
    must(T::from_test_database(database).await)
}

#[track_caller]
fn must<T>(made: Result<T, Error>) -> T {
    made.unwrap_or_else(|error| panic!("{error:?}"))
}
