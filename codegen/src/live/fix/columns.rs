//! The columns of tables.

use super::text::{literal, unquoted};
use super::types::create_sequence;
use crate::live::description::{Column, Description};
use crate::live::mend::{Mend, Phase};

/// A column as CREATE TABLE and ADD COLUMN say it.
pub(super) fn column(column: &Column) -> String {
    let mut parts = vec![format!("{} {}", column.name, column.sql_type)];
    if let Some(collation) = &column.collation {
        parts.push(format!("COLLATE {collation}"));
    }
    match (&*column.generated, &column.expression) {
        ("", Some(default)) => parts.push(format!("DEFAULT {default}")),
        ("v", Some(from)) => parts.push(format!("GENERATED ALWAYS AS ({from}) VIRTUAL")),
        (_, Some(from)) => parts.push(format!("GENERATED ALWAYS AS ({from}) STORED")),
        (_, None) => {}
    }
    if let Some(how) = identity(column) {
        let numbers = column.numbers.as_deref().unwrap_or_default();
        parts.push(format!("GENERATED {how} AS IDENTITY ({numbers})"));
    }
    if column.not_null {
        parts.push("NOT NULL".to_owned());
    }
    parts.join(" ")
}

fn identity(column: &Column) -> Option<&'static str> {
    match &*column.identity {
        "a" => Some("ALWAYS"),
        "d" => Some("BY DEFAULT"),
        _ => None,
    }
}

/// The sequences that end with a column: before it, and bound to it once it is there.
pub(super) fn owned_sequences(all: &Description, column: &Column) -> Mend {
    let mut mend = Mend::default();
    for sequence in all.sequences.values() {
        if let Some((table, name)) = &sequence.owner
            && (table, name) == (&column.table, &column.name)
        {
            mend = mend.and(create_sequence(sequence));
        }
    }
    mend
}

pub(crate) fn add_column(all: &Description, new: &Column) -> Mend {
    let add = format!("ALTER TABLE {} ADD COLUMN {}", new.table, column(new));
    owned_sequences(all, new).then(Phase::Columns, add)
}

/// A type or a collation, with the default where that reads otherwise then.
pub(crate) fn set_type(to: &Column, from: &Column) -> Mend {
    let alter = format!("ALTER TABLE {} ALTER COLUMN {}", to.table, to.name);
    let collate = match (&to.collation, &from.collation) {
        (Some(collation), _) => format!(" COLLATE {collation}"),
        // Said without a collation, the type's own is taken.
        _ => String::new(),
    };
    let using = if to.sql_type == from.sql_type || widens(&from.sql_type, &to.sql_type) {
        String::new()
    } else {
        format!(" USING {}::{}", to.name, to.sql_type)
    };
    let set = format!("{alter} TYPE {}{collate}{using}", to.sql_type);
    let mend = Mend::one(Phase::Columns, set);
    let mend = match (&to.expression, &from.expression) {
        (new, old) if new == old || !to.generated.is_empty() => mend,
        (Some(default), _) => mend.then(Phase::Columns, format!("{alter} SET DEFAULT {default}")),
        (None, _) => mend.then(Phase::Columns, format!("{alter} DROP DEFAULT")),
    };
    if to.sql_type == from.sql_type || widens(&from.sql_type, &to.sql_type) {
        mend
    } else {
        mend.but("a value that the type does not hold makes it fail, or is cut")
    }
}

/// Whether each value of a type is one of the other, unchanged.
fn widens(from: &str, to: &str) -> bool {
    let length = |text: &str| -> Option<u32> {
        let digits = text.strip_prefix("character varying(")?;
        digits.strip_suffix(')')?.parse().ok()
    };
    let is_varying = |text: &str| text == "character varying" || length(text).is_some();
    match (from, to) {
        ("smallint", "integer" | "bigint" | "numeric")
        | ("integer", "bigint" | "numeric")
        | ("bigint", "numeric")
        | ("real", "double precision") => true,
        (from, "text" | "character varying") => is_varying(from) || from == "text",
        (from, to) => match (length(from), length(to)) {
            (Some(from), Some(to)) => from <= to,
            _ => false,
        },
    }
}

