//! `planwright import-sqlc`

use std::fs;
use std::path::Path;

use crate::project::{Run, planwright};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn import(folder: &Path, args: &[&str]) -> Run {
    Run::of(planwright(folder).arg("import-sqlc").args(args))
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const CONFIG: &str = r#"
version: "2"
sql:
  - engine: "postgresql"
    queries: "query.sql"
    schema: "schema.sql"
    database: { uri: "postgresql://me:secret@db.example/app" }
    rules: [sqlc/db-prepare]
    gen:
      go:
        package: "db"
        out: "db"
        sql_package: "pgx/v5"
        emit_json_tags: true
        rename: { spotify_url: "SpotifyURL" }
        overrides:
          - db_type: "uuid"
            go_type: "github.com/google/uuid.UUID"
          - column: "authors.id"
            go_type: { import: "example.com/ids", package: "ids", type: "AuthorID" }
          - column: "authors.bio"
            go_struct_tag: 'x:"y"'
"#;
const SCHEMA: &str =
    "CREATE TABLE authors (id bigint PRIMARY KEY, name text NOT NULL, bio text);\n";
const QUERY: &str = "-- name: GetAuthor :one\nSELECT * FROM authors WHERE id = $1;\n";

#[test]
fn a_project_of_sqlc_is_checked_and_generated() {
    let files = [
        ("sqlc.yaml", CONFIG),
        ("schema.sql", SCHEMA),
        ("query.sql", QUERY),
    ];
    let folder = folder(&files);
    let mut run = import(folder.path(), &[]).exits(0);
    for said in [
        "`database`: a check starts a server of its own",
        "`rules`: `planwright rules` lists",
        "`package`, `out`, `sql_package`, `emit_json_tags`, which are about Go code",
        "`rename`: `spotify_url` as `SpotifyURL`",
        "the override of `uuid` with `github.com/google/uuid.UUID`",
        "the override of `authors.bio`: it changes Go's struct tags only",
    ] {
        run = run.tells(said);
    }
    let config = read(folder.path(), "planwright.toml");
    assert!(!config.contains("secret"));
    let mapped = "# \"authors.id\" = \"crate::AuthorID\" # example.com/ids.AuthorID";
    assert!(config.contains(mapped), "{config}");
    assert_eq!(read(folder.path(), "queries/query.sql"), QUERY);
    assert_eq!(read(folder.path(), "migrations/0001_schema/up.sql"), SCHEMA);
    Run::of(planwright(folder.path()).arg("generate")).exits(0);
    assert!(read(folder.path(), "generated/src/query.rs").contains("pub async fn get_author"));
}

#[test]
fn the_migrations_of_other_tools_are_moved() {
    let config = r#"{"version": "1", "packages": [{"engine": "postgresql",
        "queries": "./sql/", "schema": ["db/goose", "db/pairs", "db/dbmate.sql", "db/tern.sql"]}]}"#;
    let files = [
        ("sqlc.json", config),
        (
            "sql/query.sql",
            "-- name: Count :one\nSELECT count(*) FROM a, b, c, d, e;\n",
        ),
        (
            "db/goose/1_a.sql",
            "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE a ();\n-- +goose StatementEnd\n\n-- +goose Down\nDROP TABLE a;\n",
        ),
        ("db/pairs/2_b.up.sql", "CREATE TABLE b ();\n"),
        ("db/pairs/2_b.down.sql", "DROP TABLE b;\n"),
        (
            "db/pairs/3_c.sql",
            "-- +migrate Up\nCREATE TABLE c ();\n-- +migrate Down\nDROP TABLE c;\n",
        ),
        (
            "db/dbmate.sql",
            "-- migrate:up\nCREATE TABLE d ();\n-- migrate:down\nDROP TABLE d;\n",
        ),
        (
            "db/tern.sql",
            "CREATE TABLE e ();\n---- create above / drop below ----\nDROP TABLE e;\n",
        ),
    ];
    let folder = folder(&files);
    import(folder.path(), &[]).exits(0);
    for (name, table) in [
        ("0001_1_a", "a"),
        ("0002_2_b", "b"),
        ("0003_3_c", "c"),
        ("0004_dbmate", "d"),
        ("0005_tern", "e"),
    ] {
        let read = |file: &str| read(folder.path(), &format!("migrations/{name}/{file}"));
        assert_eq!(
            read("up.sql").trim_end(),
            format!("CREATE TABLE {table} ();")
        );
        assert_eq!(read("down.sql").trim_end(), format!("DROP TABLE {table};"));
    }
    assert!(read(folder.path(), "planwright.toml").contains("queries = \"sql\""));
    // Found, and worth a warning: tables without columns are read whole.
    Run::of(planwright(folder.path()).arg("check"))
        .exits(1)
        .tells("warning[seq-scan]: `e`");
}

