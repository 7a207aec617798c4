//! Statements of another tool's catalog.

use diesel::pg::Pg;
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use planwright::error::SqlState;
use tokio_postgres::Client;

use crate::moved::queries::*;

/// A statement is run to its end, its rows are nobody's, and the next gets its own.
pub(crate) async fn rows_are_dropped<C>(conn: &mut C)
where
    C: AsyncConnectionCore<Backend = Pg> + SimpleAsyncConnection + Send,
{
    conn.batch_execute("TRUNCATE authors CASCADE")
        .await
        .unwrap();
    create_author(conn, "Ann", None).await.unwrap();
    create_author(conn, "Bo", Some("writes")).await.unwrap();
    assert_eq!(counted_authors(conn).await.unwrap(), 1);
    nothing(conn).await.unwrap();
    assert_eq!(match_(conn, "Ann", "Bo").await.unwrap().len(), 2);
    let twice = create_author(conn, "Bo", None).await.unwrap_err();
    assert_eq!(twice.sqlstate(), SqlState::new("23505"));
    assert_eq!(delete_authors(conn).await.unwrap(), 2);
    assert_eq!(delete_authors(conn).await.unwrap(), 0);
}

/// A number is the place of an argument, and names have the places that are left.
pub(crate) async fn names_and_numbers<C>(conn: &mut C)
where
    C: AsyncConnectionCore<Backend = Pg> + SimpleAsyncConnection + Send,
{
    let authors = "TRUNCATE authors CASCADE; INSERT INTO authors (id, name) VALUES (7, 'Ann'), (8, 'Bo'), (9, 'Cy')";
    conn.batch_execute(authors).await.unwrap();
    assert_eq!(rename_author(conn, 8, "Di").await.unwrap(), 1);
    let mut found = match_(conn, "Ann", "Di").await.unwrap();
    found.sort_unstable();
    assert_eq!(found, [7, 8]);
}

pub(crate) async fn slices<C>(conn: &mut C)
where
    C: AsyncConnectionCore<Backend = Pg> + SimpleAsyncConnection + Send,
{
    let books = "TRUNCATE authors CASCADE; INSERT INTO authors (id, name) VALUES (7, 'Ann'), (8, 'Bo'), (9, 'Cy');
        INSERT INTO books (id, author_id, title, id_2) VALUES (1, 7, 'a', 11), (2, 7, 'b', 12), (3, 8, 'c', 13), (4, 9, 'd', 14)";
    conn.batch_execute(books).await.unwrap();
    let mut of = async |names: &[String], titles: &[String]| {
        let rows = books_of_authors(conn, names, titles, Some(0))
            .await
            .unwrap();
        // The author's `id` is the first, the book's is called `id_3`.
        let row = |row: BooksOfAuthorsRow| (row.id, row.id_3, row.id_2);
        rows.into_iter().map(row).collect::<Vec<_>>()
    };
    let text = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(&text(&["Ann", "Bo"]), &text(&["b"])).await,
        [(7, 1, 11), (8, 3, 13)]
    );
    assert_eq!(of(&text(&["Cy"]), &[]).await, [(9, 4, 14)]);
    assert_eq!(of(&[], &[]).await, []);
}

pub(crate) async fn rows_are_copied(client: &mut Client) {
    client
        .batch_execute("TRUNCATE authors CASCADE")
        .await
        .unwrap();
    let rows = ["Ann", "Bo"].map(|name| ImportAuthorsInput {
        name: name.to_owned(),
        bio: None,
    });
    assert_eq!(import_authors(client, rows).await.unwrap(), 2);
    let count = client.query_one("SELECT count(*) FROM authors", &[]).await;
    assert_eq!(count.unwrap().get::<_, i64>(0), 2);
}
