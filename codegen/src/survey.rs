//! Everything the server says of a project: what checks, advice and grants start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use planwright_embedded::EmbeddedServer;

use crate::analyze::{self, Analysis, RestsOn, Tenancy};
use crate::answers::{Answer, Answers, Prints};
use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, OfVariant, SourceText};
use crate::failure::Failure;
use crate::files::{self, Inputs};
use crate::holdings::Remembered;
use crate::parallel::{on_all_cores, on_all_cores_with};
use crate::plan::{self, Plan};
use crate::refused::refused;
use crate::samples;
use crate::schema::{self, ForeignKey, Schema, Table, migrations};
use crate::scratch::{self, DATABASE, Options};
use crate::server::{Described, Refusal, Server, ServerError, Statement};
use crate::source::{self, LoadDirective, SourceFile, SourceQuery};
use crate::statistics::{self, InjectError, Scale, Snapshot, TableRows};
use crate::types::Mapping;
use crate::verify;

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
    pub(crate) schema: Arc<Schema>,
    /// Whether production's database orders text by bytes.
    pub(crate) bytewise: bool,
    /// How many rows each table counts as, by the name a reader calls it.
    pub(crate) rows: TableRows,
    /// What the server says of each query, in the order of [`Texts::queries`].
    pub(crate) described: Vec<Result<Described, Refusal>>,
    /// The analysis of each query that could be analysed.
    pub(crate) analysed: Vec<Option<Analysis>>,
    /// The Rust types of the project.
    pub(crate) mapping: Mapping,
    /// The values that each query is also planned for.
    samples: Vec<Option<Vec<Option<String>>>>,
    /// The plan of each query that could be planned.
    pub(crate) plans: Vec<Option<Plan>>,
    /// The plan of each foreign key's check, in the order of [`Schema::foreign_keys`].
    pub(crate) foreign_keys: Vec<Result<Plan, Refusal>>,
    /// What the server said before, and says now.
    pub(crate) answers: Answers,
    /// What is to be said of the server itself.
    remarks: Diagnostics,
}

/// A scratch server that was asked before, and what it holds.
pub(crate) struct Warm {
    embedded: EmbeddedServer,
    server: Server,
    schema: Arc<Schema>,
    bytewise: bool,
    rows: TableRows,
    prints: Prints,
    remarks: Diagnostics,
}

impl Texts {
    /// Reads a project. What cannot be used is reported, and left out.
    pub(crate) fn read(project: &Project, found: &mut Diagnostics) -> Result<Self, Failure> {
        Self::read_with(project, None, found)
    }

