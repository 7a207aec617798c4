//! The names of `[types]`: what they are called in the schema, and what is wrong with them.

use std::ops::Range;

use super::ColumnId;
use crate::config::TypeConfig;
use crate::diagnostics::{Diagnostic, SourceText};
use crate::names;
use crate::schema::{Schema, Table};

/// What SQL calls some types, and the server another name.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("boolean", "bool"),
    ("char", "bpchar"),
    ("character varying", "varchar"),
    ("decimal", "numeric"),
    ("double precision", "float8"),
    ("int", "int4"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

pub(super) struct Report<'a> {
    pub(super) schema: &'a Schema,
    pub(super) text: &'a SourceText,
}

impl Report<'_> {
    /// The type that a reader calls so.
    pub(super) fn type_called(&self, name: &str) -> Option<u32> {
        let mut types = self.schema.types.keys().copied();
        types.find(|oid| self.schema.type_name(*oid) == name)
    }

    /// The column that a reader calls so.
    pub(super) fn column_called(&self, name: &str) -> Option<ColumnId> {
        let (table, column) = name.rsplit_once('.')?;
        let mut tables = self.schema.tables.iter();
        let (oid, table) = tables.find(|(_, known)| known.is_called(table))?;
        let mut columns = table.columns.iter();
        let (number, _) = columns.find(|(_, known)| known.name == column)?;
        Some((*oid, *number))
    }

    pub(super) fn type_of(&self, (table, number): ColumnId) -> Option<u32> {
        let table = self.schema.tables.get(&table)?;
        Some(table.columns.get(&number)?.type_oid)
    }

    pub(super) fn column_name(&self, (table, number): ColumnId) -> String {
        let table = self.schema.tables.get(&table);
        let column = table.and_then(|table| table.columns.get(&number));
        let table = table.map(Table::display_name).unwrap_or_default();
        format!("{table}.{}", column.map_or("", |column| &column.name))
    }

    /// What is said of it is no Rust type.
    pub(super) fn unusable(&self, name: &str, said: &TypeConfig) -> Option<Diagnostic> {
        let given = [Some(&said.rust), said.diesel.as_ref()];
        let mut given = given.into_iter().flatten();
        let wrong = given.find(|path| syn::parse_str::<syn::Type>(path).is_err())?;
        let message = format!("`{wrong}`, the type of `{name}`, is no Rust type");
        let span = self.span(name, wrong);
        let help = "write its path: `crate::CustomerId`, or `my_crate::CustomerId`";
        Some(self.error("rust-type", message, span).help(help))
    }

    /// Neither a type nor a column is called so.
    pub(super) fn unknown(&self, name: &str) -> Diagnostic {
        let table = name.rsplit_once('.').and_then(|(table, column)| {
            let mut tables = self.schema.tables.values();
            Some((tables.find(|known| known.is_called(table))?, column))
        });
        let (code, message, known) = if let Some((table, column)) = table {
            let message = format!("`{}` has no column `{column}`", table.display_name());
            let columns = table.columns.values().map(|c| c.name.clone());
            ("unknown-column", message, columns.collect::<Vec<_>>())
        } else if let Some((table, _)) = name.rsplit_once('.') {
            let own = self.schema.own_tables().map(Table::display_name);
            let message = format!("`{table}`, whose column is mapped, is no table");
            ("unknown-table", message, own.collect())
        } else {
            let message = format!("no type is called `{name}`");
            let types = self.schema.types.keys();
            let types = types.map(|oid| self.schema.type_name(*oid));
            ("unknown-type", message, types.collect())
        };
        let wrong = match code {
            "unknown-table" => name.rsplit_once('.').map_or(name, |(table, _)| table),
            "unknown-column" => name.rsplit('.').next().unwrap_or(name),
            _ => name,
        };
        let other = OTHER_NAMES.iter().find(|(sql, _)| *sql == name);
        let nearest = other.map(|(_, own)| *own);
        let nearest = nearest.or_else(|| names::nearest(wrong, known.iter().map(String::as_str)));
        let diagnostic = self.error(code, message, self.span(name, wrong));
        match nearest {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
            None => diagnostic.help("name a type, a domain, or a column as `table.column`"),
        }
    }

    /// The user's type takes the place of none that Diesel knows.
    pub(super) fn without_diesel(&self, name: &str, said: &TypeConfig) -> Diagnostic {
        let message = format!("which of Diesel's types `{name}` is, is not known");
        let help = format!(
            "say it: `\"{name}\" = {{ rust = \"{}\", diesel = \"my_crate::sql_types::…\" }}`",
            said.rust
        );
        let span = self.span(name, name.rsplit('.').next().unwrap_or(name));
        self.error("rust-type", message, span).help(help)
    }

    /// A column has the values of two that are mapped to different types.
    pub(super) fn ambiguous(&self, column: ColumnId, one: ColumnId, other: ColumnId) -> Diagnostic {
        let [name, one, other] = [column, one, other].map(|column| self.column_name(column));
        let message =
            format!("`{name}` has the values of `{one}` and of `{other}`, whose types differ");
        let help = format!("say which it has: `\"{name}\" = \"…\"`");
        let span = self.span(&one, one.rsplit('.').next().unwrap_or(&one));
        self.error("rust-type", message, span).help(help)
    }

    fn error(&self, code: &'static str, message: String, span: Range<usize>) -> Diagnostic {
        Diagnostic::error(code, message).at(&self.text.path, span, "")
    }

    /// Where a word of an entry stands: behind the heading, and in a line of the entry's name.
    fn span(&self, name: &str, word: &str) -> Range<usize> {
        let text = &self.text.text;
        let section = text.find("[types").unwrap_or(0);
        let last = name.rsplit('.').next().unwrap_or(name);
        let entry = text[section..].find(name);
        let entry = entry.or_else(|| text[section..].find(last));
        let entry = section + entry.unwrap_or(0);
        let start = entry + text[entry..].find(word).unwrap_or(0);
        let end = (start + word.len()).min(text.len());
        if text.is_char_boundary(end) {
            start..end
        } else {
            start..start
        }
    }
}
