//! The pipeline in one place: read, parse, ask the server, put together, emit.

use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::analyze::{self, Analysis};
use crate::catalog::{self, Catalog, PgEnum};
use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics, SourceText, Style};
use crate::emit::{self, Files};
use crate::files::{self, FileError};
use crate::lock::Lock;
use crate::names;
use crate::plan::{self, Plan};
use crate::schema::migrations::{self, Migration, byte_of, token_span, with_server_notes};
use crate::schema::{self, Schema, TypeKind};
use crate::server::{Described, Server, ServerError};
use crate::source::{self, SourceFile, SourceQuery};
use crate::types;

/// The database of the scratch server that holds the migrated schema.
const DATABASE: &str = "postgres";
/// Changes when templates of older versions must not be used any more.
const TEMPLATE_FORMAT: &str = "1";

/// How to check.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where servers come from, and whom to tell what is being done.
    pub server: Settings,
}

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

/// Why there is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The catalog has errors.
    #[error("{}", .diagnostics.render(.sources, Style::Plain).trim_end())]
    Findings {
        /// The errors and warnings.
        diagnostics: Diagnostics,
        /// The texts they point into.
        sources: Vec<SourceText>,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// No scratch server could be started.
    #[error(transparent)]
    Embedded(#[from] planwright_embedded::Error),
    /// The scratch server could not be asked.
    #[error(transparent)]
    Server(#[from] ServerError),
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
    let (catalog, files) = match scratch(project, options, &inputs.migrations).await? {
        Ok(server) => {
            let catalog = judge(&server, &sources, &mut diagnostics).await;
            server.stop().await?;
            let catalog = catalog?;
            let files = emit::emit(&catalog);
            (catalog, files)
        }
        Err(refused) => {
            diagnostics.push(*refused);
            return Err(Failure::Findings { diagnostics, sources: texts });
        }
    };
    if diagnostics.has_errors() {
        return Err(Failure::Findings { diagnostics, sources: texts });
    }
    if let Some(wanted) = project.config.postgres.version
        && wanted != catalog.postgres
    {
        diagnostics.push(
            Diagnostic::warning(
                "other-postgres",
                format!("checked on PostgreSQL {}, not {wanted}: access paths may differ", catalog.postgres),
            )
            .help(format!("install PostgreSQL {wanted}, or change `version` in planwright.toml")),
        );
    }
    let lock = Lock::new(&inputs, &catalog, &files);
    Ok(Checked { catalog, files, lock, warnings: diagnostics, sources: texts })
}

/// A scratch server with the migrations applied; from a template when these
/// migrations were applied before.
async fn scratch(
    project: &Project,
    options: &Options,
    migrations: &[Migration],
) -> Result<Result<EmbeddedServer, Box<Diagnostic>>, Failure> {
    let mut settings = options.server.clone();
    if let Some(version) = project.config.postgres.version {
        settings = settings.major(version);
    }
    let key = format!("{TEMPLATE_FORMAT}-{}", migrations::fingerprint(migrations));
    let mut refused = None;
    let prepare = async |server: &EmbeddedServer| -> Result<(), Failure> {
        let connection = Server::connect(&server.config(DATABASE)).await?;
        match migrations::apply(&connection.client, migrations).await {
            Ok(()) => Ok(()),
            Err(migrations::Failure::Connection(error)) => Err(ServerError::from(error).into()),
            Err(migrations::Failure::Refused(diagnostic)) => {
                refused = Some(diagnostic);
                Err(Failure::Findings { diagnostics: Diagnostics::new(), sources: Vec::new() })
            }
        }
    };
    let started = EmbeddedServer::start_from_template(&settings, &key, prepare).await;
    match (started, refused) {
        (Ok(server), _) => Ok(Ok(server)),
        (Err(_), Some(diagnostic)) => Ok(Err(diagnostic)),
        (Err(failure), None) => Err(failure),
    }
}

/// Asks the server about every query, and puts the catalog together.
async fn judge(
    embedded: &EmbeddedServer,
    sources: &[SourceFile],
    diagnostics: &mut Diagnostics,
) -> Result<Catalog, Failure> {
    let server = Server::connect(&embedded.config(DATABASE)).await?;
    let schema = schema::read(&server.client).await.map_err(ServerError::from)?;
    let queries: Vec<(&SourceFile, &SourceQuery)> = sources
        .iter()
        .flat_map(|file| file.queries.iter().map(move |query| (file, query)))
        .collect();
    let statements: Vec<&str> = queries.iter().map(|(_, query)| query.sql.as_str()).collect();
    let described = server.describe(&statements, &user_types(&schema)).await?;
    let mut analysed: Vec<Option<Analysis>> = Vec::new();
    for ((file, query), described) in queries.iter().zip(&described) {
        analysed.push(match described {
            Ok(described) => analyze::analyze(&schema, file, query, described, diagnostics),
            Err(error) => {
                diagnostics.push(refused(file, query, error));
                None
            }
        });
    }
    let plans = plans(&server, &queries, &analysed, diagnostics).await?;
    let enums = enums(&schema, described.iter().flatten());
    let mut checked = queries.iter().zip(analysed).zip(plans);
    let modules = sources
        .iter()
        .map(|file| {
            let of_file = checked.by_ref().take(file.queries.len());
            let usable = of_file.filter_map(|((query, analysis), plan)| {
                Some(catalog::Checked { source: query.1, analysis: analysis?, plan: plan? })
            });
            catalog::module(file, usable.collect(), diagnostics)
        })
        .collect();
    let postgres = embedded.version().major;
    for (file, query) in &queries {
        check_indexes(&schema, file, query, diagnostics);
    }
    Ok(Catalog { postgres, modules, enums })
}

/// The plan of every query that could be analysed.
async fn plans(
    server: &Server,
    queries: &[(&SourceFile, &SourceQuery)],
    analysed: &[Option<Analysis>],
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Option<Plan>>, Failure> {
    let wanted: Vec<usize> = (0..queries.len()).filter(|&i| analysed[i].is_some()).collect();
    let statements: Vec<(&str, usize)> = wanted
        .iter()
        .map(|&i| (queries[i].1.sql.as_str(), analysed[i].as_ref().map_or(0, |a| a.params.len())))
        .collect();
    let explained = server.explain(&statements).await?;
    let mut plans = vec![None; queries.len()];
    for (index, answer) in wanted.into_iter().zip(explained) {
        match answer {
            Ok(json) => {
                let names = analysed[index].iter().flat_map(|a| &a.params);
                let names: Vec<&str> = names.map(|param| param.name.as_str()).collect();
                plans[index] = Some(plan::reduce(&json, &names));
            }
            Err(error) => diagnostics.push(refused(queries[index].0, queries[index].1, &error)),
        }
    }
    Ok(plans)
}

/// How the server's enums, domains, composites and the like are written in SQL.
fn user_types(schema: &Schema) -> Vec<String> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    schema
        .types
        .values()
        .filter(|t| !matches!(t.schema.as_str(), "pg_catalog" | "information_schema" | "pg_toast"))
        .filter(|t| !matches!(t.kind, TypeKind::Other))
        .map(|t| format!("{}.{}", quoted(&t.schema), quoted(&t.name)))
        .collect()
}

fn enums<'a>(schema: &Schema, described: impl Iterator<Item = &'a Described>) -> Vec<PgEnum> {
    let oids = described.flat_map(|d| {
        let columns = d.columns.iter().map(|column| column.type_oid);
        d.params.iter().copied().chain(columns)
    });
    let mut enums: Vec<PgEnum> = analyze::enums_used(schema, oids)
        .into_iter()
        .filter_map(|oid| match schema.types.get(&oid)?.kind {
            TypeKind::Enum(ref labels) => Some(PgEnum {
                name: types::enum_name(schema, oid),
                sql_name: schema.type_name(oid),
                variants: variants(labels),
            }),
            _ => None,
        })
        .collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    enums
}

/// A Rust variant for each label; labels that would be the same variant get a number.
fn variants(labels: &[String]) -> Vec<(String, String)> {
    let mut taken = std::collections::BTreeSet::new();
    labels
        .iter()
        .map(|label| {
            let camel: String = names::upper_camel_case(label)
                .chars()
                .filter(|c| c.is_alphanumeric())
                .collect();
            let base = match camel.chars().next() {
                None => "Empty".to_owned(),
                Some(c) if c.is_numeric() => format!("V{camel}"),
                Some(_) if camel == "Self" => "Self_".to_owned(),
                Some(_) => camel,
            };
            let mut variant = base.clone();
            let mut number = 2;
            while !taken.insert(variant.clone()) {
                variant = format!("{base}{number}");
                number += 1;
            }
            (variant, label.clone())
        })
        .collect()
}

/// What the server refuses, at the token it points to.
fn refused(file: &SourceFile, query: &SourceQuery, error: &DbError) -> Diagnostic {
    let code = match *error.code() {
        SqlState::SYNTAX_ERROR => "syntax",
        SqlState::UNDEFINED_TABLE => "unknown-table",
        SqlState::UNDEFINED_COLUMN => "unknown-column",
        SqlState::UNDEFINED_FUNCTION => "unknown-function",
        SqlState::INDETERMINATE_DATATYPE => "untyped-parameter",
        _ => "refused",
    };
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(byte_of(&query.sql, *position)),
        _ => None,
    };
    let message = named_params(query, error.message());
    if code == "untyped-parameter" {
        return untyped(file, query, &message);
    }
    let span = match position {
        Some(byte) if byte < query.sql.len() => {
            let len = token_span(&query.sql, byte).len();
            let start = query.map.to_file(byte);
            start..start + len
        }
        _ => query.name_span.clone(),
    };
    let diagnostic = Diagnostic::error(code, message).at(&file.path, span, "");
    with_server_notes(diagnostic, error)
}

