//! `planwright bench`: what is counted adds up. Nothing is said of times.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::project::{Project, planwright};
use crate::seed::World;

const COUNT: &str = "SELECT count(*) FROM notes";
const SHORT: [&str; 6] = [
    "--duration",
    "500ms",
    "--warm-up",
    "0ms",
    "--concurrency",
    "4",
];

async fn filled() -> World {
    let world = World::new().await;
    world.run(&["seed", "--rows", "notes=500"]).exits(0);
    world
}

fn figures(world: &World, args: &[&str], code: i32) -> Value {
    let all = [&["bench"], args, &SHORT[..], &["--format", "json"]].concat();
    let run = world.run(&all).exits(code);
    serde_json::from_str(&run.stdout).unwrap()
}

fn number(figures: &Value, name: &str) -> u64 {
    figures[name].as_u64().unwrap()
}

/// Every call is either in the histogram, or failed.
fn adds_up(figures: &Value) {
    let buckets = figures["histogram"].as_array().unwrap();
    let counted: u64 = buckets
        .iter()
        .map(|bucket| bucket[1].as_u64().unwrap())
        .sum();
    let failed = number(figures, "failed");
    let errors = figures["errors"].as_object().unwrap();
    let errors: u64 = errors.values().map(|calls| calls.as_u64().unwrap()).sum();
    assert!(number(figures, "calls") > 0);
    assert_eq!(number(figures, "calls"), counted + failed);
    assert_eq!(failed, errors);
}

#[tokio::test]
async fn what_is_counted_adds_up_and_writes_leave_nothing() {
    let world = filled().await;
    // Each call deletes a row that is there, and adds one.
    for query in ["delete_note", "add_note"] {
        let figures = figures(&world, &[query, "--pool", "2"], 0);
        adds_up(&figures);
        assert_eq!(
            number(&figures, "rows"),
            number(&figures, "calls"),
            "{query}"
        );
        assert_eq!(figures["conditions"]["rolled_back"], true);
        assert_eq!(world.number(COUNT).await, 500, "{query}");
    }
    let read = figures(&world, &["notes_of_author", "--param", "max_rows=1"], 0);
    adds_up(&read);
    // Authors are those of rows, so there is always one.
    assert_eq!(number(&read, "rows"), number(&read, "calls"));
    assert_eq!(read["conditions"]["rolled_back"], false);
    let origins = read["conditions"]["arguments"].as_array().unwrap();
    assert_eq!(origins[0], ":author from notes.author");
    assert_eq!(origins[1], ":max_rows as given");
    let plan = read["plan"].to_string();
    assert!(plan.contains("idx_notes_author_date"), "{plan}");
}

#[tokio::test]
async fn a_select_whose_function_writes_leaves_nothing() {
    let world = World::empty().await;
    world.project.write(
        "migrations/2026-01-02-000000_visits/up.sql",
        "CREATE TABLE visits (id int);
         CREATE FUNCTION visit() RETURNS int LANGUAGE sql VOLATILE
         AS 'INSERT INTO visits VALUES (1) RETURNING id';",
    );
    world.project.write(
        "queries/visits.sql",
        "-- name: visit :one\nSELECT visit() AS visit;\n",
    );
    world.run(&["migrate", "up"]).exits(0);
    let figures = figures(&world, &["visit"], 0);
    adds_up(&figures);
    assert_eq!(figures["conditions"]["rolled_back"], true);
    assert_eq!(world.number("SELECT count(*) FROM visits").await, 0);
}

#[tokio::test]
async fn calls_that_fail_are_counted_by_sqlstate() {
    let world = filled().await;
    let failed = figures(&world, &["notes_of_author", "--param", "max_rows=-1"], 1);
    adds_up(&failed);
    assert_eq!(failed["errors"]["2201W"], failed["calls"]);
}

#[tokio::test]
async fn a_saved_run_is_compared() {
    let world = filled().await;
    let file = world.project.root().join("before.json");
    let file = file.to_str().unwrap();
    let bench = |more: &[&str]| {
        let all = [&["bench", "notes_of_author"], more, &SHORT[..]].concat();
        world.run(&all)
    };
    bench(&["--save", file]).exits(0);
    let run = bench(&["--compare", file, "--pool", "2"]).exits(0);
    run.says("before        now    ratio")
        .says("calls/s")
        .says("note: measured otherwise before: 4 connections instead of 2");
    let run = bench(&["--compare", file, "--format", "json"]).exits(0);
    let printed: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let figures = printed["comparison"]["figures"].as_array().unwrap();
    let of = |name: &str| figures.iter().find(|f| f["name"] == name).unwrap();
    let saved: serde_json::Value =
        serde_json::from_str(&world.project.read("before.json")).unwrap();
    assert_eq!(of("p50")["before"], saved["figures"]["p50_ms"]["value"]);
    assert_eq!(of("p50")["now"], printed["figures"]["p50_ms"]["value"]);
    world.project.write("before.json", "{}");
    bench(&["--compare", file]).exits(2).tells("could not read");
}

#[tokio::test]
async fn what_is_not_there_has_a_nearest() {
    let world = filled().await;
    world
        .run(&["bench", "delete_nite"])
        .exits(2)
        .tells("did you mean `delete_note`?");
    world
        .run(&["bench", "delete_note", "--param", "di=3"])
        .exits(2)
        .tells("has no parameter `di`");
    world
        .run(&["bench", "delete_note", "--variant", "x"])
        .exits(2)
        .tells("it has one statement");
}

#[tokio::test]
async fn what_is_given_rows_is_refused() {
    let world = filled().await;
    let insert = "INSERT INTO notes (author) VALUES (:author);\n";
    let queries =
        ["bulk", "copy"].map(|command| format!("-- name: many_by_{command} :{command}\n{insert}"));
    world.project.write("queries/many.sql", &queries.concat());
    for (query, command) in [("many_by_bulk", ":bulk"), ("many_by_copy", ":copy")] {
        world
            .run(&["bench", query])
            .exits(2)
            .tells(&format!("is given rows (`{command}`)"))
            .tells("`:execrows` measures one row of it");
    }
}

#[test]
fn without_a_database_a_private_one_is_filled() {
    let project = Project::new();
    let all = [&["bench", "notes_of_author"], &SHORT[..]].concat();
    let run = project.run(&all).exits(0);
    run.says("on a private database with generated rows: notes 1000")
        .says("0 failed");
}

#[tokio::test]
async fn a_run_that_is_interrupted_prints_what_was_measured() {
    let world = filled().await;
    let mut command = planwright(&world.project.root());
    command.args([
        "bench",
        "notes_of_author",
        "--duration",
        "30m",
        "--warm-up",
        "0ms",
    ]);
    command.args(["--database-url", &world.url]);
    let mut bench = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(bench.stderr.take().unwrap()).lines();
    assert!(errors.any(|line| line.unwrap().starts_with("calling ")));
    let pid = bench.id().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    let mut text = String::new();
    bench
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(bench.wait().unwrap().code(), Some(0), "{text}");
    assert!(text.contains("calls/s"), "{text}");
}
