//! What callers see of a query, before and after, and whether their code still compiles.

use std::collections::BTreeSet;

use serde::Serialize;

use super::queries::both;
use crate::catalog::{Catalog, Load, PgEnum, Query};
use crate::source::LoadShape;

/// A query, or an enum, that callers see a change of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureChange {
    /// The query's name with its module, or the enum's in the database.
    pub name: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is a change of, such as `parameter status`.
    pub what: String,
    /// As it was; `None` where it is new.
    pub before: Option<String>,
    /// As it is; `None` where it is gone.
    pub after: Option<String>,
    /// Why code that uses it breaks; `None` where it does not.
    pub breaking: Option<&'static str>,
}

impl SignatureChange {
    /// Whether code that uses it breaks.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|change| change.breaking.is_some())
    }
}

/// The queries and enums of both states of which callers see a change.
pub(super) fn changes(old: &Catalog, new: &Catalog) -> Vec<SignatureChange> {
    let queries = both(old, new).map(|(before, after)| SignatureChange {
        name: after.full_name.clone(),
        changes: differences(before, after),
    });
    let enums = new.enums.iter().filter_map(|after| {
        let before = old.enums.iter().find(|e| e.sql_name == after.sql_name)?;
        Some(SignatureChange {
            name: after.sql_name.clone(),
            changes: of_enum(before, after),
        })
    });
    let changes = queries.chain(enums);
    changes
        .filter(|change| !change.changes.is_empty())
        .collect()
}

/// What callers see of a query, on one line: `(author text, body text?) :one id int8`.
pub(super) fn text(query: &Query) -> String {
    let list = |entries: Vec<Entry>| {
        let entries = entries.iter().map(|(name, of)| format!("{name} {of}"));
        entries.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("({}) {}", list(params(query)), query.command.word());
    let columns = list(columns(query));
    if !columns.is_empty() {
        text = format!("{text} {columns}");
    }
    for load in &query.loads {
        text = format!("{text}, {}: {}", load.ident, load.child);
    }
    text
}

/// Everything that differs between two states of a query.
pub(super) fn differences(before: &Query, after: &Query) -> Vec<Change> {
    let mut changes = Vec::new();
    let (old, new) = (before.command.word(), after.command.word());
    if old != new {
        changes.push(changed(
            "command",
            old,
            new,
            "a call returns something else",
        ));
    }
    of_params(before, after, &mut changes);
    of_columns(before, after, &mut changes);
    of_row(before, after, &mut changes);
    of_loads(before, after, &mut changes);
    of_orders(before, after, &mut changes);
    let (old, new) = (page(before), page(after));
    if old != new {
        let why = "a function of pages takes a cursor of these columns, and returns pages";
        changes.push(Change {
            what: "page".to_owned(),
            before: old,
            after: new,
            breaking: Some(why),
        });
    }
    changes
}

/// A name, and what is known of what has it.
type Entry = (String, String);

fn changed(
    what: impl Into<String>,
    before: impl Into<String>,
    after: impl Into<String>,
    why: &'static str,
) -> Change {
    Change {
        what: what.into(),
        before: Some(before.into()),
        after: Some(after.into()),
        breaking: Some(why),
    }
}

fn typed(sql_type: &str, optional: bool) -> String {
    format!("{sql_type}{}", if optional { "?" } else { "" })
}

/// The parameters in their order. One that parts of the statement are named after is an
/// `Option`, too.
fn params(query: &Query) -> Vec<Entry> {
    let params = query.analysis.params.iter().chain(&query.load_params);
    let params = params.map(|param| {
        let optional = param.nullable || query.parts.contains(&param.name);
        (param.name.clone(), typed(&param.sql_type, optional))
    });
    params.collect()
}

fn columns(query: &Query) -> Vec<Entry> {
    let columns = query.analysis.columns.iter();
    let columns = columns.map(|c| (c.name.clone(), typed(&c.sql_type, c.nullable)));
    columns.collect()
}

fn get<'a>(entries: &'a [Entry], name: &str) -> Option<&'a String> {
    let entry = entries.iter().find(|(known, _)| known == name)?;
    Some(&entry.1)
}

