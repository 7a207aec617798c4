//! `planwright bench QUERY`

use std::collections::BTreeMap;
use std::path::Path;

use planwright::pool::{Pool, PoolConfig};
use planwright_codegen::analyze::Analysis;
use planwright_codegen::catalog::Query;
use planwright_codegen::config::Project;
use planwright_codegen::names;
use planwright_codegen::seed::{Call, Existing, Private, Prober, Request};
use planwright_codegen::source::Command;
use planwright_codegen::{Checked, DatabaseUrl, files};
use serde::Serialize;

use crate::args::{BenchArgs, BenchFormat};
use crate::check::{checked, open, options};
use crate::explain::find;
use crate::measure::{self, Comparison, Conditions, Measurement, Plan, Record, Returns, Statement};
use crate::output::{self, Problem};
use crate::seed::{follow, problem, stopped};
use crate::{database_url, progress};

/// The most rows of a table in a private database: they are made in seconds.
const MOST_ROWS: u64 = 100_000;

/// Measures one query.
pub(crate) async fn run(folder: &Path, args: &BenchArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let before = args.compare.as_deref().map(read).transpose()?;
    let checked = checked(&project).await?;
    let (_, query) = find(&checked.catalog, &args.query).map_err(Problem::CouldNotRun)?;
    let target = Target::of(query, args)?;
    let private = match args.database_url {
        Some(_) => None,
        None => Some(private(&project, args).await?),
    };
    let url = match &private {
        Some(private) => private.database_url(),
        None => database_url::check(args.database_url.as_deref(), "call the query on")?.to_owned(),
    };
    let measured = measured(&checked, &target, args, &url, private.as_ref()).await?;
    report(&measured, before.as_ref(), args)?;
    if measured.failed == 0 {
        return Ok(());
    }
    let errors = measured
        .errors
        .iter()
        .map(|(sqlstate, calls)| format!("{sqlstate} {calls} times"));
    Err(Problem::Findings(format!(
        "error: {} of {} calls failed: {}",
        measured.failed,
        measured.calls,
        errors.collect::<Vec<_>>().join(", ")
    )))
}

/// The statement that is measured.
struct Target<'a> {
    name: &'a str,
    sql: &'a str,
    analysis: &'a Analysis,
    returns: Returns,
    given: BTreeMap<String, Option<String>>,
}

impl<'a> Target<'a> {
    /// The query's statement, or the one of several that is asked for; without a word, the first.
    fn of(query: &'a Query, args: &BenchArgs) -> Result<Self, Problem> {
        refuse_rows(query)?;
        let (name, sql, analysis) = match (&args.variant, query.variants.as_slice()) {
            (None, []) => (&query.full_name, &query.sql, &query.analysis),
            (None, [first, ..]) => {
                output::note(&format!(
                    "note: measured is {}, one of {} statements of the query; --variant takes {}",
                    first.full_name,
                    query.variants.len(),
                    variants(query)
                ));
                (&first.full_name, &first.sql, &first.analysis)
            }
            (Some(wanted), all) => {
                let given: Vec<&str> = wanted
                    .split(',')
                    .filter(|given| !given.is_empty())
                    .collect();
                let Some(found) = all.iter().find(|variant| variant.given == given) else {
                    return Err(Problem::CouldNotRun(format!(
                        "error: `{}` has no statement `{wanted}`\n  help: {}",
                        query.full_name,
                        if all.is_empty() {
                            "it has one statement: leave --variant out".to_owned()
                        } else {
                            format!("--variant takes {}", variants(query))
                        }
                    )));
                };
                (&found.full_name, &found.sql, &found.analysis)
            }
        };
        if !query.loads.is_empty() {
            output::note(&"note: what the query loads is not measured, only its own statement");
        }
        let given: BTreeMap<_, _> = args.params.iter().cloned().collect();
        for param in given.keys() {
            let mut known = analysis.params.iter().map(|known| known.name.as_str());
            if known.clone().all(|known| known != param) {
                let help = match names::nearest(param, known.by_ref()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("`planwright explain {}` lists them", query.full_name),
                };
                return Err(Problem::CouldNotRun(format!(
                    "error: `{name}` has no parameter `{param}`\n  help: {help}"
                )));
            }
        }
        let returns = match query.command.each() {
            Command::Exec | Command::ExecRows => Returns::Count,
            _ => Returns::Rows,
        };
        Ok(Self {
            name,
            sql,
            analysis,
            returns,
            given,
        })
    }
}

/// What is given rows has no parameters that could be found.
fn refuse_rows(query: &Query) -> Result<(), Problem> {
    if !matches!(query.command, Command::Bulk | Command::Copy) {
        return Ok(());
    }
    Err(Problem::CouldNotRun(format!(
        "error: `{}` is given rows (`{}`), and bench calls a query with parameters\n  \
         help: a query with the same INSERT and `:execrows` measures one row of it",
        query.full_name,
        query.command.word()
    )))
}

