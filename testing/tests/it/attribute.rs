//! `#[planwright_testing::test]`, as its users write it.

use std::error::Error;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use planwright::assert_round_trips;
use planwright::pool::{Connection, Pool};
use planwright::testing::Counted;
use planwright_testing::{FromTestDatabase, TestDatabase};

const COUNT: &str = "SELECT count(*) FROM dishes";

#[planwright_testing::test(migrations = "tests/it/migrations")]
async fn a_pool_is_of_a_migrated_database(pool: Pool) -> Result<(), Box<dyn Error>> {
    let mut conn = pool.get().await?;
    let count: i64 = sql::<st::BigInt>(COUNT).get_result(&mut conn).await?;
    assert_eq!(count, 0);
    assert_eq!(pool.config().max_size(), 5);
    Ok(())
}

#[planwright_testing::test(migrations = "tests/it/migrations")]
async fn every_kind_of_argument_is_of_one_database(
    database: TestDatabase,
    mut lent: Connection,
    mut counted: Counted,
    Named(name): Named,
) {
    const OWN: &str = "SELECT current_database()::text";
    let first: String = sql::<st::Text>(OWN).get_result(&mut lent).await.unwrap();
    let second: String = sql::<st::Text>(OWN).get_result(&mut counted).await.unwrap();
    assert_eq!([&*first, &*second, &*name], [database.name(); 3]);
}

struct Named(String);

impl FromTestDatabase for Named {
    async fn from_test_database(
        database: &TestDatabase,
    ) -> Result<Self, planwright_testing::Error> {
        Ok(Self(database.name().to_owned()))
    }
}

#[planwright_testing::test(
    migrations = "tests/it/migrations",
    fixtures("starters", "more/dear.sql"),
    pool = 2
)]
async fn fixtures_are_run_in_their_order(pool: Pool) -> Result<(), Box<dyn Error>> {
    let mut conn = pool.get().await?;
    let sum = "SELECT sum(price) FROM dishes";
    let sum: i64 = sql::<st::BigInt>(sum).get_result(&mut conn).await?;
    assert_eq!(sum, 14);
    assert_eq!(pool.config().max_size(), 2);
    Ok(())
}

#[planwright_testing::test(migrations = false)]
async fn a_database_without_migrations_is_empty(mut conn: Counted) {
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    let tables: i64 = sql::<st::BigInt>(tables)
        .get_result(&mut conn)
        .await
        .unwrap();
    assert_eq!(tables, 0);
    conn.batch_execute("CREATE TABLE mine ()").await.unwrap();
}

#[planwright_testing::test(migrations = "tests/it/migrations")]
async fn round_trips_of_its_pool_are_counted(pool: Pool) -> Result<(), Box<dyn Error>> {
    let ask = async || {
        let mut conn = pool.get().await?;
        conn.batch_execute("SELECT 1").await?;
        Ok::<_, Box<dyn Error>>(())
    };
    ask().await?; // opens the connection
    assert_round_trips!(== 1, pool, ask())?;
    Ok(())
}

#[planwright_testing::test(migrations = "tests/it/migrations")]
#[should_panic(expected = "expected 0 round trips and counted 1")]
async fn a_wrong_number_of_round_trips_fails_the_test(pool: Pool) {
    let mut conn = pool.get().await.unwrap();
    assert_round_trips!(== 0, pool, conn.batch_execute("SELECT 1")).unwrap();
}

#[planwright_testing::test(migrations = "tests/it/migrations")]
#[ignore = "it is compiled, and never run"]
async fn an_ignored_test_makes_no_database(_pool: Pool) {
    unreachable!();
}

#[planwright_testing::test(migrations = "tests/it/nowhere")]
#[should_panic(expected = "there is no folder of migrations at `")]
async fn a_wrong_folder_fails_the_test(_pool: Pool) {}

#[planwright_testing::test(migrations = false, postgres = 15)]
async fn the_private_server_has_the_major_that_is_asked_for_15(database: TestDatabase) {
    if private() {
        assert_eq!(major(&database).await, "15");
    }
}

#[planwright_testing::test(migrations = false, postgres = 18)]
async fn the_private_server_has_the_major_that_is_asked_for_18(database: TestDatabase) {
    if private() {
        assert_eq!(major(&database).await, "18");
    }
}

/// Whether nothing in the environment says another server, or another version of it.
fn private() -> bool {
    let others = ["PLANWRIGHT_TEST_DATABASE_URL", "PLANWRIGHT_PG_MAJOR"];
    others.iter().all(|name| std::env::var_os(name).is_none())
}

async fn major(database: &TestDatabase) -> String {
    let client = crate::helpers::connect(database.url()).await;
    let version = "SELECT current_setting('server_version_num')::int / 10000";
    let row = client
        .query_one(&format!("SELECT ({version})::text"), &[])
        .await;
    row.expect(version).get(0)
}

/// A name that the expansion uses is the user's all the same.
#[planwright_testing::test(migrations = false)]
async fn database(database: TestDatabase) {
    assert!(database.name().starts_with("planwright_test_"));
}