/// What an identity column is, or that it is none.
pub(crate) fn set_identity(to: &Column, from: &Column) -> Mend {
    let (table, name) = (&to.table, &to.name);
    let alter = format!("ALTER TABLE {table} ALTER COLUMN {name}");
    let numbers = to.numbers.as_deref().unwrap_or_default();
    match (identity(to), identity(from)) {
        (None, _) => Mend::one(Phase::Columns, format!("{alter} DROP IDENTITY")),
        (Some(how), Some(_)) => {
            let numbers = each_set(numbers);
            Mend::one(
                Phase::Columns,
                format!("{alter} SET GENERATED {how} {numbers}"),
            )
        }
        (Some(how), None) => {
            // An identity column has no default, holds no null, and goes on behind what is there.
            let mut mend = Mend::default();
            if from.expression.is_some() {
                mend = mend.then(Phase::Columns, format!("{alter} DROP DEFAULT"));
            }
            if !from.not_null {
                mend = mend.then(Phase::Columns, format!("{alter} SET NOT NULL"));
            }
            mend.then(
                Phase::Columns,
                format!("{alter} ADD GENERATED {how} AS IDENTITY ({numbers})"),
            )
            .then(
                Phase::Columns,
                format!(
                    "SELECT setval(pg_get_serial_sequence({}, {}), max({name})) FROM {table} \
                     HAVING max({name}) IS NOT NULL",
                    literal(table),
                    literal(&unquoted(name)),
                ),
            )
        }
    }
}

/// `INCREMENT BY 1 MINVALUE 1` as ALTER COLUMN says it.
fn each_set(options: &str) -> String {
    let (options, cycle) = match options.strip_suffix(" NO CYCLE") {
        Some(rest) => (rest, "NO CYCLE"),
        None => (options.trim_end_matches(" CYCLE"), "CYCLE"),
    };
    let mut set = format!("SET {options} SET {cycle}");
    for word in ["MINVALUE", "MAXVALUE", "START", "CACHE"] {
        set = set.replace(&format!(" {word} "), &format!(" SET {word} "));
    }
    set
}

/// What a column is generated from, or that it is not generated.
pub(crate) fn set_generated(to: &Column, from: &Column, major: u32) -> Mend {
    let alter = format!("ALTER TABLE {} ALTER COLUMN {}", to.table, to.name);
    match (&*to.generated, &*from.generated, &to.expression) {
        ("", "s", default) => {
            let mend = Mend::one(Phase::Columns, format!("{alter} DROP EXPRESSION"));
            match default {
                Some(default) => {
                    mend.then(Phase::Columns, format!("{alter} SET DEFAULT {default}"))
                }
                None => mend,
            }
        }
        (new, old, Some(from)) if new == old && major >= 17 => Mend::one(
            Phase::Columns,
            format!("{alter} SET EXPRESSION AS ({from})"),
        ),
        _ => Mend::one(
            Phase::Columns,
            format!("ALTER TABLE {} DROP COLUMN {}", to.table, to.name),
        )
        .then(
            Phase::Columns,
            format!("ALTER TABLE {} ADD COLUMN {}", to.table, column(to)),
        )
        .but("dropping the column drops what is in it, its indexes and its constraints"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_holds_every_value_is_wider() {
        for (from, to, is_wider) in [
            ("integer", "bigint", true),
            ("bigint", "integer", false),
            ("character varying(10)", "character varying(20)", true),
            ("character varying(20)", "character varying(10)", false),
            ("character varying(20)", "text", true),
            ("text", "character varying(20)", false),
            ("integer", "text", false),
        ] {
            assert_eq!(widens(from, to), is_wider, "{from} to {to}");
        }
    }

    #[test]
    fn each_option_of_a_sequence_is_set() {
        assert_eq!(
            each_set("INCREMENT BY 1 MINVALUE 2 MAXVALUE 9 START WITH 3 CACHE 1 NO CYCLE"),
            "SET INCREMENT BY 1 SET MINVALUE 2 SET MAXVALUE 9 SET START WITH 3 SET CACHE 1 SET NO CYCLE"
        );
        assert_eq!(
            each_set("INCREMENT BY 1 CYCLE"),
            "SET INCREMENT BY 1 SET CYCLE"
        );
    }
}
