//! Migrations are applied once, and again when they change.

use crate::helpers::{Folder, Holder, OwnServer, again, connect, texts};
use planwright_testing::{TestConfig, TestDatabase};

on_each_release! {
    migrations_are_applied_once_for_all_processes,
    a_change_of_the_migrations_is_seen,
    a_template_of_what_the_folder_held_before_is_dropped_unless_it_is_in_use,
    what_a_killed_process_was_making_is_made_anew,
    processes_that_begin_together_make_one_template,
}

async fn of(url: &str, folder: &Folder) -> TestDatabase {
    let config = TestConfig::new().migrations(folder.path()).server(url);
    config.create().await.expect("a database")
}

async fn tables(database: &TestDatabase) -> Vec<String> {
    let tables = "SELECT relname::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname !~ '^__'
        ORDER BY 1";
    texts(&connect(database.url()).await, tables).await
}

/// The templates of a folder, with their object ids.
async fn templates(server: &OwnServer, folder: &Folder) -> Vec<String> {
    let folder = folder.path().canonicalize().expect("a folder");
    let query = format!(
        "SELECT datname || ' ' || oid FROM pg_database
         WHERE shobj_description(oid, 'pg_database') LIKE 'planwright-testing: template of {} in %'
         ORDER BY oid",
        folder.display()
    );
    texts(&server.client().await, &query).await
}

async fn migrations_are_applied_once_for_all_processes(server: &OwnServer) {
    let url = server.url().await;
    let folder = Folder::new();
    folder.write("2026-01-01-000001_a", "CREATE TABLE a ()");
    let first = of(&again(&url), &folder).await;
    let made = templates(server, &folder).await;
    assert_eq!(made.len(), 1);
    let second = of(&again(&url), &folder).await;
    assert_eq!(templates(server, &folder).await, made);
    assert_eq!(
        [tables(&first).await, tables(&second).await],
        [["a"], ["a"]]
    );
}

async fn a_change_of_the_migrations_is_seen(server: &OwnServer) {
    let url = server.url().await;
    let folder = Folder::new();
    folder.write("2026-01-01-000001_a", "CREATE TABLE a ()");
    assert_eq!(tables(&of(&url, &folder).await).await, ["a"]);
    folder.write("2026-01-01-000002_b", "CREATE TABLE b ()");
    assert_eq!(tables(&of(&url, &folder).await).await, ["a", "b"]);
    folder.write("2026-01-01-000001_a", "CREATE TABLE changed ()");
    assert_eq!(tables(&of(&url, &folder).await).await, ["b", "changed"]);
}

async fn a_template_of_what_the_folder_held_before_is_dropped_unless_it_is_in_use(
    server: &OwnServer,
) {
    let url = server.url().await;
    let folder = Folder::new();
    let contents = |table: &str| {
        folder.write("2026-01-01-000001_a", &format!("CREATE TABLE {table} ()"));
    };
    contents("ended");
    Holder::start(&url, folder.path()).end();
    let ended = templates(server, &folder).await;
    contents("used");
    let holder = Holder::start(&url, folder.path());
    let used = templates(server, &folder).await;
    assert_eq!((ended.len(), used.len()), (1, 1));
    assert_ne!(ended, used, "nobody copied the first any more");
    contents("new");
    drop(of(&url, &folder).await);
    let both = templates(server, &folder).await;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], used[0], "another process copies it");
    holder.end();
}

async fn what_a_killed_process_was_making_is_made_anew(server: &OwnServer) {
    let url = server.url().await;
    let folder = Folder::new();
    folder.write("2026-01-01-000001_a", "CREATE TABLE a ()");
    Holder::start(&url, folder.path()).end();
    let client = server.client().await;
    let (made, _) = split(&templates(server, &folder).await[0]);
    let making = made.replace("template", "making");
    // As if it had been killed with the first of its tables made.
    for statement in [
        format!("ALTER DATABASE {made} RENAME TO {making}"),
        format!("ALTER DATABASE {making} ALLOW_CONNECTIONS true"),
    ] {
        client.batch_execute(&statement).await.expect(&statement);
    }
    assert_eq!(tables(&of(&again(&url), &folder).await).await, ["a"]);
    assert!(!server.has(&making).await);
    assert!(server.has(&made).await);
}

fn split(template: &str) -> (String, String) {
    let (name, oid) = template.split_once(' ').expect("name and object id");
    (name.to_owned(), oid.to_owned())
}

async fn processes_that_begin_together_make_one_template(server: &OwnServer) {
    let url = server.url().await;
    let folder = Folder::new();
    folder.write("2026-01-01-000001_a", "CREATE TABLE a ()");
    std::thread::scope(|scope| {
        let start = || scope.spawn(|| Holder::start(&again(&url), folder.path()));
        let holders: Vec<_> = (0..3).map(|_| start()).collect();
        for holder in holders {
            holder.join().expect("no panic").end();
        }
    });
    assert_eq!(templates(server, &folder).await.len(), 1);
}
