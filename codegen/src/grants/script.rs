//! The script's text: a pure function of what is needed.

use std::fmt::Write as _;

use super::Needed;
use super::columns::{Action, Granted, granted};
use super::notes::notes;
use crate::analyze::privileges::{RelationPrivileges, SequenceUse};
use crate::quoting::{comment, fully_qualified, identifier, type_name};
use crate::schema::{Relation, Routine, Schema, Security};

/// How long a line may be.
const WIDTH: usize = 88;

const HEADER: &str = "\
-- Written by `planwright grants`. The script only adds: what the role, or PUBLIC, has
-- been granted before stays. It does not grant CONNECT on the database, which PUBLIC has
-- by default, nor anything on types, enums and domains: their USAGE is PUBLIC's by
-- default, and is asked for when objects are created, not when queries run.
";

/// The script that grants what is needed.
pub(super) fn script(schema: &Schema, security: &Security, needed: &Needed) -> String {
    let role = identifier(&needed.role);
    let mut text = format!(
        "-- The least privileges that the role {} needs for the queries of this catalog.\n{HEADER}",
        comment(&role)
    );
    let sections = [
        schemas(needed, &role),
        tables(security, needed, &role),
        sequences(security, needed, &role),
        functions(schema, security, needed, &role),
        notes(schema, security, needed),
    ];
    for section in sections.iter().filter(|section| !section.is_empty()) {
        let _ = write!(text, "\n{section}");
    }
    text
}

fn schemas(needed: &Needed, role: &str) -> String {
    let mut text = String::new();
    for schema in &needed.schemas {
        let on = format!("SCHEMA {}", identifier(schema));
        statement(&mut text, &[listed("USAGE", &[])], &on, role);
    }
    text
}

fn tables(security: &Security, needed: &Needed, role: &str) -> String {
    let mut tables: Vec<(&Relation, &RelationPrivileges)> = needed
        .privileges
        .relations
        .iter()
        .filter_map(|(oid, privileges)| Some((security.relations.get(oid)?, privileges)))
        .filter(|(relation, _)| relation.kind != 'S')
        .collect();
    tables.sort_unstable_by_key(|(relation, _)| (&relation.schema, &relation.name));
    let mut text = String::new();
    for (relation, privileges) in tables {
        table(&mut text, relation, privileges, role);
    }
    text
}

fn table(text: &mut String, relation: &Relation, privileges: &RelationPrivileges, role: &str) {
    let columns = [
        (Action::Select, &privileges.select),
        (Action::Insert, &privileges.insert),
        (Action::Update, &privileges.update),
    ];
    let granted: Vec<Granted> = columns
        .into_iter()
        .filter_map(|(action, columns)| granted(relation, action, columns))
        .collect();
    let mut listed_all = Vec::new();
    for granted in &granted {
        if granted.arbitrary {
            let _ = writeln!(text, "-- {}", why_arbitrary(granted));
        }
        listed_all.push(listed(granted.action.word(), &granted.columns));
    }
    if privileges.delete {
        listed_all.push(listed("DELETE", &[]));
    }
    let on = format!(
        "TABLE {}",
        fully_qualified(&relation.schema, &relation.name)
    );
    statement(text, &listed_all, &on, role);
}

fn why_arbitrary(granted: &Granted) -> String {
    let why = match granted.action {
        Action::Select => "rows are read, but no column",
        Action::Insert => "rows are inserted, but no column is given",
        Action::Update => "rows are locked, but no column is changed",
    };
    let listed = listed(granted.action.word(), &granted.columns).join(" ");
    comment(&format!("{listed}: {why}; any one would do."))
}

/// `SELECT (id, name)`, as the words that a line may be broken between.
fn listed(privilege: &str, columns: &[String]) -> Vec<String> {
    let Some((last, others)) = columns.split_last() else {
        return vec![privilege.to_owned()];
    };
    let mut words: Vec<String> = others.iter().map(|column| format!("{column},")).collect();
    words.push(format!("{last})"));
    words[0] = format!("{privilege} ({}", words[0]);
    words
}

