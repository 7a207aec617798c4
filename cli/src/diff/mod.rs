//! `planwright diff BASE`

mod folder;
mod git;
mod markdown;

use std::path::Path;

use planwright_codegen::review::{Review, Side, compare, side};
use planwright_codegen::{Failure, Memory, Options};
use serde::Serialize;

use crate::args::{DiffArgs, DiffFormat, FailOn};
use crate::check::{open, options};
use crate::output::{self, Problem};
use git::{Export, Repository};

/// It changes when a member is renamed or removed, or means something else. One that is added
/// changes nothing.
const VERSION: u32 = 1;

/// What programs read.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    base: &'a str,
    breaking: usize,
    changes: &'a Review,
}

/// Prints what differs between the base and the files as they are.
pub(crate) async fn run(folder: &Path, args: &DiffArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let repository = Repository::of(&project.root)?;
    let base = repository.base(args.base.as_deref())?;
    let export = repository.export(&base)?;
    let options = options();
    let (old, new) = tokio::join!(old_side(&export), side(&project, &options));
    let new = new.map_err(|failure| {
        let what = "the files as they are cannot be checked, so there is nothing to compare";
        unusable(&failure, what)
    })?;
    let old = old.map_err(|failure| {
        let what = format!(
            "that is the project as it is in `{}`, which this version of Planwright cannot check: \
             there is nothing to compare with",
            base.name
        );
        unusable(&failure, &what)
    })?;
    let review = compare(old.as_ref(), &new);
    match args.format {
        DiffFormat::Markdown => output::text(&markdown::render(&review, &base.name)),
        DiffFormat::Json => output::text(&output::json(&Document {
            version: VERSION,
            base: &base.name,
            breaking: review.breaking(),
            changes: &review,
        })),
    }
    match (args.fail_on, review.breaking()) {
        (Some(FailOn::Breaking), 1..) => Err(Problem::Findings(
            "error[breaking]: code that calls the queries breaks".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// What the base was; `None` where it had no project here.
async fn old_side(export: &Export) -> Result<Option<Side>, Failure> {
    match &export.project {
        Some(project) => {
            // What is kept of a folder that goes away is of no use.
            let options = Options {
                memory: Memory::None,
                ..options()
            };
            side(project, &options).await.map(Some)
        }
        None => Ok(None),
    }
}

/// A comparison that there is none of.
fn unusable(failure: &Failure, what: &str) -> Problem {
    match Problem::from(failure).with_line(what) {
        Problem::Findings(text) => Problem::CouldNotRun(text),
        other => other,
    }
}
