//! Emits a catalog of which most modules were emitted before: what is known is not formatted
//! again, which is most of the work.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Files, emit_with, module_path};
use crate::catalog::{Catalog, Module};
use crate::fingerprint::{fingerprint, hex, program};
use crate::parallel::on_all_cores;

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
    pub(crate) last: Option<(&'a Catalog, &'a Files)>,
    /// What an earlier process left.
    pub(crate) emitted: &'a Emitted,
    /// The files that may be what it emitted.
    pub(crate) on_disk: &'a Files,
}

impl Emitted {
    /// The fingerprints of the files that came of it.
    pub(crate) fn prints(&self, files: &Files) -> BTreeMap<String, String> {
        let files: Vec<_> = files.iter().collect();
        let prints = on_all_cores(&files, |(path, text)| {
            let known = self.modules.get(*path).map(|trace| trace.text.clone());
            ((*path).clone(), known.unwrap_or_else(|| fingerprint(text)))
        });
        prints.into_iter().collect()
    }

    /// Whether it is of no use to this program: another one may emit other text.
    pub(crate) fn is_of_another(&self) -> bool {
        self.program.is_none() || self.program != program()
    }
}

/// What is known of a module before it is emitted.
struct OfModule {
    /// Its fingerprint, where that is to be remembered.
    print: Option<String>,
    text: Option<String>,
    /// The fingerprint of the text, where that was looked at.
    text_print: Option<String>,
}

impl Known<'_> {
    fn of(&self, module: &Module, remember: bool) -> OfModule {
        let path = module_path(module);
        let trace = self.emitted.modules.get(&path);
        if let Some((catalog, files)) = self.last
            && catalog.modules.contains(module)
        {
            return OfModule {
                print: trace.map(|trace| trace.module.clone()),
                text: files.get(&path).cloned(),
                text_print: trace.map(|trace| trace.text.clone()),
            };
        }
        let print = remember.then(|| print(module));
        let trace = trace.filter(|trace| Some(&trace.module) == print.as_ref());
        let text = self
            .on_disk
            .get(&path)
            .filter(|text| trace.is_some_and(|trace| trace.text == fingerprint(text)));
        OfModule {
            text_print: text.and(trace).map(|trace| trace.text.clone()),
            text: text.cloned(),
            print,
        }
    }
}

/// Emits a catalog; with how many modules were not known, and, where that is asked for, what is to
/// be remembered.
pub(crate) fn emit_beside(
    catalog: &Catalog,
    known: Known<'_>,
    remember: bool,
) -> (Files, usize, Emitted) {
    let of = on_all_cores(&catalog.modules, |module| known.of(module, remember));
    let formatted = of.iter().filter(|of| of.text.is_none()).count();
    let mut texts: Files = Files::new();
    let mut prints = Vec::with_capacity(of.len());
    for (module, of) in catalog.modules.iter().zip(of) {
        let path = module_path(module);
        texts.extend(of.text.map(|text| (path.clone(), text)));
        prints.extend(of.print.map(|print| (path, print, of.text_print)));
    }
    let files = emit_with(catalog, |path| texts.get(path).cloned());
    let modules = prints.into_iter().filter_map(|(path, module, text)| {
        let text = match text {
            Some(text) => text,
            None => fingerprint(files.get(&path)?),
        };
        Some((path, Trace { module, text }))
    });
    let emitted = Emitted {
        modules: modules.collect(),
        program: remember.then(program).flatten(),
    };
    (files, formatted, emitted)
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
