//! The review as Markdown, as hosts of repositories show it.

use std::fmt::Write as _;

use planwright_codegen::review::{Change, PathChange, Review, Sign, SignatureChange};

/// The text: a line that sums up, then the sections that have anything to say.
pub(super) fn render(review: &Review, base: &str) -> String {
    if review.is_empty() {
        return format!(
            "Nothing that Planwright checks differs from {}.\n",
            code(base)
        );
    }
    let mut text = format!(
        "**Planwright**, compared with {}: {}.\n",
        code(base),
        summary(review)
    );
    let sections = [
        ("Queries removed (breaking)", removed(review)),
        ("Signatures", signatures(review)),
        ("Queries added", added(review)),
        ("Other SQL, same signature", names(&review.sql)),
        ("Access paths", paths(review)),
        ("Round trips", round_trips(review)),
        ("Indexes", indexes(review)),
        ("Tables", tables(review)),
        ("Migrations", migrations(review)),
        ("Privileges", privileges(review)),
    ];
    for (title, section) in sections.iter().filter(|(_, section)| !section.is_empty()) {
        let _ = write!(text, "\n### {title}\n\n{section}");
    }
    if let Some((before, after)) = review.postgres {
        let _ = write!(
            text,
            "\nThe base was checked on PostgreSQL {before}, the branch on {after}: access paths \
             may differ for that alone.\n"
        );
    }
    text
}

fn summary(review: &Review) -> String {
    let count = |number: usize, one: &str, several: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {several}")),
    };
    let indexes = |before: bool, after: bool| {
        let changed = review.indexes.iter();
        changed
            .filter(|index| (index.before.is_some(), index.after.is_some()) == (before, after))
            .count()
    };
    let migrations = &review.migrations;
    let parts = [
        count(review.added.len(), "query added", "queries added"),
        count(review.removed.len(), "query removed", "queries removed"),
        count(
            review.signatures.len(),
            "signature changed",
            "signatures changed",
        ),
        count(
            review.sql.len(),
            "query with other SQL",
            "queries with other SQL",
        ),
        count(
            review.paths.len(),
            "statement with another access path",
            "statements with other access paths",
        ),
        count(
            review.round_trips.len(),
            "query with another number of round trips",
            "queries with other numbers of round trips",
        ),
        count(indexes(false, true), "new index", "new indexes"),
        count(indexes(true, false), "dropped index", "dropped indexes"),
        count(indexes(true, true), "changed index", "changed indexes"),
        count(review.tables.len(), "table changed", "tables changed"),
        count(migrations.added.len(), "new migration", "new migrations"),
        count(
            migrations.removed.len() + migrations.changed.len(),
            "migration changed or removed",
            "migrations changed or removed",
        ),
        count(
            review.privileges_more.len(),
            "privilege more",
            "privileges more",
        ),
        count(
            review.privileges_less.len(),
            "privilege less",
            "privileges less",
        ),
        review
            .postgres
            .map(|_| "another version of PostgreSQL".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let breaking = match review.breaking() {
        0 => "no breaking change".to_owned(),
        1 => "**1 breaking change**".to_owned(),
        number => format!("**{number} breaking changes**"),
    };
    format!("{}; {breaking}", parts.join(", "))
}

/// A list of names.
fn names(names: &[String]) -> String {
    names.iter().fold(String::new(), |text, name| {
        text + &format!("- {}\n", code(name))
    })
}

fn removed(review: &Review) -> String {
    names(&review.removed)
}

fn added(review: &Review) -> String {
    let mut text = String::new();
    for query in &review.added {
        let trips = match query.round_trips {
            1 => "1 round trip".to_owned(),
            trips => format!("{trips} round trips"),
        };
        let _ = writeln!(
            text,
            "- {}: {}, {trips}",
            code(&query.name),
            code(&query.signature)
        );
        for path in &query.paths {
            let _ = writeln!(text, "  - {}", code(path));
        }
    }
    text
}

fn signatures(review: &Review) -> String {
    let sections = review.signatures.iter().map(signature);
    sections.collect::<Vec<_>>().join("\n")
}

fn signature(change: &SignatureChange) -> String {
    let breaking = if change.is_breaking() {
        " (breaking)"
    } else {
        ""
    };
    let mut text = format!(
        "{}{breaking}\n\n| what | before | after | for callers |\n|---|---|---|---|\n",
        code(&change.name)
    );
    for change in &change.changes {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            cell(&change.what),
            or_none(change.before.as_deref()),
            or_none(change.after.as_deref()),
            consequence(change)
        );
    }
    text
}

