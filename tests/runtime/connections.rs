//! Prepared statements, pipelining, transactions.

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use planwright::query::one;
use planwright::{Error, ErrorKind};
use uuid::Uuid;

use crate::sample;
use crate::server::connect;
use crate::statement::Single;

async fn prepared(conn: &mut planwright::PgConnection) -> Vec<String> {
    let ask = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%notes%' \
               AND statement NOT LIKE '%pg_prepared_statements%'";
    sql::<st::Text>(ask).load(conn).await.unwrap()
}

#[tokio::test]
async fn a_query_is_prepared_once() {
    let mut conn = connect().await;
    for author in ["ada", "bob", "cyd", "dan", "eve"] {
        let author = author.to_owned();
        sample::note_by_author(&mut conn, &author, 0).await.unwrap();
        sample::star_notes(&mut conn, &author).await.unwrap();
    }
    let mut prepared = prepared(&mut conn).await;
    prepared.sort();
    assert_eq!(
        prepared,
        [sample::NOTE_BY_AUTHOR.sql, sample::STAR_NOTES.sql]
    );
}

#[tokio::test]
async fn two_queries_do_not_run_each_others_statement() {
    statement!(First, "SELECT 1", st::Int4 => i32);
    statement!(Second, "SELECT 2", st::Int4 => i32);
    let mut conn = connect().await;
    for _ in 0..3 {
        assert_eq!(one(&mut conn, First).await.unwrap(), Single(1));
        assert_eq!(one(&mut conn, Second).await.unwrap(), Single(2));
    }
}

#[tokio::test]
async fn queries_pipeline_on_one_connection() {
    let mut conn = connect().await;
    let ids: Vec<Uuid> = (1..=20).map(Uuid::from_u128).collect();
    for id in &ids {
        sample::add_note(&mut conn, *id, &id.to_string(), None, 0)
            .await
            .unwrap();
    }
    let conn = &conn;
    let note = async |id| sample::note_by_id(&mut &*conn, id).await;
    let notes = futures_util::future::try_join_all(ids.iter().map(|id| note(*id)))
        .await
        .unwrap();
    let found: Vec<Uuid> = notes.iter().map(|note| note.id).collect();
    assert_eq!(found, ids);
}

#[tokio::test]
async fn a_transaction_commits_and_rolls_back() {
    let mut conn = connect().await;
    let (kept, lost) = (Uuid::from_u128(1), Uuid::from_u128(2));

    let stars = conn.transaction(async |conn| {
        sample::add_note(conn, kept, "ada", None, 0).await?;
        sample::star_notes(conn, "ada").await
    });
    assert_eq!(stars.await.unwrap(), 1);

    let error: Error = conn
        .transaction(async |conn| {
            sample::add_note(conn, lost, "bob", None, 0).await?;
            sample::add_note(conn, kept, "bob", None, 0).await
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);

    assert_eq!(sample::note_by_id(&mut conn, kept).await.unwrap().stars, 1);
    let error = sample::note_by_id(&mut conn, lost).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
