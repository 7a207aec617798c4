//! The arguments as typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::ci::CiArgs;
use crate::doctor::Topic;
use crate::format::FormatArgs;
use crate::output::Problem;

/// Typed, checked PostgreSQL queries for Rust, from annotated SQL.
///
/// Exit codes: 0 fine, 1 findings, 2 could not run.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Example: planwright check"
)]
pub(crate) struct Args {
    /// The project's folder; its planwright.toml is looked for there and above.
    #[arg(long, global = true, value_name = "FOLDER")]
    project: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Where to look for the project.
    pub(crate) fn project_folder(&self) -> Result<PathBuf, Problem> {
        match &self.project {
            Some(folder) => std::path::absolute(folder)
                .map_err(|error| Problem::could_not("resolve the project's folder", &error)),
            None => std::env::current_dir()
                .map_err(|error| Problem::could_not("tell the current folder", &error)),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Checks every query on a private server and prints the catalog.
    Check(CheckArgs),
    /// Keeps a private server up, and checks whenever a file is saved.
    Watch(WatchArgs),
    /// Checks, then writes the generated code and its lock.
    Generate(GenerateArgs),
    /// Looks for indexes that the catalog lacks, and proves that they help.
    Advise(AdviseArgs),
    /// Plans the catalog at larger sizes and names the access paths that change.
    Forecast(ForecastArgs),
    /// Shows one query: its signature, its SQL, its access paths.
    Explain(ExplainArgs),
    /// Prints the least privileges that the queries need, as an SQL script.
    Grants(GrantsArgs),
    /// Summarises for a reviewer what a branch changes.
    Diff(DiffArgs),
    /// Lists every rule, or prints the documentation of one.
    Rules(RulesArgs),
    /// Looks at a database as an operator does: locks, slow statements, indexes, bloat.
    Doctor(DoctorArgs),
    /// Compares a database with what the migrations build.
    Drift(DriftArgs),
    /// Runs the project's migrations on a database.
    Migrate(MigrateArgs),
    /// Takes what a database's planner knows of its tables.
    Stats(StatsArgs),
    /// Fills a database with generated rows that meet every constraint.
    Seed(SeedArgs),
    /// Calls one query again and again, and says how long that takes.
    Bench(BenchArgs),
    /// Starts a project with a table, a query and a crate that builds.
    Init(InitArgs),
    /// Makes a project of the queries and the schema that a sqlc.yaml names.
    ImportSqlc(ImportSqlcArgs),
    /// Runs a command, such as all tests, beside one private server that ends with it.
    WithServer(WithServerArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright check --frozen")]
pub(crate) struct CheckArgs {
    /// Needs no server when the lock agrees with every input and generated file.
    #[arg(long)]
    pub(crate) frozen: bool,

    /// Asks the server about every statement, whatever it said of it in earlier checks.
    #[arg(long)]
    pub(crate) no_memory: bool,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright generate")]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright watch --write")]
pub(crate) struct WatchArgs {
    /// Writes the generated code as well, whenever a check finds no error.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright advise --write")]
pub(crate) struct AdviseArgs {
    /// Writes each index as a migration of its own, concurrently and outside of a
    /// transaction.
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright forecast --growth 10,100")]
pub(crate) struct ForecastArgs {
    /// How many times as large as they are the tables become.
    #[arg(
        long,
        value_delimiter = ',',
        default_values_t = [10, 100, 1_000],
        value_parser = growth,
        value_name = "TIMES"
    )]
    pub(crate) growth: Vec<u32>,
}

/// A size is made of the one that is known; a smaller one was, and is not, to be planned for.
fn growth(text: &str) -> Result<u32, String> {
    let times = text
        .parse()
        .ok()
        .filter(|times| (2..=100_000).contains(times));
    times.ok_or_else(|| "it is a whole number from 2 to 100000".to_owned())
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright explain customer_by_phone")]
pub(crate) struct ExplainArgs {
    /// The query's name, with its module where two modules have one of that name.
    pub(crate) query: String,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright grants --role app > grants.sql")]
pub(crate) struct GrantsArgs {
    /// The role that the application connects as; it need not exist yet.
    #[arg(long)]
    pub(crate) role: String,
}

/// What `diff` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a comment on a pull request.
    Markdown,
    /// For programs; its form has a version.
    Json,
}

/// What of a branch is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// That code which calls its queries breaks.
    Breaking,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright diff origin/main --fail-on breaking")]
pub(crate) struct DiffArgs {
    /// The branch, tag or commit to compare with, from where HEAD parted from it; without it
    /// `origin/main`, or else `main`.
    pub(crate) base: Option<String>,

    /// What is printed.
    #[arg(long, value_enum, default_value = "markdown")]
    pub(crate) format: DiffFormat,

    /// Exits with 1 when there is such a change.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright rules not-in-nullable")]
pub(crate) struct RulesArgs {
    /// The rule's name; without it every rule is listed.
    pub(crate) rule: Option<String>,
}

/// What the doctor prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// For readers.
    Text,
    /// For programs; its form has a version.
    Json,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright doctor --database-url postgres://readonly@db.example/agent"
)]
pub(crate) struct DoctorArgs {
    /// The database. Nothing is written to it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Looks at these only, and shows their tables.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME")]
    pub(crate) section: Vec<Topic>,

    /// What is printed.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: DoctorFormat,

    /// From when on a transaction is open for long.
    #[arg(long, default_value_t = 60.0, value_parser = not_negative, value_name = "SECONDS")]
    pub(crate) long_transaction: f64,

    /// From when on a wait for a lock is long.
    #[arg(long, default_value_t = 1.0, value_parser = not_negative, value_name = "SECONDS")]
    pub(crate) lock_wait: f64,

    /// From when on a statement is slow, on average.
    #[arg(long, default_value_t = 100.0, value_parser = not_negative, value_name = "MS")]
    pub(crate) slow_statement: f64,
}

/// Up to what PostgreSQL's intervals hold.
fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number| (0.0..=1e9).contains(number));
    number.ok_or_else(|| "it is a number from 0 on".to_owned())
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright drift --database-url postgres://readonly@db.example/agent"
)]
pub(crate) struct DriftArgs {
    /// The database. Nothing is written to it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// Also plans every query with the database's statistics, and names those whose access paths
    /// are not those of the lock.
    #[arg(long)]
    pub(crate) plans: bool,

