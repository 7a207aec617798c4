//! What is granted, one privilege at a time, for comparisons.

use std::collections::BTreeSet;

use super::Needed;
use super::columns::{Action, granted};
use super::script::{sequence, signature};
use crate::quoting::{fully_qualified, identifier};
use crate::schema::{Schema, Security};

/// Each privilege with its object, such as `SELECT (id) ON TABLE public.notes`.
pub(super) fn list(schema: &Schema, security: &Security, needed: &Needed) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for schema in &needed.schemas {
        all.insert(format!("USAGE ON SCHEMA {}", identifier(schema)));
    }
    tables(security, needed, &mut all);
    sequences(security, needed, &mut all);
    let functions = needed.privileges.functions.iter();
    for routine in functions.filter_map(|oid| security.routines.get(oid)) {
        all.insert(format!(
            "EXECUTE ON FUNCTION {}",
            signature(schema, routine)
        ));
    }
    all
}

fn tables(security: &Security, needed: &Needed, all: &mut BTreeSet<String>) {
    for (oid, privileges) in &needed.privileges.relations {
        let relation = security.relations.get(oid);
        let Some(relation) = relation.filter(|relation| relation.kind != 'S') else {
            continue;
        };
        let table = fully_qualified(&relation.schema, &relation.name);
        for (action, columns) in [
            (Action::Select, &privileges.select),
            (Action::Insert, &privileges.insert),
            (Action::Update, &privileges.update),
        ] {
            let Some(granted) = granted(relation, action, columns) else {
                continue;
            };
            let word = action.word();
            if granted.columns.is_empty() {
                all.insert(format!("{word} ON TABLE {table}"));
            }
            for column in granted.columns {
                all.insert(format!("{word} ({column}) ON TABLE {table}"));
            }
        }
        if privileges.delete {
            all.insert(format!("DELETE ON TABLE {table}"));
        }
    }
}

fn sequences(security: &Security, needed: &Needed, all: &mut BTreeSet<String>) {
    let (used, read) = (&needed.privileges.sequences, &needed.privileges.relations);
    for (oid, relation) in security.relations.iter().filter(|(_, r)| r.kind == 'S') {
        if !used.contains_key(oid) && !read.contains_key(oid) {
            continue;
        }
        let name = fully_qualified(&relation.schema, &relation.name);
        let used = used.get(oid).cloned().unwrap_or_default();
        for privilege in sequence(&used, read.contains_key(oid)) {
            all.insert(format!("{} ON SEQUENCE {name}", privilege.join(" ")));
        }
    }
}
