//! Why a database was not filled.

use std::fmt;

use crate::failure::Failure;
use crate::server::ServerError;

/// Why a database was not filled. Whatever it is, the database is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The project cannot be read, or its migrations fail.
    #[error(transparent)]
    Project(#[from] Failure),
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Connect(#[source] tokio_postgres::Error),
    /// The database is not what the migrations build.
    #[error(
        "the database is not what the migrations build:\n  {}\n  \
         help: `planwright migrate up` with the same --database-url applies what is pending",
        differences.join("\n  ")
    )]
    OtherSchema {
        /// What differs, a line each.
        differences: Vec<String>,
    },
    /// What was asked for names a table that the migrations do not make.
    #[error("the migrations make no table `{table}`{}", did_you_mean(nearest.as_ref()))]
    UnknownTable {
        /// The name.
        table: String,
        /// The one that may be meant.
        nearest: Option<String>,
    },
    /// Tables have rows already.
    #[error(
        "these tables have rows already: {}\n  \
         help: `--rows {}=0` leaves a table as it is, `--append` adds rows to those that are \
         there, `--truncate DATABASE` removes them first",
        tables.join(", "), tables.first().map_or("", String::as_str)
    )]
    NotEmpty {
        /// The tables.
        tables: Vec<String>,
    },
    /// The tables of another database were to be emptied.
    #[error(
        "`--truncate {given}` names another database than this one\n  \
         help: it has to be the name of the database whose rows may be removed"
    )]
    OtherDatabase {
        /// The name that was given.
        given: String,
    },
    /// A constraint that no generated row meets.
    #[error("{0}")]
    Unmet(Box<Unmet>),
    /// It was asked to stop.
    #[error("stopped: no row was kept")]
    Stopped,
    /// The database refused something.
    #[error("{doing}")]
    Refused {
        /// What was being done.
        doing: String,
        /// What it says.
        source: tokio_postgres::Error,
    },
}

/// A constraint that no generated row meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The table, as a reader calls it.
    pub table: String,
    /// The constraint, or the column where there is none by name.
    pub constraint: String,
    /// What it says, or what is in its way.
    pub why: String,
    /// What helps.
    pub help: String,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            constraint,
            why,
            help,
        } = self;
        write!(
            f,
            "no generated row meets `{constraint}` of `{table}`\n  note: {why}\n  \
             note: no row was kept\n  help: {help}"
        )
    }
}

impl From<ServerError> for SeedError {
    fn from(error: ServerError) -> Self {
        Self::Project(error.into())
    }
}

impl From<Unmet> for SeedError {
    fn from(unmet: Unmet) -> Self {
        Self::Unmet(Box::new(unmet))
    }
}

impl SeedError {
    /// What the database refused while something was being done.
    pub(super) fn refused(doing: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Refused { doing, source }
    }
}

fn did_you_mean(nearest: Option<&String>) -> String {
    nearest.map_or(String::new(), |name| {
        format!("\n  help: did you mean `{name}`?")
    })
}
