//! Views, and what has to make way for them. Which view reads which is told by their texts:
//! without a search path, the server writes each name with its schema.

use super::indexes::add_index;
use super::routines::{add_trigger, enable_trigger};

use crate::live::description::{Description, Relation, schema_of};
use crate::live::mend::{Mend, Phase};

/// A view with its indexes and triggers.
pub(crate) fn create_view(view: &Relation) -> Mend {
    let mut mend = Mend::default().ordered(Phase::Views, view.made, create(view, "CREATE"));
    for index in view.indexes.values() {
        mend = mend.and(add_index(index, false));
    }
    for trigger in view.triggers.values() {
        mend = mend.and(add_trigger(trigger));
        if trigger.enabled != 'O' {
            mend = mend.and(enable_trigger(trigger));
        }
    }
    mend
}

fn create(view: &Relation, verb: &str) -> String {
    let noun = if view.kind == 'm' {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let options = view.options.as_deref().filter(|o| !o.is_empty());
    let options = options.map_or_else(String::new, |options| format!(" WITH ({options})"));
    let query = view.definition.as_deref().unwrap_or_default().trim();
    let query = query.trim_end_matches(';');
    format!("{verb} {noun} {}{options} AS\n{query}", view.name)
}

/// A view in the place of another; those that read it make way when it cannot be replaced.
pub(crate) fn recreate_view(
    expected: &Description,
    live: &Description,
    to: &Relation,
    from: &Relation,
) -> Mend {
    let old: Vec<_> = from
        .columns
        .iter()
        .map(|c| (&c.name, &c.sql_type))
        .collect();
    let new: Vec<_> = to.columns.iter().map(|c| (&c.name, &c.sql_type)).collect();
    if to.kind == 'v' && from.kind == 'v' && new.starts_with(&old) {
        let mend = Mend::default();
        let mend = mend.ordered(Phase::Views, to.made, create(to, "CREATE OR REPLACE"));
        return match from.options.as_deref() {
            // OR REPLACE leaves the options that it does not name.
            Some(old) if from.options != to.options && !old.is_empty() => {
                let names = old
                    .split(", ")
                    .filter_map(|option| option.split('=').next());
                let names: Vec<&str> = names.collect();
                let reset = format!("ALTER VIEW {} RESET ({})", to.name, names.join(", "));
                Mend::default()
                    .ordered(Phase::Views, to.made - 1, reset)
                    .and(mend)
            }
            _ => mend,
        };
    }
    let mend = Mend::default().ordered(Phase::Removals, -from.made, drop(from));
    mend.and(readers(expected, live, &from.name))
        .and(create_view(to))
}

/// A change of a table's column, with the views that read the table out of its way.
pub(crate) fn with_views_around(
    expected: &Description,
    live: &Description,
    table: &str,
    change: Mend,
) -> Mend {
    change.and(readers(expected, live, table))
}

fn drop(view: &Relation) -> String {
    let noun = if view.kind == 'm' {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    format!("DROP {noun} {}", view.name)
}

/// Drops every view that reads a relation, and makes each again: as it should be, or, where it is
/// somebody else's, as it was. One that is extra is dropped anyway.
fn readers(expected: &Description, live: &Description, name: &str) -> Mend {
    let mut mend = Mend::default();
    for view in reading(live, name) {
        mend = mend.ordered(Phase::Removals, -view.made, drop(view));
        let is_ours = expected.schemas.contains(schema_of(&view.name));
        let again = expected.relations.get(&view.name);
        if let Some(again) = again.or((!is_ours).then_some(view)) {
            mend = mend.and(create_view(again));
        }
    }
    mend
}

/// The views that read a relation, and those that read them.
fn reading<'a>(live: &'a Description, name: &str) -> Vec<&'a Relation> {
    let mut names = vec![name.to_owned()];
    let mut found: Vec<&Relation> = Vec::new();
    while let Some(name) = names.pop() {
        for view in live.relations.values() {
            let reads = view.definition.as_ref().is_some_and(|d| mentions(d, &name));
            if reads && !found.iter().any(|known| known.name == view.name) {
                names.push(view.name.clone());
                found.push(view);
            }
        }
    }
    found
}

/// Whether a text has a name that goes on neither before nor behind it.
fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '"' || c == '$';
    text.match_indices(name).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let behind = text[start + name.len()..].chars().next();
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_name_is_no_part_of_another() {
        let text = "SELECT o.id FROM public.orders o JOIN public.orders_old x";
        assert!(mentions(text, "public.orders"));
        assert!(mentions(text, "public.orders_old"));
        assert!(!mentions(text, "public.order"));
        assert!(!mentions("FROM mypublic.orders", "public.orders"));
    }
}
