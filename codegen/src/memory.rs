//! What one check leaves for the next, in the cache, beside the templates of servers: the server's
//! answers, and from what modules were emitted. Each is one file a project.
//!
//! It is a memory and no more: without it, or when it cannot be read or written, everything is
//! asked and emitted anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::answers::Answer;
use crate::config::Project;
use crate::emit::Emitted;
use crate::files;

/// Changes when what older versions remembered must not be used any more.
const FORMAT: u32 = 1;
/// The files of so many projects are kept.
const PROJECTS: usize = 64;

/// Where what is known of a project is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    answers: PathBuf,
    emitted: PathBuf,
}

/// A file that is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form<T> {
    format: u32,
    known: T,
}

impl Kept {
    /// The files of a project in a cache.
    pub(crate) fn of(project: &Project, cache: &Path) -> Self {
        let file = |folder: &str| cache.join(folder).join(format!("{}.json", project.id()));
        Self {
            answers: file("answers"),
            emitted: file("emitted"),
        }
    }

    /// What the server said before.
    pub(crate) fn answers(&self) -> BTreeMap<String, Answer> {
        load(&self.answers)
    }

    /// Keeps what it says now.
    pub(crate) fn keep_answers(&self, answers: &BTreeMap<String, Answer>) {
        save(&self.answers, answers);
    }

    /// From what modules were emitted before.
    pub(crate) fn emitted(&self) -> Emitted {
        load(&self.emitted)
    }

    /// Keeps from what they are emitted now.
    pub(crate) fn keep_emitted(&self, emitted: &Emitted) {
        save(&self.emitted, emitted);
    }
}

/// What a file holds; nothing where it cannot be read.
fn load<T: DeserializeOwned + Default>(file: &Path) -> T {
    let text = std::fs::read(file).unwrap_or_default();
    match serde_json::from_slice::<Form<T>>(&text) {
        Ok(Form { format, known }) if format == FORMAT => known,
        _ => T::default(),
    }
}

/// Writes a file anew, and removes those of projects that were not checked for longest.
fn save(file: &Path, known: &impl Serialize) {
    let form = Form {
        format: FORMAT,
        known,
    };
    // Maps of strings to strings and numbers are JSON.
    let Ok(text) = serde_json::to_string(&form) else {
        return;
    };
    if files::write(file, &text).is_ok() {
        prune(file.parent().unwrap_or(Path::new(".")));
    }
}

fn prune(folder: &Path) {
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