fn untyped(file: &SourceFile, query: &SourceQuery, message: &str) -> Diagnostic {
    let named = |p: &&source::SourceParam| {
        p.name.as_ref().is_some_and(|name| message.ends_with(&format!(":{name}")))
    };
    let param = query.params.iter().find(named);
    let span = param.map_or(query.name_span.clone(), |p| p.span.clone());
    let name = param.and_then(|p| p.name.as_deref()).unwrap_or("name");
    Diagnostic::error("untyped-parameter", message)
        .at(&file.path, span, "")
        .help(format!("say which: `-- @param {name} text` under the header, or `:{name}::text` in the SQL"))
}

/// The server counts parameters; their author named them.
fn named_params(query: &SourceQuery, message: &str) -> String {
    let mut message = message.to_owned();
    for (index, param) in query.params.iter().enumerate().rev() {
        if let Some(name) = &param.name {
            message = message.replace(&format!("${}", index + 1), &format!(":{name}"));
        }
    }
    message
}

/// A promise names an index of the table.
fn check_indexes(
    schema: &Schema,
    file: &SourceFile,
    query: &SourceQuery,
    diagnostics: &mut Diagnostics,
) {
    for promise in &query.directives.indexes {
        let mut of_table = schema.indexes.iter().filter(|i| i.table == promise.table);
        if of_table.any(|index| index.name == promise.index) {
            continue;
        }
        let known = schema.indexes.iter().filter(|i| i.table == promise.table);
        let names: Vec<&str> = known.map(|index| index.name.as_str()).collect();
        let help = match names::nearest(&promise.index, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if names.is_empty() => format!("the table `{}` has no index", promise.table),
            None => format!("its indexes: `{}`", names.join("`, `")),
        };
        diagnostics.push(
            Diagnostic::error(
                "index-unknown",
                format!("the table `{}` has no index `{}`", promise.table, promise.index),
            )
            .at(&file.path, promise.span.clone(), "")
            .help(help),
        );
    }
}

