//! What the script cannot know, as comments at its end.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Needed;
use super::script::signature;
use crate::quoting::{comment, fully_qualified, identifier};
use crate::schema::{Schema, Security};

const BODIES: &str = "\
-- These run with the privileges of the role, too. What the statements in them need is not
-- known here, and has to be granted besides; SECURITY DEFINER functions are not among them.
";

const SEQUENCES: &str = "\
-- These queries work on a sequence that is known only when they run. It needs USAGE for
-- nextval, SELECT for currval and lastval, UPDATE for setval.
";

const UTILITIES: &str = "\
-- These are no queries, and what they need is not known here. It has to be granted besides:
-- EXECUTE on a procedure and what its body needs, the ownership of what is refreshed.
";

/// Comments on what has to be granted besides.
pub(super) fn notes(schema: &Schema, security: &Security, needed: &Needed) -> String {
    let mut text = String::new();
    let bodies = bodies(schema, security, needed);
    if !bodies.is_empty() {
        text.push_str(BODIES);
        for body in bodies {
            let _ = writeln!(text, "--   {}", comment(&body));
        }
    }
    if !needed.unknown_sequences.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(SEQUENCES);
        for (query, functions) in &needed.unknown_sequences {
            let functions: Vec<&str> = functions.iter().copied().collect();
            let _ = writeln!(text, "--   {}: {}", comment(query), functions.join(", "));
        }
    }
    if !needed.utilities.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(UTILITIES);
        for (query, operation) in &needed.utilities {
            let _ = writeln!(text, "--   {}: {operation}", comment(query));
        }
    }
    text
}

/// Functions, and triggers of the tables written to, whose bodies run as the role.
fn bodies(schema: &Schema, security: &Security, needed: &Needed) -> BTreeSet<String> {
    let functions = needed.privileges.functions.iter();
    let functions = functions.filter_map(|oid| security.routines.get(oid));
    let functions = functions.filter(|routine| routine.opaque);
    let functions = functions.map(|routine| format!("function {}", signature(schema, routine)));
    let triggers = needed.privileges.triggers(schema, security);
    let triggers = triggers.into_iter().filter_map(|trigger| {
        let table = security.relations.get(&trigger.table)?;
        let routine = security.routines.get(&trigger.function)?;
        let named = format!(
            "trigger {} on {}: function {}",
            identifier(&trigger.name),
            fully_qualified(&table.schema, &table.name),
            signature(schema, routine)
        );
        routine.opaque.then_some(named)
    });
    functions.chain(triggers).collect()
}