fn sequences(security: &Security, needed: &Needed, role: &str) -> String {
    let used = &needed.privileges.sequences;
    let read = &needed.privileges.relations;
    let mut sequences: Vec<(&Relation, Vec<Vec<String>>)> = security
        .relations
        .iter()
        .filter(|(oid, r)| r.kind == 'S' && (used.contains_key(oid) || read.contains_key(oid)))
        .map(|(oid, relation)| {
            let used = used.get(oid).cloned().unwrap_or_default();
            (relation, sequence(&used, read.contains_key(oid)))
        })
        .collect();
    sequences.sort_unstable_by_key(|(relation, _)| (&relation.schema, &relation.name));
    let mut text = String::new();
    for (relation, privileges) in sequences {
        let on = format!(
            "SEQUENCE {}",
            fully_qualified(&relation.schema, &relation.name)
        );
        statement(&mut text, &privileges, &on, role);
    }
    text
}

/// UPDATE allows `nextval` as well as `setval`; USAGE allows `nextval` and `currval`,
/// SELECT `currval` and to read the sequence like a table.
pub(super) fn sequence(used: &SequenceUse, read: bool) -> Vec<Vec<String>> {
    let advances = used.advanced && !used.set;
    let asks = used.asked && !advances && !read;
    let usage = advances || asks && used.set;
    let select = read || asks && !used.set;
    [("USAGE", usage), ("SELECT", select), ("UPDATE", used.set)]
        .into_iter()
        .filter(|(_, needed)| *needed)
        .map(|(privilege, _)| listed(privilege, &[]))
        .collect()
}

fn functions(schema: &Schema, security: &Security, needed: &Needed, role: &str) -> String {
    let functions = needed.privileges.functions.iter();
    let functions = functions.filter_map(|oid| security.routines.get(oid));
    let mut functions: Vec<String> = functions.map(|f| signature(schema, f)).collect();
    functions.sort_unstable();
    let mut text = String::new();
    for function in functions {
        let on = format!("FUNCTION {function}");
        statement(&mut text, &[listed("EXECUTE", &[])], &on, role);
    }
    text
}

/// A function as GRANT names it.
pub(super) fn signature(schema: &Schema, routine: &Routine) -> String {
    let arguments = routine.arguments.iter().map(|oid| type_name(schema, *oid));
    let arguments: Vec<String> = arguments.collect();
    format!(
        "{}({})",
        fully_qualified(&routine.schema, &routine.name),
        arguments.join(", ")
    )
}

/// `GRANT privileges ON object TO role;`; where columns make that too long for one line,
/// with a line for each privilege. Nothing where there is no privilege.
fn statement(text: &mut String, privileges: &[Vec<String>], on: &str, role: &str) {
    if privileges.is_empty() {
        return;
    }
    let end = format!("ON {on} TO {role};");
    let on_one: Vec<String> = privileges.iter().map(|words| words.join(" ")).collect();
    let on_one = format!("GRANT {} {end}", on_one.join(", "));
    let has_columns = privileges.iter().any(|words| words.len() > 1);
    if on_one.chars().count() <= WIDTH || !has_columns {
        let _ = writeln!(text, "{on_one}");
        return;
    }
    let lines: Vec<String> = privileges.iter().map(|words| filled(words)).collect();
    let _ = writeln!(text, "GRANT\n{}\n    {end}", lines.join(",\n"));
}

/// Words on as many lines as they take.
fn filled(words: &[String]) -> String {
    let mut text = "   ".to_owned();
    let mut width = text.len();
    for word in words {
        let length = word.chars().count();
        // A comma may follow.
        if width + 1 + length >= WIDTH {
            text.push_str("\n       ");
            width = 7;
        }
        text.push(' ');
        text.push_str(word);
        width += 1 + length;
    }
    text
}