    /// The same with other statistics, where there are any.
    fn read_with(
        project: &Project,
        statistics: Option<SourceText>,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let (mut inputs, unreadable) = files::read_inputs(project)?;
        inputs.statistics = statistics.or(inputs.statistics);
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

    /// Reads a project whose migrations can be applied.
    pub(crate) fn checked(project: &Project, found: &mut Diagnostics) -> Result<Self, Failure> {
        Self::read(project, found)?.verified(found)
    }

    /// The same, if its migrations can be applied.
    fn verified(self, found: &mut Diagnostics) -> Result<Self, Failure> {
        let unusable = migrations::verify(&self.inputs.migrations);
        let fatal = unusable.has_errors();
        found.extend(unusable);
        if fatal {
            return Err(self.failure(std::mem::take(found)));
        }
        Ok(self)
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

    /// Starts a scratch server of inputs at a scale. Why it refuses them is said together with
    /// what was found before.
    pub(crate) async fn start(
        &self,
        project: &Project,
        options: &Options,
        inputs: &Inputs,
        scale: &Scale<'_>,
        found: &mut Diagnostics,
    ) -> Result<EmbeddedServer, Failure> {
        scratch::start(project, options, inputs, scale)
            .await?
            .map_err(|refused| {
                found.push(*refused);
                self.failure(std::mem::take(found))
            })
    }

    /// Every query with its file, in the order of the files.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (&SourceFile, &SourceQuery)> {
        self.sources
            .iter()
            .flat_map(|file| file.queries.iter().map(move |query| (file, query)))
    }

    /// The names of the queries with their modules, in the same order.
    pub(crate) fn full_names(&self) -> Vec<String> {
        let queries = self.queries();
        queries
            .map(|(file, query)| query.full_name(&file.module))
            .collect()
    }

    /// The query that a load names, in the order of the files, when there is one.
    pub(crate) fn loaded(&self, file: &SourceFile, load: &LoadDirective) -> Option<usize> {
        let named = source::queries_named(&self.sources, file, &load.child);
        let [(_, child)] = named.as_slice() else {
            return None;
        };
        self.queries()
            .position(|(_, query)| std::ptr::eq(query, *child))
    }

    /// What diagnostics point into.
    pub(crate) fn source_texts(&self) -> Vec<SourceText> {
        self.inputs.texts().cloned().collect()
    }

    /// Findings that leave no catalog.
    pub(crate) fn failure(&self, diagnostics: Diagnostics) -> Failure {
        Failure::Findings {
            diagnostics: diagnostics.of_queries(),
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
        let mut survey = Self::without_plans(project, options, found).await?;
        survey.plan(found).await?;
        Ok(survey)
    }

    /// The same with other statistics than the project's.
    pub(crate) async fn with_statistics(
        project: &Project,
        options: &Options,
        statistics: SourceText,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let texts = Texts::read_with(project, Some(statistics), found)?.verified(found)?;
        let warm = Warm::start(project, options, &texts, found).await?;
        Self::retake(project, warm, texts, BTreeMap::new(), found).await
    }

    /// The same without plans. Until [`plan`](Self::plan), domains have their constraints.
    pub(crate) async fn without_plans(
        project: &Project,
        options: &Options,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let texts = Texts::checked(project, found)?;
        let warm = Warm::start(project, options, &texts, found).await?;
        let mut survey = Self::on(warm, texts, BTreeMap::new());
        found.extend(survey.remarks.clone());
        survey.describe(project, found).await?;
        Ok(survey)
    }

    /// Asks a server that holds the project's migrations and statistics about every query, as
    /// far as no answer is known from before.
    pub(crate) async fn retake(
        project: &Project,
        warm: Warm,
        texts: Texts,
        before: BTreeMap<String, Answer>,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let mut survey = Self::on(warm, texts, before);
        found.extend(survey.remarks.clone());
        survey.describe(project, found).await?;
        survey.plan(found).await?;
        Ok(survey)
    }

    fn on(warm: Warm, texts: Texts, before: BTreeMap<String, Answer>) -> Self {
        Self {
            texts,
            embedded: warm.embedded,
            server: warm.server,
            schema: warm.schema,
            bytewise: warm.bytewise,
            rows: warm.rows,
            described: Vec::new(),
            analysed: Vec::new(),
            mapping: Mapping::default(),
            samples: Vec::new(),
            plans: Vec::new(),
            foreign_keys: Vec::new(),
            answers: Answers::new(before, warm.prints),
            remarks: warm.remarks,
        }
    }

    /// The texts, the server for another survey, and the answers.
    pub(crate) fn into_parts(self) -> (Texts, Warm, BTreeMap<String, Answer>) {
        let (prints, answers) = self.answers.into_parts();
        let warm = Warm {
            embedded: self.embedded,
            server: self.server,
            schema: self.schema,
            bytewise: self.bytewise,
            rows: self.rows,
            prints,
            remarks: self.remarks,
        };
        (self.texts, warm, answers)
    }

    /// Makes the scratch server plan as if every table had grown, and plans every query again.
    pub(crate) async fn grown(
        &mut self,
        project: &Project,
        growth: f64,
    ) -> Result<Vec<Option<Plan>>, Failure> {
        let scale = Scale {
            growth,
            ..self.texts.scale(project)
        };
        let injected = statistics::inject(&self.embedded, DATABASE, &scale).await;
        injected.map_err(|error| match error {
            InjectError::Failure(failure) => failure,
            // What the server took before it takes again.
            InjectError::Refused(refused) => ServerError::from(refused.error).into(),
        })?;
        self.server = Server::connect(&self.embedded.config(DATABASE)).await?;
        plan_like(&self.server, &self.texts).await?;
        self.server.plan_generically().await?;
        let wanted: Vec<usize> = (0..self.plans.len())
            .filter(|&query| self.plans[query].is_some())
            .collect();
        let mut plans = vec![None; self.plans.len()];
        for (query, plan) in self.replan(&wanted).await? {
            plans[query] = plan.ok();
        }
        Ok(plans)
    }

    /// Ends the scratch server.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.into_parts().1.stop().await
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
        let described = self
            .answers
            .describe(&self.server, &statements, &user_types);
        let described = described.await?;
        let column = project.config.tenant.column.as_deref();
        // It remembers what it read of views, and each core has its own.
        let tenancy = || column.map(|column| Tenancy::new(&self.schema, column));
        let config = &self.texts.inputs.config;
        let mapping = Mapping::new(&self.schema, &project.config, config, found);
        mapping.check_modules(&self.texts.sources, found);
        let items: Vec<_> = queries.iter().zip(&described).collect();
        let analyse = |tenancy: &Option<Tenancy>,
                       (file_query, described): &(
            &(&SourceFile, &SourceQuery),
            &Result<Described, Refusal>,
        )| {
            let rests_on = RestsOn {
                schema: &self.schema,
                mapping: &mapping,
                tenancy: tenancy.as_ref(),
            };
            let (file, query) = file_query;
            let mut found = Diagnostics::new();
            let analysis = match described {
                Ok(described) => analyze::analyze(rests_on, file, query, described, &mut found),
                Err(error) => {
                    found.push(refused(&self.schema, file, query, error));
                    None
                }
            };
            found.say_variant(0, of_variant(file, query).as_ref());
            (analysis, found)
        };
        let analysed = on_all_cores_with(&items, tenancy, analyse);
        let analysed = analysed.into_iter().map(|(analysis, of_query)| {
            found.extend(of_query);
            analysis
        });
        let mut analysed: Vec<Option<Analysis>> = analysed.collect();
        verify::many_rows(
            &self.server,
            &mut self.answers,
            &queries,
            &mut analysed,
            found,
        )
        .await?;
        self.analysed = analysed;
        self.mapping = mapping;
        self.described = described;
        Ok(())
    }

    /// Plans every query that could be analysed.
    pub(crate) async fn plan(&mut self, found: &mut Diagnostics) -> Result<(), Failure> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let samples = queries.iter().zip(&self.analysed);
        let samples = samples.map(|((file, query), analysis)| {
            let before = found.len();
            let values = samples::values(file, query, analysis.as_ref()?, found);
            found.say_variant(before, of_variant(file, query).as_ref());
            values
        });
        self.samples = samples.collect();
        self.server.plan_generically().await?;
        let wanted: Vec<usize> = (0..queries.len())
            .filter(|&i| self.analysed[i].is_some())
            .collect();
        let mut plans = vec![None; queries.len()];
        let mut answers = std::mem::take(&mut self.answers);
        let planned = self.plans_of(&wanted, Some(&mut answers)).await;
        self.answers = answers;
        for (index, plan) in planned? {
            let (file, query) = queries[index];
            let before = found.len();
            match plan {
                Ok(plan) => plans[index] = Some(plan),
                Err(NoPlan::Generic(error)) => {
                    found.push(refused(&self.schema, file, query, &error));
                }
                Err(NoPlan::Sample(error)) => found.push(samples::refused(file, query, &error)),
            }
            found.say_variant(before, of_variant(file, query).as_ref());
        }
        self.plans = plans;
        self.foreign_keys = self.plan_foreign_keys().await?;
        Ok(())
    }