    /// Prints the statements that make the database what the migrations build.
    #[arg(long, conflicts_with_all = ["format", "output"])]
    pub(crate) fix: bool,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright migrate up --database-url postgres://app@db.example/agent"
)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    pub(crate) action: MigrateAction,

    /// The database.
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateAction {
    /// Applies every pending migration.
    #[command(
        after_help = "Example: planwright migrate up --database-url postgres://app@db.example/agent"
    )]
    Up,
    /// Reverts the last migrations.
    #[command(
        after_help = "Example: DATABASE_URL=postgres://app@db.example/agent planwright migrate down 2"
    )]
    Down {
        /// How many.
        #[arg(default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,

        /// Reverts every migration behind this one, which stays.
        #[arg(long, conflicts_with = "steps", value_name = "VERSION")]
        to: Option<String>,

        /// Drops tables and columns, and the rows in them.
        #[arg(long)]
        yes: bool,
    },
    /// Lists every migration and whether it is applied.
    #[command(
        after_help = "Example: planwright migrate status --database-url postgres://app@db.example/agent"
    )]
    Status,
    /// Lists the pending migrations; findings when there are any.
    #[command(
        after_help = "Example: planwright migrate pending --database-url postgres://app@db.example/agent"
    )]
    Pending,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright import-sqlc db/sqlc.yaml")]
pub(crate) struct ImportSqlcArgs {
    /// sqlc's configuration; without it, sqlc.yaml, sqlc.yml or sqlc.json in the project's
    /// folder. What is written stands beside it.
    pub(crate) config: Option<PathBuf>,
    /// Which entry under `sql` (or `packages`) is moved, counted from 1.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) sql: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright init shop --planwright-path ../planwright")]
pub(crate) struct InitArgs {
    /// The new project's folder; its name is that of the package. Without it, --ci and
    /// --pre-commit write for the project that is there.
    #[arg(required_unless_present_any = ["ci", "pre_commit"])]
    pub(crate) folder: Option<PathBuf>,

    /// The checkout of Planwright that the project depends on.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) planwright_path: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) ci: CiArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: planwright with-server -- cargo nextest run")]
pub(crate) struct WithServerArgs {
    /// The server's major version; without it that of planwright.toml, where there is one.
    #[arg(long, value_name = "MAJOR", value_parser = clap::value_parser!(u32).range(14..))]
    pub(crate) postgres: Option<u32>,

    /// The command and its arguments. It gets the server's URL as
    /// `PLANWRIGHT_TEST_DATABASE_URL`, and its exit code is the result.
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright stats pull --database-url postgres://readonly@db.example/agent"
)]
pub(crate) struct StatsArgs {
    #[command(subcommand)]
    pub(crate) action: StatsAction,

