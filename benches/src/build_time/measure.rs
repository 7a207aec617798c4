//! The rounds: every contender in turn, so that a busy moment hits all of them.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use crate::build_time::contender::{Contender, Step};
use crate::build_time::process::{self, Run};
use crate::build_time::setup::Setup;

/// One contender's figures for one size.
pub(crate) struct Measured {
    pub(crate) contender: &'static str,
    pub(crate) queries: usize,
    pub(crate) runs: BTreeMap<Step, Vec<Run>>,
    /// The memory of the process with its server, in MiB.
    pub(crate) with_server: Option<f64>,
}

/// What a size came to: the figures, and who dropped out with the reason.
pub(crate) type Round = (Vec<Measured>, Vec<(&'static str, String)>);

/// Measures all contenders on so many queries. One that fails drops out.
pub(crate) fn size(
    setup: &Setup,
    contenders: &[Box<dyn Contender>],
    queries: usize,
    rounds: usize,
) -> Result<Round, Box<dyn Error>> {
    let mut failed = Vec::new();
    let mut taking_part = Vec::new();
    for contender in contenders {
        println!("preparing {} for {queries} queries", contender.name());
        match Project::new(setup, contender.as_ref(), queries) {
            Ok(project) => taking_part.push(project),
            Err(error) => failed.push((contender.name(), error.to_string())),
        }
    }
    for round in 0..rounds {
        println!("{queries} queries, round {} of {rounds}", round + 1);
        // Another one goes first each time.
        let first = round % taking_part.len().max(1);
        taking_part.rotate_left(first);
        let mut going_on = Vec::new();
        for mut project in taking_part {
            match project.round(setup, round) {
                Ok(()) => going_on.push(project),
                Err(error) => failed.push((project.contender.name(), error.to_string())),
            }
        }
        taking_part = going_on;
    }
    for project in &mut taking_part {
        project.with_server = project.memory(setup)?;
    }
    let order = |name: &str| contenders.iter().position(|other| other.name() == name);
    let mut measured: Vec<Measured> = taking_part.into_iter().map(Project::end).collect();
    measured.sort_by_key(|measured| order(measured.contender));
    Ok((measured, failed))
}

/// A contender with its project on disk.
struct Project<'a> {
    contender: &'a dyn Contender,
    queries: usize,
    folder: PathBuf,
    runs: BTreeMap<Step, Vec<Run>>,
    with_server: Option<f64>,
}

impl<'a> Project<'a> {
    /// Writes the project, and does everything once: templates, dependencies, caches.
    fn new(
        setup: &Setup,
        contender: &'a dyn Contender,
        queries: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let name = contender.name().replace([' ', ','], "-");
        let folder = (setup.tools.folder)
            .join("projects")
            .join(format!("{queries}-{name}"));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        contender.write(&folder, queries)?;
        let mut project = Self {
            contender,
            queries,
            folder,
            runs: BTreeMap::new(),
            with_server: None,
        };
        project.step(setup, Step::Generate, 0)?;
        contender.prepare(setup, &project.folder)?;
        project.step(setup, Step::Check, 0)?;
        Ok(project)
    }

    fn round(&mut self, setup: &Setup, round: usize) -> Result<(), Box<dyn Error>> {
        for step in Step::ALL {
            if step == Step::Check {
                // What was generated anew is compiled, so that the touch is all that is measured.
                self.step(setup, step, 0)?;
            }
            if let Some(run) = self.step(setup, step, round + 1)? {
                self.runs.entry(step).or_default().push(run);
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        setup: &Setup,
        step: Step,
        edit: usize,
    ) -> Result<Option<Run>, Box<dyn Error>> {
        let Some(mut command) = self.contender.command(setup, step, &self.folder) else {
            return Ok(None);
        };
        self.contender.before(setup, step, &self.folder, edit)?;
        process::run(&mut command).map(Some)
    }

    /// What the first step holds together with the server, read in a run of its own.
    fn memory(&self, setup: &Setup) -> Result<Option<f64>, Box<dyn Error>> {
        let step = match self.runs.keys().next() {
            Some(Step::Generate) => Step::Generate,
            _ => Step::Check,
        };
        let Some(mut command) = self.contender.command(setup, step, &self.folder) else {
            return Ok(None);
        };
        self.contender.before(setup, step, &self.folder, 0)?;
        let server = self.contender.needs_server().then(|| setup.server.pid());
        process::peak_of_tree(&mut command, server).map(Some)
    }

    fn end(self) -> Measured {
        Measured {
            contender: self.contender.name(),
            queries: self.queries,
            runs: self.runs,
            with_server: self.with_server,
        }
    }
}
