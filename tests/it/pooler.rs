//! A pooler in transaction mode between the client and the server: after each transaction the
//! next one runs in another session.

mod proxy;

use std::io::Write as _;
use std::time::Duration;

use agent_catalog::analytics::dashboard;
use agent_catalog::customers::customers_with_messages;
use agent_catalog::messages::{count_messages, every_message, messages_with_interactions};
use agent_catalog::types::{MessageDirection, MessageStatus};
use diesel::pg::Pg;
use diesel::prelude::QueryableByName;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use futures_util::{FutureExt as _, TryStreamExt as _};
use planwright::pool::{Pool, PoolConfig};
use planwright::transaction::Transaction;
use planwright::{Error, PgConnection, in_snapshot};
use tokio::io::{copy, copy_bidirectional};
use tokio::net::UnixStream;
use tokio_postgres::NoTls;
use uuid::Uuid;

use self::proxy::{Pooler, socket};
use crate::fixture::Database;
use crate::world::{World, minute};

on_each_release! { migrated:
    a_statement_with_a_name_is_lost,
    without_names_each_call_is_complete,
    transactions_stay_in_one_session,
    types_are_read_however_small_the_pieces_are,
    a_connection_that_was_left_is_closed,
    a_pool_sends_no_names_where_its_url_says_so,
}

const INBOUND: MessageDirection = MessageDirection::Inbound;
const RECEIVED: MessageStatus = MessageStatus::Received;

async fn unnamed(pooler: &Pooler) -> PgConnection {
    let conn = PgConnection::establish(&pooler.url()).await.unwrap();
    conn.with_unnamed_statements().await.unwrap()
}

/// What the setting is for.
async fn a_statement_with_a_name_is_lost(db: &Database) {
    let pooler = Pooler::start(&db.url());
    let mut conn = PgConnection::establish(&pooler.url()).await.unwrap();
    let world = World::new(61);
    let counted = count_messages(&mut conn, world.restaurant, INBOUND, RECEIVED).await;
    let message = std::error::Error::source(&counted.unwrap_err()).map(ToString::to_string);
    let message = message.unwrap_or_default();
    assert!(message.contains("does not exist"), "{message}");
}

async fn without_names_each_call_is_complete(db: &Database) {
    let pooler = Pooler::start(&db.url());
    let (direct, conn) = (&mut db.connect().await, &mut unnamed(&pooler).await);
    let world = World::insert(direct, 62).await;
    let restaurant = world.restaurant;
    for _ in 0..2 {
        // An enum as a parameter, and as a column.
        assert_eq!(
            count_messages(conn, restaurant, INBOUND, RECEIVED)
                .await
                .unwrap(),
            count_messages(direct, restaurant, INBOUND, RECEIVED)
                .await
                .unwrap()
        );
        let messages = every_message(conn, restaurant)
            .try_collect::<Vec<_>>()
            .await;
        let expected = every_message(direct, restaurant)
            .try_collect::<Vec<_>>()
            .await;
        assert_eq!(messages.unwrap(), expected.unwrap());
        // Arrays of keys, and several statements under way at once.
        assert_eq!(
            customers_with_messages(conn, restaurant, 50).await.unwrap(),
            customers_with_messages(direct, restaurant, 50)
                .await
                .unwrap()
        );
        assert_eq!(
            messages_with_interactions(conn, restaurant, 100)
                .await
                .unwrap(),
            messages_with_interactions(direct, restaurant, 100)
                .await
                .unwrap()
        );
        assert_eq!(
            dashboard(conn, restaurant, minute(0)).await.unwrap(),
            dashboard(direct, restaurant, minute(0)).await.unwrap()
        );
    }
    // An array of enums.
    let statuses = diesel::sql_query("SELECT status::text AS text FROM unnest($1) AS s (status)")
        .bind::<st::Array<Status>, _>(vec![Label("received")]);
    let statuses: Vec<Text> = statuses.load(conn).await.unwrap();
    assert_eq!(
        statuses,
        [Text {
            text: "received".into()
        }]
    );
}