    /// The database.
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StatsAction {
    /// Writes statistics/snapshot.toml: numbers of rows, pages and distinct values, without
    /// any value of a row. Nothing is written to the database.
    #[command(
        after_help = "Example: planwright stats pull --database-url postgres://readonly@db.example/agent"
    )]
    Pull {
        /// Takes the most common values and histograms of every column, too: real data.
        #[arg(long)]
        with_values: bool,
    },
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright seed --database-url postgres://dev@localhost/shop --scale 0.01 --rows orders=5000"
)]
pub(crate) struct SeedArgs {
    /// The database; its tables are to be empty. The environment's is not read: it may be production's.
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: String,

    /// How many rows a table gets, whatever its size is; with none it is left as it is.
    #[arg(long, num_args = 1.., value_parser = table_rows, value_name = "TABLE=ROWS")]
    pub(crate) rows: Vec<(String, u64)>,

    /// The share of production's rows: of the sizes in planwright.toml and the snapshot.
    #[arg(long, default_value_t = 0.01, value_parser = scale, value_name = "SHARE")]
    pub(crate) scale: f64,

    /// Another number, other rows; the same number, the same rows.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(crate) seed: u64,

    /// Adds rows to those that are there.
    #[arg(long, conflicts_with = "truncate")]
    pub(crate) append: bool,

    /// Removes the rows that are there first, if this is the name of the database.
    #[arg(long, value_name = "DATABASE")]
    pub(crate) truncate: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: planwright bench customer_by_phone --concurrency 16 --duration 10s --save before.json"
)]
pub(crate) struct BenchArgs {
    /// The query's name, with its module where two modules have one of that name.
    pub(crate) query: String,

    /// The database; without it a private one is made and filled. The environment's is not read.
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,

    /// How many calls are under way at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) concurrency: u32,

    /// For how long calls are counted, such as 500ms, 10s or 1m.
    #[arg(long, default_value = "10s", value_parser = duration, value_name = "TIME")]
    pub(crate) duration: std::time::Duration,

    /// For how long calls are made before that, which are not counted.
    #[arg(long, default_value = "1s", value_parser = duration, value_name = "TIME")]
    pub(crate) warm_up: std::time::Duration,

    /// The connections of the pool; with fewer than calls under way, calls wait for one.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000), value_name = "CONNECTIONS")]
    pub(crate) pool: Option<u32>,

    /// The value of a parameter in every call; `null` is the null.
    #[arg(long = "param", value_parser = given, value_name = "NAME=VALUE")]
    pub(crate) params: Vec<(String, Option<String>)>,

    /// Which of several statements of the query, such as `status,newest`.
    #[arg(long, value_name = "GIVEN")]
    pub(crate) variant: Option<String>,

    /// The share of production's rows in a private database; 100000 rows of a table at most.
    #[arg(long, default_value_t = 0.01, value_parser = scale, value_name = "SHARE")]
    pub(crate) scale: f64,

    /// Writes the figures as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Shows the figures beside those of a file that --save wrote.
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,

    /// How the figures are printed.
    #[arg(long, value_enum, default_value_t = BenchFormat::Text)]
    pub(crate) format: BenchFormat,
}

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum BenchFormat {
    /// For readers.
    Text,
    /// What --save writes.
    Json,
}

fn table_rows(text: &str) -> Result<(String, u64), String> {
    let parts = text.rsplit_once('=');
    let parts = parts.and_then(|(table, rows)| Some((table.to_owned(), rows.parse().ok()?)));
    parts.ok_or_else(|| "it is a table and a number, such as `orders=5000`".to_owned())
}

fn given(text: &str) -> Result<(String, Option<String>), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("it is a name and a value, such as `status=active`".to_owned());
    };
    let value = (value != "null").then(|| value.to_owned());
    Ok((name.to_owned(), value))
}

fn scale(text: &str) -> Result<f64, String> {
    let share = text.parse().ok();
    let share = share.filter(|share: &f64| *share > 0.0 && *share <= 1_000.0);
    share.ok_or_else(|| "it is a number above 0, at most 1000".to_owned())
}

/// `500ms`, `10s`, `1m`
fn duration(text: &str) -> Result<std::time::Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let milliseconds = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    let time = digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(milliseconds));
    let time = time.filter(|time| milliseconds > 0 && *time <= 3_600_000);
    let time = time.map(std::time::Duration::from_millis);
    time.ok_or_else(|| "it is a time up to an hour, such as 500ms, 10s or 1m".to_owned())
}
