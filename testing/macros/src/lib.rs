//! The attribute that `planwright-testing` re-exports. It only rewrites the function; what a
//! test does at run time is in `planwright-testing`.

mod arguments;
mod expand;

use proc_macro::TokenStream;

/// Makes a test of an `async fn`, with a migrated database of its own.
///
/// ```ignore
/// #[planwright_testing::test]
/// async fn a_customer_is_found(pool: Pool) -> planwright::Result<()> {
///     let conn = pool.get().await?;
///     // …
/// }
/// ```
///
/// The function takes one argument or more, each a
/// [`FromTestDatabase`](https://docs.rs/planwright-testing): a `planwright::pool::Pool`, a
/// `planwright::pool::Connection`, a `planwright::testing::Counted` connection, or the
/// `planwright_testing::TestDatabase` itself. It returns nothing, a `Result` or an `ExitCode`,
/// and runs on a Tokio runtime of one thread. Other attributes, such as `#[ignore]` and
/// `#[should_panic]`, mean what they mean on any test.
///
/// # Arguments
///
/// | argument | default | |
/// |---|---|---|
/// | `migrations = "../migrations"` | `"migrations"` | the folder of Diesel migrations, from the package's folder |
/// | `migrations = false` | | an empty database |
/// | `fixtures("customers", "messages")` | none | SQL files that fill the database, in this order: `fixtures/customers.sql` beside the test's file. A name with a `/` or that ends in `.sql` is a path from there |
/// | `pool = 10` | `5` | the most connections of its pool |
/// | `postgres = 15` | any | the major version of the private server |
///
/// A wrong argument, or a fixture that is not there, is a compile error at its place.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::test(arguments.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
