//! What a generated crate's build script does beside others, when it is killed, and where it may
//! not write. The script is this test binary, run for one function.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::time::{Duration, Instant};

use planwright_codegen::files::read_generated;
use planwright_codegen::lock_agrees;

use crate::project::TempProject;
use crate::untouched::{generated, write};

/// Says that this process is a build script.
const AS_BUILD_SCRIPT: &str = "PLANWRIGHT_TEST_BUILD_SCRIPT";
/// An account that owns nothing.
const NOBODY: u32 = 65534;

/// Not a test: the build script, when another test runs this binary for it.
#[test]
fn as_build_script() {
    if std::env::var_os(AS_BUILD_SCRIPT).is_some() {
        let code = planwright_codegen::build();
        std::process::exit(i32::from(code != ExitCode::SUCCESS));
    }
}

/// The build script of a generated crate, with a variable.
fn script(manifest: &Path, (variable, value): (&str, &str)) -> Command {
    let mut script = Command::new(std::env::current_exe().expect("this binary"));
    script.args(["--exact", "builds::as_build_script", "--nocapture"]);
    for name in ["CI", "PLANWRIGHT_FROZEN"] {
        script.env_remove(name);
    }
    script
        .env(AS_BUILD_SCRIPT, "1")
        .env("PLANWRIGHT_PG_MAJOR", "15");
    script
        .env("CARGO_MANIFEST_DIR", manifest)
        .env(variable, value);
    script.stdout(Stdio::piped()).stderr(Stdio::piped());
    script
}

fn manifest(project: &TempProject) -> PathBuf {
    project.root().join("generated")
}

fn start(project: &TempProject) -> Child {
    let mut script = script(&manifest(project), ("PLANWRIGHT_FROZEN", "0"));
    script.spawn().expect("a process")
}

/// Fails with what it said unless it ended well.
#[track_caller]
fn fine(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[track_caller]
fn agrees(project: &TempProject) {
    assert!(lock_agrees(&project.open()).expect("files are read"));
}

/// Every name below the generated crate.
fn names(project: &TempProject) -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["generated", "generated/src"] {
        let entries = std::fs::read_dir(project.root().join(folder)).expect("a folder");
        let of_folder = entries.map(|entry| entry.expect("an entry").file_name());
        names.extend(of_folder.map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    names
}

const EDITED: &str = "-- name: all_of_t :many\nSELECT a AS b FROM t;\n";

#[test]
fn builds_at_once_write_the_same() {
    let project = generated();
    let before = names(&project);
    project.write("queries/queries.sql", EDITED);
    let children: Vec<Child> = (0..6).map(|_| start(&project)).collect();
    for child in children {
        fine(&child.wait_with_output().expect("it ends"));
    }
    agrees(&project);
    assert_eq!(names(&project), before);
    let written = write(&project).expect("files are written");
    assert_eq!(
        written,
        Vec::<String>::new(),
        "they wrote what is generated"
    );
}

#[test]
fn a_build_killed_at_any_point_is_made_good_by_the_next() {
    const POINTS: u32 = 12;
    let project = generated();
    let queries = project.read("queries/queries.sql");
    let texts = [queries.as_str(), EDITED];
    let whole: Vec<BTreeMap<String, String>> = texts
        .iter()
        .map(|text| {
            project.write("queries/queries.sql", text);
            write(&project).expect("files are written");
            read_generated(&project.open()).expect("files are read").0
        })
        .collect();
    let before = names(&project);
    let since = Instant::now();
    project.write("queries/queries.sql", texts[0]);
    fine(&start(&project).wait_with_output().expect("it ends"));
    let duration = since.elapsed();

    let mut killed = 0;
    for point in 0..POINTS {
        let text = texts[usize::from(point % 2 == 0)];
        project.write("queries/queries.sql", text);
        killed += u32::from(kill_after(start(&project), duration * point / POINTS));
        // A file is the old one or the new one.
        for (path, text) in read_generated(&project.open()).expect("files are read").0 {
            let known = whole.iter().any(|files| files.get(&path) == Some(&text));
            assert!(known || is_left(&path), "{path}:\n{text}");
        }
        fine(&start(&project).wait_with_output().expect("it ends"));
        agrees(&project);
        assert_eq!(names(&project), before);
    }
    assert!(killed > 0, "each had ended before it was killed");
}

/// Whether a file was written beside another one, and never renamed.
fn is_left(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == "tmp")
}

/// Kills a process with SIGKILL when it has run for so long; whether it had not ended.
fn kill_after(mut child: Child, duration: Duration) -> bool {
    let since = Instant::now();
    while since.elapsed() < duration {
        if child.try_wait().expect("a process").is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    child.kill().expect("a process");
    !child.wait().expect("it ends").success()
}

/// Makes every file and folder readable for all, and writable for the owner alone.
fn share(path: &Path) {
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    if path.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            share(&entry.expect("an entry").path());
        }
    }
}

#[test]
fn a_tree_that_may_not_be_written_to_is_built_or_says_so() {
    let nobodys = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::chown(nobodys.path(), Some(NOBODY), None).expect("this runs as root");
    let project = generated();
    share(project.root());
    let build = || {
        let mut script = script(&manifest(&project), ("PLANWRIGHT_FROZEN", "0"));
        script.uid(NOBODY).gid(NOBODY);
        script.env("PLANWRIGHT_CACHE_DIR", nobodys.path());
        script
            .current_dir(nobodys.path())
            .output()
            .expect("it ends")
    };
    fine(&build());
    let before = read_generated(&project.open()).expect("files are read");
    project.write("queries/queries.sql", EDITED);
    let output = build();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it cannot have written\n{said}");
    assert!(said.contains("cannot write"), "{said}");
    assert!(said.contains("generated/src/queries.rs"), "{said}");
    assert!(said.contains("Permission denied"), "{said}");
    assert_eq!(
        read_generated(&project.open()).expect("files are read"),
        before
    );
}

#[test]
fn a_build_without_a_server_needs_a_lock_that_agrees() {
    let project = generated();
    let nothing = tempfile::tempdir().expect("a folder");
    let nowhere = nothing.path().to_str().expect("a path");
    let build = || {
        let mut script = script(&manifest(&project), ("PLANWRIGHT_PG_BIN", nowhere));
        script.output().expect("it ends")
    };
    fine(&build());
    project.write("queries/queries.sql", EDITED);
    let output = build();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        said.contains("error[query-file-changed]: `queries/queries.sql`"),
        "{said}"
    );
    assert!(said.contains("PLANWRIGHT_PG_BIN"), "{said}");
}

#[test]
fn a_packaged_crate_is_built_from_the_files_it_has() {
    let project = generated();
    let packaged = tempfile::tempdir().expect("a folder");
    let nowhere = packaged.path().to_str().expect("a path");
    let mut script = script(packaged.path(), ("PLANWRIGHT_PG_BIN", nowhere));
    std::fs::create_dir(packaged.path().join("src")).expect("a folder");
    for (path, text) in read_generated(&project.open()).expect("files are read").0 {
        // As in another version of the generator: nobody compares it.
        let text = format!("{text}\n// more\n");
        std::fs::write(packaged.path().join(path), text).expect("a file");
    }
    fine(&script.output().expect("it ends"));
}
