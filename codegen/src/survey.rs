//! Everything the server says of a project: what checks, advice and grants start from.

use planwright_embedded::EmbeddedServer;

use crate::analyze::{self, Analysis};
use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText};
use crate::failure::Failure;
use crate::files::{self, Inputs};
use crate::plan::{self, Plan};
use crate::refused::refused;
use crate::samples;
use crate::schema::{self, Schema, migrations};
use crate::scratch::{self, DATABASE, Options};
use crate::server::{Described, Refusal, Server, ServerError, Statement};
use crate::source::{self, SourceFile, SourceQuery};
use crate::statistics::{Scale, Snapshot, TableRows, relations};

/// The project's texts, read and parsed.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) inputs: Inputs,
    pub(crate) sources: Vec<SourceFile>,
    pub(crate) snapshot: Option<Snapshot>,
}

/// What the server says of a project.
pub(crate) struct Survey {
    pub(crate) texts: Texts,
    pub(crate) embedded: EmbeddedServer,
    pub(crate) server: Server,
    pub(crate) schema: Schema,
    /// How many rows each table counts as, by the name a reader calls it.
    pub(crate) rows: TableRows,
    /// What the server says of each query, in the order of [`Texts::queries`].
    pub(crate) described: Vec<Result<Described, Refusal>>,
    /// The analysis of each query that could be analysed.
    pub(crate) analysed: Vec<Option<Analysis>>,
    /// The plan of each query that could be planned.
    pub(crate) plans: Vec<Option<Plan>>,
}

impl Texts {
    /// Reads a project. What cannot be used is reported, and left out.
    pub(crate) fn read(project: &Project, found: &mut Diagnostics) -> Result<Self, Failure> {
        let (inputs, unreadable) = files::read_inputs(project)?;
        let (sources, unusable) = source::parse(&inputs.queries);
        found.extend(unreadable);
        found.extend(unusable);
        let mut texts = Self {
            inputs,
            sources,
            snapshot: None,
        };
        if let Some(text) = &texts.inputs.statistics {
            match Snapshot::parse(text) {
                Ok(snapshot) => texts.snapshot = Some(snapshot),
                // Plans at another scale than the one that was meant would say nothing.
                Err(unreadable) => {
                    found.push(*unreadable);
                    return Err(texts.failure(std::mem::take(found)));
                }
            }
        }
        Ok(texts)
    }

    /// Reads a project of which only the migrations matter.
    pub(crate) fn of_migrations(project: &Project) -> Result<Self, Failure> {
        let (mut inputs, mut found) = files::read_inputs(project)?;
        inputs.statistics = None;
        found.extend(migrations::verify(&inputs.migrations));
        let texts = Self {
            inputs,
            ..Self::default()
        };
        if found.has_errors() {
            return Err(texts.failure(found));
        }
        Ok(texts)
    }

    /// What the scratch server is to plan for.
    pub(crate) fn scale<'a>(&'a self, project: &'a Project) -> Scale<'a> {
        Scale {
            declared: &project.config.tables,
            snapshot: self.snapshot.as_ref(),
            growth: 1.0,
        }
    }

    /// Every query with its file, in the order of the files.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (&SourceFile, &SourceQuery)> {
        self.sources
            .iter()
            .flat_map(|file| file.queries.iter().map(move |query| (file, query)))
    }

    /// What diagnostics point into.
    pub(crate) fn source_texts(&self) -> Vec<SourceText> {
        self.inputs.texts().cloned().collect()
    }

    /// Findings that leave no catalog.
    pub(crate) fn failure(&self, diagnostics: Diagnostics) -> Failure {
        Failure::Findings {
            diagnostics,
            sources: self.source_texts(),
        }
    }
}

impl Survey {
    /// Starts the scratch server and asks it about every query. Queries that cannot be
    /// used are reported; only migrations that cannot be applied end it.
    pub(crate) async fn take(
        project: &Project,
        options: &Options,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let texts = Texts::read(project, found)?;
        let unusable = migrations::verify(&texts.inputs.migrations);
        let fatal = unusable.has_errors();
        found.extend(unusable);
        if fatal {
            return Err(texts.failure(std::mem::take(found)));
        }
        let scale = texts.scale(project);
        let bytewise = scratch::is_bytewise(project, &scale);
        let started = scratch::start(project, options, &texts.inputs, &scale).await?;
        let embedded = match started {
            Ok(embedded) => embedded,
            Err(refused) => {
                found.push(*refused);
                return Err(texts.failure(std::mem::take(found)));
            }
        };
        let server = Server::connect(&embedded.config(DATABASE)).await?;
        let schema = schema::read(&server.client)
            .await
            .map_err(ServerError::from)?;
        found.extend_one(scratch::other_collation(&server.client, bytewise).await?);
        let relations = relations::read(&server.client)
            .await
            .map_err(ServerError::from)?;
        let rows = TableRows::new(&scale.known(&relations));
        found.extend(plan_like(&server, &texts).await?);
        let mut survey = Self {
            texts,
            embedded,
            server,
            schema,
            rows,
            described: Vec::new(),
            analysed: Vec::new(),
            plans: Vec::new(),
        };
        survey.describe(found).await?;
        survey.plan(found).await?;
        Ok(survey)
    }

