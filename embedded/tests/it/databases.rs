//! Databases: made, copied, dropped, and reached by URL.

use planwright_embedded::EmbeddedServer;

use crate::helpers::{chain, connect, execute, value};

#[tokio::test]
async fn a_copy_has_the_data_and_is_independent() {
    let server = EmbeddedServer::start().await.expect("a server");
    server.create_database("shop").await.expect("a database");
    execute(
        &server,
        "shop",
        "CREATE TABLE item AS SELECT 'a chair' AS name",
    )
    .await;
    server
        .create_database_from("copy", "shop")
        .await
        .expect("a copy");
    execute(&server, "copy", "UPDATE item SET name = 'a table'").await;
    assert_eq!(
        value(&server, "copy", "SELECT name FROM item").await,
        "a table"
    );
    assert_eq!(
        value(&server, "shop", "SELECT name FROM item").await,
        "a chair"
    );
}

#[tokio::test]
async fn any_name_is_quoted_in_statements_and_encoded_in_urls() {
    let server = EmbeddedServer::start().await.expect("a server");
    for name in [r#"we"ird"#, "sp ace/slash?x=1", "Ünï; DROP", "per%20cent"] {
        server.create_database(name).await.expect(name);
        let current = value(&server, name, "SELECT current_database()::text").await;
        assert_eq!(current, name);
        server.drop_database(name).await.expect(name);
    }
}

#[tokio::test]
async fn a_drop_cuts_off_whoever_is_connected() {
    let server = EmbeddedServer::start().await.expect("a server");
    server.create_database("busy").await.expect("a database");
    let client = connect(&server, "busy").await;
    server.drop_database("busy").await.expect("a drop");
    assert!(client.batch_execute("SELECT 1").await.is_err());
}

#[tokio::test]
async fn an_error_names_the_database_and_its_cause_once() {
    let server = EmbeddedServer::start().await.expect("a server");
    server.create_database("twice").await.expect("a database");
    let error = server
        .create_database("twice")
        .await
        .expect_err("it exists");
    let messages = chain(&error);
    assert_eq!(messages[0], "cannot create the database `twice`");
    assert!(
        messages.iter().any(|m| m.contains("already exists")),
        "{messages:?}"
    );
    assert!(!messages[0].contains("already exists"), "{messages:?}");
}
