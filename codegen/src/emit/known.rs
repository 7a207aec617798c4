//! Emits a catalog of which most modules were emitted before: what is known is not formatted
//! again, which is most of the work.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Files, emit_with, module_path};
use crate::catalog::{Catalog, Module};
use crate::fingerprint::{fingerprint, hex, program};

/// From what each module was emitted, and what came of it, as fingerprints.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Emitted {
    /// The program that emitted.
    program: Option<String>,
    /// By the path of the file.
    modules: BTreeMap<String, Trace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    module: String,
    text: String,
}

/// What was emitted before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// A catalog and its files, from this process.
    pub(crate) last: Option<&'a (Catalog, Files)>,
    /// What an earlier process left.
    pub(crate) emitted: &'a Emitted,
    /// The files that may be what it emitted.
    pub(crate) on_disk: &'a Files,
}

impl Emitted {
    /// Whether it is of no use to this program: another one may emit other text.
    pub(crate) fn is_of_another(&self) -> bool {
        self.program.is_none() || self.program != program()
    }
}

impl Known<'_> {
    /// The text of a module, where that can be told without emitting it.
    fn text(&self, path: &str, module: &Module) -> Option<String> {
        if let Some((catalog, files)) = self.last
            && catalog.modules.contains(module)
        {
            return files.get(path).cloned();
        }
        let trace = self.emitted.modules.get(path)?;
        let text = self.on_disk.get(path)?;
        let same = trace.text == fingerprint(text) && trace.module == print(module);
        same.then(|| text.clone())
    }
}

/// Emits a catalog; with how many modules were not known.
pub(crate) fn emit_beside(catalog: &Catalog, known: Known<'_>) -> (Files, usize) {
    let formatted = AtomicUsize::new(0);
    let files = emit_with(catalog, |path, module| {
        let text = known.text(path, module);
        formatted.fetch_add(usize::from(text.is_none()), Relaxed);
        text
    });
    (files, formatted.into_inner())
}

/// What is to be remembered of a catalog's files; what is known of modules that are as they were
/// is taken over.
pub(crate) fn trace(catalog: &Catalog, files: &Files, known: Known<'_>) -> Emitted {
    let mut modules = BTreeMap::new();
    for module in &catalog.modules {
        let path = module_path(module);
        let Some(text) = files.get(&path).map(|text| fingerprint(text)) else {
            continue;
        };
        let before = known.emitted.modules.get(&path);
        let same = known
            .last
            .is_some_and(|(last, _)| last.modules.contains(module));
        let trace = match before {
            Some(before) if same && before.text == text => before.clone(),
            _ => Trace {
                module: print(module),
                text,
            },
        };
        modules.insert(path, trace);
    }
    Emitted {
        program: program(),
        modules,
    }
}

/// The fingerprint of all that a module's text is made from.
fn print(module: &Module) -> String {
    let mut hasher = Hasher(Sha256::new());
    // It is the derived form, which has every field, and a hasher takes anything.
    let _infallible = write!(hasher, "{module:?}");
    hex(&hasher.0.finalize()[..16])
}

struct Hasher(Sha256);

impl fmt::Write for Hasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}
