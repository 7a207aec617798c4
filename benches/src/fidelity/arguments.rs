//! The command line of `fidelity`.

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: planwright-benches fidelity SCHEMA.sql QUERIES_FOLDER [options]
  --indexes FILE.sql        indexes, made when the tables are filled
  --rows N                  the rows of the largest table (1000000)
  --major N                 the server's major version
  --with-values             only the snapshot that holds values of rows
  --without-values          only the snapshot that holds none
  --reference COLUMN=TABLE  what a column refers to, where neither a foreign key nor the
                            queries nor its name tell; COLUMN may be TABLE.COLUMN
  --parts                   also with parts of the snapshot left out
  --json FILE               writes the comparisons there";

/// What is measured.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) schema: PathBuf,
    pub(super) queries: PathBuf,
    pub(super) indexes: Option<PathBuf>,
    pub(super) rows: u64,
    pub(super) major: Option<u32>,
    pub(super) with_values: bool,
    pub(super) without_values: bool,
    pub(super) references: BTreeMap<String, String>,
    pub(super) parts: bool,
    pub(super) json: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            schema: PathBuf::new(),
            queries: PathBuf::new(),
            indexes: None,
            rows: 1_000_000,
            major: None,
            with_values: true,
            without_values: true,
            references: BTreeMap::new(),
            parts: false,
            json: None,
        };
        let mut paths = Vec::new();
        while let Some(argument) = arguments.next() {
            if !argument.starts_with("--") {
                paths.push(PathBuf::from(argument));
                continue;
            }
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--indexes" => parsed.indexes = Some(value()?.into()),
                "--rows" => parsed.rows = number::<u64>(&value()?)?.max(1),
                "--major" => parsed.major = Some(number(&value()?)?),
                "--with-values" => parsed.without_values = false,
                "--without-values" => parsed.with_values = false,
                "--reference" => {
                    let value = value()?;
                    let (column, table) = value.split_once('=').ok_or("COLUMN=TABLE is meant")?;
                    parsed.references.insert(column.into(), table.into());
                }
                "--parts" => parsed.parts = true,
                "--json" => parsed.json = Some(value()?.into()),
                _ => return Err(format!("{argument} is not known\n{USAGE}")),
            }
        }
        let [schema, queries] = <[PathBuf; 2]>::try_from(paths).map_err(|_| USAGE.to_owned())?;
        (parsed.schema, parsed.queries) = (schema, queries);
        Ok(parsed)
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
