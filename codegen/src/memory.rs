//! What one check leaves for the next, in the cache, beside the templates of servers. Each is one
//! file a project.
//!
//! It is a memory and no more: without it, or when it cannot be read or written, everything is
//! asked and emitted anew.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::Project;
use crate::files;

/// Changes when what older versions remembered must not be used any more.
const FORMAT: u32 = 1;
/// The files of so many projects are kept.
const PROJECTS: usize = 64;

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// What a scratch server holds.
    Holdings,
    /// The server's answers.
    Answers,
    /// From what modules were emitted.
    Emitted,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Self::Holdings => "holdings",
            Self::Answers => "answers",
            Self::Emitted => "emitted",
        }
    }
}

/// Where what is known of a project is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    cache: PathBuf,
    /// The files' name.
    name: String,
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
        Self {
            cache: cache.to_owned(),
            name: format!("{}.json", project.id()),
        }
    }

    fn file(&self, kind: Kind) -> PathBuf {
        self.cache.join(kind.folder()).join(&self.name)
    }

    /// What was known before; nothing where it cannot be read.
    pub(crate) fn load<T: DeserializeOwned + Default>(&self, kind: Kind) -> T {
        let text = std::fs::read(self.file(kind)).unwrap_or_default();
        match serde_json::from_slice::<Form<T>>(&text) {
            Ok(Form { format, known }) if format == FORMAT => known,
            _ => T::default(),
        }
    }

    /// Writes down what is known now, and removes what was written for projects that were not
    /// checked for longest.
    pub(crate) fn save(&self, kind: Kind, known: &impl Serialize) {
        let form = Form {
            format: FORMAT,
            known,
        };
        // Maps of strings and numbers to what JSON has are JSON.
        let Ok(text) = serde_json::to_string(&form) else {
            return;
        };
        let file = self.file(kind);
        if files::write(&file, &text).is_ok() {
            prune(file.parent().unwrap_or(Path::new(".")));
        }
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
