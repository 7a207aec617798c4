//! `planwright migrate up` after a concurrent build that was interrupted.

use std::process::{Child, Stdio};

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::{Client, NoTls};

use crate::project::{Project, Run, planwright};

/// The releases that each test runs on.
const RELEASES: [u32; 2] = [15, 18];
const SECOND: &str = "2026-01-02-000000_notes_body";
const UP: &str = "-- The search.\nCREATE INDEX CONCURRENTLY notes_body ON notes (body);\n";

struct World {
    project: Project,
    server: EmbeddedServer,
}

impl World {
    /// A project whose second migration, a concurrent build, is pending.
    async fn new(major: u32) -> Self {
        let settings = Settings::new().major(major).require_major(true);
        let server = EmbeddedServer::start_with(&settings).await.unwrap();
        server.create_database("shop").await.unwrap();
        let project = Project::new();
        let world = Self { project, server };
        world.migrate(&["up"]).exits(0);
        let write = |file: &str, text| {
            world
                .project
                .write(&format!("migrations/{SECOND}/{file}"), text);
        };
        write("up.sql", UP);
        write("down.sql", "DROP INDEX CONCURRENTLY notes_body;\n");
        write("metadata.toml", "run_in_transaction = false\n");
        world
    }

    fn migrate(&self, args: &[&str]) -> Run {
        let url = self.server.database_url("shop");
        self.project
            .run(&[&["migrate", "--database-url", &url], args].concat())
    }

    fn start_up(&self) -> Child {
        let mut program = planwright(&self.project.root());
        let url = self.server.database_url("shop");
        program.args(["migrate", "up", "--database-url", &url]);
        program
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    async fn client(&self) -> Client {
        let (client, connection) = self.server.config("shop").connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// A transaction that every concurrent build of an index on `notes` waits for.
    async fn holder(&self) -> Client {
        let holder = self.client().await;
        let open = "BEGIN; INSERT INTO notes (author) VALUES ('ada')";
        holder.batch_execute(open).await.unwrap();
        holder
    }

    /// The process of a build that waits, once there is one.
    async fn builder(&self) -> i32 {
        let client = self.client().await;
        let ask = "SELECT pid FROM pg_stat_progress_create_index WHERE current_locker_pid > 0";
        loop {
            if let Some(row) = client.query_opt(ask, &[]).await.unwrap() {
                return row.get(0);
            }
        }
    }

    /// The index as the server has it, and whether it is valid; `None` where there is none.
    async fn index(&self) -> Option<(u32, bool)> {
        let ask = "SELECT indexrelid, indisvalid FROM pg_index
                   WHERE indexrelid = to_regclass('notes_body')";
        let row = self.client().await.query_opt(ask, &[]).await.unwrap();
        row.map(|row| (row.get(0), row.get(1)))
    }
}

fn ended(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_build_is_named_and_built_anew() {
    for major in RELEASES {
        for end in ["pg_terminate_backend", "pg_cancel_backend"] {
            let world = World::new(major).await;
            let holder = world.holder().await;
            let up = world.start_up();
            let kill = format!("SELECT {end}({})", world.builder().await);
            holder.batch_execute(&kill).await.unwrap();
            let run = ended(up).exits(2);
            run.tells(&format!("migration `{SECOND}` failed"))
                .tells("the next `planwright migrate up` builds it anew");
            holder.batch_execute("COMMIT").await.unwrap();
            let (broken, valid) = world.index().await.unwrap();
            assert!(!valid);

            let url = world.server.database_url("shop");
            let run = world
                .project
                .run(&[
                    "doctor",
                    "--section",
                    "invalid-indexes",
                    "--database-url",
                    &url,
                ])
                .exits(1);
            run.says("index `public.notes_body` on `public.notes` is invalid");

            let run = world.migrate(&["up"]).exits(0);
            assert_eq!(run.stdout, format!("applied {SECOND}\n"));
            run.tells("dropped the invalid index public.notes_body");
            let (built, valid) = world.index().await.unwrap();
            assert!(valid && built != broken);
            world.migrate(&["pending"]).exits(0);
            world
                .project
                .run(&[
                    "doctor",
                    "--section",
                    "invalid-indexes",
                    "--database-url",
                    &url,
                ])
                .exits(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_valid_index_is_never_dropped() {
    for major in RELEASES {
        let world = World::new(major).await;
        let client = world.client().await;
        client
            .batch_execute("CREATE INDEX notes_body ON notes (body)")
            .await
            .unwrap();
        let before = world.index().await.unwrap();
        let run = world.migrate(&["up"]).exits(2);
        run.tells("relation \"notes_body\" already exists");
        assert_eq!(world.index().await, Some(before));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_another_session_builds_is_left_alone() {
    for major in RELEASES {
        let world = World::new(major).await;
        let (holder, other) = (world.holder().await, world.client().await);
        let build = tokio::spawn(async move { other.batch_execute(UP).await });
        let builder = world.builder().await;
        let (building, _) = world.index().await.unwrap();
        let run = world.migrate(&["up"]).exits(2);
        run.tells(&format!("process {builder} builds an index on its table"));
        holder.batch_execute("COMMIT").await.unwrap();
        build.await.unwrap().unwrap();
        assert_eq!(world.index().await, Some((building, true)));
    }
}
