//! `planwright init FOLDER`, and `planwright init --ci github` for a project that is there

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::args::InitArgs;
use crate::check;
use crate::ci::Extras;
use crate::output::{self, Problem};
use crate::package_name;

/// What a new project consists of: the path, and the text with its placeholders.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../templates/manifest.toml")),
    ("README.md", include_str!("../templates/README.md")),
    (".gitignore", include_str!("../templates/gitignore")),
    (
        "planwright.toml",
        include_str!("../templates/planwright.toml"),
    ),
    (
        "queries/notes.sql",
        include_str!("../templates/queries/notes.sql"),
    ),
    (
        "migrations/2026-01-01-000000_notes/up.sql",
        include_str!("../templates/migrations/up.sql"),
    ),
    (
        "migrations/2026-01-01-000000_notes/down.sql",
        include_str!("../templates/migrations/down.sql"),
    ),
    ("src/main.rs", include_str!("../templates/src/main.rs")),
    (
        "tests/notes.rs",
        include_str!("../templates/tests/notes.rs"),
    ),
    (
        "generated/Cargo.toml",
        include_str!("../templates/generated/manifest.toml"),
    ),
    (
        "generated/build.rs",
        include_str!("../templates/generated/build.rs"),
    ),
    (
        "generated/src/lib.rs",
        include_str!("../templates/generated/lib.rs"),
    ),
];

/// The checkout this program was built from, on the machine that built it: a
/// development build finds its own crates there.
const BUILT_FROM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Starts a project in a folder that does not exist, or is empty; without one, writes for the
/// project that is there what else is asked for.
pub(crate) fn run(folder: &Path, args: &InitArgs) -> Result<(), Problem> {
    match &args.folder {
        Some(target) => start(&folder.join(target), args),
        None => {
            let project = check::open(folder)?;
            let root = project.root.canonicalize().unwrap_or(project.root);
            let given = args.planwright_path.as_deref();
            let checkout = match planwright_path(given) {
                Err(problem) if given.is_some() => return Err(problem),
                // Then the workflow asks for a Git repository.
                checkout => checkout.ok(),
            };
            Extras::plan(&args.ci, &root, checkout.as_deref())?.write()
        }
    }
}

fn start(target: &Path, args: &InitArgs) -> Result<(), Problem> {
    let target = clean(target);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    package_name::check(&name).map_err(Problem::CouldNotRun)?;
    let exists = is_empty_folder(&target)?;
    let checkout = planwright_path(args.planwright_path.as_deref())?;
    let parent = target.parent().unwrap_or(Path::new("/"));
    let parent = fs::create_dir_all(parent)
        .and_then(|()| parent.canonicalize())
        .map_err(|error| Problem::could_not(&format!("use {}", parent.display()), &error))?;
    let target = parent.join(&*name);
    let extras = Extras::plan(&args.ci, &target, Some(&checkout))?;
    let planwright = in_a_manifest(&relative_to(&checkout, &target))?;
    let files: Vec<(&str, String)> = FILES
        .iter()
        .map(|(path, text)| {
            let text = text.replace("{{name}}", &name);
            (*path, text.replace("{{planwright}}", &planwright))
        })
        .collect();
    write_all(&target, exists, &files)
        .map_err(|error| Problem::could_not(&format!("write {}", target.display()), &error))?;
    for (path, _) in FILES {
        output::line(&format!("wrote {path}"));
    }
    extras.write()?;
    output::line(&format!(
        "\nnext: `cargo build` in {}; its README.md says more",
        target.display()
    ));
    Ok(())
}

/// Takes `.` and `..` out of a path, so that `init .` has a name.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// Whether the folder is there; one that has anything in it is refused.
fn is_empty_folder(target: &Path) -> Result<bool, Problem> {
    let mut entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            let what = format!("use {}", target.display());
            return Err(Problem::could_not(&what, &error));
        }
    };
    if entries.next().is_none() {
        return Ok(true);
    }
    Err(Problem::CouldNotRun(format!(
        "error: {} is not empty; nothing was written\n  help: name a folder that does not exist yet",
        target.display()
    )))
}

