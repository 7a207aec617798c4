//! `planwright.toml`: where the catalog's parts are.

mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::fingerprint::fingerprint;
use crate::statistics::TableSize;

pub use types::{CratesConfig, DateTimeCrate, NumericCrate, TypeConfig, TypesConfig};

/// The name of the configuration file.
pub const CONFIG_FILE: &str = "planwright.toml";

/// The major versions of PostgreSQL that can check.
pub const SUPPORTED: std::ops::RangeInclusive<u32> = 14..=18;

/// What `planwright.toml` says. Every entry has a default, so an empty file is a
/// complete configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder of annotated SQL, relative to the configuration file.
    pub queries: String,
    /// The folder of Diesel migrations.
    pub migrations: String,
    /// The folder of the generated crate; files are written to its `src`.
    pub generated: String,
    /// The server that checks.
    pub postgres: PostgresConfig,
    /// The planner statistics that `planwright stats pull` takes.
    pub statistics: StatisticsConfig,
    /// How large tables are in production, by name.
    pub tables: BTreeMap<String, TableSize>,
    /// Whose rows are whose.
    pub tenant: TenantConfig,
    /// The Rust types of types, domains and columns, by name.
    pub types: TypesConfig,
    /// The crates whose types stand for the server's own.
    pub crates: CratesConfig,
    /// What is sent to the server beside the statements as written.
    pub sql: SqlConfig,
    /// How much the findings of a rule weigh, by the rule's name.
    pub rules: BTreeMap<String, RuleConfig>,
    /// Which migrations the rule `migration-safety` judges.
    #[serde(rename = "migration-safety")]
    pub migration_safety: MigrationSafetyConfig,
}

/// The table `[postgres]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PostgresConfig {
    /// The major version that production runs. Another one is used when this one
    /// is not on the machine, and the check says so.
    pub version: Option<u32>,
    /// How production's database orders text: `C` and `POSIX` order by bytes, and only then
    /// a plain index serves `LIKE 'x%'`. Any other name counts as one that does not.
    pub collation: Option<String>,
}

/// The table `[statistics]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StatisticsConfig {
    /// The folder of the snapshot.
    pub folder: String,
    /// The columns, as `table.column`, of which most common values and histograms are taken:
    /// those of codes that the SQL names, where the values are no secret.
    pub values: BTreeSet<String>,
}

impl Default for StatisticsConfig {
    fn default() -> Self {
        Self {
            folder: "statistics".to_owned(),
            values: BTreeSet::new(),
        }
    }
}

/// The table `[tenant]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TenantConfig {
    /// The column that says whose a row is; a table that has it is a tenant table.
    pub column: Option<String>,
}

/// The table `[sql]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SqlConfig {
    /// Whether each statement ends with a comment that names its query, so that the server's logs
    /// and views, such as `pg_stat_statements`, show it.
    pub comment: bool,
    /// The application's name in the comment.
    pub application: Option<String>,
}

/// The table `[migration-safety]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MigrationSafetyConfig {
    /// The version of the first migration that is judged: those before it are applied
    /// everywhere, and can no longer be changed. Without it all are judged.
    pub from: Option<String>,
}

/// What is said of a rule: a level, or `{ level = "deny", except = ["idx_orders_note"] }`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleConfig {
    /// How much its findings weigh, if not what they usually do.
    pub level: Option<RuleLevel>,
    /// The indexes, or constraints, of which nothing is said.
    pub except: BTreeSet<String>,
}

impl<'de> Deserialize<'de> for RuleConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleConfigVisitor)
    }
}

struct RuleConfigVisitor;

impl<'de> Visitor<'de> for RuleConfigVisitor {
    type Value = RuleConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"allow\", \"warn\", \"deny\", or a table with `level` and `except`")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<RuleConfig, E> {
        let level = RuleLevel::deserialize(word.into_deserializer())?;
        Ok(RuleConfig {
            level: Some(level),
            except: BTreeSet::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleConfig, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Detailed {
            level: Option<RuleLevel>,
            #[serde(default)]
            except: BTreeSet<String>,
        }
        let Detailed { level, except } = Detailed::deserialize(MapAccessDeserializer::new(map))?;
        Ok(RuleConfig { level, except })
    }
}

/// How much a rule's findings weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleLevel {
    /// Nothing is said.
    Allow,
    /// Worth reading; generation goes on.
    Warn,
    /// Nothing is generated.
    Deny,
}

impl RuleLevel {
    /// The word in planwright.toml.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            queries: "queries".to_owned(),
            migrations: "migrations".to_owned(),
            generated: "generated".to_owned(),
            postgres: PostgresConfig::default(),
            statistics: StatisticsConfig::default(),
            tables: BTreeMap::new(),
            tenant: TenantConfig::default(),
            types: TypesConfig::default(),
            crates: CratesConfig::default(),
            sql: SqlConfig::default(),
            rules: BTreeMap::new(),
            migration_safety: MigrationSafetyConfig::default(),
        }
    }
}

/// A project on disk: its folder and its configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The folder of `planwright.toml`.
    pub root: PathBuf,
    /// What it says.
    pub config: Config,
}

/// Why a project could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is no configuration file here or above.
    #[error(
        "no {CONFIG_FILE} in {} or any folder above it; run `planwright init` to start a project",
        from.display()
    )]
    NotFound {
        /// Where the search began.
        from: PathBuf,
    },
    /// The configuration file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A version that cannot check.
    #[error(
        "{} asks for PostgreSQL {version}; versions {} to {} can check",
        path.display(), SUPPORTED.start(), SUPPORTED.end()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version asked for.
        version: u32,
    },
    /// The configuration file says something it cannot say.
    #[error("{} is not a valid configuration", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The place and the reason.
        source: Box<toml::de::Error>,
    },
}

impl Project {
    /// Opens the project whose configuration file is in `start` or the nearest
    /// folder above it.
    ///
    /// # Errors
    /// When there is none, or when it cannot be read or understood.
    pub fn discover(start: &Path) -> Result<Self, ProjectError> {
        let root = start
            .ancestors()
            .find(|folder| folder.join(CONFIG_FILE).is_file())
            .ok_or_else(|| ProjectError::NotFound {
                from: start.to_owned(),
            })?;
        let path = root.join(CONFIG_FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(ProjectError::Read { path, source }),
        };
        let config: Config = match toml::from_str(&text) {
            Ok(config) => config,
            Err(source) => {
                let source = Box::new(source);
                return Err(ProjectError::Invalid { path, source });
            }
        };
        match config.postgres.version {
            Some(version) if !SUPPORTED.contains(&version) => {
                Err(ProjectError::Version { path, version })
            }
            _ => Ok(Self {
                root: root.to_owned(),
                config,
            }),
        }
    }

    /// What tells this project from others on this machine.
    pub(crate) fn id(&self) -> String {
        let root = self.root.canonicalize();
        let root = root.as_deref().unwrap_or(&self.root);
        fingerprint(&format!("{} {}", root.display(), self.config.generated))
    }
}
