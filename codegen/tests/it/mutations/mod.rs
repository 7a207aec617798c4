//! Single changes to the agent's catalog, to its SQL, migrations, configuration, generated code
//! and lock: each is reported under its own code, and the unchanged catalog is silent.

mod list;

use std::collections::BTreeSet;
use std::path::Path;

use planwright_codegen::lock::Lock;
use planwright_codegen::{
    Checker, Failure, Memory, Options, changed_since_lock, drift, lock_agrees,
};

use crate::project::{TempProject, block_on, server};

/// The checkout whose catalog it is.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const LOCK: &str = "generated/catalog.lock";

/// One change, and the code under which it is reported.
struct Mutation {
    name: &'static str,
    change: Change,
    code: &'static str,
}

/// What is changed.
enum Change {
    /// In a file, one text for another.
    Replace(&'static str, &'static str, &'static str),
    /// A file is made.
    Add(&'static str, &'static str),
    /// A file or folder is removed.
    Remove(&'static str),
    /// The lock says something else, and its digest is right.
    Lock(fn(&mut Lock)),
}

fn catalog() -> TempProject {
    let project = TempProject::new();
    let checkout = Path::new(CHECKOUT);
    for folder in ["queries", "migrations", "generated/src"] {
        project.copy(&checkout.join(folder), folder);
    }
    for file in ["planwright.toml", LOCK] {
        project.write(file, std::fs::read(checkout.join(file)).expect(file));
    }
    project
}

impl Change {
    fn apply(&self, project: &TempProject) {
        match self {
            Self::Replace(path, from, to) => {
                let text = project.read(path);
                assert!(text.contains(from), "no {from:?} in {path}");
                project.write(path, text.replacen(from, to, 1));
            }
            Self::Add(path, text) => {
                assert!(!project.root().join(path).exists(), "{path} is there");
                project.write(path, text);
            }
            Self::Remove(path) => {
                let path = project.root().join(path);
                let removed = if path.is_dir() {
                    std::fs::remove_dir_all(&path)
                } else {
                    std::fs::remove_file(&path)
                };
                removed.expect("it is removed");
            }
            Self::Lock(edit) => {
                let mut lock = Lock::parse(&project.read(LOCK)).expect("a lock");
                let before = lock.clone();
                edit(&mut lock);
                assert_ne!(lock, before, "nothing was changed");
                project.write(LOCK, lock.to_text());
            }
        }
    }
}

/// The codes of all that is found, without a server and with one.
async fn codes(checker: &mut Checker, project: &TempProject) -> BTreeSet<&'static str> {
    let project = project.open();
    let changed = changed_since_lock(&project).expect("files are read");
    assert!(
        changed.is_empty() || !lock_agrees(&project).expect("files are read"),
        "a frozen check would be silent:\n{changed:?}"
    );
    let mut found = changed.found;
    match checker.check(&project).await {
        Ok(catalog) => found.extend(drift(&project, &catalog).expect("files are read").found),
        Err(Failure::Findings { diagnostics, .. }) => found.extend(diagnostics),
        Err(failure) => panic!("{failure}"),
    }
    found.sorted().iter().map(|found| found.code).collect()
}

#[test]
fn every_single_change_is_reported() {
    block_on(report());
}

async fn report() {
    let options = Options {
        server: server(15),
        memory: Memory::None,
    };
    let mut checker = Checker::new(options);
    let silent = codes(&mut checker, &catalog()).await;
    assert_eq!(silent, BTreeSet::new(), "the unchanged catalog");
    let all = list::mutations();
    let mut missed = Vec::new();
    for Mutation { name, change, code } in &all {
        let project = catalog();
        change.apply(&project);
        let found = codes(&mut checker, &project).await;
        if !found.contains(code) {
            missed.push(format!("{name}: `{code}` is not among {found:?}"));
        }
    }
    checker.stop().await.expect("the server ends");
    let detected = all.len() - missed.len();
    assert!(
        missed.is_empty(),
        "{detected} of {}\n{}",
        all.len(),
        missed.join("\n")
    );
}