    /// Plans the check of every foreign key.
    async fn plan_foreign_keys(&mut self) -> Result<Vec<Result<Plan, Refusal>>, ServerError> {
        let keys = &self.schema.foreign_keys;
        let statements: Vec<Statement<'_>> = keys
            .iter()
            .map(|key| Statement {
                sql: &key.check,
                params: key.columns.len(),
                values: None,
            })
            .collect();
        let tables = |key: usize| Some(vec![keys[key].table, keys[key].target]);
        let explained = self.answers.explain(&self.server, &statements, tables);
        let explained = explained.await?;
        let plans = keys.iter().zip(explained);
        let plans = plans.map(|(key, answer)| Ok(self.reduced_check(&answer?, key)));
        Ok(plans.collect())
    }

    /// The plan of a foreign key's check; its parameters are the columns referred to.
    fn reduced_check(&self, json: &str, key: &ForeignKey) -> Plan {
        let target = self.schema.tables.get(&key.target);
        let columns = key.target_columns.iter();
        let names = columns.map(|column| target.and_then(|target| target.columns.get(column)));
        let names: Vec<&str> = names.map(|c| c.map_or("", |c| c.name.as_str())).collect();
        let table = self.schema.tables.get(&key.table);
        let of_key: Vec<String> = table.map(Table::display_name).into_iter().collect();
        let mut plan = plan::reduce(json, &names).named(&self.schema, &of_key);
        for path in &mut plan.paths {
            // Nobody wrote it.
            path.alias = None;
        }
        plan
    }

