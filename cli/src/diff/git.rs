//! The project as it is in a commit, through the program `git`. Nothing of the repository
//! changes, its index neither.

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::folder::Folder;
use crate::output::{self, Problem};
use planwright_codegen::config::{CONFIG_FILE, Project};

/// The bases that are taken where none is named.
const USUAL: [&str; 2] = ["origin/main", "main"];

/// The repository that a project is in.
pub(super) struct Repository {
    /// Its folder.
    root: PathBuf,
    /// The project's folder relative to it.
    project: PathBuf,
}

/// What is compared with.
pub(super) struct Base {
    /// As it was named.
    pub(super) name: String,
    /// The commit.
    commit: String,
}

/// A project as it was, in a folder of its own that goes away with this.
pub(super) struct Export {
    /// The project, if there was one.
    pub(super) project: Option<Project>,
    _folder: Folder,
}

impl Repository {
    /// The repository of a folder.
    pub(super) fn of(folder: &Path) -> Result<Self, Problem> {
        let root = line(&run(folder, &["rev-parse", "--show-toplevel"], None, &[])?);
        let project = line(&run(folder, &["rev-parse", "--show-prefix"], None, &[])?);
        Ok(Self {
            root: PathBuf::from(root),
            project: PathBuf::from(project),
        })
    }

    /// The commit that a name means, or rather the one where HEAD parted from it: what others
    /// did since then is no change of this branch.
    pub(super) fn base(&self, named: Option<&str>) -> Result<Base, Problem> {
        let (name, tip) = match named {
            Some(name) => (name, self.commit(name)),
            None => {
                let known = USUAL.map(|name| (name, self.commit(name)));
                let mut known = known.into_iter().filter(|(_, commit)| commit.is_some());
                known.next().unwrap_or((USUAL[0], None))
            }
        };
        let Some(tip) = tip else {
            return Err(Problem::CouldNotRun(format!(
                "error: the repository has no commit `{name}`\n  help: name a branch, tag or \
                 commit: `planwright diff BASE`; in a clone of one commit, fetch it first"
            )));
        };
        let parted = self.git(&["merge-base", &tip, "HEAD"], None, &[]);
        let commit = match parted {
            Ok(commit) => line(&commit),
            Err(_) => {
                output::note(&format!(
                    "no commit is known where HEAD parted from `{name}`, so the two are compared \
                     as they are; a clone of a few commits has to fetch more"
                ));
                tip
            }
        };
        Ok(Base {
            name: name.to_owned(),
            commit,
        })
    }

    fn commit(&self, name: &str) -> Option<String> {
        if name.starts_with('-') {
            return None;
        }
        let commit = format!("{name}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", commit.as_str()];
        let commit = self.git(&args, None, &[]).ok()?;
        Some(line(&commit))
    }

    /// Writes what a check reads of the project, as it is in the base.
    pub(super) fn export(&self, base: &Base) -> Result<Export, Problem> {
        let folder =
            Folder::new().map_err(|error| Problem::could_not("make a temporary folder", &error))?;
        let tree = folder.path().join("tree");
        let root = tree.join(&self.project);
        let index = folder.path().join("index");
        let index = [("GIT_INDEX_FILE", index.as_path())];
        self.git(&["read-tree", &base.commit], None, &index)?;
        self.check_out(base, &[self.project.join(CONFIG_FILE)], &tree, &index)?;
        if !root.join(CONFIG_FILE).is_file() {
            return Ok(Export {
                project: None,
                _folder: folder,
            });
        }
        let project = Project::discover(&root).map_err(|error| {
            let what = format!("that is {CONFIG_FILE} as it is in `{}`", base.name);
            Problem::from_error(&error).with_line(&what)
        })?;
        let config = &project.config;
        let folders = [
            &config.queries,
            &config.migrations,
            &config.statistics.folder,
        ];
        let folders: Vec<PathBuf> = folders
            .iter()
            .filter_map(|folder| inside(&self.project.join(folder)))
            .collect();
        self.check_out(base, &folders, &tree, &index)?;
        for folder in [&config.queries, &config.migrations] {
            // Git knows no empty folder.
            fs::create_dir_all(root.join(folder))
                .map_err(|error| Problem::could_not("make a temporary folder", &error))?;
        }
        Ok(Export {
            project: Some(project),
            _folder: folder,
        })
    }

    /// Writes files of a commit below a folder, with the line ends of a checkout.
    fn check_out(
        &self,
        base: &Base,
        paths: &[PathBuf],
        tree: &Path,
        index: &[(&str, &Path)],
    ) -> Result<(), Problem> {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        let mut list = vec!["ls-tree", "-r", "-z", "--name-only", &base.commit, "--"];
        list.extend(paths.iter().map(String::as_str));
        let files = self.git(&list, None, &[])?;
        let prefix = format!("--prefix={}/", tree.display());
        let args = ["checkout-index", "--quiet", "-z", "--stdin", &prefix];
        self.git(&args, Some(&files), index)?;
        Ok(())
    }

    fn git(
        &self,
        args: &[&str],
        input: Option<&[u8]>,
        variables: &[(&str, &Path)],
    ) -> Result<Vec<u8>, Problem> {
        run(&self.root, args, input, variables)
    }
}

/// The path without `..`, where it stays inside of the repository.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => clean.push(part),
            Component::CurDir => {}
            Component::ParentDir if clean.pop() => {}
            _ => return None,
        }
    }
    Some(clean)
}

/// What git prints, without the end of its line.
fn line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.trim_end_matches(['\r', '\n']).to_owned()
}

/// Runs git in a folder.
fn run(
    folder: &Path,
    args: &[&str],
    input: Option<&[u8]>,
    variables: &[(&str, &Path)],
) -> Result<Vec<u8>, Problem> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(args);
    command.envs(variables.iter().copied());
    let output = outcome(&mut command, input)
        .map_err(|error| Problem::could_not("run the program `git`", &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(Problem::CouldNotRun(format!(
        "error: `git {}` failed in {}\n  because: {}",
        args.first().unwrap_or(&""),
        folder.display(),
        why.trim()
    )))
}

fn outcome(command: &mut Command, input: Option<&[u8]>) -> std::io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    let mut child = command.spawn()?;
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        // Git reads all of it before it says more than a pipe holds: it is quiet.
        pipe.write_all(input)?;
    }
    child.wait_with_output()
}
