//! `:bulk` and `:copy`: what is sent for many rows, made of the INSERT of one.

use std::collections::BTreeSet;
use std::ops::Range;

use super::tree::Node;
use super::{Context, Param, parameters};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::quoting::{identifier, type_name};
use crate::schema::{Schema, Table, TypeKind};
use crate::source::inserts::{self, Insert};
use crate::source::{Command, lexer};
use crate::types::{Mapping, RustType};

/// What is sent for many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManyRows {
    /// The statement.
    pub sql: String,
    /// The table's own name, as the server's errors have it.
    pub table: String,
    /// The table's object identifier.
    pub(crate) table_oid: u32,
    /// The parameter that each value of a row is, for COPY.
    pub fields: Vec<usize>,
}

impl Context<'_> {
    /// What a query that takes rows sends. `Err` where it cannot; the diagnostics say why.
    pub(super) fn many_rows(
        &self,
        params: &[Param],
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<ManyRows>, ()> {
        if !self.query.command.takes_rows() {
            return Ok(None);
        }
        let (tokens, _) = lexer::lex(&self.query.sql);
        // What was read in the file is there as well.
        let insert = inserts::read(&self.query.sql, &tokens).map_err(drop)?;
        let (table_oid, table) = self.target().ok_or(())?;
        let before = diagnostics.len();
        let (sql, fields) = if self.query.command == Command::Copy {
            self.check_copy(params, table, diagnostics);
            self.copy(&insert)
        } else {
            self.check_arrays(params, diagnostics);
            (self.unnest(&insert, &tokens, params), Vec::new())
        };
        if diagnostics.len() > before {
            return Err(());
        }
        Ok(Some(ManyRows {
            sql,
            table: table.name.clone(),
            table_oid,
            fields,
        }))
    }

    /// The table that rows are inserted into.
    fn target(&self) -> Option<(u32, &Table)> {
        let number = usize::try_from(self.root.int("resultRelation")?).ok()?;
        let entry = self.root.nodes("rtable").nth(number.checked_sub(1)?)?;
        let oid = entry.oid("relid")?;
        Some((oid, self.schema.tables.get(&oid)?))
    }

    fn param_span(&self, index: usize) -> Range<usize> {
        let param = self.query.params.get(index);
        param.map_or(self.query.name_span.clone(), |p| p.span.clone())
    }

    /// An array of arrays would be one of more dimensions, whose rows UNNEST does not give.
    /// And UNNEST makes columns of the attributes of a composite type.
    fn check_arrays(&self, params: &[Param], diagnostics: &mut Diagnostics) {
        for (index, param) in params.iter().enumerate() {
            if matches!(param.rust_type.plain(), RustType::Composite(_)) {
                let message = format!(
                    "the parameter `:{}` is of the composite type `{}`, which a `:bulk` cannot send for each row",
                    param.name, param.sql_type
                );
                diagnostics.push(
                    Diagnostic::error("invalid-bulk", message)
                        .at(&self.file.path, self.param_span(index), "")
                        .note("rows are sent as an array for each parameter")
                        .help("use `:copy`, which sends it; or give the attributes, and write `ROW (…)` in the SQL"),
                );
            }
            if matches!(param.rust_type.plain(), RustType::Array(_)) {
                let message = format!(
                    "the parameter `:{}` is an array, which a `:bulk` cannot send for each row",
                    param.name
                );
                let help = format!(
                    "use `:copy`, which sends arrays; or take a text apart in the SQL: `string_to_array(:{}, ',')`",
                    param.name
                );
                diagnostics.push(
                    Diagnostic::error("invalid-bulk", message)
                        .at(&self.file.path, self.param_span(index), "")
                        .note("rows are sent as an array for each parameter")
                        .help(help),
                );
            }
        }
    }

    /// The statement whose parameters are arrays: `VALUES` becomes a SELECT from them.
    fn unnest(&self, insert: &Insert, tokens: &[lexer::Token], params: &[Param]) -> String {
        let sql = &self.query.sql;
        let given = free_name(sql, tokens);
        let columns: Vec<String> = params.iter().map(|param| identifier(&param.name)).collect();
        let mut row = String::new();
        let of_row = |token: &&lexer::Token| {
            token.span.start >= insert.row.start && token.span.end <= insert.row.end
        };
        for token in tokens.iter().filter(of_row) {
            let text = &sql[token.span.clone()];
            match numbered(token, text).filter(|index| *index < columns.len()) {
                Some(index) => row.extend([given.as_str(), ".", &columns[index]]),
                None => row.push_str(text),
            }
        }
        let params = self.described.params.iter().enumerate();
        let arrays: Vec<String> = params
            .map(|(index, oid)| {
                format!(
                    "${}::{}[]",
                    index + 1,
                    wire_type(self.schema, self.mapping, *oid)
                )
            })
            .collect();
        let behind = &sql[insert.behind.clone()];
        let gap = if behind.is_empty() { "" } else { "\n" };
        format!(
            "{}SELECT {}\nFROM unnest({}) AS {given} ({}){gap}{behind}",
            &sql[..insert.clause.start],
            row.trim(),
            arrays.join(", "),
            columns.join(", "),
        )
    }

    fn check_copy(&self, params: &[Param], table: &Table, diagnostics: &mut Diagnostics) {
        if !matches!(table.kind, 'r' | 'p' | 'f') {
            let message = format!(
                "`{}` is no table, and COPY writes only into tables",
                table.name
            );
            diagnostics.push(
                Diagnostic::error("invalid-copy", message)
                    .at(&self.file.path, self.query.name_span.clone(), "")
                    .help("use `:bulk`, whose rows go through INSERT"),
            );
        }
        for target in self.root.nodes("targetList") {
            let column = target.int("resno").and_then(|n| table.columns.get(&n));
            let index = target.node("expr").and_then(param);
            let (Some(column), Some(index)) = (column, index) else {
                continue;
            };
            let (Some(param), Some(&oid)) = (params.get(index), self.described.params.get(index))
            else {
                continue;
            };
            let to = self.mapping.resolve(self.schema, column.type_oid);
            let same = to.is_some_and(|to| to.plain() == param.rust_type.plain());
            if same && is_copied(self.schema, column.type_oid) {
                continue;
            }
            let of_column = self.schema.type_name(column.type_oid);
            let (message, help) = if same {
                let message = format!(
                    "the column `{}` is of the type `{of_column}`, and generated code sends arrays of text",
                    column.name
                );
                let help = format!(
                    "make it a `text[]`; or use `:bulk`, and take a text apart in the SQL: `string_to_array(:{}, ',')`",
                    param.name
                );
                (message, help)
            } else {
                let message = format!(
                    "the parameter `:{}` has the type `{}`, and COPY has to send the `{of_column}` of the column `{}`",
                    param.name,
                    self.schema.type_name(oid),
                    column.name
                );
                let help = "leave the type to the column; or use `:bulk`, whose values can be cast";
                (message, help.to_owned())
            };
            diagnostics.push(
                Diagnostic::error("invalid-copy", message)
                    .at(&self.file.path, self.param_span(index), "")
                    .help(help),
            );
        }
    }

    /// `COPY … FROM STDIN`, and which parameter each of its columns is.
    fn copy(&self, insert: &Insert) -> (String, Vec<usize>) {
        let sql = &self.query.sql;
        let columns = insert.columns.clone().unwrap_or(0..0);
        let text = format!(
            "COPY {} {} FROM STDIN (FORMAT binary)",
            &sql[insert.table.clone()],
            &sql[columns],
        );
        let field = |value: &Range<usize>| {
            let (tokens, _) = lexer::lex(&sql[value.clone()]);
            let first = tokens.first()?;
            numbered(first, &sql[value.clone()][first.span.clone()])
        };
        (text, insert.values.iter().filter_map(field).collect())
    }
}