fn consequence(change: &Change) -> String {
    match change.breaking {
        Some(why) => format!("**breaking**: {why}"),
        None => "nothing breaks".to_owned(),
    }
}

fn or_none(text: Option<&str>) -> String {
    text.map(cell).unwrap_or_default()
}

fn paths(review: &Review) -> String {
    let sections = review.paths.iter().map(path);
    sections.collect::<Vec<_>>().join("\n")
}

fn path(change: &PathChange) -> String {
    let lines = change.lines.iter().map(|line| {
        let sign = match line.sign {
            Sign::Removed => '-',
            Sign::Added => '+',
            Sign::Same => ' ',
        };
        format!("{sign} {}\n", line.text)
    });
    let lines: String = lines.collect();
    let fence = "`".repeat(longest_run(&lines).max(2) + 1);
    format!(
        "{}\n\n{fence}diff\n{lines}{fence}\n",
        code(&change.statement)
    )
}

fn round_trips(review: &Review) -> String {
    let changed = review.round_trips.iter();
    changed.fold(String::new(), |text, query| {
        let (before, after) = (query.before, query.after);
        text + &format!("- {}: {before} became {after}\n", code(&query.name))
    })
}

fn indexes(review: &Review) -> String {
    let mut text = String::new();
    for index in &review.indexes {
        let (name, table) = (code(&index.name), code(&index.table));
        let _ = match (&index.before, &index.after) {
            (Some(before), Some(after)) => {
                let (before, after) = (code(before), code(after));
                writeln!(
                    text,
                    "- changed: {name} on {table}\n  - {before}\n  - {after}"
                )
            }
            (Some(before), None) => {
                let before = code(before);
                writeln!(text, "- dropped: {name} on {table}\n  - {before}")
            }
            (None, after) => {
                let after = code(after.as_deref().unwrap_or_default());
                writeln!(text, "- new: {name} on {table}\n  - {after}")
            }
        };
    }
    text
}

fn tables(review: &Review) -> String {
    let mut text = String::new();
    for table in &review.tables {
        let _ = writeln!(text, "- {}", code(&table.table));
        for change in &table.changes {
            let _ = writeln!(text, "  - {}", code(change));
        }
    }
    text
}

fn migrations(review: &Review) -> String {
    let mut text = String::new();
    for migration in &review.migrations.added {
        let _ = writeln!(text, "- new: {}", code(&migration.name));
        for warning in &migration.warnings {
            let _ = writeln!(text, "  - {}", code(warning));
        }
    }
    for name in &review.migrations.changed {
        let _ = writeln!(
            text,
            "- changed: {}; databases that have applied it will not see that",
            code(name)
        );
    }
    for name in &review.migrations.removed {
        let _ = writeln!(text, "- removed: {}", code(name));
    }
    text
}

fn privileges(review: &Review) -> String {
    let listed = |what: &str, privileges: &[String]| {
        privileges.iter().fold(String::new(), |text, privilege| {
            text + &format!("- {what}: {}\n", code(privilege))
        })
    };
    listed("more", &review.privileges_more) + &listed("less", &review.privileges_less)
}

/// How many backquotes stand together at most.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// A text in which nothing is Markdown, on one line.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match longest_run(&text) {
        0 => format!("`{text}`"),
        longest => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// The same in a table.
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}
