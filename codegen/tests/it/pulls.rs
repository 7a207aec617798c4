//! What a snapshot says, and what it says when a role may not see everything.

use std::collections::BTreeSet;

use planwright_codegen::statistics::pull::{Pulled, Values};
use planwright_codegen::statistics::{Snapshot, snapshot::Rows};
use planwright_codegen::{Failure, Options, pull};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::NoTls;

use crate::project::{TempProject, block_on, server};

const SCHEMA: &str = "
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE notes (id int PRIMARY KEY, kind kind NOT NULL, code text NOT NULL, word text);
CREATE INDEX notes_lower ON notes (lower(word));
CREATE INDEX notes_b ON notes (word) WHERE kind = 'b';
CREATE TABLE secrets (id int PRIMARY KEY, word text);
CREATE TABLE later (id int PRIMARY KEY);";

const ROWS: &str = "
INSERT INTO notes
SELECT n, CASE WHEN n % 4 = 0 THEN 'b' ELSE 'a' END::kind, 'code ' || n % 5, 'word ' || n % 1000
FROM generate_series(1, 100000) n;
INSERT INTO secrets SELECT n, 'secret ' || n FROM generate_series(1, 5000) n;
DROP TABLE later;
ANALYZE;
CREATE ROLE reader LOGIN;
GRANT SELECT ON notes TO reader;
GRANT SELECT (id) ON secrets TO reader;
ALTER DATABASE shop SET random_page_cost = 1.5;";

struct Database {
    server: EmbeddedServer,
    project: TempProject,
    major: u32,
}

impl Database {
    async fn new(major: u32) -> Self {
        let embedded = EmbeddedServer::start_with(&server(major)).await;
        let embedded = embedded.expect("a server");
        embedded.create_database("shop").await.expect("a database");
        let database = Self {
            server: embedded,
            project: TempProject::of(SCHEMA, "-- name: one :one\nSELECT 1 AS one;"),
            major,
        };
        for statements in [SCHEMA, ROWS] {
            database.execute(statements).await;
        }
        database
    }

    async fn execute(&self, sql: &str) {
        let (client, connection) = self
            .server
            .config("shop")
            .connect(NoTls)
            .await
            .expect("connected");
        tokio::spawn(connection);
        client.batch_execute(sql).await.expect(sql);
    }

    async fn pull_as(&self, role: &str, values: &Values) -> Result<Pulled, Failure> {
        let url = self.server.database_url("shop");
        let url = url.replace("postgres@", &format!("{role}@"));
        let url = url.parse().expect("a URL");
        let options = Options {
            server: server(self.major),
            ..Options::default()
        };
        pull(&self.project.open(), &options, &url, values).await
    }
}

#[test]
fn a_snapshot_holds_numbers_and_labels_and_no_values() {
    for major in [15, 18] {
        block_on(async {
            let database = Database::new(major).await;
            let pulled = database.pull_as("postgres", &Values::None).await;
            let Pulled { snapshot, notes } = pulled.expect("a snapshot");
            assert_eq!(
                notes,
                ["`later` is not in the database: are migrations pending?"]
            );
            assert_eq!(snapshot.server.major, major);
            assert_eq!(snapshot.server.settings["random_page_cost"], "1.5");
            let notes = &snapshot.tables["notes"];
            assert_eq!(notes.rows, Some(Rows(100_000.0)));
            let labels: Vec<&str> = notes.columns["kind"].labels.keys().map(|l| &**l).collect();
            assert_eq!(labels, ["a", "b"]);
            assert!(notes.columns["code"].most_common.is_some());
            assert_eq!(notes.indexes["notes_pkey"].height, Some(1));
            // Most rows are a copy of an earlier one.
            assert_eq!(notes.indexes["notes_lower"].height, Some(1));
            let part = notes.indexes["notes_b"].rows.expect("rows").0;
            assert!((20_000.0..30_000.0).contains(&part), "{part}");
            assert!(notes.indexes["notes_lower"].columns.contains_key("lower"));
            let text = snapshot.to_text();
            assert!(
                !snapshot.holds_values() && !text.contains("word 1") && !text.contains("code 1")
            );
            assert_eq!(Snapshot::from_text(&text), Ok(snapshot));
        });
    }
}

#[test]
fn values_are_taken_of_the_columns_asked_for() {
    block_on(async {
        let database = Database::new(15).await;
        let of = |column: &str| Values::Of(BTreeSet::from([column.to_owned()]));
        let pulled = database.pull_as("postgres", &of("notes.code")).await;
        let snapshot = pulled.expect("a snapshot").snapshot;
        let text = snapshot.to_text();
        assert!(
            text.contains("\"code 1\"") && !text.contains("word 1"),
            "{text}"
        );
        assert_eq!(Snapshot::from_text(&text), Ok(snapshot));
        let all = database.pull_as("postgres", &Values::All).await;
        let all = all.expect("a snapshot").snapshot;
        assert!(all.to_text().contains("word 1"));
        assert_eq!(Snapshot::from_text(&all.to_text()), Ok(all));
        let unknown = database.pull_as("postgres", &of("notes.kod")).await;
        let message = unknown.expect_err("no such column").to_string();
        assert!(message.contains("`notes.kod`"), "{message}");
    });
}

/// The extension's functions refuse all but superusers, although everybody may call them.
#[test]
fn heights_are_known_to_an_ordinary_role_where_pages_could_be_inspected() {
    block_on(async {
        let database = Database::new(15).await;
        database.execute("CREATE EXTENSION pageinspect").await;
        for role in ["postgres", "reader"] {
            let pulled = database.pull_as(role, &Values::None).await;
            let indexes = &pulled.expect(role).snapshot.tables["notes"].indexes;
            assert_eq!(indexes["notes_pkey"].height, Some(1), "{role}");
        }
    });
}

#[test]
fn a_database_without_any_of_the_tables_is_another_one() {
    block_on(async {
        let database = Database::new(15).await;
        database.execute("DROP TABLE notes, secrets").await;
        let pulled = database.pull_as("postgres", &Values::None).await;
        let message = pulled.expect_err("no table").to_string();
        assert!(
            message.contains("none of the catalog's tables"),
            "{message}"
        );
    });
}

#[test]
fn what_a_role_may_not_see_is_left_out_and_said() {
    for major in [15, 18] {
        block_on(async {
            let database = Database::new(major).await;
            let pulled = database.pull_as("reader", &Values::All).await;
            let Pulled { snapshot, notes } = pulled.expect("a snapshot");
            let said = |what: &str| notes.iter().any(|note| note.contains(what));
            assert!(said("may not read `word` of `secrets`"), "{notes:?}");
            assert!(said("of the expressions of `notes_lower`"), "{notes:?}");
            let secrets = &snapshot.tables["secrets"];
            assert_eq!(secrets.rows, Some(Rows(5_000.0)));
            assert!(secrets.columns.contains_key("id") && !secrets.columns.contains_key("word"));
            assert!(!snapshot.to_text().contains("secret 1"));
            assert_eq!(
                snapshot.tables["notes"].indexes["notes_pkey"].height,
                Some(1)
            );
        });
    }
}
