//! The pipeline in one place: read, parse, ask the server, judge, put together, emit.

use crate::catalog::{self, Catalog};
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::emit::{self, Files};
use crate::failure::Failure;
use crate::lock::Lock;
use crate::remedy;
use crate::rules;
use crate::schema::Schema;
use crate::scratch::Options;
use crate::survey::Survey;

/// A catalog without errors, and what is generated from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The catalog.
    pub catalog: Catalog,
    /// What the migrations make.
    pub schema: Schema,
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
    let mut found = Diagnostics::new();
    let mut survey = Survey::take(project, options, &mut found).await?;
    let (findings, misused) = rules::findings(project, &survey);
    found.extend(misused);
    let mut findings = rules::of_queries(findings);
    remedy::add(&survey, &mut findings).await?;
    for finding in findings {
        found.push(finding.diagnostic);
    }
    let catalog = catalog(project, &mut survey, &mut found);
    let texts = std::mem::take(&mut survey.texts);
    let schema = std::mem::take(&mut survey.schema);
    survey.stop().await?;
    if found.has_errors() {
        return Err(texts.failure(found));
    }
    found.extend(rules::server_version(project, catalog.postgres));
    let files = emit::emit(&catalog);
    let lock = Lock::new(&texts.inputs, &catalog, &files);
    Ok(Checked {
        catalog,
        schema,
        files,
        lock,
        warnings: found.of_queries(),
        sources: texts.source_texts(),
    })
}

/// Puts the catalog together from what the survey found.
fn catalog(project: &Project, survey: &mut Survey, found: &mut Diagnostics) -> Catalog {
    let types = survey.described.iter().flatten().flat_map(|d| {
        let columns = d.columns.iter().map(|column| column.type_oid);
        d.params.iter().copied().chain(columns)
    });
    let enums = catalog::enums(&survey.schema, types);
    let analysed = std::mem::take(&mut survey.analysed);
    let plans = std::mem::take(&mut survey.plans);
    let mut checked = survey.texts.queries().zip(analysed).zip(plans);
    let sources = survey.texts.sources.iter();
    let modules = sources.map(|file| {
        let of_file = checked.by_ref().take(file.queries.len());
        let usable = of_file.filter_map(|(((_, source), analysis), plan)| {
            Some(catalog::Checked {
                source,
                analysis: analysis?,
                plan: plan?,
            })
        });
        catalog::module(file, usable.collect(), found)
    });
    let mut modules: Vec<catalog::Module> = modules.collect();
    catalog::array_forms(&mut modules);
    catalog::collapse(&survey.schema, &mut modules, &survey.texts.sources, found);
    catalog::link(&survey.schema, &mut modules, &survey.texts.sources, found);
    catalog::comments(&project.config.sql, &mut modules);
    Catalog {
        postgres: survey.embedded.version().major,
        modules,
        with_statistics: survey.texts.snapshot.is_some(),
        assumed: rules::tables_without_size(survey),
        enums,
    }
}