#[test]
fn files_of_one_name_are_not_taken_for_one_another() {
    let config =
        "version: 2\nsql: [{engine: postgresql, queries: [a/q.sql], schema: [a/s.sql, b/s.sql]}]";
    let files = [
        ("sqlc.yaml", config),
        ("a/q.sql", QUERY),
        ("b/q.sql", QUERY),
        ("a/s.sql", SCHEMA),
        ("b/s.sql", "CREATE TABLE more ();"),
    ];
    let folder = folder(&files);
    import(folder.path(), &[]).exits(0);
    assert_eq!(read(folder.path(), "migrations/0001_s/up.sql"), SCHEMA);
    assert!(read(folder.path(), "migrations/0002_s/up.sql").contains("more"));

    // What a killed run left does not stop the next one.
    fs::remove_file(folder.path().join("planwright.toml")).unwrap();
    import(folder.path(), &[]).exits(0);
    let both = config.replace("[a/q.sql]", "[a/q.sql, b/q.sql]");
    fs::write(folder.path().join("sqlc.yaml"), both).unwrap();
    let run = import(folder.path(), &[]).exits(2);
    run.tells("two files of queries are called q.sql");
}

#[test]
fn names_that_are_numbered_stay() {
    let config = "version: 2\nsql: [{engine: postgresql, queries: sql, schema: db}]";
    let files = [
        ("sqlc.yml", config),
        ("sql/query.sql", QUERY),
        ("db/001_authors.up.sql", SCHEMA),
        ("db/002_more.up.sql", "CREATE TABLE more ();"),
    ];
    let folder = folder(&files);
    import(folder.path(), &[]).exits(0);
    assert_eq!(read(folder.path(), "migrations/001_authors/up.sql"), SCHEMA);
    assert!(folder.path().join("migrations/002_more/up.sql").is_file());
}

#[test]
fn what_cannot_be_moved_is_said_and_nothing_is_written() {
    let several = "version: 2\nsql: [{queries: a, schema: b}, {queries: c, schema: d}]";
    for (config, reason) in [
        (
            "version: 2\nsql: [{engine: mysql}]",
            "its engine is `mysql`",
        ),
        ("version: 3", "its version is `3`; 1 and 2 are read"),
        ("sql: []", "it has no `version`"),
        ("version: 2", "it has no entry under `sql`"),
        (several, "it has 2 entries"),
        ("a: [", "cannot be moved"),
        (
            "version: 2\nsql: [{queries: gone.sql, schema: s}]",
            "gone.sql",
        ),
    ] {
        let folder = folder(&[("sqlc.yaml", config)]);
        import(folder.path(), &[]).exits(2).tells(reason);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{config}");
    }
    let empty = folder(&[]);
    import(empty.path(), &[])
        .exits(2)
        .tells("there is no sqlc.yaml");
    let files = [
        ("db/sqlc.yaml", several),
        ("db/a/q.sql", QUERY),
        ("db/b/s.sql", SCHEMA),
        ("db/planwright.toml", "# mine"),
    ];
    let taken = folder(&files);
    let args = ["db/sqlc.yaml", "--sql", "1"];
    import(taken.path(), &args)
        .exits(2)
        .tells("planwright.toml is there already");
    assert!(!taken.path().join("db/migrations").exists());
    fs::remove_file(taken.path().join("db/planwright.toml")).unwrap();
    import(taken.path(), &args).exits(0);
    assert!(taken.path().join("db/migrations/0001_s/up.sql").is_file());
}