    /// Plans queries on the server as it is now: for any values, and for samples where there
    /// are any; of the two, the plan that the server settles on.
    pub(crate) async fn replan(
        &self,
        wanted: &[usize],
    ) -> Result<BTreeMap<usize, Result<Plan, NoPlan>>, ServerError> {
        self.plans_of(wanted, None).await
    }

    /// The same, where there are answers from them as far as they go.
    async fn plans_of(
        &self,
        wanted: &[usize],
        mut answers: Option<&mut Answers>,
    ) -> Result<BTreeMap<usize, Result<Plan, NoPlan>>, ServerError> {
        let queries: Vec<(&SourceFile, &SourceQuery)> = self.texts.queries().collect();
        let statement = |index: usize, values| Statement {
            sql: &queries[index].1.sql,
            params: self.analysed[index].as_ref().map_or(0, |a| a.params.len()),
            values,
        };
        let planned = |index: &usize| {
            let analysis = self.analysed[*index].as_ref();
            analysis.is_some_and(Analysis::is_planned)
        };
        let (wanted, others): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|i| planned(i));
        let generic: Vec<Statement<'_>> = wanted.iter().map(|&i| statement(i, None)).collect();
        let explained = match answers.as_deref_mut() {
            Some(answers) => answers.explain(&self.server, &generic, |_| None).await?,
            None => self.server.explain(&generic).await?,
        };
        let others = others.into_iter().map(|index| (index, Ok(Plan::default())));
        let mut plans: BTreeMap<usize, Result<Plan, NoPlan>> = others.collect();
        let explained: Vec<_> = wanted.iter().copied().zip(explained).collect();
        let reduced = on_all_cores(&explained, |(index, answer)| {
            let json = answer.as_ref().ok()?;
            Some(self.reduced(json, *index))
        });
        for ((index, answer), plan) in explained.into_iter().zip(reduced) {
            let plan = match (answer, plan) {
                (Err(refusal), _) => Err(NoPlan::Generic(refusal)),
                (Ok(_), plan) => Ok(plan.unwrap_or_default()),
            };
            plans.insert(index, plan);
        }
        let sampled: Vec<(usize, Statement<'_>)> = wanted
            .iter()
            .filter(|index| plans.get(index).is_some_and(Result::is_ok))
            .filter_map(|&i| Some((i, statement(i, Some(self.samples[i].as_ref()?)))))
            .collect();
        if sampled.is_empty() {
            return Ok(plans);
        }
        let statements: Vec<Statement<'_>> = sampled.iter().map(|(_, s)| *s).collect();
        let explained = match answers {
            Some(answers) => answers.explain(&self.server, &statements, |_| None).await?,
            None => self.server.explain_with_values(&statements).await?,
        };
        for ((index, _), answer) in sampled.into_iter().zip(explained) {
            let settled = match (plans.remove(&index), answer) {
                (Some(Ok(generic)), Ok(json)) => {
                    Ok(samples::settled(generic, self.reduced(&json, index)))
                }
                (_, Err(error)) => Err(NoPlan::Sample(error)),
                (Some(Err(error)), _) => Err(error),
                (None, _) => continue,
            };
            plans.insert(index, settled);
        }
        Ok(plans)
    }

