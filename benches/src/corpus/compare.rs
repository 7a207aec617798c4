//! What is found here beside what is expected, value by value.

use std::fmt::Write as _;

use planwright_codegen::analyze::{Column, Param};
use planwright_codegen::catalog::Query;
use planwright_codegen::schema::Schema;

use super::expected::{self, Value};

/// Types and numbers of columns are never guessed here.
const DESCRIBED: &str = "right here: the server's own description of the statement as written";

/// What was compared, and every difference as a line that names its place.
#[derive(Default)]
pub(super) struct Comparison {
    /// Never null here, although a NULL was seen.
    pub(super) faults: Vec<String>,
    params: Counts,
    columns: Counts,
    /// Queries of another number of parameters or columns.
    others: Vec<String>,
}

/// Values of one kind.
#[derive(Default)]
struct Counts {
    compared: usize,
    same_type: usize,
    same_null: usize,
    types: Vec<String>,
    /// Null there only.
    stricter: Vec<String>,
    /// Null here only.
    looser: Vec<String>,
    /// Null here only, and a NULL was seen.
    unsound: Vec<String>,
}

/// A parameter or a column as it is here.
struct Ours<'a> {
    name: &'a str,
    sql_type: &'a str,
    nullable: bool,
    /// Why it can be null, or cannot.
    why: &'static str,
}

impl Comparison {
    /// Compares a query. One whose columns are dropped here has none to compare.
    pub(super) fn query(
        &mut self,
        case: &str,
        schema: &Schema,
        query: &Query,
        expected: &expected::Query,
    ) {
        let place = format!("{case} {}", expected.name);
        let params: Vec<Ours<'_>> = query.analysis.params.iter().map(Ours::param).collect();
        let columns = query.analysis.columns.iter();
        let columns: Vec<Ours<'_>> = columns.map(|column| Ours::column(schema, column)).collect();
        let (given, sent) = (expected.params(), expected.columns());
        if params.len() == given.len() {
            for (ours, theirs) in params.iter().zip(given) {
                self.params.value(&place, ours, theirs);
            }
        } else {
            let counts = format!("{} parameters, not {}", params.len(), given.len());
            self.others.push(format!("{place}: {counts}"));
        }
        if columns.len() == sent.len() {
            for (ours, theirs) in columns.iter().zip(sent) {
                if theirs.null_seen == Some(true) && !ours.nullable {
                    self.faults.push(format!("{place}: column `{}`", ours.name));
                }
                self.columns.value(&place, ours, theirs);
            }
        } else if !columns.is_empty() {
            let counts = format!("{} columns, not {}: {DESCRIBED}", columns.len(), sent.len());
            self.others.push(format!("{place}: {counts}"));
        }
    }

    /// What is printed: faults first.
    pub(super) fn report(&self) -> String {
        let mut out = String::new();
        list(
            &mut out,
            "faults: NOT NULL here, and a NULL was seen",
            &self.faults,
        );
        list(&mut out, "of another number", &self.others);
        for (kind, counts) in [("columns", &self.columns), ("parameters", &self.params)] {
            counts.report(kind, &mut out);
        }
        out
    }
}

impl Counts {
    fn value(&mut self, place: &str, ours: &Ours<'_>, theirs: &Value) {
        self.compared += 1;
        let place = format!("{place}: `{}`", ours.name);
        match theirs.sql_type() {
            Some(other) if other != ours.sql_type => {
                self.types.push(format!(
                    "{place} is `{}`, not `{other}`: {DESCRIBED}",
                    ours.sql_type
                ));
            }
            _ => self.same_type += 1,
        }
        let Some(nullable) = theirs.nullable.filter(|other| *other != ours.nullable) else {
            self.same_null += 1;
            return;
        };
        let seen = match theirs.null_seen {
            Some(true) => ", a NULL was seen",
            Some(false) => ", no NULL was seen",
            None => "",
        };
        let why = match theirs.null_seen {
            Some(true) => "right here",
            _ => ours.why,
        };
        let line = format!("{place}: {why}{seen}");
        match (nullable, theirs.null_seen) {
            (true, _) => self.stricter.push(line),
            (false, Some(true)) => self.unsound.push(line),
            (false, _) => self.looser.push(line),
        }
    }

    fn report(&self, kind: &str, out: &mut String) {
        let _ = writeln!(
            out,
            "{kind}: {} compared; type equal {}, null equal {}, stricter here {}, looser here {}, \
             unsound there {}",
            self.compared,
            self.same_type,
            self.same_null,
            self.stricter.len(),
            self.looser.len(),
            self.unsound.len()
        );
        list(out, "  of another type", &self.types);
        list(out, "  NOT NULL here, null there", &self.stricter);
        list(out, "  null here, NOT NULL there", &self.looser);
        list(
            out,
            "  null here, NOT NULL there, and a NULL was seen",
            &self.unsound,
        );
    }
}

impl<'a> Ours<'a> {
    fn param(param: &'a Param) -> Self {
        Self {
            name: &param.name,
            sql_type: &param.sql_type,
            nullable: param.nullable,
            why: if param.nullable {
                "it is written to a column that may be null, or asked for null"
            } else {
                "right here: it is compared, and a null would match no row; or its column forbids null"
            },
        }
    }

    fn column(schema: &Schema, column: &'a Column) -> Self {
        let origin = column.origin.and_then(|(table, attribute)| {
            let column = schema.tables.get(&table)?.columns.get(&attribute)?;
            Some(column.not_null)
        });
        let why = match (column.nullable, origin) {
            (false, Some(true)) => {
                "right here: its column is NOT NULL, and no outer join leaves it out"
            }
            (false, Some(false)) => "right here: what the query asks leaves no null",
            (false, None) => "right here: its expression is null for nothing that it gets",
            (true, Some(true)) => "right here: its column is NOT NULL, but a join may leave it out",
            (true, Some(false)) => "right here: its column may be null",
            (true, None) => "open: nothing proves that its expression is never null",
        };
        Self {
            why,
            name: &column.name,
            sql_type: &column.sql_type,
            nullable: column.nullable,
        }
    }
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    let indent = " ".repeat(title.len() - title.trim_start().len() + 2);
    let _ = writeln!(out, "{title}: {}", lines.len());
    for line in lines {
        let _ = writeln!(out, "{indent}{line}");
    }
}
