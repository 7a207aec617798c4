//! The queries of the project in whose folder the command runs, by what the server shows of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use planwright_codegen::config::{Project, ProjectError};
use planwright_codegen::files;
use planwright_codegen::source::{self, normalized};

/// Which queries a statement may be.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    /// The names of the queries that have a normal text. The server takes two statements that
    /// differ in constants only for one.
    by_text: BTreeMap<String, BTreeSet<String>>,
    /// The normal texts of each query: several, where it has variants.
    texts: BTreeMap<String, BTreeSet<String>>,
    /// The normal texts of this command's own queries.
    own: BTreeSet<String>,
    /// Why there are no names, or not all.
    pub(super) note: Option<String>,
}

/// Whose a statement is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Of one query of the catalog, or of several that the server cannot tell apart.
    Query(String),
    /// Of no catalog; the text that the server shows, or the name in its comment.
    Unknown(String),
    /// Of this command.
    Own,
    /// BEGIN, COMMIT, SET and the like.
    Session,
    /// Of another role, and hidden from this one.
    Hidden,
}

impl Catalog {
    /// The catalog of the project around a folder, if there is one.
    pub(super) fn of(folder: &Path) -> Self {
        let mut catalog = Self::default();
        let own = planwright_maintenance::QUERIES.iter();
        catalog.own = own.map(|query| normalized(query.sql)).collect();
        match read(folder) {
            Ok((queries, note)) => {
                for (name, sql) in queries {
                    catalog.add(name, &sql);
                }
                catalog.note = note;
            }
            Err(note) => catalog.note = Some(note),
        }
        catalog
    }

    fn add(&mut self, name: String, sql: &str) {
        let text = normalized(sql);
        self.by_text
            .entry(text.clone())
            .or_default()
            .insert(name.clone());
        self.texts.entry(name).or_default().insert(text);
    }

    /// How many queries there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whose a statement is, by its comment where it has one, else by its text.
    pub(super) fn origin(&self, statement: &str) -> Origin {
        if statement == "<insufficient privilege>" {
            return Origin::Hidden;
        }
        let text = normalized(statement);
        let named = super::comment::name(statement);
        if let Some(name) = named.as_ref().filter(|name| self.texts.contains_key(*name)) {
            return self.query(name, &text);
        }
        if let Some(names) = self.by_text.get(&text) {
            return Origin::Query(joined(names));
        }
        if self.own.contains(&text) {
            return Origin::Own;
        }
        if is_of_session(&text) {
            return Origin::Session;
        }
        Origin::Unknown(named.unwrap_or_else(|| statement.to_owned()))
    }

    /// The query of a comment. Where others have its text, the server counts all of them under
    /// the comment of the one that ran first.
    fn query(&self, name: &str, text: &str) -> Origin {
        match self.by_text.get(text) {
            Some(names) if names.contains(name) => Origin::Query(joined(names)),
            _ => Origin::Query(name.to_owned()),
        }
    }
}

fn joined(names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.join(" or ")
}

type Queries = Vec<(String, String)>;

/// Every statement of the project with the name of its query, and a note where some are missing.
fn read(folder: &Path) -> Result<(Queries, Option<String>), String> {
    let project = match Project::discover(folder) {
        Ok(project) => project,
        Err(ProjectError::NotFound { .. }) => {
            return Err(
                "statements have no names: there is no planwright.toml here or above, \
                        and --project names no project"
                    .to_owned(),
            );
        }
        Err(error) => return Err(format!("statements have no names: {error}")),
    };
    let (inputs, problems) = files::read_inputs(&project)
        .map_err(|error| format!("statements have no names: {error}"))?;
    let (files, mistakes) = source::parse(&inputs.queries);
    let incomplete = problems.has_errors() || mistakes.has_errors();
    let queries = files.iter().flat_map(|file| {
        let queries = file.queries.iter();
        queries.map(|query| (query.query_name(&file.module), query.sql.clone()))
    });
    let note = incomplete.then(|| {
        "some queries of the project cannot be read, so their statements have no names; \
         `planwright check` says why"
            .to_owned()
    });
    Ok((queries.collect(), note))
}

/// Whether a statement begins or ends a transaction, or sets up a session.
fn is_of_session(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "begin",
        "start",
        "commit",
        "end",
        "rollback",
        "abort",
        "savepoint",
        "release",
        "set",
        "reset",
        "show",
        "discard",
        "deallocate",
        "listen",
    ];
    let first = text.split(' ').next().unwrap_or_default();
    WORDS.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::default();
        catalog.add("notes::newest".to_owned(), "SELECT id FROM notes LIMIT 10");
        catalog.add("notes::some".to_owned(), "SELECT id FROM notes LIMIT 20");
        catalog.add("notes::search".to_owned(), "SELECT a FROM notes");
        catalog.add(
            "notes::search".to_owned(),
            "SELECT a FROM notes WHERE b = $1",
        );
        catalog
    }

    #[test]
    fn statements_have_the_names_of_their_queries() {
        let catalog = catalog();
        let query = |name: &str| Origin::Query(name.to_owned());
        assert_eq!(catalog.len(), 3);
        assert_eq!(
            catalog.origin("SELECT a FROM notes WHERE b = $1"),
            query("notes::search")
        );
        let comment = "/*action='search',controller='notes'*/";
        assert_eq!(
            catalog.origin(&format!("SELECT a, b FROM notes {comment}")),
            query("notes::search")
        );
        let either = query("notes::newest or notes::some");
        assert_eq!(catalog.origin("SELECT id FROM notes LIMIT $1"), either);
        let comment = "/*action='some',controller='notes'*/";
        assert_eq!(
            catalog.origin(&format!("SELECT id FROM notes LIMIT $1 {comment}")),
            either
        );
    }

    #[test]
    fn what_is_of_no_catalog_is_told_apart() {
        let catalog = catalog();
        assert_eq!(
            catalog.origin("BEGIN ISOLATION LEVEL SERIALIZABLE"),
            Origin::Session
        );
        assert_eq!(catalog.origin("<insufficient privilege>"), Origin::Hidden);
        let other = "DELETE FROM notes /*action='purge',controller='cron'*/";
        assert_eq!(
            catalog.origin(other),
            Origin::Unknown("cron::purge".to_owned())
        );
    }
}
