//! Readers of text never panic, never hang, and never point outside what they read: seeds
//! that matter, changed byte by byte and token by token.
//!
//! The same inputs come each time. `FUZZ_CASES=n` in the environment tries more of them.

mod deep;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any};
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// How many changed texts each reader is given.
const CASES: u32 = 1_500;
/// Larger seeds are cut: a reader's time grows with the text.
const LONGEST: usize = 24 * 1024;

/// What texts are changed with: what means something to one of the readers.
const TOKENS: &[&str] = &[
    "'",
    "\"",
    "\"\"",
    "''",
    "E'",
    "U&\"",
    "$$",
    "$x$",
    "$1",
    "$99999999999999999999",
    "\\",
    "\\\\",
    "/*",
    "*/",
    "--",
    ";",
    ":",
    "::",
    ":=",
    ":a",
    ":\"a\"",
    "@",
    "@>",
    "@a",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<>",
    ",",
    ".",
    "..",
    "=",
    "==",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "ß",
    "日本",
    "👩‍👩‍👧",
    "e\u{301}",
    "\u{202e}",
    "0",
    "-1",
    "1e999",
    "nan",
    "inf",
    "99999999999999999999",
    "true",
    "NULL",
    "-- name: q :many\n",
    "-- name: q :one",
    "/* name: Q :exec */",
    "-- name:",
    ":batchexec",
    ":copyfrom",
    ":bulk",
    "sqlc.arg(",
    "sqlc.narg('",
    "sqlc.slice(a)",
    "sqlc.embed(t)",
    "-- @param a int null: x\n",
    "-- @column a not null\n",
    "-- @row R\n",
    "-- @index t i\n",
    "-- @scan t: r\n",
    "-- @unbounded: r\n",
    "-- @budget rows <= 5\n",
    "-- @load l: q(ids = id) by b many\n",
    "-- @tenant none: r\n",
    "-- @slow 50ms\n",
    "-- @timeout 2s\n",
    "-- @allow rule: r\n",
    "-- @sample a = 'x'\n",
    "-- @order o: a, b desc\n",
    "-- @page a, b\n",
    "-- @",
    "/*[",
    "]*/",
    "[[",
    "]]",
    "--[ a",
    "--]",
    "SELECT",
    "INSERT INTO t (a) VALUES (:a)",
    "ORDER BY",
    "LIMIT",
    "WHERE",
    "WITH",
    "RETURNING",
    "AS \"a.b\"",
    "{QUERY",
    "{VAR :varno 1}",
    ":varno 99",
    ":varlevelsup 3",
    ":commandType 5",
    "[ 1 0 0 ]",
    "(i 1 2)",
    "[tables.a]\n",
    "[tables.\"a b\".columns.c]\n",
    "format = 9\n",
    "rows = \"200k\"\n",
    "\"\"\"",
    "'''",
    "# ",
];

/// One change; a place is a share of the text's length.
#[derive(Debug, Clone)]
enum Edit {
    Insert(u16, usize),
    Byte(u16, u8),
    Delete(u16, u16),
    Repeat(u16, u16, u8),
    Move(u16, u16, u16),
    Cut(u16),
}

fn edit() -> impl Strategy<Value = Edit> {
    proptest::prop_oneof![
        6 => (any::<u16>(), 0..TOKENS.len()).prop_map(|(at, token)| Edit::Insert(at, token)),
        3 => (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        3 => (any::<u16>(), 0..200_u16).prop_map(|(at, length)| Edit::Delete(at, length)),
        1 => (any::<u16>(), 0..60_u16, 2..9_u8).prop_map(|(at, length, n)| Edit::Repeat(at, length, n)),
        2 => (any::<u16>(), 0..200_u16, any::<u16>()).prop_map(|(at, length, to)| Edit::Move(at, length, to)),
        1 => any::<u16>().prop_map(Edit::Cut),
    ]
}

impl Edit {
    fn apply(&self, text: &mut Vec<u8>) {
        let length = text.len();
        let place = |at: u16| usize::from(at) * length / 65_536;
        let span = |at, count: u16| place(at)..(place(at) + usize::from(count)).min(length);
        match *self {
            Edit::Insert(at, token) => {
                text.splice(place(at)..place(at), TOKENS[token].bytes());
            }
            Edit::Byte(at, byte) => {
                if let Some(old) = text.get_mut(place(at)) {
                    *old = byte;
                }
            }
            Edit::Delete(at, count) => {
                text.drain(span(at, count));
            }
            Edit::Repeat(at, count, times) => {
                let part = text[span(at, count)].repeat(usize::from(times));
                text.splice(place(at)..place(at), part);
            }
            Edit::Move(at, count, to) => {
                let part: Vec<u8> = text.drain(span(at, count)).collect();
                let to = place(to).min(text.len());
                text.splice(to..to, part);
            }
            Edit::Cut(at) => text.truncate(place(at)),
        }
    }
}

/// Gives a reader each seed, then changed ones. What is no UTF-8 never reaches a reader:
/// files are refused for it when they are read.
fn fuzz(seeds: &[String], reader: impl Fn(&str)) {
    assert!(!seeds.is_empty(), "there are seeds");
    for seed in seeds {
        reader(seed);
    }
    let cases = std::env::var("FUZZ_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let changed = (0..seeds.len(), vec(edit(), 1..12));
    let result = runner.run(&changed, |(seed, edits)| {
        let mut text = seeds[seed].clone().into_bytes();
        for edit in &edits {
            edit.apply(&mut text);
        }
        let text = String::from_utf8_lossy(&text);
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| reader(&text)));
        read.map_err(|_| TestCaseError::fail(format!("the reader panics on\n{text}")))
    });
    assert!(result.is_ok(), "{result:?}");
}

/// The files of a folder of the repository, cut to a length that is read quickly.
fn seeds(folder: &str, wanted: &dyn Fn(&Path) -> bool) -> Vec<String> {
    let mut paths = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    collect(&root.join(folder), &mut paths);
    paths.sort();
    let texts = paths.iter().filter(|path| wanted(path)).map(|path| {
        let bytes = fs::read(path).expect("a seed");
        String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]).into_owned()
    });
    texts.collect()
}

fn collect(path: &Path, paths: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            collect(&entry.expect("an entry").path(), paths);
        }
    } else {
        paths.push(path.to_owned());
    }
}