/// Where Planwright's own crates are.
fn planwright_path(given: Option<&Path>) -> Result<PathBuf, Problem> {
    let path = given.unwrap_or(Path::new(BUILT_FROM));
    let has_crates = path.join("Cargo.toml").is_file() && path.join("codegen/Cargo.toml").is_file();
    match path.canonicalize() {
        Ok(path) if has_crates => Ok(path),
        _ if given.is_some() => Err(Problem::CouldNotRun(format!(
            "error: {} is no checkout of Planwright: it has no Cargo.toml and codegen/Cargo.toml",
            path.display()
        ))),
        _ => Err(Problem::CouldNotRun(
            "error: where Planwright's crates are is not known: the checkout that this program \
             was built from is gone\n  help: pass --planwright-path with the folder of a checkout"
                .to_owned(),
        )),
    }
}

/// The path from the folder `from`, where the two have more than the root in
/// common; both are absolute and have no links.
fn relative_to(path: &Path, from: &Path) -> PathBuf {
    let pairs = path.components().zip(from.components());
    let common = pairs.take_while(|(a, b)| a == b).count();
    if common < 2 {
        return path.to_owned();
    }
    let up = from.components().skip(common).map(|_| Path::new(".."));
    let down = path.components().skip(common);
    up.chain(down.map(|part| Path::new(part.as_os_str())))
        .collect()
}

/// The path as the inside of a TOML string, with forward slashes.
fn in_a_manifest(path: &Path) -> Result<String, Problem> {
    let text = path
        .to_str()
        .filter(|text| !text.contains(char::is_control));
    let text = text.ok_or_else(|| {
        Problem::CouldNotRun(format!(
            "error: {} cannot stand in a Cargo.toml; move the checkout",
            path.display()
        ))
    })?;
    if std::path::MAIN_SEPARATOR == '\\' {
        return Ok(text.replace('\\', "/"));
    }
    Ok(text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes beside the target, then renames: there is a whole project, or none.
fn write_all(target: &Path, exists: bool, files: &[(&str, String)]) -> io::Result<()> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::create_dir(&beside)
        .and_then(|()| write_files(&beside, files))
        .and_then(|()| {
            if exists {
                move_entries(&beside, target)
            } else {
                fs::rename(&beside, target)
            }
        });
    // After a rename there is nothing to remove; the first error is the one to tell.
    let _ = fs::remove_dir_all(&beside);
    written
}

fn write_files(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// An existing folder stays the one it is: it may be the current folder of a shell.
fn move_entries(from: &Path, to: &Path) -> io::Result<()> {
    let names: Vec<_> = fs::read_dir(from)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<_>>()?;
    for (index, name) in names.iter().enumerate() {
        if let Err(error) = fs::rename(from.join(name), to.join(name)) {
            for moved in &names[..index] {
                // Back to where it is removed; the first error is the one to tell.
                let _ = fs::rename(to.join(moved), from.join(moved));
            }
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_named_from_the_project_where_they_are_neighbours() {
        for (path, from, relative) in [
            ("/home/ada/planwright", "/home/ada/shop", "../planwright"),
            ("/home/ada/planwright", "/home/ada/planwright/shop", ".."),
            (
                "/home/ada/planwright",
                "/home/bob/shop",
                "../../ada/planwright",
            ),
            ("/opt/planwright", "/home/ada/shop", "/opt/planwright"),
        ] {
            assert_eq!(
                relative_to(Path::new(path), Path::new(from)),
                Path::new(relative)
            );
        }
    }

    #[test]
    fn a_path_stays_one_string_of_a_manifest() {
        let text = in_a_manifest(Path::new("/a \"b\"")).unwrap();
        assert_eq!(text, "/a \\\"b\\\"");
        assert!(in_a_manifest(Path::new("/a\nb")).is_err());
    }

    #[test]
    fn a_folder_is_named_without_dots() {
        assert_eq!(clean(Path::new("/a/b/./../c/.")), Path::new("/a/c"));
    }

    /// A new project is built with the versions that Planwright itself is built with.
    #[test]
    fn the_template_has_the_workspaces_versions() {
        let read = |text: &str| text.parse::<toml::Table>().unwrap();
        let ours = read(include_str!("../../Cargo.toml"));
        let template = read(include_str!("../templates/manifest.toml"));
        let theirs = template["workspace"]["dependencies"].as_table().unwrap();
        let mut compared = 0;
        for (name, dependency) in theirs {
            if dependency.get("path").is_none() {
                assert_eq!(
                    dependency, &ours["workspace"]["dependencies"][name],
                    "{name}"
                );
                compared += 1;
            }
        }
        assert!(compared >= 5);
        for key in ["edition", "rust-version"] {
            let package = |manifest: &toml::Table| manifest["workspace"]["package"][key].clone();
            assert_eq!(package(&template), package(&ours));
        }
    }
}
