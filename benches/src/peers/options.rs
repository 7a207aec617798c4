//! The command line.

use std::path::{Path, PathBuf};

use super::case::Case;

/// What is to be done.
#[derive(Debug)]
pub struct Options {
    pub what: What,
    /// Few rounds, to see that everything runs.
    pub quick: bool,
    /// Instructions are counted as well.
    pub callgrind: bool,
    /// How many rows are inserted at once.
    pub many: u64,
    /// Where the files go.
    pub out: PathBuf,
    pub cases: Vec<Case>,
    /// Whether pools are measured.
    pub pools: bool,
    /// As it was typed.
    pub command: String,
}

/// What this process is for.
#[derive(Debug)]
pub enum What {
    Measure,
    /// Counts allocations for another process.
    Counts {
        url: String,
        scratch: String,
    },
    /// Makes calls under callgrind.
    Calls {
        contender: String,
        calls: usize,
        url: String,
        scratch: String,
    },
}

const MANY: u64 = 10_000;
const MILLION: u64 = 1_000_000;
const POOL: &str = "pool";

/// How it is called.
pub fn usage() -> String {
    let cases: Vec<&str> = Case::ALL.iter().map(|case| case.name()).collect();
    format!(
        "usage: planwright-benches peers [--quick] [--callgrind] [--million] [--out FOLDER] [CASE...]\n\
         cases: {}, {POOL}",
        cases.join(", ")
    )
}

impl Options {
    /// Reads the command line.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            what: What::Measure,
            quick: false,
            callgrind: false,
            many: MANY,
            out: Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks"),
            cases: Vec::new(),
            pools: false,
            command: format!(
                "cargo run --release -p planwright-benches --features peers -- peers {}",
                arguments.join(" ")
            )
            .trim_end()
            .to_owned(),
        };
        let mut rest = arguments.iter().cloned();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--callgrind" => options.callgrind = true,
                "--million" => options.many = MILLION,
                "--out" => options.out = PathBuf::from(value(&mut rest, "--out")?),
                "--counts" => {
                    options.what = What::Counts {
                        url: value(&mut rest, "--counts")?,
                        scratch: value(&mut rest, "--counts")?,
                    };
                    options.many = number(&mut rest, "--counts")?;
                }
                "--calls" => {
                    options.what = What::Calls {
                        contender: value(&mut rest, "--calls")?,
                        calls: number(&mut rest, "--calls")?,
                        url: value(&mut rest, "--calls")?,
                        scratch: value(&mut rest, "--calls")?,
                    };
                }
                POOL => options.pools = true,
                name => options.cases.push(case(name)?),
            }
        }
        options.choose();
        Ok(options)
    }

    /// Without a name it is all of them; a million rows are for those that write many.
    fn choose(&mut self) {
        if self.cases.is_empty() && !self.pools {
            self.cases = Case::ALL.to_vec();
            self.pools = true;
        }
        if self.many == MILLION {
            self.cases.retain(|case| case.is_emptied());
            self.pools = false;
        }
    }

    /// On fresh connections so often.
    pub fn repetitions(&self) -> usize {
        match (self.many, self.quick) {
            (MILLION, _) => 1,
            (_, true) => 3,
            (_, false) => 21,
        }
    }
}

fn value(rest: &mut impl Iterator<Item = String>, name: &str) -> Result<String, String> {
    rest.next().ok_or_else(|| format!("{name} needs a value"))
}

fn number<N: std::str::FromStr>(
    rest: &mut impl Iterator<Item = String>,
    name: &str,
) -> Result<N, String> {
    let text = value(rest, name)?;
    let number = text.parse();
    number.map_err(|_| format!("{name}: `{text}` is no number"))
}

fn case(name: &str) -> Result<Case, String> {
    let found = Case::ALL.into_iter().find(|case| case.name() == name);
    found.ok_or_else(|| format!("there is no case or option `{name}`"))
}
