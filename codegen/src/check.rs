//! The pipeline in one place: read, parse, ask the server, put together, emit.

use planwright_embedded::EmbeddedServer;

use crate::analyze::{self, Analysis};
use crate::catalog::{self, Catalog};
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::emit::{self, Files};
use crate::failure::Failure;
use crate::files::{self, Inputs};
use crate::lock::Lock;
use crate::plan::{self, Plan};
use crate::refused::refused;
use crate::rules;
use crate::schema::{self, Schema, migrations};
use crate::scratch::{self, DATABASE, Options};
use crate::server::{Server, ServerError};
use crate::source::{self, SourceFile, SourceQuery};

/// A catalog without errors, and what is generated from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The catalog.
    pub catalog: Catalog,
    /// The generated files.
    pub files: Files,
    /// Their lock.
    pub lock: Lock,
    /// What is worth reading all the same.
    pub warnings: Diagnostics,
    /// The texts that warnings point into.
    pub sources: Vec<SourceText>,
}

/// Checks a project. Nothing is written.
///
/// # Errors
/// When the catalog has errors, all of which are then reported together, or when a
/// file or the scratch server fails.
pub async fn check(project: &Project, options: &Options) -> Result<Checked, Failure> {
    let (inputs, mut diagnostics) = files::read_inputs(project)?;
    let (sources, found) = source::parse(&inputs.queries);
    diagnostics.extend(found);
    let texts: Vec<SourceText> = inputs.texts().cloned().collect();
    let found = migrations::verify(&inputs.migrations);
    if found.has_errors() {
        diagnostics.extend(found);
        return Err(Failure::Findings {
            diagnostics,
            sources: texts,
        });
    }
    let server = match scratch::start(project, options, &inputs.migrations).await? {
        Ok(server) => server,
        Err(refused) => {
            diagnostics.push(*refused);
            return Err(Failure::Findings {
                diagnostics,
                sources: texts,
            });
        }
    };
    let catalog = judge(project, &server, &inputs, &sources, &mut diagnostics).await;
    server.stop().await?;
    let catalog = catalog?;
    if diagnostics.has_errors() {
        return Err(Failure::Findings {
            diagnostics,
            sources: texts,
        });
    }
    diagnostics.extend(rules::server_version(project, catalog.postgres));
    let files = emit::emit(&catalog);
    let lock = Lock::new(&inputs, &catalog, &files);
    Ok(Checked {
        catalog,
        files,
        lock,
        warnings: diagnostics,
        sources: texts,
    })
}

/// Asks the server about every query, and puts the catalog together.
async fn judge(
    project: &Project,
    embedded: &EmbeddedServer,
    inputs: &Inputs,
    sources: &[SourceFile],
    diagnostics: &mut Diagnostics,
) -> Result<Catalog, Failure> {
    let server = Server::connect(&embedded.config(DATABASE)).await?;
    let schema = schema::read(&server.client)
        .await
        .map_err(ServerError::from)?;
    let queries: Vec<(&SourceFile, &SourceQuery)> = sources
        .iter()
        .flat_map(|file| file.queries.iter().map(move |query| (file, query)))
        .collect();
    let statements: Vec<&str> = queries
        .iter()
        .map(|(_, query)| query.sql.as_str())
        .collect();
    let described = server.describe(&statements, &schema.user_types()).await?;
    let mut analysed: Vec<Option<Analysis>> = Vec::new();
    for ((file, query), described) in queries.iter().zip(&described) {
        analysed.push(match described {
            Ok(described) => analyze::analyze(&schema, file, query, described, diagnostics),
            Err(error) => {
                diagnostics.push(refused(&schema, file, query, error));
                None
            }
        });
    }
    let plans = plans(&server, &schema, &queries, &analysed, diagnostics).await?;
    rules::sizes_are_of_tables(project, &inputs.config, &schema, diagnostics);
    for ((file, query), plan) in queries.iter().zip(&plans) {
        let known = rules::indexes_exist(&schema, file, query, diagnostics);
        if let (true, Some(plan)) = (known, plan) {
            rules::indexes_used(project, file, query, plan, diagnostics);
        }
    }
    let types = described.iter().flatten().flat_map(|d| {
        let columns = d.columns.iter().map(|column| column.type_oid);
        d.params.iter().copied().chain(columns)
    });
    let enums = catalog::enums(&schema, types);
    let mut checked = queries.iter().zip(analysed).zip(plans);
    let modules = sources
        .iter()
        .map(|file| {
            let of_file = checked.by_ref().take(file.queries.len());
            let usable = of_file.filter_map(|((query, analysis), plan)| {
                Some(catalog::Checked {
                    source: query.1,
                    analysis: analysis?,
                    plan: plan?,
                })
            });
            catalog::module(file, usable.collect(), diagnostics)
        })
        .collect();
    Ok(Catalog {
        postgres: embedded.version().major,
        assumed: rules::tables_without_size(project, &schema),
        modules,
        enums,
    })
}

/// The plan of every query that could be analysed.
async fn plans(
    server: &Server,
    schema: &Schema,
    queries: &[(&SourceFile, &SourceQuery)],
    analysed: &[Option<Analysis>],
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Option<Plan>>, Failure> {
    let wanted: Vec<usize> = (0..queries.len())
        .filter(|&i| analysed[i].is_some())
        .collect();
    let statements: Vec<(&str, usize)> = wanted
        .iter()
        .map(|&i| {
            (
                queries[i].1.sql.as_str(),
                analysed[i].as_ref().map_or(0, |a| a.params.len()),
            )
        })
        .collect();
    let explained = server.explain(&statements).await?;
    let mut plans = vec![None; queries.len()];
    for (index, answer) in wanted.into_iter().zip(explained) {
        match answer {
            Ok(json) => {
                let names = analysed[index].iter().flat_map(|a| &a.params);
                let names: Vec<&str> = names.map(|param| param.name.as_str()).collect();
                let mut plan = plan::reduce(&json, &names);
                let used = analysed[index].as_ref().map_or(&[][..], |a| &a.tables);
                for path in &mut plan.paths {
                    path.table = schema.table_called(&path.table, used);
                }
                plans[index] = Some(plan);
            }
            Err(error) => {
                diagnostics.push(refused(schema, queries[index].0, queries[index].1, &error));
            }
        }
    }
    Ok(plans)
}