fn of_params(before: &Query, after: &Query, changes: &mut Vec<Change>) {
    let (old, new) = (params(before), params(after));
    let start = changes.len();
    let renamed = renamed(&old, &new);
    for (from, to) in &renamed {
        let why = "fields and arguments are called otherwise";
        changes.push(changed("parameter", from.as_str(), to.as_str(), why));
    }
    let is_renamed = |name: &str| renamed.iter().any(|(from, to)| from == name || to == name);
    for (name, of) in &old {
        let what = format!("parameter {name}");
        match get(&new, name) {
            Some(now) if now == of => {}
            Some(now) => changes.push(changed(what, of, now, other_type(of, now))),
            None if is_renamed(name) => {}
            None => changes.push(Change {
                what,
                before: Some(of.clone()),
                after: None,
                breaking: Some("callers pass one argument too many"),
            }),
        }
    }
    for (name, of) in &new {
        if get(&old, name).is_none() && !is_renamed(name) {
            changes.push(Change {
                what: format!("parameter {name}"),
                before: None,
                after: Some(of.clone()),
                breaking: Some("callers do not pass it"),
            });
        }
    }
    if changes.len() == start && old != new {
        let names = |entries: &[Entry]| {
            let names = entries.iter().map(|(name, _)| name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        let why = "arguments of one type change places without an error";
        changes.push(changed("parameters", names(&old), names(&new), why));
    }
}

/// What callers of a parameter of another type notice.
fn other_type(of: &str, now: &str) -> &'static str {
    match (of.strip_suffix('?'), now.strip_suffix('?')) {
        (Some(of), None) if of == now => "it is no longer an `Option`",
        (None, Some(now)) if of == now => "it is an `Option`",
        _ => "callers pass another type",
    }
}

/// The parameters of which only the name changed, old and new.
pub(super) fn renamed_params(before: &Query, after: &Query) -> Vec<(String, String)> {
    renamed(&params(before), &params(after))
}

/// Parameters of one type in one place, of which only the name changed.
fn renamed(old: &[Entry], new: &[Entry]) -> Vec<(String, String)> {
    if old.len() != new.len() {
        return Vec::new();
    }
    let pairs = old.iter().zip(new).filter(|((from, of), (to, now))| {
        of == now && get(new, from).is_none() && get(old, to).is_none()
    });
    pairs
        .map(|((from, _), (to, _))| (from.clone(), to.clone()))
        .collect()
}

fn of_columns(before: &Query, after: &Query, changes: &mut Vec<Change>) {
    let (mut old, new) = (columns(before), columns(after));
    if let ([old], [new], true) = (&mut old[..], &new[..], are_values(before, after)) {
        // Nobody sees the name of a bare value.
        old.0.clone_from(&new.0);
    }
    for (name, of) in &old {
        let what = format!("column {name}");
        match get(&new, name) {
            Some(now) if now == of => {}
            Some(now) if now.trim_end_matches('?') != of.trim_end_matches('?') => {
                changes.push(changed(what, of, now, "readers get another type"));
            }
            Some(now) if now.ends_with('?') => {
                changes.push(changed(what, of, now, "it can be null, and is an `Option`"));
            }
            Some(now) => {
                let why = "it is never null, and no longer an `Option`";
                changes.push(changed(what, of, now, why));
            }
            None => changes.push(Change {
                what,
                before: Some(of.clone()),
                after: None,
                breaking: Some("readers do not find it"),
            }),
        }
    }
    for (name, of) in new.iter().filter(|(name, _)| get(&old, name).is_none()) {
        changes.push(Change {
            what: format!("column {name}"),
            before: None,
            after: Some(of.clone()),
            // Only code that builds the struct itself has to name it.
            breaking: None,
        });
    }
}

/// Whether calls return a bare value, before and after.
fn are_values(before: &Query, after: &Query) -> bool {
    let is_value = |query: &Query| query.row.as_ref().is_some_and(|row| row.scalar.is_some());
    is_value(before) && is_value(after)
}

/// What a row becomes: a struct of this name, or a bare value.
fn of_row(before: &Query, after: &Query, changes: &mut Vec<Change>) {
    let row = |query: &Query| {
        let row = query.row.as_ref()?;
        Some(match &row.scalar {
            Some(_) => "a value".to_owned(),
            None => row.name.clone(),
        })
    };
    if let (Some(old), Some(new)) = (row(before), row(after))
        && old != new
    {
        changes.push(changed("row", old, new, "a row is of another type"));
    }
}

fn of_loads(before: &Query, after: &Query, changes: &mut Vec<Change>) {
    let entries = |query: &Query| {
        let of = |load: &Load| {
            let shape = match load.shape {
                LoadShape::One => "one",
                LoadShape::Opt => "one or none",
                LoadShape::Many => "any number",
            };
            (load.ident.clone(), format!("{shape} of {}", load.child))
        };
        query.loads.iter().map(of).collect::<Vec<Entry>>()
    };
    let (old, new) = (entries(before), entries(after));
    for (name, of) in &old {
        let what = format!("load {name}");
        match get(&new, name) {
            Some(now) if now == of => {}
            Some(now) => changes.push(changed(what, of, now, "the field has another type")),
            None => changes.push(Change {
                what,
                before: Some(of.clone()),
                after: None,
                breaking: Some("readers do not find it"),
            }),
        }
    }
    for (name, of) in new.iter().filter(|(name, _)| get(&old, name).is_none()) {
        let first = old
            .is_empty()
            .then_some("a row with what is loaded is of another type");
        changes.push(Change {
            what: format!("load {name}"),
            before: None,
            after: Some(of.clone()),
            breaking: first,
        });
    }
}

fn of_orders(before: &Query, after: &Query, changes: &mut Vec<Change>) {
    let find = |query: &Query, name: &str| {
        let order = query.orders.iter().find(|order| order.name == name)?;
        Some(order.sql.clone())
    };
    let names = before.orders.iter().chain(&after.orders);
    let mut seen = BTreeSet::new();
    for name in names.map(|order| &order.name) {
        if !seen.insert(name) {
            continue;
        }
        let (old, new) = (find(before, name), find(after, name));
        let breaking = match (&old, &new) {
            (Some(_), None) => Some("callers ask for it"),
            (None, Some(_)) if before.orders.is_empty() => Some("callers say no order"),
            _ => None,
        };
        if old != new {
            changes.push(Change {
                what: format!("order {name}"),
                before: old,
                after: new,
                breaking,
            });
        }
    }
}

fn page(query: &Query) -> Option<String> {
    let keys = query.page.as_ref()?.keys.iter();
    let keys = keys.map(|(column, descends)| {
        let direction = if *descends { " desc" } else { "" };
        format!("{} {}{direction}", column.name, column.sql_type)
    });
    Some(keys.collect::<Vec<_>>().join(", "))
}

/// Generated enums are matched without a wildcard.
fn of_enum(before: &PgEnum, after: &PgEnum) -> Vec<Change> {
    let has = |of: &PgEnum, label: &str| of.variants.iter().any(|(_, known)| known == label);
    let removed = before
        .variants
        .iter()
        .filter(|(_, label)| !has(after, label));
    let removed = removed.map(|(_, label)| Change {
        what: format!("label {label}"),
        before: Some(label.clone()),
        after: None,
        breaking: Some("code names its variant"),
    });
    let added = after
        .variants
        .iter()
        .filter(|(_, label)| !has(before, label));
    let added = added.map(|(_, label)| Change {
        what: format!("label {label}"),
        before: None,
        after: Some(label.clone()),
        breaking: Some("a `match` over all variants lacks it"),
    });
    removed.chain(added).collect()
}
