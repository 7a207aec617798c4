//! Compares what the migrations build with what a database has. Pure: two descriptions in,
//! findings out. What may break the application is an error; what is merely there, a warning.

mod columns;
mod constraints;
mod indexes;
mod parts;
mod relations;
mod routines;
mod schemas;
mod sequences;
mod types;

use super::description::{Description, schema_of};
use super::finding::Finding;

/// Everything that differs, by the object that it is about.
pub(crate) fn compare(expected: &Description, live: &Description) -> Vec<Finding> {
    let mut sides = Sides {
        expected,
        live,
        found: Vec::new(),
    };
    schemas::compare(&mut sides);
    types::compare(&mut sides);
    sequences::compare(&mut sides);
    relations::compare(&mut sides);
    routines::compare(&mut sides);
    said_of_parents(&mut sides);
    sides.found.into_iter().map(Finding::with_help).collect()
}

/// Both sides, and what was found.
struct Sides<'a> {
    expected: &'a Description,
    live: &'a Description,
    found: Vec<Finding>,
}

impl Sides<'_> {
    /// Whether a schema is the migrations' business: they make something in it.
    fn is_ours(&self, name: &str) -> bool {
        self.expected.schemas.contains(schema_of(name))
    }

    fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }
}

/// What differs in a table differs in its partitions: it is said of the table alone.
fn said_of_parents(sides: &mut Sides<'_>) {
    let known: Vec<(&'static str, Option<String>, Option<String>)> = sides
        .found
        .iter()
        .map(|f| (f.diagnostic.code, f.relation.clone(), f.part.clone()))
        .collect();
    let expected = sides.expected;
    sides.found.retain(|finding| {
        let relation = finding.relation.as_ref();
        let relation = relation.and_then(|name| expected.relations.get(name));
        let mut parents = relation.iter().flat_map(|relation| &relation.parents);
        !parents.any(|parent| {
            let same = (
                finding.diagnostic.code,
                Some(parent.clone()),
                finding.part.clone(),
            );
            finding.part.is_some() && known.contains(&same)
        })
    });
}
