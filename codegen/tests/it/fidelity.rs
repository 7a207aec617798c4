//! Plans made from a snapshot are those of the database it was taken from: the same scan of
//! the same table through the same index, for every query.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use planwright_codegen::catalog::Query;
use planwright_codegen::plan::{Plan, reduce};
use planwright_codegen::source::Command;
use planwright_codegen::statistics::pull::Values;
use planwright_codegen::{Checked, Options, check, pull};
use planwright_embedded::EmbeddedServer;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::project::{TempProject, block_on, only_rules, server};

const DATABASE: &str = "production";

/// A database with rows, and the project whose migrations made it.
struct Production {
    server: EmbeddedServer,
    project: TempProject,
    major: u32,
}

impl Production {
    async fn new(major: u32, create: &str, project: TempProject, rows: &str) -> Self {
        let settings = server(major).setting("work_mem", "8MB");
        let embedded = EmbeddedServer::start_with(&settings).await;
        let embedded = embedded.expect("a server");
        let admin = connect(&embedded, "postgres").await;
        admin.batch_execute(create).await.expect("a database");
        let client = connect(&embedded, DATABASE).await;
        for up in project.migrations() {
            client.batch_execute(&up).await.expect("the schema");
        }
        // VACUUM runs in no transaction.
        for statement in rows.split_inclusive(";\n") {
            client.batch_execute(statement).await.expect(statement);
        }
        Self {
            server: embedded,
            project,
            major,
        }
    }

    /// Takes a snapshot and puts it into the project.
    async fn pull(&self, values: &Values) -> Vec<String> {
        let options = Options {
            server: server(self.major),
            ..Options::default()
        };
        let url = self.server.database_url(DATABASE).parse().expect("a URL");
        let pulled = pull(&self.project.open(), &options, &url, values).await;
        let pulled = pulled.expect("a snapshot");
        let text = pulled.snapshot.to_text();
        self.project.write("statistics/snapshot.toml", text);
        self.project.write("planwright.toml", only_rules(&[]));
        pulled.notes
    }

    async fn execute(&self, sql: &str) {
        let client = connect(&self.server, DATABASE).await;
        client.batch_execute(sql).await.expect(sql);
    }

    async fn checked(&self) -> Checked {
        let options = Options {
            server: server(self.major),
            ..Options::default()
        };
        let checked = check(&self.project.open(), &options).await;
        checked.unwrap_or_else(|e| panic!("{e}"))
    }

    /// The generic plan that production makes of a query.
    async fn plan(&self, client: &Client, query: &Query, setting: &str) -> Plan {
        let names: Vec<&str> = query.analysis.params.iter().map(|p| &*p.name).collect();
        let nulls = vec!["NULL"; names.len()].join(", ");
        let arguments = if names.is_empty() {
            String::new()
        } else {
            format!("({nulls})")
        };
        let script = format!(
            "RESET ALL; SET plan_cache_mode = force_generic_plan; {setting};
             PREPARE q AS {};\nEXPLAIN (FORMAT JSON) EXECUTE q{arguments};\nDEALLOCATE q",
            query.sql
        );
        let answer = client.simple_query(&script).await.expect(&query.full_name);
        let json = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        reduce(json.expect("a plan"), &names)
    }
}

async fn connect(server: &EmbeddedServer, database: &str) -> Client {
    let (client, connection) = server
        .config(database)
        .connect(NoTls)
        .await
        .expect("a connection");
    tokio::spawn(connection);
    client
}

/// How many queries there are, how many have the same costs, and which have other paths.
#[derive(Default)]
struct Comparison {
    queries: usize,
    same_costs: usize,
    different: Vec<String>,
    report: String,
}

/// Each statement of a query as a query of its own. The plan of one that is given many rows is that
/// of the INSERT as it is written, and another statement is sent.
fn statements(query: &Query) -> Vec<Query> {
    if matches!(query.command, Command::Bulk | Command::Copy) {
        return Vec::new();
    }
    if query.variants.is_empty() {
        return vec![query.clone()];
    }
    let each = query.variants.iter().map(|variant| Query {
        full_name: variant.full_name.clone(),
        sql: variant.sql.clone(),
        analysis: variant.analysis.clone(),
        plan: variant.plan.clone(),
        ..query.clone()
    });
    each.collect()
}

