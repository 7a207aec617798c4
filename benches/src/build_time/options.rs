//! The arguments of `build-time`.

use std::path::PathBuf;

/// How the command is called.
pub(crate) const USAGE: &str =
    "build-time [--sizes 10,100,1000,5000] [--rounds 5] [--quick] [--only NAME,...]
           [--tools FOLDER] [--planwright PROGRAM] [--out FOLDER]";

/// What is asked for.
pub(crate) struct Options {
    /// The numbers of queries.
    pub(crate) sizes: Vec<usize>,
    /// How often each step is measured.
    pub(crate) rounds: usize,
    /// The contenders whose names hold one of these; all when there is none.
    pub(crate) only: Vec<String>,
    /// Where contenders are installed, and the projects are written.
    pub(crate) tools: PathBuf,
    /// The command line to measure; one is built when there is none.
    pub(crate) planwright: Option<PathBuf>,
    /// Where the figures and the chart go.
    pub(crate) out: PathBuf,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            sizes: vec![10, 100, 1_000, 5_000],
            rounds: 5,
            only: Vec::new(),
            tools: PathBuf::new(),
            planwright: None,
            out: PathBuf::from("docs/benchmarks"),
        };
        let mut tools = None;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--sizes" => options.sizes = sizes(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--quick" => (options.sizes, options.rounds) = (vec![10, 100], 3),
                "--only" => options.only = value()?.split(',').map(str::to_lowercase).collect(),
                "--tools" => tools = Some(PathBuf::from(value()?)),
                "--planwright" => {
                    let program = std::path::absolute(value()?).map_err(|e| e.to_string())?;
                    options.planwright = Some(program);
                }
                "--out" => options.out = PathBuf::from(value()?),
                other => return Err(format!("unknown argument `{other}`; usage: {USAGE}")),
            }
        }
        let tools = match tools {
            Some(tools) => tools,
            None => cache()?,
        };
        options.tools = std::path::absolute(tools).map_err(|error| error.to_string())?;
        Ok(options)
    }

    /// Whether a contender takes part.
    pub(crate) fn takes(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.only.is_empty() || self.only.iter().any(|only| name.contains(only))
    }
}

fn sizes(text: &str) -> Result<Vec<usize>, String> {
    let mut sizes = text.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}

fn number(text: &str) -> Result<usize, String> {
    match text.trim().parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{text}` is not a number above 0")),
    }
}

/// The user's cache folder.
fn cache() -> Result<PathBuf, String> {
    let folder = |name, below: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(PathBuf::from(value).join(below))
    };
    folder("XDG_CACHE_HOME", "planwright-benches")
        .or_else(|| folder("HOME", ".cache/planwright-benches"))
        .ok_or_else(|| "no folder for the tools: name one with --tools FOLDER".to_owned())
}
