//! The pipeline in one place: read, parse, ask the server, judge, put together, emit.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::answers::{Answer, Asked};
use crate::catalog::{self, Catalog};
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::emit::{self, Emitted, Files, Known};
use crate::failure::Failure;
use crate::files;
use crate::lock::Lock;
use crate::memory::{Kept, Kind};
use crate::remedy;
use crate::rules;
use crate::schema::Schema;
use crate::scratch::{self, Options};
use crate::survey::{Survey, Texts, Warm};

/// A catalog without errors, and what is generated from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// What the migrations make.
    pub schema: Arc<Schema>,
    /// The generated files.
    pub files: Arc<Files>,
    /// Their lock.
    pub lock: Lock,
    /// What is worth reading all the same.
    pub warnings: Diagnostics,
    /// The texts that warnings point into.
    pub sources: Vec<SourceText>,
    /// What the server was asked anew.
    pub asked: Asked,
    /// How many modules were formatted anew; the text of the others was known.
    pub formatted: usize,
}

/// Checks a project. Nothing is written to it.
///
/// # Errors
/// When the catalog has errors, all of which are then reported together, or when a
/// file or the scratch server fails.
pub async fn check(project: &Project, options: &Options) -> Result<Checked, Failure> {
    let mut checker = Checker {
        once: true,
        ..Checker::new(options.clone())
    };
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
    /// Whether there is no check after the first.
    once: bool,
    /// The server, and what it was made from.
    warm: Option<(Warm, String)>,
    /// Ends the server of the only check.
    stopping: Option<JoinHandle<Result<(), Failure>>>,
    answers: Option<BTreeMap<String, Answer>>,
    /// The last catalog without errors, and its files.
    last: Option<(Arc<Catalog>, Arc<Files>)>,
    /// What is known of files that were emitted.
    emitted: Emitted,
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
        let kept = self.options.kept(project)?;
        // Read while the server starts.
        let memories = kept.clone().filter(|_| self.answers.is_none());
        let memories = memories.map(|kept| {
            let load = move || (kept.load(Kind::Answers), kept.load(Kind::Emitted));
            tokio::task::spawn_blocking(load)
        });
        let texts = Texts::checked(project, &mut found)?;
        let made_from = scratch::made_from(project, &texts.inputs);
        let warm = match self.warm.take() {
            Some((warm, of)) if of == made_from => warm,
            old => {
                if let Some((warm, _)) = old {
                    warm.stop().await?;
                }
                Box::pin(Warm::start(project, &self.options, &texts, &mut found)).await?
            }
        };
        if let Some(memories) = memories {
            // What cannot be read is not known.
            let (answers, emitted) = memories.await.unwrap_or_default();
            (self.answers, self.emitted) = (Some(answers), emitted);
        }
        let before = self.answers.take().unwrap_or_default();
        let surveying = Survey::retake(project, warm, texts, before, &mut found);
        let mut survey = Box::pin(surveying).await?;
        let judged = Box::pin(judge(project, &mut survey, found)).await;
        let (texts, warm, answers) = survey.into_parts();
        if self.once {
            self.stopping = Some(tokio::spawn(warm.stop()));
        } else {
            self.warm = Some((warm, made_from));
        }
        let answers = Arc::new(answers);
        let keeping = kept.clone().map(|kept| {
            let answers = Arc::clone(&answers);
            tokio::task::spawn_blocking(move || kept.save(Kind::Answers, &*answers))
        });
        // Files are emitted while the server goes and answers are written down. Here a runtime of
        // one thread begins with both.
        tokio::task::yield_now().await;
        let checked = judged.and_then(|judged| self.emit(project, judged, &texts, kept.as_ref()));
        if let Some(keeping) = keeping {
            // What cannot be remembered is asked again.
            let _forgotten = keeping.await;
        }
        self.answers = Arc::into_inner(answers);
        checked
    }

    /// Generates what is checked.
    fn emit(
        &mut self,
        project: &Project,
        judged: Judged,
        texts: &Texts,
        kept: Option<&Kept>,
    ) -> Result<Checked, Failure> {
        let Judged {
            catalog,
            schema,
            warnings,
            asked,
        } = judged;
        let on_disk = if self.last.is_some() || self.emitted.is_of_another() {
            Files::new()
        } else {
            files::read_generated(project)?.0
        };
        let known = Known {
            last: self
                .last
                .as_ref()
                .map(|(catalog, files)| (&**catalog, &**files)),
            emitted: &self.emitted,
            on_disk: &on_disk,
        };
        let (files, formatted, emitted) = emit::emit_beside(&catalog, known, kept.is_some());
        self.emitted = emitted;
        if let Some(kept) = kept {
            kept.save(Kind::Emitted, &self.emitted);
        }
        let (catalog, files) = (Arc::new(catalog), Arc::new(files));
        self.last = Some((Arc::clone(&catalog), Arc::clone(&files)));
        Ok(Checked {
            lock: Lock::new(&texts.inputs, &catalog, self.emitted.prints(&files)),
            catalog,
            schema,
            files,
            warnings,
            sources: texts.source_texts(),
            asked,
            formatted,
        })
    }

    /// Ends the server.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub async fn stop(self) -> Result<(), Failure> {
        if let Some((warm, _)) = self.warm {
            warm.stop().await?;
        }
        let Some(stopping) = self.stopping else {
            return Ok(());
        };
        match stopping.await {
            Ok(stopped) => stopped,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is going, and drops the server.
                Err(_) => Ok(()),
            },
        }
    }
}

/// A catalog without errors.
struct Judged {
    catalog: Catalog,
    schema: Arc<Schema>,
    warnings: Diagnostics,
    asked: Asked,
}

/// Judges what the server said.
async fn judge(
    project: &Project,
    survey: &mut Survey,
    mut found: Diagnostics,
) -> Result<Judged, Failure> {
    let (findings, misused) = rules::findings(project, survey);
    found.extend(misused);
    let mut findings = rules::of_queries(findings);
    remedy::add(survey, &mut findings).await?;
    for finding in findings {
        found.push(finding.diagnostic);
    }
    let catalog = catalog(project, survey, &mut found);
    if found.has_errors() {
        return Err(survey.texts.failure(found));
    }
    found.extend(rules::server_version(project, catalog.postgres));
    Ok(Judged {
        catalog,
        schema: Arc::clone(&survey.schema),
        warnings: found.of_queries(),
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