/// The place of a parameter such as `$1`.
fn numbered(token: &lexer::Token, text: &str) -> Option<usize> {
    let number = text.strip_prefix('$')?;
    let number: usize = number.parse().ok()?;
    number
        .checked_sub(1)
        .filter(|_| token.kind == lexer::Kind::NumberedParam)
}

/// A parameter, whatever it is cast to.
fn param(node: &Node<'_>) -> Option<usize> {
    parameters::external(node)
}

/// The type of what is sent for a parameter: Diesel says of every text that it is one, and knows
/// no domains. Without a cast the server then treats a value as it treats that of a single row:
/// a cast would cut what is too long for its column.
fn wire_type(schema: &Schema, mapping: &Mapping, oid: u32) -> String {
    let (base, _) = schema.base_type(oid);
    match mapping.resolve(schema, base).map(|of| of.plain()) {
        Some(RustType::Scalar(scalar)) if scalar.diesel == "Text" => "text".to_owned(),
        _ => type_name(schema, base),
    }
}

/// `varchar` and `name`.
fn is_other_text(schema: &Schema, oid: u32) -> bool {
    let text = |t: &crate::schema::Type| {
        t.schema == "pg_catalog" && ["varchar", "name"].contains(&t.name.as_str())
    };
    schema.types.get(&oid).is_some_and(text)
}

/// Whether COPY takes a value as Diesel writes it: an array says what its elements are.
fn is_copied(schema: &Schema, oid: u32) -> bool {
    let (oid, _) = schema.base_type(oid);
    match schema.types.get(&oid).map(|t| &t.kind) {
        Some(TypeKind::Array(element)) => !is_other_text(schema, *element),
        _ => true,
    }
}

/// What the rows are called: no name that the statement has.
fn free_name(sql: &str, tokens: &[lexer::Token]) -> String {
    let words: BTreeSet<String> = tokens
        .iter()
        .map(|token| sql[token.span.clone()].trim_matches('"').to_lowercase())
        .collect();
    let mut name = "given".to_owned();
    let mut number = 2;
    while words.contains(&name) {
        name = format!("given_{number}");
        number += 1;
    }
    name
}
