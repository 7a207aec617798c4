//! Load plans in one snapshot: what they see, and what they leave behind.

use agent_catalog::customers::{count_customers, create_customer, customers_with_messages};
use agent_catalog::messages::{count_messages, store_message};
use agent_catalog::types::{MessageDirection, MessageStatus};
use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures_util::FutureExt as _;
use planwright::PgConnection;
use planwright::pool::{Pool, PoolConfig};
use planwright::{ErrorKind, in_snapshot};

use crate::fixture::Database;
use crate::world::World;

on_each_release! { migrated:
    a_snapshot_is_of_one_moment,
    a_snapshot_writes_nothing_and_ends,
    a_snapshot_begins_its_transaction,
    an_abandoned_snapshot_is_rolled_back,
    a_snapshot_moves_into_a_task,
}

const INBOUND: MessageDirection = MessageDirection::Inbound;
const RECEIVED: MessageStatus = MessageStatus::Received;

async fn a_snapshot_is_of_one_moment(db: &Database) {
    let (conn, other) = (&mut db.connect().await, &mut db.connect().await);
    let world = World::insert(other, 31).await;
    let (restaurant, customer) = (world.restaurant, world.customers[0].id);
    let messages =
        async |conn: &mut &PgConnection| count_messages(conn, restaurant, INBOUND, RECEIVED).await;
    let (before, inside) = in_snapshot(conn, async |conn| {
        let before = messages(conn).await?;
        store_message(other, restaurant, customer, INBOUND, RECEIVED, "late").await?;
        Ok((before, messages(conn).await?))
    })
    .await
    .unwrap();
    assert_eq!(before, inside);
    assert_eq!(messages(&mut &*conn).await.unwrap(), before + 1);
}

async fn a_snapshot_writes_nothing_and_ends(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 32).await;
    let customer = async |conn: &mut &PgConnection| {
        create_customer(conn, world.restaurant, "C-new", "+4930111", None).await
    };
    let refused = in_snapshot(conn, customer).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReadOnlyTransaction);
    assert_eq!(refused.query(), Some("customers::create_customer"));
    // What follows is outside of it.
    assert_eq!(isolation(conn).await, "read committed");
    customer(&mut &*conn).await.unwrap();
    let isolation = in_snapshot(conn, async |conn| Ok(isolation(conn).await)).await;
    assert_eq!(isolation.unwrap(), "repeatable read");
}

async fn a_snapshot_begins_its_transaction(db: &Database) {
    let conn = &mut db.connect().await;
    let nested = conn
        .transaction(async |conn| in_snapshot(conn, async |_| Ok(())).await)
        .await;
    let source = std::error::Error::source(&nested.unwrap_err()).map(ToString::to_string);
    let already = diesel::result::Error::AlreadyInTransaction.to_string();
    assert_eq!(source, Some(already));
    // Nothing was sent, so the connection is as it was.
    in_snapshot(conn, async |_| Ok(())).await.unwrap();
}

async fn an_abandoned_snapshot_is_rolled_back(db: &Database) {
    let config = PoolConfig::development().with_base(1).with_overflow(0);
    let pool = Pool::connect(&db.url(), config).await.unwrap();
    let mut conn = pool.get().await.unwrap();
    let first = backend(&mut conn).await;
    in_snapshot(&mut conn, async |_| Ok(())).await.unwrap();
    drop(conn);
    let mut conn = pool.get().await.unwrap();
    assert_eq!(backend(&mut conn).await, first, "one that ended is kept");
    let never = in_snapshot(&mut conn, async |_| std::future::pending().await);
    assert_eq!(
        never
            .now_or_never()
            .map(|done: planwright::Result<()>| done.is_ok()),
        None
    );
    drop(conn);
    let mut conn = pool.get().await.unwrap();
    assert_eq!(backend(&mut conn).await, first, "it is rolled back");
    let isolation = sql::<st::Text>("SELECT current_setting('transaction_isolation')");
    let isolation: String = isolation.get_result(&mut conn).await.unwrap();
    assert_eq!(isolation, "read committed");
    assert_eq!(pool.health().rolled_back, 1);
}

async fn a_snapshot_moves_into_a_task(db: &Database) {
    let world = World::insert(&mut db.connect().await, 33).await;
    let pool = Pool::connect(&db.url(), PoolConfig::development()).await;
    let (pool, restaurant) = (pool.unwrap(), world.restaurant);
    let task = tokio::spawn(async move {
        let mut conn = pool.get().await?;
        in_snapshot(&mut conn, async |conn| {
            let customers = customers_with_messages(conn, restaurant, 3).await?;
            Ok((customers.len(), count_customers(conn, restaurant).await?))
        })
        .await
    });
    let (page, customers) = task.await.unwrap().unwrap();
    assert_eq!(
        (page, usize::try_from(customers)),
        (50, Ok(world.visible().len()))
    );
}

async fn isolation<C>(conn: &mut C) -> String
where
    C: diesel_async::AsyncConnectionCore<Backend = diesel::pg::Pg>,
{
    let isolation = sql::<st::Text>("SELECT current_setting('transaction_isolation')");
    isolation.get_result(conn).await.unwrap()
}

async fn backend(conn: &mut PgConnection) -> i32 {
    let backend = sql::<st::Integer>("SELECT pg_backend_pid()");
    backend.get_result(conn).await.unwrap()
}