async fn compare(production: &Production) -> Comparison {
    let checked = production.checked().await;
    let client = connect(&production.server, DATABASE).await;
    let mut found = Comparison::default();
    for query in &checked
        .catalog
        .queries()
        .flat_map(statements)
        .collect::<Vec<_>>()
    {
        let mut theirs = production.plan(&client, query, "").await;
        let named = |plan: Plan| plan.named(&checked.schema, &query.analysis.tables);
        let partitions = |plan: &Plan| plan.paths.iter().map(|p| p.partitions.len()).sum::<usize>();
        theirs = named(theirs);
        if partitions(&theirs) < partitions(&query.plan) {
            // Of the nulls that stand for parameters, the executor knows that no partition
            // holds them.
            let all = "SET enable_partition_pruning = off";
            theirs = named(production.plan(&client, query, all).await);
        }
        found.add(query, &theirs);
    }
    found
}

impl Comparison {
    fn add(&mut self, query: &Query, theirs: &Plan) {
        let same = theirs.ways() == query.plan.ways();
        self.queries += 1;
        self.same_costs += usize::from(same && theirs.cost == query.plan.cost);
        if !same {
            self.different.push(query.sql.clone());
            let _ = writeln!(
                self.report,
                "{}: in production {:#?}, here {:#?}",
                query.full_name,
                theirs.lines(),
                query.plan.lines()
            );
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect(name)
}

fn synthetic() -> TempProject {
    TempProject::of(&read("schema.sql"), &read("queries.sql"))
}

/// The agent's catalog, without the sizes that it declares.
fn agent() -> TempProject {
    let project = TempProject::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in ["queries", "migrations"] {
        project.copy(&root.join(folder), folder);
    }
    project
}

const PLAIN: &str = "CREATE DATABASE production";
/// Most databases do not order text by bytes.
const COLLATED: &str = "CREATE DATABASE production TEMPLATE template0 ENCODING 'UTF8'
                        LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'";

#[test]
fn a_broad_schema_plans_as_in_production() {
    for (major, create, inspected) in [(15, PLAIN, true), (15, COLLATED, false), (18, PLAIN, false)]
    {
        block_on(async {
            let production = Production::new(major, create, synthetic(), &read("rows.sql")).await;
            if inspected {
                production.execute("CREATE EXTENSION pageinspect").await;
            }
            let notes = production.pull(&Values::All).await;
            let estimated = notes
                .iter()
                .any(|note| note.contains("customers_email_pattern"));
            assert_eq!(estimated, !inspected, "{notes:?}");
            let found = compare(&production).await;
            assert!(
                found.queries > 70 && found.different.is_empty(),
                "{}",
                found.report
            );
            // The ends of an index are not there to be looked at.
            let least = if inspected { 75 } else { 70 };
            assert!(found.same_costs >= least, "{} costs", found.same_costs);

            // Without values, only constants of the SQL make a difference here.
            production.pull(&Values::None).await;
            let found = compare(&production).await;
            let unfaithful = found.different.iter().find(|sql| !has_constant(sql));
            assert_eq!(unfaithful, None, "{}", found.report);
            assert!(found.different.len() <= 5, "{}", found.report);
        });
    }
}

/// Whether a column is compared with a constant.
fn has_constant(sql: &str) -> bool {
    let words: Vec<&str> = sql.split([' ', '(']).collect();
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let numbers = words.windows(2).any(|w| w[0] != "LIMIT" && number(w[1]));
    numbers || sql.contains('\'')
}

#[test]
fn the_agents_catalog_plans_as_in_production_without_a_value() {
    for major in [15, 18] {
        block_on(async {
            let production =
                Production::new(major, COLLATED, agent(), &read("agent_rows.sql")).await;
            let notes = production.pull(&Values::None).await;
            assert_eq!(notes, [""; 0]);
            let found = compare(&production).await;
            assert!(
                found.queries >= 23 && found.different.is_empty(),
                "{}",
                found.report
            );
            let snapshot = production.project.read("statistics/snapshot.toml");
            for secret in ["restaurant 1", "customer 1", "+1555", "word"] {
                assert!(!snapshot.contains(secret), "{secret} is in the snapshot");
            }
        });
    }
}
