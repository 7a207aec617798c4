//! Answers on disk: one file a project in the cache, beside the templates of servers.
//!
//! It is a memory and no more: without it, or when it cannot be read or written, everything is
//! asked anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Answer;
use crate::config::Project;
use crate::files;

/// Changes when answers of older versions must not be used any more.
const FORMAT: u32 = 1;
/// The files of so many projects are kept.
const PROJECTS: usize = 64;

/// Where a project's answers are kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: u32,
    answers: BTreeMap<String, Answer>,
}

/// The same, to be written.
#[derive(Serialize)]
struct FormOf<'a> {
    format: u32,
    answers: &'a BTreeMap<String, Answer>,
}

impl Kept {
    /// The file of a project in a cache.
    pub(crate) fn of(project: &Project, cache: &Path) -> Self {
        Self {
            file: cache.join("answers").join(format!("{}.json", project.id())),
        }
    }

    /// What it holds; nothing where it cannot be read.
    pub(crate) fn load(&self) -> BTreeMap<String, Answer> {
        let text = std::fs::read(&self.file).unwrap_or_default();
        match serde_json::from_slice::<Form>(&text) {
            Ok(form) if form.format == FORMAT => form.answers,
            _ => BTreeMap::new(),
        }
    }

    /// Writes it anew, and removes those of projects that were not checked for longest.
    pub(crate) fn save(&self, answers: &BTreeMap<String, Answer>) {
        let form = FormOf {
            format: FORMAT,
            answers,
        };
        // Maps of strings to strings and numbers are JSON.
        let Ok(text) = serde_json::to_string(&form) else {
            return;
        };
        if files::write(&self.file, &text).is_ok() {
            self.prune();
        }
    }

    fn prune(&self) {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        let surplus = files.len().saturating_sub(PROJECTS);
        for (_, path) in &files[..surplus] {
            // Another process may have removed it.
            let _ = std::fs::remove_file(path);
        }
    }
}
