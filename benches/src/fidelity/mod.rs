//! How faithful plans made from a statistics snapshot are, for any schema and queries.
//!
//! A private server plays production: it gets the schema and generated rows. A snapshot is
//! taken of it, the queries are checked with the snapshot on an empty server, and the plans
//! are compared with those that production makes itself.

mod arguments;
mod comparison;
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
    comparisons
        .iter()
        .filter(|c| c.what.starts_with("snapshot"))
        .for_each(report::differences);
    bench.production.server.stop().await?;
    Ok(())
}

/// The plan of each query, by its name.
type Plans = BTreeMap<String, Plan>;

/// Production, and the project that is checked.
struct Bench {
    production: Production,
    project: TempProject,
}

impl Bench {
    async fn prepare(arguments: &Arguments, settings: &Settings) -> Result<Self, Box<dyn Error>> {
        let schema = std::fs::read_to_string(&arguments.schema)?;
        let indexes = match &arguments.indexes {
            Some(path) => std::fs::read_to_string(path)?,
            None => String::new(),
        };
        let start = Instant::now();
        let production = Production::start(settings, &schema).await?;
        let tables = production.tables().await?;
        let mut facts = Facts::default();
        for file in &arguments.queries {
            facts.read(&std::fs::read_to_string(file)?, &tables);
        }
        fill(&production, &tables, &facts, arguments).await?;
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
        project.write_queries(&arguments.queries, arguments.parameters)?;
        Ok(Self {
            production,
            project,
        })
    }

    async fn compare(&self, arguments: &Arguments) -> Result<Vec<Comparison>, Box<dyn Error>> {
        let with = self.pull(&Values::All).await?;
        let without = self.pull(&Values::None).await?;
        let checked = self.project.check(&with).await?;
        let theirs = self.plans(&checked, "").await?;
        let compare = |what, others: &Plans| Comparison::new(what, &theirs, others);
        let mut all = vec![compare("planned again", &self.plans(&checked, "").await?)];
        if arguments.values != Some(false) {
            all.push(compare("snapshot with values", &plans(&checked)));
            all.push(self.exhaustive(&checked, with.clone()).await?);
        }
        if arguments.values != Some(true) {
            all.push(compare(
                "snapshot without values",
                &self.planned(&without).await?,
            ));
        }
        if arguments.parts {
            for part in parts::parts(&with, &without) {
                all.push(compare(part.name, &self.planned(&part.snapshot).await?));
            }
        }
        // How much another sample changes, without any snapshot.
        self.production.execute("ANALYZE").await?;
        let again = self.plans(&checked, "").await?;
        all.insert(1, compare("analysed and planned again", &again));
        Ok(all)
    }

    /// The genetic optimiser takes another turn for any small difference: what is the same
    /// where both sides go without.
    async fn exhaustive(
        &self,
        checked: &Checked,
        mut snapshot: Snapshot,
    ) -> Result<Comparison, Box<dyn Error>> {
        let off = ("geqo".to_owned(), "off".to_owned());
        snapshot.server.settings.extend([off]);
        let theirs = self.plans(checked, "SET geqo = off").await?;
        let ours = self.planned(&snapshot).await?;
        let what = "snapshot with values, both with geqo off";
        Ok(Comparison::new(what, &theirs, &ours))
    }

    async fn pull(&self, values: &Values) -> Result<Snapshot, Box<dyn Error>> {
        let pulled = self.project.pull(&self.production, values).await?;
        for note in &pulled.notes {
            println!("note: {note}");
        }
        Ok(pulled.snapshot)
    }

    /// The plans that production makes itself, with a setting.
    async fn plans(&self, checked: &Checked, setting: &str) -> Result<Plans, Box<dyn Error>> {
        let queries: Vec<&Query> = checked.catalog.queries().collect();
        self.production
            .plans(&queries, &checked.schema, setting)
            .await
    }

    /// The plans made with a snapshot.
    async fn planned(&self, snapshot: &Snapshot) -> Result<Plans, Box<dyn Error>> {
        Ok(plans(&self.project.check(snapshot).await?))
    }
}

fn plans(checked: &Checked) -> Plans {
    let queries = checked.catalog.queries();
    queries
        .map(|query| (query.full_name.clone(), query.plan.clone()))
        .collect()
}

/// Fills all tables.
async fn fill(
    production: &Production,
    tables: &[Table],
    facts: &Facts,
    arguments: &Arguments,
) -> Result<(), Box<dyn Error>> {
    let references = references::find(tables, facts);
    let sizes = sizes::rows(tables, &references, facts, arguments.rows);
    let rows = values::Rows {
        references: &references,
        facts,
        sizes: &sizes,
    };
    let client = production.connect().await?;
    // References are right by construction, and need no check.
    client
        .batch_execute("SET session_replication_role = replica")
        .await?;
    client.batch_execute(values::FUNCTIONS).await?;
    for table in tables {
        let filled = client.batch_execute(&rows.insert(table)).await;
        filled.map_err(|error| format!("{} cannot be filled: {}", table.sql, reason(&error)))?;
    }
    Ok(())
}

fn reason(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
