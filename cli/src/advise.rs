//! `planwright advise`

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};
use planwright_codegen::advise::{Advice, advise};
use planwright_codegen::config::Project;
use planwright_codegen::files::{self, NewMigration};

use crate::args::AdviseArgs;
use crate::check::{open, options};
use crate::output::{self, Problem};
use crate::progress;

/// Looks for indexes that answer the catalog's findings.
pub(crate) async fn run(folder: &Path, args: &AdviseArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let bar = progress::bar("plans with other indexes");
    let advice = advise(&project, &options(), progress::of(&bar)).await;
    bar.finish_and_clear();
    let advice = advice?;
    output::line(&describe(&advice).trim_end());
    if args.write {
        for path in write(&project, &advice)? {
            output::line(&format!("wrote {path}"));
        }
        return Ok(());
    }
    if advice.indexes.is_empty() && advice.drops.is_empty() {
        return Ok(());
    }
    Err(Problem::Findings(
        "run `planwright advise --write` to write the migrations".to_owned(),
    ))
}

fn describe(advice: &Advice) -> String {
    let mut text = String::new();
    for index in &advice.indexes {
        let _ = writeln!(text, "{}", index.create);
        if let Some(extension) = &index.extension {
            let _ = writeln!(text, "  needs the extension {extension}");
        }
        let _ = writeln!(text, "  {} once built", size(index.pages));
        for (rule, query) in &index.answers {
            let _ = writeln!(text, "  answers {rule} of {query}");
            if rule == "index-not-used" {
                let (table, name) = (&index.table, &index.name);
                let _ = writeln!(text, "    promise it there: `-- @index {table} {name}`");
            }
        }
        text.push('\n');
    }
    for index in &advice.drops {
        let _ = writeln!(text, "{}", index.drop);
        let _ = writeln!(
            text,
            "  {} of {}: without it no query of the catalog costs 10 % more",
            index.rule, index.table
        );
        let _ = writeln!(text, "  planned without it: {}", listed(&index.tried));
        let _ = writeln!(
            text,
            "  other programs may use it: see pg_stat_user_indexes.idx_scan in production first\n"
        );
    }
    if !advice.costs.is_empty() {
        let _ = writeln!(
            text,
            "cost with all of them, of {} queries planned:",
            advice.queries
        );
        for change in &advice.costs {
            let (before, after) = (change.before, change.after);
            let _ = writeln!(text, "  {}: {before} -> {after}", change.query);
            for way in &change.ways {
                let _ = writeln!(text, "    {way}");
            }
        }
        text.push('\n');
    }
    for (query, help) in &advice.rewrites {
        let _ = writeln!(text, "{query}: {help}");
    }
    for (rule, query) in &advice.unanswered {
        let _ = writeln!(text, "no index answers {rule} of {query}");
    }
    if text.is_empty() {
        let _ = writeln!(
            text,
            "no finding of {} queries asks for an index",
            advice.queries
        );
    }
    text
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "no query reads or writes its table".to_owned()
    } else {
        names.join(", ")
    }
}

/// A number of pages as bytes.
fn size(pages: u64) -> String {
    let kib = pages * 8;
    match kib {
        0..10_240 => format!("{kib} KiB"),
        10_240..10_485_760 => format!("{} MiB", kib / 1024),
        _ => format!("{} GiB", kib / 1024 / 1024),
    }
}

/// Writes a migration for each extension and each index, after those there are.
fn write(project: &Project, advice: &Advice) -> Result<Vec<String>, Problem> {
    let (inputs, _) = files::read_inputs(project).map_err(|e| Problem::from_error(&e))?;
    let last = inputs.migrations.last().map(|m| m.name.as_str());
    let mut versions = Versions::new(Utc::now(), last);
    let mut migrations = Vec::new();
    for index in &advice.indexes {
        if let Some(extension) = &index.extension {
            migrations.push(NewMigration {
                name: format!("{}_{extension}", versions.next()),
                up: format!("CREATE EXTENSION IF NOT EXISTS {extension};\n"),
                down: "-- The extension stays: others may use it.\nSELECT 1;\n".to_owned(),
                in_transaction: true,
            });
        }
        migrations.push(NewMigration {
            name: format!("{}_{}", versions.next(), in_a_path(&index.name)),
            up: format!("{}\n", index.create),
            down: format!("{}\n", index.drop),
            in_transaction: !index.concurrent,
        });
    }
    for index in &advice.drops {
        migrations.push(NewMigration {
            name: format!("{}_drop_{}", versions.next(), in_a_path(&index.name)),
            up: format!("{}\n", index.drop),
            down: format!("{}\n", index.create),
            in_transaction: !index.concurrent,
        });
    }
    files::write_migrations(project, &migrations).map_err(|e| Problem::from_error(&e))
}

/// A name without what a path or a shell takes for more than a letter.
fn in_a_path(name: &str) -> String {
    name.replace(|c: char| !(c.is_alphanumeric() || c == '_'), "_")
}

/// Versions in Diesel's form, each later than all before it.
struct Versions(DateTime<Utc>);

impl Versions {
    /// Diesel orders versions as text, without their dashes. One that no date comes after, such
    /// as `99999`, is left behind: the new ones are applied all the same.
    fn new(now: DateTime<Utc>, last: Option<&str>) -> Self {
        let last = files::version(last.unwrap_or_default());
        let time = NaiveDateTime::parse_from_str(&last, "%Y%m%d%H%M%S").ok();
        let after = time.map(|time| time.and_utc() + chrono::Duration::seconds(1));
        Self(after.map_or(now, |after| now.max(after)))
    }

    fn next(&mut self) -> String {
        let version = self.0.format("%Y-%m-%d-%H%M%S").to_string();
        self.0 += chrono::Duration::seconds(1);
        version
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{Versions, in_a_path};

    #[test]
    fn a_name_stays_one_part_of_a_path() {
        assert_eq!(in_a_path("idx_orders_note"), "idx_orders_note");
        assert_eq!(in_a_path("../an index's \"name\""), "___an_index_s__name_");
    }
    #[test]
    fn a_version_comes_after_the_last_one() {
        let now = DateTime::from_timestamp(1_767_614_400, 0).expect("a date");
        let first = |last| Versions::new(now, last).next();
        assert_eq!(first(None), "2026-01-05-120000");
        assert_eq!(first(Some("2025-12-31-235959_a")), "2026-01-05-120000");
        assert_eq!(first(Some("2026-01-05-120000_a")), "2026-01-05-120001");
        assert_eq!(first(Some("20260301120000_a")), "2026-03-01-120001");
        assert_eq!(first(Some("99999999999999_a")), "2026-01-05-120000");
    }
}