    /// The plan of another text of a query, for any values; `None` when the server refuses it.
    pub(crate) async fn plan_of(
        &self,
        query: usize,
        sql: &str,
    ) -> Result<Option<Plan>, ServerError> {
        let statement = Statement {
            sql,
            params: self.analysed[query].as_ref().map_or(0, |a| a.params.len()),
            values: None,
        };
        let answers = self.server.explain(&[statement]).await?;
        let json = answers.into_iter().next().and_then(Result::ok);
        Ok(json.map(|json| self.reduced(&json, query)))
    }

    /// A plan of a query, with the names that its author knows.
    fn reduced(&self, json: &str, query: usize) -> Plan {
        let Some(analysis) = &self.analysed[query] else {
            return Plan::default();
        };
        let names: Vec<&str> = analysis.params.iter().map(|p| p.name.as_str()).collect();
        plan::reduce(json, &names).named(&self.schema, &analysis.tables)
    }
}

/// What the migrations build, on a private server of its own.
pub(crate) async fn built(project: &Project, options: &Options) -> Result<Schema, Failure> {
    // What was taken before may be of another schema, and does not matter here.
    let texts = Texts::of_migrations(project)?;
    let scale = texts.scale(project);
    let mut found = Diagnostics::new();
    let embedded = texts.start(project, options, &texts.inputs, &scale, &mut found);
    let embedded = embedded.await?;
    let server = Server::connect(&embedded.config(DATABASE)).await?;
    let schema = schema::read(&server.client).await;
    let schema = schema.map_err(ServerError::from)?;
    drop(server);
    embedded.stop().await?;
    Ok(schema)
}

impl Warm {
    /// Starts the scratch server of a project, and reads what it holds.
    pub(crate) async fn start(
        project: &Project,
        options: &Options,
        texts: &Texts,
        found: &mut Diagnostics,
    ) -> Result<Self, Failure> {
        let scale = texts.scale(project);
        let bytewise = scratch::is_bytewise(project, &scale);
        let kept = options.kept(project)?;
        // Read while the server starts.
        let remembered = kept.clone();
        let remembered = tokio::task::spawn_blocking(move || {
            remembered
                .as_ref()
                .map(Remembered::load)
                .unwrap_or_default()
        });
        let embedded = texts.start(project, options, &texts.inputs, &scale, found);
        let embedded = embedded.await?;
        let server = Server::connect(&embedded.config(DATABASE)).await?;
        let statistics = texts.inputs.statistics.as_ref().map(|text| &text.text);
        let beside = format!("{bytewise} {:?} {statistics:?}", scale.declared);
        let made_from = scratch::made_from(project, &texts.inputs);
        // What cannot be read is not known.
        let remembered = remembered.await.unwrap_or_default();
        let holdings = remembered.holdings(&server, &made_from, &beside, &scale, kept.as_ref());
        let holdings = holdings.await?;
        let mut remarks = Diagnostics::new();
        remarks.extend_one(scratch::other_collation(&holdings.collation, bytewise));
        remarks.extend(plan_like(&server, texts).await?);
        Ok(Self {
            embedded,
            server,
            schema: Arc::new(holdings.schema),
            bytewise,
            rows: holdings.rows,
            prints: holdings.prints,
            remarks,
        })
    }

    /// Ends the server.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        drop(self.server);
        Ok(self.embedded.stop().await?)
    }
}

/// The variant that a finding about a query is about.
pub(crate) fn of_variant(file: &SourceFile, query: &SourceQuery) -> Option<OfVariant> {
    let variant = query.variant.as_ref()?;
    Some(OfVariant {
        name: query.full_name(&file.module),
        count: variant.count,
    })
}

/// Why a query has no plan.
#[derive(Debug)]
pub(crate) enum NoPlan {
    /// The server refuses the statement.
    Generic(Refusal),
    /// The server refuses a value of its samples.
    Sample(Refusal),
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
