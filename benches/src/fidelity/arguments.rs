//! The command line of `fidelity`.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: planwright-benches fidelity SCHEMA.sql QUERIES.sql... [options]
  --indexes FILE.sql   indexes, made when the tables are filled
  --rows N             the rows of the largest table (1000000)
  --major N            the server's major version
  --with-values        only the snapshot that holds values of rows
  --without-values     only the snapshot that holds none
  --parameters         the constants of the queries become parameters
  --parts              also with parts of the snapshot left out";

/// What is measured.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) schema: PathBuf,
    pub(super) queries: Vec<PathBuf>,
    pub(super) indexes: Option<PathBuf>,
    pub(super) rows: u64,
    pub(super) major: Option<u32>,
    /// Whether only a snapshot with values is measured, or only one without.
    pub(super) values: Option<bool>,
    pub(super) parameters: bool,
    pub(super) parts: bool,
}

impl Arguments {
    pub(super) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            schema: PathBuf::new(),
            queries: Vec::new(),
            indexes: None,
            rows: 1_000_000,
            major: None,
            values: None,
            parameters: false,
            parts: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--indexes" => parsed.indexes = Some(value()?.into()),
                "--rows" => parsed.rows = number::<u64>(&value()?)?.max(1),
                "--major" => parsed.major = Some(number(&value()?)?),
                "--with-values" => parsed.values = Some(true),
                "--without-values" => parsed.values = Some(false),
                "--parameters" => parsed.parameters = true,
                "--parts" => parsed.parts = true,
                option if option.starts_with("--") => {
                    return Err(format!("{option} is not known\n{USAGE}"));
                }
                path => parsed.queries.push(path.into()),
            }
        }
        if parsed.queries.len() < 2 {
            return Err(USAGE.to_owned());
        }
        parsed.schema = parsed.queries.remove(0);
        Ok(parsed)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
