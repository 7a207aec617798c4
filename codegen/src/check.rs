//! The pipeline in one place: read, parse, ask the server, judge, put together, emit.

use std::collections::BTreeMap;

use crate::answers::{Answer, Asked, Kept};
use crate::catalog::{self, Catalog};
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::emit::{self, Files};
use crate::failure::Failure;
use crate::lock::Lock;
use crate::remedy;
use crate::rules;
use crate::schema::Schema;
use crate::scratch::{self, Memory, Options};
use crate::survey::{Survey, Texts, Warm};

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
    /// What the server was asked anew.
    pub asked: Asked,
}

/// Checks a project. Nothing is written to it.
///
/// # Errors
/// When the catalog has errors, all of which are then reported together, or when a
/// file or the scratch server fails.
pub async fn check(project: &Project, options: &Options) -> Result<Checked, Failure> {
    let mut checker = Checker::new(options.clone());
    let done = Box::pin(checker.check(project)).await;
    let stopped = checker.stop().await;
    let done = done?;
    stopped?;
    Ok(done)
}

/// Checks again and again, on one server as long as that has the project's migrations and
/// statistics.
#[derive(Default)]
pub struct Checker {
    options: Options,
    /// The server, and what it was made from.
    warm: Option<(Warm, String)>,
    answers: Option<BTreeMap<String, Answer>>,
    /// The last catalog without errors, and its files.
    last: Option<(Catalog, Files)>,
}

impl Checker {
    /// One that starts a server when it first needs one.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Checks a project, which is to be the same each time. Nothing is written to it.
    ///
    /// # Errors
    /// As [`check`].
    pub async fn check(&mut self, project: &Project) -> Result<Checked, Failure> {
        let mut found = Diagnostics::new();
        let texts = Texts::checked(project, &mut found)?;
        let made_from = scratch::made_from(project, &texts.inputs);
        let warm = match self.warm.take() {
            Some((warm, of)) if of == made_from => warm,
            old => {
                if let Some((warm, _)) = old {
                    warm.stop().await?;
                }
                Warm::start(project, &self.options, &texts, &mut found).await?
            }
        };
        let kept = self.kept(project)?;
        let before = match self.answers.take() {
            Some(before) => before,
            None => kept.as_ref().map(Kept::load).unwrap_or_default(),
        };
        let mut survey = Survey::retake(project, warm, texts, before, &mut found).await?;
        let checked = judge(project, &mut survey, self.last.as_ref(), found).await;
        if let Ok(Checked { catalog, files, .. }) = &checked {
            self.last = Some((catalog.clone(), files.clone()));
        }
        let (warm, answers) = survey.into_warm();
        if let Some(kept) = kept {
            kept.save(&answers);
        }
        self.answers = Some(answers);
        self.warm = Some((warm, made_from));
        checked
    }

    /// Ends the server.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn stop(self) -> Result<(), Failure> {
        match self.warm {
            Some((warm, _)) => warm.stop().await,
            None => Ok(()),
        }
    }

    fn kept(&self, project: &Project) -> Result<Option<Kept>, Failure> {
        Ok(match self.options.memory {
            Memory::None => None,
            Memory::Cache => Some(Kept::of(project, &self.options.server.cache()?)),
        })
    }
}

/// Judges what the server said, and generates.
async fn judge(
    project: &Project,
    survey: &mut Survey,
    last: Option<&(Catalog, Files)>,
    mut found: Diagnostics,
) -> Result<Checked, Failure> {
    let (findings, misused) = rules::findings(project, survey);
    found.extend(misused);
    let mut findings = rules::of_queries(findings);
    remedy::add(survey, &mut findings).await?;
    for finding in findings {
        found.push(finding.diagnostic);
    }
    let catalog = catalog(project, survey, &mut found);
    let texts = &survey.texts;
    if found.has_errors() {
        return Err(texts.failure(found));
    }
    found.extend(rules::server_version(project, catalog.postgres));
    let last = last.map(|(catalog, files)| (catalog, files));
    let files = emit::emit_beside(&catalog, last);
    let lock = Lock::new(&texts.inputs, &catalog, &files);
    Ok(Checked {
        catalog,
        schema: survey.schema.clone(),
        files,
        lock,
        warnings: found.of_queries(),
        sources: texts.source_texts(),
        asked: survey.answers.asked,
    })
}

/// Puts the catalog together from what the survey found.
fn catalog(project: &Project, survey: &mut Survey, found: &mut Diagnostics) -> Catalog {
    let types = || {
        survey.described.iter().flatten().flat_map(|d| {
            let columns = d.columns.iter().map(|column| column.type_oid);
            d.params.iter().copied().chain(columns)
        })
    };
    let enums = catalog::enums(&survey.schema, types());
    let composites = catalog::composites(&survey.schema, &survey.mapping, types());
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
        composites,
    }
}