async fn transactions_stay_in_one_session(db: &Database) {
    let pooler = Pooler::start(&db.url());
    let conn = &mut unnamed(&pooler).await;
    let session = async |conn: &mut &PgConnection| {
        let pid = diesel::sql_query("SELECT pg_backend_pid()::text AS text");
        pid.get_result::<Text>(conn).await.unwrap()
    };
    assert_ne!(session(&mut &*conn).await, session(&mut &*conn).await);
    let inside = Transaction::new().run(conn, async |conn| {
        Ok::<_, Error>((session(&mut &*conn).await, session(&mut &*conn).await))
    });
    let (one, two) = inside.await.unwrap();
    assert_eq!(one, two);
    let inside = in_snapshot(conn, async |conn| {
        Ok((session(conn).await, session(conn).await))
    });
    let (one, two) = inside.await.unwrap();
    assert_eq!(one, two);
    conn.batch_execute("SELECT 1").await.unwrap();
}

/// An answer that arrives byte by byte does not stop what is asked while it does.
async fn types_are_read_however_small_the_pieces_are(db: &Database) {
    let config: tokio_postgres::Config = db.url().parse().unwrap();
    let mut server = UnixStream::connect(socket(&config)).await.unwrap();
    let (near, mut far) = tokio::io::duplex(1);
    tokio::spawn(async move { copy_bidirectional(&mut far, &mut server).await });
    let reads = async {
        let (client, connection) = config.connect_raw(near, NoTls).await.unwrap();
        let conn = PgConnection::try_from_client_and_connection(client, connection).await;
        let mut conn = conn.unwrap().with_unnamed_statements().await.unwrap();
        count_messages(&mut conn, Uuid::nil(), INBOUND, RECEIVED).await
    };
    let count = tokio::time::timeout(Duration::from_mins(1), reads).await;
    assert_eq!(count.expect("it does not hang").unwrap(), 0);
}

/// A server that does not answer is not waited for when nobody is left who asked.
async fn a_connection_that_was_left_is_closed(db: &Database) {
    let config: tokio_postgres::Config = db.url().parse().unwrap();
    let server = UnixStream::connect(socket(&config)).await.unwrap();
    let (mut answers, mut asked) = server.into_split();
    let (near, far) = tokio::io::duplex(1024);
    let (mut client, mut to_client) = tokio::io::split(far);
    tokio::spawn(async move { copy(&mut answers, &mut to_client).await });
    let closed = tokio::spawn(async move { copy(&mut client, &mut asked).await });
    let (client, connection) = config.connect_raw(near, NoTls).await.unwrap();
    let conn = PgConnection::try_from_client_and_connection(client, connection).await;
    let mut conn = conn.unwrap();
    let sleeping = conn.batch_execute("SELECT pg_sleep(120)").now_or_never();
    assert!(sleeping.is_none());
    drop(conn);
    let closed = tokio::time::timeout(Duration::from_mins(1), closed).await;
    closed.expect("it is closed").unwrap().unwrap();
}

async fn a_pool_sends_no_names_where_its_url_says_so(db: &Database) {
    let pooler = Pooler::start(&db.url());
    let url = format!("{} pool_named_statements=false", pooler.url());
    let pool = Pool::connect(&url, PoolConfig::development())
        .await
        .unwrap();
    for _ in 0..2 {
        let mut conn = pool.get().await.unwrap();
        let counted = count_messages(&mut conn, Uuid::nil(), INBOUND, RECEIVED).await;
        assert_eq!(counted.unwrap(), 0);
    }
    assert_eq!(pool.health().created, 1);
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Text {
    #[diesel(sql_type = st::Text)]
    text: String,
}

/// The enum, for a statement that is not the catalog's.
#[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
#[diesel(postgres_type(name = "message_status"))]
struct Status;

#[derive(Debug)]
struct Label(&'static str);

impl ToSql<Status, Pg> for Label {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> diesel::serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
