//! How faithful plans made from a statistics snapshot are, for any schema and queries.
//!
//! A private server plays production: it gets the schema and generated rows. A snapshot is
//! taken of it, the queries are checked with the snapshot on an empty server, and the plans
//! are compared with those that production makes itself.

mod arguments;
mod comparison;
mod ends;
mod facts;
mod parts;
mod production;
mod project;
mod references;
mod report;
mod schema;
mod sizes;
mod values;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use planwright_codegen::Checked;
use planwright_codegen::catalog::Query;
use planwright_codegen::plan::Plan;
use planwright_codegen::statistics::Snapshot;
use planwright_codegen::statistics::pull::Values;
use planwright_embedded::Settings;

use arguments::Arguments;
use comparison::Comparison;
use facts::Facts;
use production::Production;
use project::TempProject;
use schema::Table;

pub(crate) use arguments::USAGE;

const NO_GEQO: &str = "SET geqo = off";

/// Measures what the command line says.
pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(arguments)?;
    let mut settings = Settings::new();
    if let Some(major) = arguments.major {
        settings = settings.major(major).require_major(true);
    }
    let bench = Bench::prepare(&arguments, &settings).await?;
    let comparisons = bench.compare(&arguments).await?;
    report::table(&comparisons);
    comparisons.iter().filter(|c| c.what.starts_with("snapshot")).for_each(report::differences);
    if let Some(path) = &arguments.json {
        let (rows, bytes) = bench.production.size().await?;
        let version = bench.production.server.version().to_string();
        report::write(path, &version, rows, bytes, &comparisons)?;
    }
    bench.production.server.stop().await?;
    Ok(())
}

/// Production, and the project that is checked.
struct Bench {
    production: Production,
    tables: Vec<Table>,
    project: TempProject,
}

impl Bench {
    async fn prepare(arguments: &Arguments, settings: &Settings) -> Result<Self, Box<dyn Error>> {
        let schema = std::fs::read_to_string(&arguments.schema)?;
        let indexes = match &arguments.indexes {
            Some(path) => std::fs::read_to_string(path)?,
            None => String::new(),
        };
        let mut files = sql_files(&arguments.queries)?;
        // They may lie beside the queries.
        files.retain(|file| *file != arguments.schema && Some(file) != arguments.indexes.as_ref());
        let start = Instant::now();
        let production = Production::start(settings, &schema).await?;
        let tables = production.tables().await?;
        fill(&production, &tables, &files, arguments).await?;
        production.execute(&indexes).await?;
        production.execute("VACUUM (ANALYZE)").await?;
        let (rows, bytes) = production.size().await?;
        println!(
            "PostgreSQL {}: {} tables, {:.1} million rows, {} MiB, filled in {:.0} s",
            production.server.version(),
            tables.len(),
            rows / 1e6,
            bytes >> 20,
            start.elapsed().as_secs_f64(),
        );
        let project = TempProject::new(&[&schema, &indexes], settings)?;
        project.write_queries(&files)?;
        Ok(Self {
            production,
            tables,
            project,
        })
    }

    async fn compare(&self, arguments: &Arguments) -> Result<Vec<Comparison>, Box<dyn Error>> {
        let pulled = self.project.pull(&self.production, &Values::All).await?;
        for note in &pulled.notes {
            println!("note: {note}");
        }
        let with = pulled.snapshot;
        let without = self.project.pull(&self.production, &Values::None).await?.snapshot;
        let checked = self.project.check(&with).await?;
        let theirs = self.plans(&checked, "").await?;
        let mut all = vec![Comparison::new("planned again", &theirs, &self.plans(&checked, "").await?)];
        let mut faithful = Comparison::new("snapshot with values", &theirs, &plans(&checked));
        self.explain(&mut faithful, &checked, &with).await?;
        if arguments.without_values {
            let mut blind = Comparison::new("snapshot without values", &theirs, &self.planned(&without).await?);
            for query in &mut blind.queries {
                query.cause = faithful.is_same(&query.query).then_some("values");
            }
            all.push(blind);
        }
        if arguments.with_values {
            all.insert(1, faithful);
        }
        if arguments.parts {
            for part in parts::parts(&with, &without) {
                let planned = self.planned(&part.snapshot).await?;
                all.push(Comparison::new(part.name, &theirs, &planned));
            }
        }
        // It changes what production knows, so it comes last.
        self.production.execute("ANALYZE").await?;
        let again = self.plans(&checked, "").await?;
        all.insert(1, Comparison::new("analysed and planned again", &theirs, &again));
        Ok(all)
    }

    /// Finds out why plans differ: what has to be known, or turned off, for them to agree.
    async fn explain(
        &self,
        comparison: &mut Comparison,
        checked: &Checked,
        snapshot: &Snapshot,
    ) -> Result<(), Box<dyn Error>> {
        if comparison.queries.iter().all(comparison::Compared::same) {
            return Ok(());
        }
        let ends = ends::known(snapshot, &self.production, &self.tables).await?;
        let mut no_geqo = snapshot.clone();
        no_geqo.server.settings.insert("geqo".into(), "off".into());
        let theirs = self.plans(checked, "").await?;
        let theirs_no_geqo = self.plans(checked, NO_GEQO).await?;
        let tried = [
            ("the ends of indexes", &theirs, ends),
            ("the genetic optimiser", &theirs_no_geqo, no_geqo),
        ];
        for (cause, theirs, snapshot) in tried {
            let tried = Comparison::new(cause, theirs, &self.planned(&snapshot).await?);
            for query in comparison.queries.iter_mut().filter(|query| query.cause.is_none()) {
                query.cause = tried.is_same(&query.query).then_some(cause);
            }
        }
        Ok(())
    }

    /// Production's plans with a setting.
    async fn plans(
        &self,
        checked: &Checked,
        setting: &str,
    ) -> Result<BTreeMap<String, Plan>, Box<dyn Error>> {
        let queries: Vec<&Query> = checked.catalog.queries().collect();
        self.production.plans(&queries, &checked.schema, setting).await
    }

    /// The plans made with a snapshot.
    async fn planned(&self, snapshot: &Snapshot) -> Result<BTreeMap<String, Plan>, Box<dyn Error>> {
        Ok(plans(&self.project.check(snapshot).await?))
    }
}

fn plans(checked: &Checked) -> BTreeMap<String, Plan> {
    let queries = checked.catalog.queries();
    queries.map(|query| (query.full_name.clone(), query.plan.clone())).collect()
}

/// Fills all tables.
async fn fill(
    production: &Production,
    tables: &[Table],
    files: &[PathBuf],
    arguments: &Arguments,
) -> Result<(), Box<dyn Error>> {
    let mut facts = Facts::default();
    for file in files {
        facts.read(&std::fs::read_to_string(file)?, tables);
    }
    let references = references::find(tables, &arguments.references, &facts);
    let sizes = sizes::rows(tables, &references, &facts, arguments.rows);
    let rows = values::Rows {
        references: &references,
        facts: &facts,
        sizes: &sizes,
    };
    let client = production.connect().await?;
    // References are right by construction, and need no check.
    client.batch_execute("SET session_replication_role = replica").await?;
    client.batch_execute(values::FUNCTIONS).await?;
    for table in tables {
        let filled = client.batch_execute(&rows.insert(table)).await;
        filled.map_err(|error| format!("{} cannot be filled: {}", table.sql, reason(&error)))?;
    }
    Ok(())
}

fn reason(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// The `.sql` files of a folder, by name.
fn sql_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    Ok(files)
}
