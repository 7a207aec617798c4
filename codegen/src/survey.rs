//! Everything the server says of a project: what checks, advice and grants start from.

use planwright_embedded::EmbeddedServer;

use crate::analyze::{self, Analysis, Tenancy};
use crate::config::Project;
use crate::diagnostics::{Diagnostics, SourceText};
use crate::failure::Failure;
use crate::files::{self, Inputs};
use crate::plan::{self, Plan};
use crate::refused::refused;
use crate::schema::{self, Schema, migrations};
use crate::scratch::{self, DATABASE, Options};
use crate::server::{Described, Refusal, Server, ServerError};
use crate::source::{self, SourceFile, SourceQuery};
use crate::statistics::{self, TableRows};

/// The project's texts, read and parsed.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) inputs: Inputs,
    pub(crate) sources: Vec<SourceFile>,
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
        Ok(Self { inputs, sources })
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
        let embedded = match scratch::start(project, options, &texts.inputs.migrations).await? {
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
        let rows = statistics::rows(&server.client, &project.config.tables)
            .await
            .map_err(ServerError::from)?;
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
        survey.describe(project, found).await?;
        survey.plan(found).await?;
        Ok(survey)
    }

    /// Ends the scratch server.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        drop(self.server);
        Ok(self.embedded.stop().await?)
    }

    /// Describes and analyses every query.
    async fn describe(
        &mut self,
        project: &Project,
        found: &mut Diagnostics,
    ) -> Result<(), Failure> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let statements: Vec<&str> = queries.iter().map(|(_, query)| &*query.sql).collect();
        let user_types = self.schema.user_types();
        let described = self.server.describe(&statements, &user_types).await?;
        let column = project.config.tenant.column.as_deref();
        let tenancy = column.map(|column| Tenancy::new(&self.schema, column));
        let tenancy = tenancy.as_ref();
        let analysed = queries.iter().zip(&described);
        let analysed = analysed.map(|((file, query), described)| match described {
            Ok(described) => analyze::analyze(&self.schema, tenancy, file, query, described, found),
            Err(error) => {
                found.push(refused(&self.schema, file, query, error));
                None
            }
        });
        self.analysed = analysed.collect();
        self.described = described;
        Ok(())
    }

    /// Plans every query that could be analysed.
    async fn plan(&mut self, found: &mut Diagnostics) -> Result<(), Failure> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let wanted: Vec<(usize, &Analysis)> = self
            .analysed
            .iter()
            .enumerate()
            .filter_map(|(index, analysis)| Some((index, analysis.as_ref()?)))
            .collect();
        let statements: Vec<(&str, usize)> = wanted
            .iter()
            .map(|&(index, analysis)| (queries[index].1.sql.as_str(), analysis.params.len()))
            .collect();
        let explained = self.server.explain(&statements).await?;
        let mut plans = vec![None; queries.len()];
        for ((index, analysis), answer) in wanted.into_iter().zip(explained) {
            match answer {
                Ok(json) => plans[index] = Some(self.reduced(&json, analysis)),
                Err(error) => {
                    let (file, query) = queries[index];
                    found.push(refused(&self.schema, file, query, &error));
                }
            }
        }
        self.plans = plans;
        Ok(())
    }

    /// A plan with the names that its query's author knows.
    pub(crate) fn reduced(&self, json: &str, analysis: &Analysis) -> Plan {
        let names: Vec<&str> = analysis.params.iter().map(|p| p.name.as_str()).collect();
        let mut plan = plan::reduce(json, &names);
        for path in &mut plan.paths {
            path.table = self.schema.table_called(&path.table, &analysis.tables);
        }
        plan
    }
}
