//! Every command, on real rows.

use planwright::ErrorKind;
use uuid::Uuid;

use crate::sample::{self, AuthorsOfRow};
use crate::server::connect;

#[tokio::test]
async fn one_returns_the_row_with_every_column() {
    let mut conn = connect().await;
    let id = Uuid::from_u128(1);
    sample::add_note(&mut conn, id, "ada", None, 3)
        .await
        .unwrap();

    let note = sample::note_by_id(&mut conn, id).await.unwrap();

    assert_eq!(
        (note.id, note.author.as_str(), note.body, note.stars),
        (id, "ada", None, 3)
    );
    assert!(note.created_at.timestamp() > 1_700_000_000);
}

#[tokio::test]
async fn one_without_a_row_is_not_found() {
    let mut conn = connect().await;
    let error = sample::note_by_id(&mut conn, Uuid::nil())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.query(), Some("notes::note_by_id"));
    assert_eq!(error.to_string(), "query `notes::note_by_id` found no row");
}

#[tokio::test]
async fn one_with_two_rows_is_too_many() {
    statement!(TwoRows, "SELECT generate_series(1, 2)", diesel::sql_types::Int4 => i32);
    let mut conn = connect().await;
    let error = planwright::query::one(&mut conn, TwoRows)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyRows);
    let snapshot = <TwoRows as planwright::CatalogQuery>::timer().snapshot();
    assert_eq!((snapshot.finished, snapshot.failed), (0, 1));
}

#[tokio::test]
async fn opt_returns_one_row_none_or_an_error() {
    let mut conn = connect().await;
    assert_eq!(
        sample::note_by_author(&mut conn, "ada", 0).await.unwrap(),
        None
    );

    let id = Uuid::from_u128(1);
    sample::add_note(&mut conn, id, "ada", Some("first"), 1)
        .await
        .unwrap();
    let row = sample::note_by_author(&mut conn, "ada", 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.id, row.body.as_deref()), (id, Some("first")));
    assert_eq!(
        sample::note_by_author(&mut conn, "ada", 2).await.unwrap(),
        None
    );

    sample::add_note(&mut conn, Uuid::from_u128(2), "ada", Some("second"), 1)
        .await
        .unwrap();
    let error = sample::note_by_author(&mut conn, "ada", 1)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyRows);
    assert_eq!(
        error.to_string(),
        "query `notes::note_by_author` found more than one row"
    );
}

#[tokio::test]
async fn many_returns_all_rows_in_order() {
    let mut conn = connect().await;
    let ids: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
    for (id, author) in ids.iter().zip(["eve", "dan", "cyd", "bob", "ada"]) {
        sample::add_note(&mut conn, *id, author, None, 0)
            .await
            .unwrap();
    }
    let rows = sample::authors_of(&mut conn, &ids[1..4]).await.unwrap();
    let author = |name: &str| AuthorsOfRow {
        author: name.to_owned(),
    };
    assert_eq!(rows, [author("bob"), author("cyd"), author("dan")]);
    assert_eq!(sample::authors_of(&mut conn, &[]).await.unwrap(), []);
}

#[tokio::test]
async fn execrows_returns_the_number_of_rows() {
    let mut conn = connect().await;
    assert_eq!(sample::star_notes(&mut conn, "ada").await.unwrap(), 0);
    for number in 1..=3 {
        let body = number.to_string();
        sample::add_note(&mut conn, Uuid::from_u128(number), "ada", Some(&body), 0)
            .await
            .unwrap();
    }
    assert_eq!(sample::star_notes(&mut conn, "ada").await.unwrap(), 3);
    assert_eq!(
        sample::note_by_id(&mut conn, Uuid::from_u128(2))
            .await
            .unwrap()
            .stars,
        1
    );
}
