//! What a reader wants to know beside a finding: which migration makes the object, and which
//! queries reach it.

use std::ops::Range;

use super::description::display;
use super::finding::Finding;
use super::migrations::State;
use crate::diagnostics::Diagnostic;
use crate::files::Migration;
use crate::lock::Lock;
use crate::rules::places::{Place, Places};
use crate::schema::ddl::{Ddl, Statement};
use crate::schema::words::Words;

/// How many queries are named.
const NAMED: usize = 5;

/// What CREATE makes, beside tables and indexes.
const KINDS: [&str; 8] = [
    "domain",
    "function",
    "policy",
    "procedure",
    "sequence",
    "trigger",
    "type",
    "view",
];

/// The migrations and the lock, to look things up in.
pub(crate) struct Context<'a> {
    places: Places<'a>,
    lock: Option<Lock>,
}

impl<'a> Context<'a> {
    /// `lock` is the text of the lock, where there is one.
    pub(crate) fn new(migrations: &'a [Migration], lock: Option<&str>) -> Self {
        Self {
            places: Places::of(migrations),
            lock: lock.and_then(|text| Lock::parse(text).ok()),
        }
    }

    /// The diagnostic of a finding, with all that is known of it.
    pub(crate) fn of(&self, finding: Finding, state: &State) -> Diagnostic {
        let queries = self.queries(&finding);
        let place = self.place(&finding);
        let mut diagnostic = finding.diagnostic;
        if let Some((Place { path, span }, text)) = place {
            diagnostic = diagnostic.at(path, span, text);
        }
        if !queries.is_empty() {
            diagnostic = diagnostic.note(format!("queries that reach it: {}", listed(&queries)));
        }
        if state.with_pending() {
            diagnostic = diagnostic.note("some migrations are pending: one of them may make it so");
        }
        diagnostic
    }

    /// Where it is made, or else the table that it belongs to; with what is to be seen there.
    fn place(&self, finding: &Finding) -> Option<(Place, &'static str)> {
        const MADE: &str = "made here";
        let part = finding.part.as_deref();
        let Some(relation) = &finding.relation else {
            // A function is found by its name alone.
            let name = part?.split('(').next()?;
            let found = self.created(&plain(display(name)), None);
            return found.map(|place| (place, MADE));
        };
        let relation = plain(display(relation));
        let part = part.map(|part| plain(display(part)));
        let found = part.and_then(|part| {
            let found = self.places.last(|statement| {
                index(statement, &relation, &part).or_else(|| column(statement, &relation, &part))
            });
            found.or_else(|| self.created(&part, Some(&relation)))
        });
        if let Some(place) = found {
            return Some((place, MADE));
        }
        let whole = self.places.table(&relation);
        let whole = whole.or_else(|| self.created(&relation, None))?;
        let text = if finding.part.is_some() {
            "its table is made here"
        } else {
            MADE
        };
        Some((whole, text))
    }

    /// The last statement that creates what has a name, on a table where it is of one.
    fn created(&self, name: &str, on: Option<&str>) -> Option<Place> {
        let newest = self.places.migrations().iter().rev();
        let mut found = newest.filter_map(|(migration, statements)| {
            let text = &migration.up.text;
            let mut statements = statements.iter().rev();
            let span = statements.find_map(|s| created(Words::of(text, &s.span), name, on))?;
            let path = migration.up.path.clone();
            Some(Place { path, span })
        });
        found.next()
    }

    /// The queries that read or write the table, or whose access paths name the index.
    fn queries(&self, finding: &Finding) -> Vec<&str> {
        let (Some(lock), Some(relation)) = (&self.lock, &finding.relation) else {
            return Vec::new();
        };
        let table = plain(display(relation));
        let code = finding.diagnostic.code;
        let index = finding.part.as_deref().map(plain);
        let index = index.filter(|_| code.starts_with("drift-index"));
        let queries = lock.queries.iter().filter(|(_, query)| match &index {
            Some(index) => query.paths.iter().any(|line| has_word(line, index)),
            None => query.tables.contains(&table),
        });
        queries.map(|(name, _)| name.as_str()).collect()
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let mut words = line.split([' ', ',', '(', ')']);
    words.any(|part| part == word)
}

fn listed(queries: &[&str]) -> String {
    let shown = queries[..queries.len().min(NAMED)].join(", ");
    match queries.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A name as a reader writes it, without quotes.
fn plain(name: &str) -> String {
    name.replace("\"\"", "\u{0}")
        .replace('"', "")
        .replace('\u{0}', "\"")
}

fn index(statement: &Statement<'_>, table: &str, name: &str) -> Option<Range<usize>> {
    let Ddl::CreateIndex(made) = &statement.ddl else {
        return None;
    };
    let found = made.name.as_ref().filter(|found| found.name == name)?;
    (made.table.display() == table).then(|| found.span.clone())
}

/// The name behind `CREATE OR REPLACE FUNCTION` and the like.
fn created(mut words: Words<'_>, name: &str, on: Option<&str>) -> Option<Range<usize>> {
    if !words.take("create") {
        return None;
    }
    words.take_all(&["or", "replace"]);
    for word in ["unlogged", "recursive", "constraint"] {
        words.take(word);
    }
    if !KINDS.iter().any(|kind| words.take(kind)) {
        return None;
    }
    words.take_all(&["if", "not", "exists"]);
    let found = words.name()?;
    let is_on = on.is_none_or(|table| {
        let named = words.find("on") && words.take("on");
        named && words.name().is_some_and(|on| on.display() == table)
    });
    (found.display() == name && is_on).then_some(found.span)
}

/// A column or a named constraint, where CREATE TABLE or ALTER TABLE … ADD names it.
fn column(statement: &Statement<'_>, table: &str, name: &str) -> Option<Range<usize>> {
    let (of, parts, altered) = match &statement.ddl {
        Ddl::CreateTable(made) => (&made.table, &made.parts, false),
        Ddl::AlterTable(alter) => (&alter.table, &alter.actions, true),
        _ => return None,
    };
    if of.display() != table {
        return None;
    }
    parts.iter().find_map(|part| named(part, name, altered))
}

fn named(part: &Words<'_>, name: &str, altered: bool) -> Option<Range<usize>> {
    let mut words = part.clone();
    if altered {
        if !words.take("add") {
            return None;
        }
        words.take("column");
        words.take_all(&["if", "not", "exists"]);
    }
    let mut inner = words.clone();
    if let Some((found, span)) = words.identifier()
        && found == name
    {
        return Some(span);
    }
    while inner.find("constraint") {
        inner.take("constraint");
        if let Some((found, span)) = inner.identifier()
            && found == name
        {
            return Some(span);
        }
    }
    None
}