/// How generated files differ from what is on disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that are no longer generated.
    pub stale: Vec<String>,
    /// Files with another text.
    pub changed: Vec<String>,
    /// Queries that are not what the lock says, each with the reason.
    pub queries: Vec<String>,
}

impl Drift {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists = [
            ("queries", &self.queries),
            ("missing", &self.missing),
            ("stale", &self.stale),
            ("changed", &self.changed),
        ];
        for (what, list) in lists {
            for item in list {
                writeln!(f, "  {what}: {item}")?;
            }
        }
        Ok(())
    }
}

/// Compares a checked catalog with the files on disk.
///
/// # Errors
/// When a file cannot be read.
pub fn drift(project: &Project, checked: &Checked) -> Result<Drift, FileError> {
    let (on_disk, lock) = files::read_generated(project)?;
    let mut drift = Drift::default();
    for (path, text) in &checked.files {
        match on_disk.get(path) {
            None => drift.missing.push(path.clone()),
            Some(existing) if existing != text => drift.changed.push(path.clone()),
            Some(_) => {}
        }
    }
    drift.stale = on_disk
        .keys()
        .filter(|path| !checked.files.contains_key(*path))
        .cloned()
        .collect();
    match lock {
        None => drift.missing.push(crate::lock::LOCK_FILE.to_owned()),
        Some(text) => {
            if let Ok(old) = Lock::parse(&text) {
                drift.queries = old.drifted_queries(&checked.lock);
            }
            if text != checked.lock.to_text() {
                drift.changed.push(crate::lock::LOCK_FILE.to_owned());
            }
        }
    }
    Ok(drift)
}

/// Whether the lock speaks of the project's inputs and of the generated files as they
/// are: then nothing needs to be checked again, and no server is asked.
///
/// # Errors
/// When a file cannot be read.
pub fn lock_agrees(project: &Project) -> Result<bool, FileError> {
    let (inputs, found) = files::read_inputs(project)?;
    let (on_disk, lock) = files::read_generated(project)?;
    let lock = lock.and_then(|text| Lock::parse(&text).ok());
    Ok(found.is_empty() && lock.is_some_and(|lock| lock.agrees(&inputs, &on_disk)))
}
