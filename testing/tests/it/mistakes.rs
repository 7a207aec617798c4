//! What is said to whoever made a mistake.

use planwright_testing::TestConfig;

use crate::helpers::{Folder, OwnServer, connect, dishes, texts};

on_each_release! {
    a_migration_that_fails_is_shown_at_its_place,
    a_migration_outside_of_a_transaction_is_shown_as_well,
    a_fixture_that_fails_is_shown_at_its_place,
    a_role_that_may_not_create_databases_is_told_how_it_may,
    an_unknown_role_is_told_where_the_url_comes_from,
}

/// What the test harness prints.
async fn failure(config: TestConfig) -> String {
    format!("{:?}", config.create().await.expect_err("a mistake"))
}

async fn a_migration_that_fails_is_shown_at_its_place(server: &OwnServer) {
    let folder = Folder::new();
    folder.write(
        "2026-01-01-000001_a",
        "CREATE TABLE a (id int PRIMARY KEY);",
    );
    let sql = "CREATE TABLE b ();\nCREATE TABLE c (\n    a int REFERENCES missing (id)\n);\n";
    let path = folder
        .write("2026-01-01-000002_b", sql)
        .canonicalize()
        .expect("a path");
    let url = server.url().await;
    let config = || TestConfig::new().migrations(folder.path()).server(&url);
    let expected = format!(
        "migration `2026-01-01-000002_b` failed: relation \"missing\" does not exist (SQLSTATE 42P01)\n \
         --> {}",
        path.display()
    );
    assert_eq!(failure(config()).await, expected);
    assert_eq!(
        failure(config()).await,
        expected,
        "the next test is told the same"
    );
    let left = server.databases("datname LIKE 'planwright_making%'").await;
    let comment = format!(
        "planwright-testing: template of {}",
        folder.path().display()
    );
    for name in left {
        let query = format!(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
        );
        let comments = texts(&server.client().await, &query).await;
        assert!(
            comments.iter().all(|found| !found.starts_with(&comment)),
            "{name} is left"
        );
    }

    folder.write(
        "2026-01-01-000002_b",
        "CREATE TABLE b ();\n\nSELECT 1 FROM a WHERE wrong = 1;\n",
    );
    let expected = format!(
        "migration `2026-01-01-000002_b` failed: column \"wrong\" does not exist (SQLSTATE 42703)\n \
         --> {}:3:23\n  |\n3 | SELECT 1 FROM a WHERE wrong = 1;\n  |                       ^^^^^",
        path.display()
    );
    assert_eq!(failure(config()).await, expected);
}

async fn a_migration_outside_of_a_transaction_is_shown_as_well(server: &OwnServer) {
    let folder = Folder::new();
    let path = folder.write(
        "2026-01-01-000001_a",
        "CREATE INDEX CONCURRENTLY i ON missing (id);",
    );
    std::fs::write(
        path.with_file_name("metadata.toml"),
        "run_in_transaction = false",
    )
    .expect("a file");
    let text = failure(
        TestConfig::new()
            .migrations(folder.path())
            .server(server.url().await),
    )
    .await;
    let expected = "migration `2026-01-01-000001_a` failed: relation \"missing\" does not exist (SQLSTATE 42P01)";
    assert!(text.starts_with(expected), "{text}");
}

async fn a_fixture_that_fails_is_shown_at_its_place(server: &OwnServer) {
    let sql = "INSERT INTO dishes (name, price)\nVALUES ('soup', 1), ('soup', 2);\n";
    let config = dishes(&server.url().await).fixture("fixtures/twice.sql", sql);
    assert_eq!(
        failure(config).await,
        "the fixture `fixtures/twice.sql` failed: duplicate key value violates unique constraint \
         \"dishes_name_key\" (SQLSTATE 23505)\n --> fixtures/twice.sql\n  = note: Key (name)=(soup) already exists."
    );
}

async fn a_role_that_may_not_create_databases_is_told_how_it_may(server: &OwnServer) {
    let url = server.url().await;
    let client = connect(&url).await;
    let database = url.rsplit_once('/').expect("a name").1;
    let role = format!("guest_of_{database}");
    client
        .batch_execute(&format!("CREATE ROLE {role} LOGIN"))
        .await
        .expect("a role");
    let guest = url.replace("//postgres@", &format!("//{role}@"));
    let text = failure(dishes(&guest)).await;
    let expected = format!(
        "the role `{role}` may not create databases on the test server that TestConfig::server \
         names. Let an administrator run `ALTER ROLE \"{role}\" CREATEDB`, or use a private \
         server: unset the variable, or set PLANWRIGHT_TEST_DATABASE_URL to nothing"
    );
    assert_eq!(text, expected);

    // It works as it says, without any other privilege.
    client
        .batch_execute(&format!("ALTER ROLE {role} CREATEDB"))
        .await
        .expect("a change");
    let database = dishes(&crate::helpers::again(&guest))
        .create()
        .await
        .expect("a database");
    let name = database.name().to_owned();
    drop(database);
    assert!(!server.has(&name).await);
}

async fn an_unknown_role_is_told_where_the_url_comes_from(server: &OwnServer) {
    let url = server
        .url()
        .await
        .replace("//postgres@", "//nobody:secret@");
    let text = failure(dishes(&url)).await;
    assert!(
        text.contains("the test server that TestConfig::server names"),
        "{text}"
    );
    assert!(
        text.contains("role \"nobody\" does not exist (SQLSTATE 28000)"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_url_that_is_none_is_named_and_not_shown() {
    let text = failure(dishes("postgres://ada:secret@h:port/x")).await;
    let expected = "the URL of the test server, from TestConfig::server, cannot be read: ";
    assert!(text.starts_with(expected), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let config = TestConfig::new().relative_to("/nowhere").migrations("m");
    assert_eq!(
        failure(config).await,
        "there is no folder of migrations at `/nowhere/m`. Make it, name another one (`migrations \
         = \"../migrations\"`, from the package's folder), or say `migrations = false` for an \
         empty database\n  because: No such file or directory (os error 2)"
    );
}

#[tokio::test]
async fn a_folder_that_is_no_migration_is_named() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("notes")).expect("a directory");
    let text = failure(TestConfig::new().migrations(folder.path())).await;
    assert!(
        text.starts_with("the migrations cannot be applied"),
        "{text}"
    );
    assert!(text.contains("notes is no migration"), "{text}");
}
