//! What statements cost, and the session that asks.

use diesel_async::SimpleAsyncConnection as _;
use planwright_maintenance::{server, statements};

use crate::fixture::{Database, run};

on_each_release! {
    statements_are_counted_with_constants_alike,
    a_guarded_session_writes_nothing_and_finds_the_extension,
    a_statement_of_another_role_is_hidden,
}

async fn statements_are_counted_with_constants_alike(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let facts = server::server_facts(conn).await.unwrap();
    assert!(facts.statements_loaded && facts.statements_available);
    assert_eq!(facts.statements_schema.as_deref(), Some("public"));
    assert!(facts.sees_all_statistics && !facts.is_standby);
    assert!(facts.version.starts_with(&db.major().to_string()));
    for number in 1..=3 {
        let ask = format!("SELECT generate_series(1, {number}) AS marked");
        client.batch_execute(&ask).await.unwrap();
    }
    let costs = statements::statement_costs(conn).await.unwrap();
    let text = "SELECT generate_series($1, $2) AS marked";
    let of = costs
        .iter()
        .find(|row| row.statement.as_deref() == Some(text));
    let row = of.unwrap_or_else(|| panic!("{costs:?}"));
    assert_eq!((row.calls, row.rows), (3, 6));
    assert!(row.total_ms > 0.0 && row.mean_ms < row.total_ms);

    let slow = statements::slow_statements(conn, 0.0, 3).await.unwrap();
    assert!(
        slow.iter().any(|slow| slow.statement == row.statement),
        "{slow:?}"
    );
    let slow = statements::slow_statements(conn, 1e9, 1).await.unwrap();
    assert_eq!(slow, []);
    let since = statements::statements_since(conn).await.unwrap();
    assert!(since.counted_since.is_some());
}

async fn a_guarded_session_writes_nothing_and_finds_the_extension(db: &Database) {
    let (conn, client) = (&mut db.connect().await, db.client().await);
    let moved = "CREATE SCHEMA \"Tools\"; ALTER EXTENSION pg_stat_statements SET SCHEMA \"Tools\"";
    run(&client, moved).await;
    let facts = server::server_facts(conn).await.unwrap();
    let schema = facts.statements_schema.as_deref();
    assert_eq!(schema, Some("\"Tools\""));
    assert!(
        server::guard_session(conn, 60_000, 1, schema)
            .await
            .unwrap()
    );
    statements::statement_costs(conn).await.unwrap();
    let refused = conn
        .batch_execute("CREATE TABLE notes (id int)")
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("read-only transaction"),
        "{refused}"
    );

    run(&client, "CREATE TABLE notes (id int)").await;
    run(&client, "BEGIN; LOCK TABLE notes").await;
    let late = conn.batch_execute("SELECT FROM notes").await.unwrap_err();
    assert!(late.to_string().contains("lock timeout"), "{late}");
    server::guard_session(conn, 1, 0, schema).await.unwrap();
    let late = conn.batch_execute("SELECT pg_sleep(60)").await.unwrap_err();
    assert!(late.to_string().contains("statement timeout"), "{late}");
}

async fn a_statement_of_another_role_is_hidden(db: &Database) {
    let (client, role) = (db.client().await, db.role());
    run(
        &client,
        &format!("CREATE ROLE {role} LOGIN; SELECT 1 AS mine"),
    )
    .await;
    let conn = &mut db.connect_as(&role).await;
    let facts = server::server_facts(conn).await.unwrap();
    assert!(!facts.sees_all_statistics);
    let costs = statements::statement_costs(conn).await.unwrap();
    let hidden = costs
        .iter()
        .filter(|row| row.role.as_deref() != Some(&role));
    for row in hidden {
        assert_eq!(row.statement.as_deref(), Some("<insufficient privilege>"));
    }
    assert!(
        costs
            .iter()
            .any(|row| row.role.as_deref() == Some("postgres"))
    );
}
