//! Only what changed is asked about again, and what comes out is what a check of everything gives.

use std::path::Path;

use planwright_codegen::files::write_generated;
use planwright_codegen::schema::Schema;
use planwright_codegen::{Asked, Checked, Checker, Memory, Options, check};

use crate::project::{TempProject, block_on, server};

const SCHEMA: &str = "
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL, mood mood);
CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, note text);
CREATE INDEX b_a_id ON b (a_id);
CREATE VIEW of_a AS SELECT id, name FROM a WHERE mood = 'good';
CREATE TABLE p (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE p_2024 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE FUNCTION notes() RETURNS SETOF text LANGUAGE sql STABLE AS 'SELECT note FROM b';
";

const QUERIES: &str = "
-- name: from_a :opt
SELECT id, name FROM a WHERE id = :id;

-- name: from_b :opt
SELECT id, note FROM b WHERE id = :id;

-- name: from_view :opt
SELECT name FROM of_a WHERE id = :id;

-- name: from_partitions :many
-- @scan p: all of it
-- @unbounded: few
SELECT id FROM p;

-- name: from_function :many
-- @scan b: all of it
-- @unbounded: few
SELECT notes.notes AS note FROM notes();

-- name: add_b :bulk
INSERT INTO b (id, a_id, note) VALUES (:id, :a_id, :note);
";

/// Statements: six as written, and what `:bulk` sends. Plans: six, and that of the foreign key.
const ALL: Asked = Asked {
    prepared: 7,
    planned: 7,
};

fn asked(prepared: usize, planned: usize) -> Asked {
    Asked { prepared, planned }
}

struct World {
    project: TempProject,
    options: Options,
    checker: Checker,
}

impl World {
    fn new(major: u32) -> Self {
        let project = TempProject::of(SCHEMA, QUERIES);
        let options = Options {
            server: server(major),
            memory: Memory::Cache,
        };
        let checker = Checker::new(options.clone());
        Self {
            project,
            options,
            checker,
        }
    }

    /// Checks on the server that is up, and everything anew on another one.
    async fn check(&mut self) -> Asked {
        let project = self.project.open();
        let checked = self.checker.check(&project).await.expect("no error");
        let options = Options {
            memory: Memory::None,
            ..self.options.clone()
        };
        let anew = check(&project, &options).await.expect("no error");
        let asked = checked.asked;
        let everything = anew.asked;
        assert!(asked.prepared <= everything.prepared && asked.planned <= everything.planned);
        assert_eq!(
            Checked {
                asked: everything,
                formatted: anew.formatted,
                ..checked
            },
            anew
        );
        asked
    }

    fn migrate(&self, name: &str, sql: &str) {
        let path = format!("migrations/2024-01-02-{name}/up.sql");
        self.project.write(&path, sql);
    }
}

#[test]
fn only_what_changed_is_asked_again() {
    for major in [15, 18] {
        block_on(changes(major));
    }
}

async fn changes(major: u32) {
    let mut world = World::new(major);
    assert_eq!(world.check().await, ALL);
    assert_eq!(world.check().await, asked(0, 0), "nothing changed");

    let edited = QUERIES.replace("SELECT id, note FROM b", "SELECT id, note AS text FROM b");
    world.project.write("queries/queries.sql", &edited);
    assert_eq!(world.check().await, asked(1, 1), "one query was edited");

    // What calls a function with SQL in it rests on everything.
    world.migrate("000001_c", "CREATE TABLE c (id int PRIMARY KEY);");
    assert_eq!(
        world.check().await,
        asked(1, 1),
        "a table that no query reads"
    );

    world.migrate("000002_index", "CREATE INDEX a_name ON a (name);");
    // from_a, from_view, from_function; the foreign key refers to the table.
    assert_eq!(world.check().await, asked(3, 4), "an index of a table");

    world.migrate(
        "000003_partition",
        "CREATE TABLE p_2025 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    );
    assert_eq!(world.check().await, asked(2, 2), "another partition");

    world.migrate("000004_index", "CREATE INDEX p_2024_id ON p_2024 (id);");
    assert_eq!(world.check().await, asked(2, 2), "an index of a partition");

    world.migrate(
        "000005_view",
        "CREATE OR REPLACE VIEW of_a AS SELECT id, name FROM a WHERE mood = 'bad';",
    );
    assert_eq!(world.check().await, asked(2, 2), "another view");

    world.migrate("000006_label", "ALTER TYPE mood ADD VALUE 'fair';");
    assert_eq!(world.check().await, ALL, "another label");

    world
        .project
        .write("planwright.toml", "[tables]\na = \"2M\"\n");
    assert_eq!(world.check().await, ALL, "another size");

    // Object identifiers move: an answer of the old tree would name another table.
    let schema = format!("CREATE TABLE first (id int);\n{SCHEMA}");
    world
        .project
        .write("migrations/2024-01-01-000001_schema/up.sql", schema);
    assert_eq!(world.check().await, ALL, "a migration before all others");
}

#[test]
fn answers_are_kept_for_the_next_process() {
    let mut world = World::new(15);
    assert_eq!(block_on(world.check()), ALL);
    let project = world.project.open();
    let again = block_on(check(&project, &world.options)).expect("no error");
    assert_eq!(again.asked, asked(0, 0));
    let edited = QUERIES.replace("WHERE id = :id", "WHERE id = :key");
    world.project.write("queries/queries.sql", edited);
    let again = block_on(check(&project, &world.options)).expect("no error");
    assert_eq!(
        again.asked,
        asked(0, 0),
        "the name of a parameter is not sent"
    );
}

#[test]
fn an_error_is_asked_about_until_it_is_mended() {
    block_on(mending());
}

async fn mending() {
    let mut world = World::new(15);
    let broken = QUERIES.replace("SELECT id, name FROM a", "SELECT id, nmae FROM a");
    world.project.write("queries/queries.sql", broken);
    let project = world.project.open();
    for _ in 0..2 {
        let failure = world.checker.check(&project).await;
        let failure = failure.expect_err("an unknown column");
        assert!(failure.to_string().contains("nmae"), "{failure}");
    }
    world.project.write("queries/queries.sql", QUERIES);
    assert_eq!(world.check().await, asked(1, 1));
}

#[test]
fn what_is_on_disk_is_not_formatted_again() {
    block_on(formatting());
}

async fn formatting() {
    let world = World::new(15);
    let other = "-- name: count_b :one\n-- @scan b: all\nSELECT count(*) AS rows FROM b;\n";
    world.project.write("queries/other.sql", other);
    let project = world.project.open();
    let both = async || {
        let checked = check(&project, &world.options).await.expect("no error");
        let anew = Options {
            memory: Memory::None,
            ..world.options.clone()
        };
        let anew = check(&project, &anew).await.expect("no error");
        assert_eq!((&checked.files, &checked.lock), (&anew.files, &anew.lock));
        assert_eq!(anew.formatted, 2, "everything");
        write_generated(&project, &checked.files, &checked.lock.to_text()).expect("written");
        checked.formatted
    };
    assert_eq!(both().await, 2, "nothing is known");
    assert_eq!(both().await, 0, "nothing changed");

    let documented = other.replace(":one", ":one\n-- How many there are.");
    world.project.write("queries/other.sql", documented);
    assert_eq!(both().await, 1, "a comment of the generated code");

    let path = "generated/src/other.rs";
    let text = world.project.read(path);
    world
        .project
        .write(path, text.replace("count_b", "count_c"));
    assert_eq!(both().await, 1, "somebody edited what was generated");
    world.project.write(path, text.replace('\n', "\r\n"));
    assert_eq!(both().await, 0, "another checkout's line ends");

    // What the file on disk is made from changes, and the file goes back to what it was.
    world.migrate("000001_index", "CREATE INDEX b_note ON b (note);");
    world.migrate("000002_unique", "ALTER TABLE b ADD UNIQUE (note);");
    let text = world.project.read(path);
    both().await;
    world.project.write(path, text);
    both().await;
}

#[test]
fn what_would_help_is_looked_for_when_the_schema_changed() {
    block_on(helping());
}

async fn helping() {
    let mut world = World::new(15);
    let unindexed =
        "\n-- name: by_note :many\n-- @unbounded: few\nSELECT id FROM b WHERE note = :note;\n";
    let queries = format!("{QUERIES}{unindexed}");
    world.project.write("queries/queries.sql", &queries);
    let said = async |world: &mut World| {
        world.check().await;
        let project = world.project.open();
        let checked = world.checker.check(&project).await.expect("no error");
        assert_eq!(checked.asked, asked(0, 0));
        format!("{:?}", checked.warnings)
    };
    let first = said(&mut world).await;
    assert!(first.contains("no index of `b` has what"), "{first}");
    world.migrate("000001_index", "CREATE INDEX b_lower ON b (lower(note));");
    let second = said(&mut world).await;
    assert!(second.contains("`b_lower` begins with"), "{second}");
    // The text of the finding is the same, and stands elsewhere.
    world
        .project
        .write("queries/queries.sql", queries.replace("by_note", "by_text"));
    said(&mut world).await;
}

#[test]
fn what_a_server_holds_is_kept_with_its_template() {
    block_on(holding());
}

async fn holding() {
    let world = World::new(15);
    let project = world.project.open();
    let check_in = async |cache: &Path| {
        let options = Options {
            server: server(15).cache_dir(cache),
            ..world.options.clone()
        };
        let checked = check(&project, &options).await.expect("no error");
        checked.schema
    };
    let labels =
        |schema: &Schema| -> Vec<String> { schema.enum_labels.values().cloned().collect() };
    let (first, second) = (tempfile::tempdir(), tempfile::tempdir());
    let (first, second) = (first.expect("a folder"), second.expect("a folder"));
    let (one, other) = (first.path(), second.path());
    let fresh = check_in(one).await;
    assert_eq!(check_in(one).await, fresh, "what is kept is what was read");

    // What is kept is what is used.
    let folders = std::fs::read_dir(one.join("holdings")).expect("kept");
    let files: Vec<_> = folders.map(|file| file.expect("a file").path()).collect();
    let [file] = files.as_slice() else {
        panic!("one project has one file: {files:?}");
    };
    let kept = std::fs::read_to_string(file).expect("text");
    let changed = kept.replace("\"bad\"", "\"worse\"");
    std::fs::write(file, &changed).expect("written");
    assert_eq!(labels(&*check_in(one).await), ["good", "worse"]);

    // And that only on the same template.
    std::fs::create_dir(other.join("holdings")).expect("a folder");
    let copy = other
        .join("holdings")
        .join(file.file_name().expect("a name"));
    std::fs::write(copy, &changed).expect("written");
    assert_eq!(labels(&*check_in(other).await), ["good", "bad"]);
    world.migrate("000001_c", "CREATE TABLE c (id int PRIMARY KEY);");
    let migrated = check_in(one).await;
    assert_eq!(labels(&migrated), ["good", "bad"]);
    assert!(migrated.own_tables().any(|table| table.name == "c"));

    std::fs::write(file, &changed[..changed.len() / 2]).expect("written");
    assert_eq!(check_in(one).await, migrated, "half a file is none");
}