    /// Ends the scratch server.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        drop(self.server);
        Ok(self.embedded.stop().await?)
    }

    /// Describes and analyses every query.
    async fn describe(&mut self, found: &mut Diagnostics) -> Result<(), Failure> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let statements: Vec<&str> = queries.iter().map(|(_, query)| &*query.sql).collect();
        let user_types = self.schema.user_types();
        let described = self.server.describe(&statements, &user_types).await?;
        let analysed = queries.iter().zip(&described);
        let analysed = analysed.map(|((file, query), described)| match described {
            Ok(described) => analyze::analyze(&self.schema, file, query, described, found),
            Err(error) => {
                found.push(refused(&self.schema, file, query, error));
                None
            }
        });
        self.analysed = analysed.collect();
        self.described = described;
        Ok(())
    }

    /// Plans every query that could be analysed, and those with samples for these as well.
    async fn plan(&mut self, found: &mut Diagnostics) -> Result<(), Failure> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let wanted: Vec<usize> = (0..queries.len())
            .filter(|&i| self.analysed[i].is_some())
            .collect();
        let statement = |index: usize| Statement {
            sql: &queries[index].1.sql,
            params: self.analysed[index].as_ref().map_or(0, |a| a.params.len()),
            values: None,
        };
        let statements: Vec<Statement<'_>> = wanted.iter().map(|&i| statement(i)).collect();
        let explained = self.server.explain(&statements).await?;
        let mut plans = vec![None; queries.len()];
        for (&index, answer) in wanted.iter().zip(explained) {
            let (file, query) = queries[index];
            match answer {
                Ok(json) => plans[index] = self.reduced(&json, index),
                Err(error) => found.push(refused(&self.schema, file, query, &error)),
            }
        }
        let samples: Vec<(usize, Vec<Option<String>>)> = wanted
            .iter()
            .filter_map(|&index| {
                let (file, query) = queries[index];
                let analysis = self.analysed[index].as_ref()?;
                Some((index, samples::values(file, query, analysis, found)?))
            })
            .collect();
        let statements: Vec<Statement<'_>> = samples
            .iter()
            .map(|(index, values)| Statement {
                values: Some(values),
                ..statement(*index)
            })
            .collect();
        let explained = self.server.explain_with_values(&statements).await?;
        for ((index, _), answer) in samples.iter().zip(explained) {
            let (file, query) = queries[*index];
            match answer {
                Ok(json) => {
                    let (generic, custom) = (plans[*index].take(), self.reduced(&json, *index));
                    plans[*index] = samples::settled(generic, custom);
                }
                Err(error) => found.push(samples::refused(file, query, &error)),
            }
        }
        self.plans = plans;
        Ok(())
    }

    /// A plan of a query, with the names that its author knows.
    pub(crate) fn reduced(&self, json: &str, query: usize) -> Option<Plan> {
        let analysis = self.analysed[query].as_ref()?;
        let names: Vec<&str> = analysis.params.iter().map(|p| p.name.as_str()).collect();
        let mut plan = plan::reduce(json, &names);
        for path in &mut plan.paths {
            path.table = self.schema.table_called(&path.table, &analysis.tables);
        }
        Some(plan)
    }
}

/// Makes the connection plan with production's settings. A setting that the scratch server
/// does not know is reported.
async fn plan_like(server: &Server, texts: &Texts) -> Result<Diagnostics, ServerError> {
    let mut found = Diagnostics::new();
    let settings = texts.snapshot.iter().flat_map(|s| &s.server.settings);
    for (name, value) in settings {
        let Err(refusal) = server.set(name, value).await? else {
            continue;
        };
        let message = format!(
            "the planner setting `{name}` cannot be set: {}",
            refusal.message()
        );
        let diagnostic = Diagnostic::warning("statistics-mismatch", message);
        found.push(match &texts.inputs.statistics {
            Some(text) => {
                let start = text.text.find(name.as_str()).unwrap_or(0);
                diagnostic.at(&text.path, start..start + name.len(), "")
            }
            None => diagnostic,
        });
    }
    Ok(found)
}