/// What each statement of a query is chosen by.
fn variants(query: &Query) -> String {
    let given = query
        .variants
        .iter()
        .map(|variant| format!("`{}`", variant.given.join(",")));
    given.collect::<Vec<_>>().join(", ")
}

/// A private database with generated rows.
async fn private(project: &Project, args: &BenchArgs) -> Result<Private, Problem> {
    let request = Request {
        rows: BTreeMap::new(),
        scale: args.scale,
        most_rows: Some(MOST_ROWS),
        seed: 1,
        existing: Existing::Refuse,
    };
    let bar = progress::bar("rows");
    let started = Private::start(project, &options(), &request, stopped(), follow(&bar)).await;
    bar.finish_and_clear();
    let private = started.map_err(problem)?;
    for note in &private.seeded.notes {
        output::note(&format!("note: {note}"));
    }
    Ok(private)
}

async fn measured(
    checked: &Checked,
    target: &Target<'_>,
    args: &BenchArgs,
    url: &str,
    private: Option<&Private>,
) -> Result<Measurement, Problem> {
    let database: DatabaseUrl = url
        .parse()
        .map_err(|error| Problem::could_not("read the database URL", &error))?;
    // From here on an interrupt ends the measuring, and not the program.
    let interrupted = stopped();
    let prober = Prober::new(&database, target.sql).await.map_err(problem)?;
    let call = Call {
        sql: target.sql,
        analysis: target.analysis,
        schema: &checked.schema,
        given: &target.given,
    };
    let arguments = prober.arguments(call).await.map_err(problem)?;
    let first = arguments.calls.first().cloned().unwrap_or_default();
    let reads = target.analysis.read_only && prober.is_read_only(&first).await.map_err(problem)?;
    let plan = prober.explain(target.sql, &first).await;
    let connections = args.pool.unwrap_or(args.concurrency);
    let config = PoolConfig::production()
        .with_base(connections)
        .with_overflow(0)
        .with_leak_warning(None);
    let pool = Pool::connect(url, config)
        .await
        .map_err(|error| Problem::from_error(&error))?;
    let conditions = Conditions {
        query: target.name.to_owned(),
        concurrency: args.concurrency,
        pool: connections,
        warm_up_seconds: args.warm_up.as_secs_f64(),
        rolled_back: !reads,
        arguments: arguments.origins,
        rows: private.map(|private| private.seeded.tables.iter().cloned().collect()),
    };
    let plan_of_calls = Plan {
        statement: Statement {
            sql: target.sql.to_owned(),
            returns: target.returns,
        },
        calls: arguments.calls,
        concurrency: args.concurrency as usize,
        warm_up: args.warm_up,
        duration: args.duration,
        rolled_back: conditions.rolled_back,
    };
    output::note(&format!("calling {}", target.name));
    let (mut record, took) = measure::measure(&pool, plan_of_calls, interrupted).await;
    name_errors(&mut record, &prober).await;
    let mut measurement = Measurement::new(conditions, &record, took, args.duration);
    match plan {
        Ok(plan) => measurement.plan = plan,
        Err(error) => output::note(&format!("note: {error}")),
    }
    for ((_, message), failed) in &record.failures {
        output::note(&format!("note: {} calls failed: {message}", failed.calls));
    }
    Ok(measurement)
}

/// Diesel does not tell the SQLSTATE of every error: such a call is made once more.
async fn name_errors(record: &mut Record, prober: &Prober) {
    let failures = std::mem::take(&mut record.failures);
    for ((sqlstate, message), failed) in failures {
        let sqlstate = match sqlstate {
            None => prober.sqlstate(&failed.arguments).await,
            known => known,
        };
        record.failures.insert((sqlstate, message), failed);
    }
}

/// What is printed as JSON: what `--save` writes, and the comparison where there is one.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    measured: &'a Measurement,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'a Comparison>,
}

/// Prints, saves and compares.
fn report(
    measured: &Measurement,
    before: Option<&Measurement>,
    args: &BenchArgs,
) -> Result<(), Problem> {
    let compared = before.map(|before| measure::compare(before, measured));
    match args.format {
        BenchFormat::Json => {
            let comparison = compared.as_ref();
            output::line(&json(&Printed {
                measured,
                comparison,
            })?);
        }
        BenchFormat::Text => {
            output::line(&measure::text(measured));
            if let Some(compared) = compared {
                output::line(&format!("\n{compared}"));
            }
        }
    }
    if let Some(path) = &args.save {
        let saved = files::write(path, &(json(measured)? + "\n"));
        saved.map_err(|error| Problem::from_error(&error))?;
    }
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Problem::could_not("write the figures as JSON", &error))
}

/// Reads what `--save` wrote.
fn read(path: &Path) -> Result<Measurement, Problem> {
    let what = format!("read {}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| Problem::could_not(&what, &error))?;
    serde_json::from_str(&text).map_err(|error| Problem::could_not(&what, &error))
}
