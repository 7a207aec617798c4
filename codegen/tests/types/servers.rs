//! What the server makes of parameters of the types that only it has: it compares them as it
//! compares its columns.

use diesel_async::SimpleAsyncConnection as _;
use planwright::PgConnection;
use planwright::types::{Tid, TsNode, TsQuery};

use crate::{extension_types, server_types};

pub(crate) async fn compares(conn: &mut PgConnection) {
    use server_types::queries::*;
    let row =
        "INSERT INTO kept (id, fixed, varying, blanks, doc, path, words, search, hour, lsn, xid8)
         VALUES (1, '10101', '1', 'ab', '<a/>', '$', 'cat:1A dog', 'cat', '1:00+02', '0/0', '1')";
    // A server without XML keeps no document.
    let table = include_str!("../cases/server_types/schema.sql");
    let (table, row) = match conn.batch_execute("SELECT '<a/>'::xml").await {
        Ok(()) => (table.to_owned(), row.to_owned()),
        Err(_) => (table.replace(" xml", " text"), row.to_owned()),
    };
    conn.batch_execute(&format!("{table}{row}"))
        .await
        .expect("a row");
    // Blanks at the end do not count.
    assert_eq!(kept_by_blanks(conn, "ab ").await.unwrap(), Some(1));
    let word = |text: &str, weights| {
        Box::new(TsNode::Lexeme {
            text: text.to_owned(),
            weights,
            prefix: false,
        })
    };
    let weighted = TsQuery(Some(TsNode::And(word("dog", 0), word("cat", 0b1000))));
    assert_eq!(found(conn, &weighted).await.unwrap(), [1]);
    let other = TsQuery(Some(TsNode::Not(word("dog", 0))));
    assert_eq!(found(conn, &other).await.unwrap(), [0; 0]);
    let place = Tid {
        block: 0,
        offset: 1,
    };
    let none = places(conn, place, 2).await.unwrap();
    assert!(none.is_empty());
}

pub(crate) async fn compares_extensions(conn: &mut PgConnection) {
    use extension_types::queries::*;
    let row = "INSERT INTO kept (id, labels, path, pattern, name)
         VALUES (1, 'a=>1,b=>NULL', 'top.science', '*', 'Ada')";
    conn.batch_execute(row).await.expect("a row");
    let names = ["ADA".to_owned()];
    assert_eq!(kept_by_name(conn, &names).await.unwrap(), [1]);
    assert_eq!(below(conn, "top", "none", "none").await.unwrap(), [1]);
    assert_eq!(below(conn, "none", "*.sci*", "none").await.unwrap(), [1]);
    assert_eq!(below(conn, "none", "none", "TOP@").await.unwrap(), [1]);
    assert_eq!(below(conn, "none", "none", "none").await.unwrap(), [0; 0]);
    let row = ImportInput {
        id: 2,
        labels: [("k".to_owned(), None)].into(),
        path: "a.b".to_owned(),
        name: "Bob".to_owned(),
    };
    import(conn, [row.clone()]).await.expect("a row");
    let found = kept_by_id(conn, 2).await.unwrap();
    assert_eq!((found.labels, found.path), (row.labels, row.path));
}
