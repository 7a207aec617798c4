//! What the scratch server says to a role that has nothing: which schemas it must be let
//! into, and what it would execute on the role's behalf.

use std::collections::BTreeSet;

use crate::diagnostics::Diagnostics;
use crate::failure::Failure;
use crate::quoting::identifier;
use crate::refused::refused;
use crate::schema::Security;
use crate::server::{Described, Refusal, Server, ServerError};
use crate::survey::Survey;

/// A role of the scratch server alone. The server is not shared, and ends soon.
const ROLE: &str = "planwright_probe";

/// What the server says.
pub(super) struct Probe {
    /// The tree of each query after views, rules, defaults and row policies are in it, in
    /// the order of [`Texts::queries`](crate::survey::Texts::queries).
    pub(super) trees: Vec<String>,
    /// The schemas without which the server understands some query in another way, or
    /// not at all.
    pub(super) schemas: BTreeSet<String>,
}

type Answers = Vec<Result<Described, Refusal>>;

impl Probe {
    /// Asks as a role that may use every schema, and then as one that may use all but one.
    ///
    /// Which objects a query names cannot be told from its tree: a constant has the same
    /// type with a cast and without. But the server looks names up as the current role.
    ///
    /// `None` when a query is refused, which is reported.
    pub(super) async fn take(
        survey: &Survey,
        security: &Security,
        role: &str,
        found: &mut Diagnostics,
    ) -> Result<Option<Self>, Failure> {
        let server = &survey.server;
        let statements: Vec<&str> = survey.texts.queries().map(|(_, q)| &*q.sql).collect();
        let schemas: Vec<_> = security.schemas.iter().map(|s| identifier(s)).collect();
        run(server, &format!("CREATE ROLE {ROLE}")).await?;
        for schema in &schemas {
            // Literals of some types are checked by functions while they are read.
            let usable = format!(
                "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
                 GRANT USAGE ON SCHEMA {schema} TO {ROLE};
                 GRANT EXECUTE ON ALL ROUTINES IN SCHEMA {schema} TO {ROLE}"
            );
            run(server, &usable).await?;
        }
        let mut answers = ask(server, &statements).await?;
        let mut needed = BTreeSet::new();
        for (name, schema) in security.schemas.iter().zip(&schemas) {
            run(
                server,
                &format!("REVOKE USAGE ON SCHEMA {schema} FROM {ROLE}"),
            )
            .await?;
            if ask(server, &statements).await? != answers {
                needed.insert(name.clone());
            }
            run(server, &format!("GRANT USAGE ON SCHEMA {schema} TO {ROLE}")).await?;
        }
        if security.roles.contains(role) {
            // Row policies are made for roles, and for the members of roles.
            let role = identifier(role);
            run(server, &format!("GRANT {role} TO {ROLE}")).await?;
            answers = ask(server, &statements).await?;
        }
        let mut trees = Vec::new();
        for ((file, query), answer) in survey.texts.queries().zip(answers) {
            match answer {
                Ok(described) => trees.push(described.tree),
                Err(error) => found.push(refused(&survey.schema, file, query, &error)),
            }
        }
        Ok((trees.len() == statements.len()).then_some(Self {
            trees,
            schemas: needed,
        }))
    }
}

async fn ask(server: &Server, statements: &[&str]) -> Result<Answers, Failure> {
    run(server, &format!("SET ROLE {ROLE}")).await?;
    let answers = server.rewrite(statements).await?;
    run(server, "RESET ROLE").await?;
    Ok(answers)
}

async fn run(server: &Server, statements: &str) -> Result<(), Failure> {
    let done = server.client.batch_execute(statements).await;
    Ok(done.map_err(ServerError::from)?)
}
