//! The least privileges that a catalog needs, as a script for its administrator.

mod columns;
mod list;
mod notes;
mod probe;
mod script;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::privileges::{Privileges, privileges};
use crate::config::Project;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::failure::Failure;
use crate::schema::{Schema, Security};
use crate::scratch::Options;
use crate::server::ServerError;
use crate::survey::Survey;
use probe::Probe;

/// A role that no policy names.
const ANYBODY: &str = "planwright_anybody";

/// What a script grants to a role.
struct Needed {
    role: String,
    /// The schemas whose objects the queries name.
    schemas: BTreeSet<String>,
    /// What all queries need together.
    privileges: Privileges,
    /// Functions that a query calls on a sequence known only when it runs, by the query.
    unknown_sequences: BTreeMap<String, BTreeSet<&'static str>>,
    /// Statements that are no queries, with what they do.
    utilities: BTreeMap<String, &'static str>,
}

/// The least privileges that the project's queries need, as an SQL script that grants
/// them to a role. Each is one that the server asks for: without any of them a query fails.
///
/// The role need not exist. Where the migrations make it, row security policies for it
/// are taken into account.
///
/// # Errors
/// When the catalog has errors, all of which are then reported together, when the name is
/// not one that a role can have, or when a file or the scratch server fails.
///
/// # Examples
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use planwright_codegen::{Options, config::Project, grants};
///
/// let project = Project::discover(std::path::Path::new("."))?;
/// println!("{}", grants(&project, &Options::default(), "app").await?);
/// # Ok(()) }
/// ```
pub async fn grants(project: &Project, options: &Options, role: &str) -> Result<String, Failure> {
    check_role(role)?;
    of_role(project, options, role, script::script).await
}

/// Every privilege that the project's queries need, each with its object, such as
/// `SELECT (id) ON TABLE public.notes`. Row security policies are those for everybody.
///
/// # Errors
/// When the catalog has errors, or when a file or the scratch server fails.
pub async fn privileges_needed(
    project: &Project,
    options: &Options,
) -> Result<BTreeSet<String>, Failure> {
    of_role(project, options, ANYBODY, list::list).await
}

/// Asks what the queries need, and makes something of it.
async fn of_role<T>(
    project: &Project,
    options: &Options,
    role: &str,
    make: impl FnOnce(&Schema, &Security, &Needed) -> T,
) -> Result<T, Failure> {
    let mut found = Diagnostics::new();
    let mut survey = Survey::without_plans(project, options, &mut found).await?;
    // Before the plans: they need domains without constraints.
    let security = Security::read(&survey.server.client).await;
    let security = security.map_err(ServerError::from)?;
    survey.plan(&mut found).await?;
    let mut probe = None;
    if !found.has_errors() {
        probe = Probe::take(&survey, &security, role, &mut found).await?;
    }
    let needed = probe.and_then(|probe| needed(&survey, &security, role, probe, &mut found));
    let answer = needed.map(|needed| make(&survey.schema, &security, &needed));
    let texts = std::mem::take(&mut survey.texts);
    survey.stop().await?;
    answer.ok_or_else(|| texts.failure(found))
}

/// `public` means everybody even in quotes, and no role can be called `none`.
fn check_role(role: &str) -> Result<(), Failure> {
    let why = match role {
        "" => "it is empty",
        "public" => "it means everybody; name the role that the application connects as",
        "none" => "PostgreSQL keeps the word for itself",
        _ => return Ok(()),
    };
    Err(Failure::Role {
        name: role.to_owned(),
        why,
    })
}

/// What is called without being planned.
fn utilities(survey: &Survey) -> BTreeMap<String, &'static str> {
    let queries = survey.texts.queries().zip(&survey.analysed);
    let utilities = queries.filter_map(|((file, query), analysis)| {
        let analysis = analysis.as_ref().filter(|a| !a.is_planned())?;
        Some((query.full_name(&file.module), analysis.operation))
    });
    utilities.collect()
}

/// Puts together what the queries need.
fn needed(
    survey: &Survey,
    security: &Security,
    role: &str,
    probe: Probe,
    found: &mut Diagnostics,
) -> Option<Needed> {
    let mut needed = Needed {
        role: role.to_owned(),
        schemas: probe.schemas,
        privileges: Privileges::default(),
        unknown_sequences: BTreeMap::new(),
        utilities: utilities(survey),
    };
    for ((file, query), tree) in survey.texts.queries().zip(&probe.trees) {
        if needed
            .utilities
            .contains_key(&query.full_name(&file.module))
        {
            // Before PostgreSQL 16 the tree does not hold it.
            continue;
        }
        let Ok(privileges) = privileges(security, tree) else {
            // Cannot happen with a supported server; a wrong guess would be worse.
            let what = "the server's parse tree cannot be read";
            let diagnostic = Diagnostic::error("unreadable-tree", what);
            found.push(diagnostic.at(&file.path, query.name_span.clone(), ""));
            continue;
        };
        if !privileges.unknown_sequence.is_empty() {
            let name = query.full_name(&file.module);
            let functions = privileges.unknown_sequence.clone();
            needed.unknown_sequences.insert(name, functions);
        }
        needed.privileges.merge(privileges);
    }
    needed.privileges.complete(&survey.schema, security);
    (!found.has_errors()).then_some(needed)
}
