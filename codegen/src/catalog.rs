//! Stage 8: the one checked value that every output is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::analyze::{Analysis, Column};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::plan::Plan;
use crate::source::{Command, SourceFile, SourceQuery};

/// All checked queries of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// The major version of the server that checked.
    pub postgres: u32,
    /// The modules by name.
    pub modules: Vec<Module>,
    /// The enums that the queries use, by Rust name.
    pub enums: Vec<PgEnum>,
}

impl Catalog {
    /// Every query, in the order of the modules.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.modules.iter().flat_map(|module| &module.queries)
    }
}

/// The queries of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The Rust module's name.
    pub name: String,
    /// The file, relative to the project.
    pub path: String,
    /// The file's own comment.
    pub docs: Vec<String>,
    /// The row structs, in the order in which queries first use them.
    pub rows: Vec<RowStruct>,
    /// The queries in the order of the file.
    pub queries: Vec<Query>,
}

/// A PostgreSQL enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgEnum {
    /// The Rust name.
    pub name: String,
    /// The name in the database.
    pub sql_name: String,
    /// The labels in their order, each with its Rust variant.
    pub variants: Vec<(String, String)>,
}

/// One checked query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The module's and the function's name: `customers::customer_by_phone`.
    pub full_name: String,
    /// The function's name.
    pub name: String,
    /// What a call returns.
    pub command: Command,
    /// The author's text.
    pub docs: Vec<String>,
    /// The SQL as written.
    pub written: String,
    /// The SQL as sent.
    pub sql: String,
    /// What the server says of it.
    pub analysis: Analysis,
    /// What a row becomes; `None` when there is none.
    pub row: Option<Row>,
    /// How its tables are reached.
    pub plan: Plan,
    /// How often a call waits for the server.
    pub round_trips: u32,
    /// From when on a call is slow.
    pub slow: Option<Duration>,
    /// Identifies name and SQL.
    pub fingerprint: u64,
}

impl Query {
    /// The name of the struct that holds the parameters.
    #[must_use]
    pub fn type_name(&self) -> String {
        names::upper_camel_case(&self.name)
    }

    /// The name of the constant that describes the query.
    #[must_use]
    pub fn const_name(&self) -> String {
        names::screaming_case(&self.name)
    }
}

/// What a row becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The name of its struct, in [`Module::rows`].
    pub name: String,
    /// The field that calls return in place of the struct, when it is the only one.
    pub scalar: Option<String>,
}

/// A struct that rows become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowStruct {
    /// Its name.
    pub name: String,
    /// The query, or the struct and field, it belongs to.
    pub of: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Whether it is part of another struct.
    pub nested: bool,
    /// The query whose SQL type stands for all that share the struct.
    pub query_type: String,
}

/// A field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A Rust identifier, raw when it is a keyword.
    pub ident: String,
    /// What it holds.
    pub value: FieldValue,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A column.
    Column {
        /// Its place in the row.
        index: usize,
        /// What is known of it; as inside the join, when an outer join made the
        /// struct around it optional.
        column: Column,
    },
    /// A struct of the columns whose names begin with the field's.
    Nested {
        /// The struct's name.
        name: String,
        /// The place, in the struct's fields, of a column that tells whether the outer
        /// join found a row; `None` when there always is one.
        presence: Option<usize>,
        /// The struct's fields.
        fields: Vec<Field>,
    },
}

/// Type names that generated modules import.
const RESERVED_TYPES: &[&str] = &[
    "AsyncConnectionCore", "AstPass", "CatalogQuery", "Command", "FromSqlRow", "Option", "Pg",
    "Query", "QueryFragment", "QueryId", "QueryInfo", "Result", "ReturnsRows", "Row", "Self",
    "String", "Timer", "Vec", "Ok", "Some", "None",
];
/// Function names that generated modules import.
const RESERVED_FUNCTIONS: &[&str] = &["column"];

/// A query with all that the earlier stages found.
pub(crate) struct Checked<'a> {
    pub(crate) source: &'a SourceQuery,
    pub(crate) analysis: Analysis,
    pub(crate) plan: Plan,
}

/// Puts one file's queries together.
pub(crate) fn module(
    file: &SourceFile,
    checked: Vec<Checked<'_>>,
    diagnostics: &mut Diagnostics,
) -> Module {
    let mut builder = Builder {
        file,
        types: BTreeMap::new(),
        rows: Vec::new(),
    };
    for query in &checked {
        builder.reserve(query.source, diagnostics);
    }
    let queries = checked
        .into_iter()
        .filter_map(|query| builder.query(query, diagnostics))
        .collect();
    Module {
        name: file.module.clone(),
        path: file.path.clone(),
        docs: file.docs.clone(),
        rows: builder.rows,
        queries,
    }
}

struct Builder<'a> {
    file: &'a SourceFile,
    /// The type names in use, with what each is for.
    types: BTreeMap<String, String>,
    rows: Vec<RowStruct>,
}

impl Builder<'_> {
    /// A query's own struct.
    fn reserve(&mut self, query: &SourceQuery, diagnostics: &mut Diagnostics) {
        let function = names::snake_case(&query.name);
        let type_name = names::upper_camel_case(&query.name);
        let reserved = RESERVED_TYPES.contains(&type_name.as_str())
            || RESERVED_FUNCTIONS.contains(&function.as_str());
        if reserved {
            diagnostics.push(
                Diagnostic::error(
                    "unusable-name",
                    format!("`{}` cannot name a query: generated code uses the name itself", query.name),
                )
                .at(&self.file.path, query.name_span.clone(), "")
                .help(format!("choose another name, such as `{function}_query`")),
            );
        }
        self.types.insert(type_name, format!("the query `{function}`"));
    }

    fn query(&mut self, checked: Checked<'_>, diagnostics: &mut Diagnostics) -> Option<Query> {
        let source = checked.source;
        let name = names::snake_case(&source.name);
        let full_name = format!("{}::{name}", self.file.module);
        let row = if source.command.returns_rows() {
            Some(self.row(source, &name, &checked.analysis.columns, diagnostics)?)
        } else {
            None
        };
        Some(Query {
            fingerprint: fingerprint(&full_name, &source.sql),
            full_name,
            name,
            command: source.command,
            docs: source.docs.clone(),
            written: source.written.clone(),
            sql: source.sql.clone(),
            analysis: checked.analysis,
            row,
            plan: checked.plan,
            round_trips: 1,
            slow: source.directives.slow,
        })
    }

    fn row(
        &mut self,
        source: &SourceQuery,
        query: &str,
        columns: &[Column],
        diagnostics: &mut Diagnostics,
    ) -> Option<Row> {
        let base = names::upper_camel_case(query);
        let shared = source.directives.row.as_ref();
        let name = shared.map_or_else(|| format!("{base}Row"), |(name, _)| name.clone());
        let indexed: Vec<(usize, &str, &Column)> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| (index, column.name.as_str(), column))
            .collect();
        let prefix = shared.map_or(base.as_str(), |(name, _)| name.as_str());
        let fields = fields(prefix, &indexed, false);
        if let Some(existing) = self.rows.iter().find(|row| row.name == name && shared.is_some()) {
            return self.shared(existing, source, &name, &fields, diagnostics);
        }
        let span = shared.map_or(source.name_span.clone(), |(_, span)| span.clone());
        let mut structs = vec![RowStruct {
            name: name.clone(),
            of: query.to_owned(),
            fields: fields.clone(),
            nested: false,
            query_type: base.clone(),
        }];
        nested_structs(&fields, &name, &base, &mut structs);
        for row in &structs {
            let taken = self.types.get(&row.name).cloned().or_else(|| {
                RESERVED_TYPES
                    .contains(&row.name.as_str())
                    .then(|| "generated code itself".to_owned())
            });
            if let Some(taken) = taken {
                diagnostics.push(
                    Diagnostic::error(
                        "unusable-name",
                        format!("`{}` cannot name a row: {taken} uses the name", row.name),
                    )
                    .at(&self.file.path, span, "")
                    .help("choose another name with `-- @row Name`"),
                );
                return None;
            }
        }
        for row in structs {
            self.types.insert(row.name.clone(), format!("the row of `{query}`"));
            self.rows.push(row);
        }
        if !unique_fields(&fields) {
            diagnostics.push(
                Diagnostic::error("duplicate-column", "two columns would be the same field")
                    .at(&self.file.path, source.name_span.clone(), "in this query")
                    .help("give one of them an alias: `… AS other_name`"),
            );
            return None;
        }
        let scalar = match (fields.as_slice(), shared) {
            ([Field { ident, value: FieldValue::Column { .. } }], None) => Some(ident.clone()),
            _ => None,
        };
        Some(Row { name, scalar })
    }

    fn shared(
        &self,
        existing: &RowStruct,
        source: &SourceQuery,
        name: &str,
        fields: &[Field],
        diagnostics: &mut Diagnostics,
    ) -> Option<Row> {
        let Some(difference) = difference(&existing.fields, fields) else {
            return Some(Row {
                name: name.to_owned(),
                scalar: None,
            });
        };
        let span = source
            .directives
            .row
            .as_ref()
            .map_or(source.name_span.clone(), |(_, span)| span.clone());
        diagnostics.push(
            Diagnostic::error(
                "row-mismatch",
                format!("this query's row is not that of `{}`: {difference}", existing.of),
            )
            .at(&self.file.path, span, "")
            .help("queries that share a row return the same columns in the same order; otherwise give this one another `@row`"),
        );
        None
    }
}

/// The first difference between two rows, as a clause.
fn difference(left: &[Field], right: &[Field]) -> Option<String> {
    if left.len() != right.len() {
        return Some(format!("{} fields there, {} here", left.len(), right.len()));
    }
    for (l, r) in left.iter().zip(right) {
        if l.ident != r.ident {
            return Some(format!("the field `{}` there, `{}` here", l.ident, r.ident));
        }
        match (&l.value, &r.value) {
            (FieldValue::Column { column: a, .. }, FieldValue::Column { column: b, .. }) => {
                if a.rust_type != b.rust_type {
                    let (a, b) = (&a.sql_type, &b.sql_type);
                    return Some(format!("`{}` is `{a}` there, `{b}` here", l.ident));
                }
                if a.nullable != b.nullable {
                    let which = if a.nullable { "there" } else { "here" };
                    return Some(format!("`{}` can be null only {which}", l.ident));
                }
            }
            (
                FieldValue::Nested { fields: a, presence: p, .. },
                FieldValue::Nested { fields: b, presence: q, .. },
            ) if p == q => {
                if let Some(inner) = difference(a, b) {
                    return Some(inner);
                }
            }
            _ => return Some(format!("`{}` is made of other columns", l.ident)),
        }
    }
    None
}

/// The fields of the columns; those with a dot in their names become structs.
fn fields(prefix: &str, columns: &[(usize, &str, &Column)], inside: bool) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for &(index, name, column) in columns {
        let Some((head, _)) = name.split_once('.') else {
            let mut column = column.clone();
            if inside {
                column.nullable = column.inside_join;
            }
            fields.push(Field {
                ident: names::identifier(name),
                value: FieldValue::Column { index, column },
            });
            continue;
        };
        if !done.insert(head) {
            continue;
        }
        let group: Vec<(usize, &str, &Column)> = columns
            .iter()
            .filter_map(|&(index, name, column)| {
                let rest = name.strip_prefix(head)?.strip_prefix('.')?;
                Some((index, rest, column))
            })
            .collect();
        fields.push(nested(prefix, head, &group));
    }
    fields
}

/// A struct is optional when an outer join makes every column of it null at once, and
/// one of them is never null otherwise.
fn nested(prefix: &str, head: &str, group: &[(usize, &str, &Column)]) -> Field {
    let name = format!("{prefix}{}", names::upper_camel_case(head));
    let optional = group.iter().all(|(_, _, column)| column.nullable)
        && group
            .iter()
            .any(|(_, rest, column)| !column.inside_join && !rest.contains('.'));
    let fields = fields(&name, group, optional);
    let presence = fields.iter().position(|field| {
        matches!(&field.value, FieldValue::Column { column, .. } if !column.nullable)
    });
    Field {
        ident: names::identifier(head),
        value: FieldValue::Nested {
            name,
            presence: presence.filter(|_| optional),
            fields,
        },
    }
}

fn nested_structs(fields: &[Field], owner: &str, query_type: &str, out: &mut Vec<RowStruct>) {
    for field in fields {
        if let FieldValue::Nested { name, fields, .. } = &field.value {
            out.push(RowStruct {
                name: name.clone(),
                of: format!("{owner}::{}", field.ident),
                fields: fields.clone(),
                nested: true,
                query_type: query_type.to_owned(),
            });
            nested_structs(fields, name, query_type, out);
        }
    }
}

fn unique_fields(fields: &[Field]) -> bool {
    let mut seen = BTreeSet::new();
    fields.iter().all(|field| {
        let inner = match &field.value {
            FieldValue::Nested { fields, .. } => unique_fields(fields),
            FieldValue::Column { .. } => true,
        };
        inner && seen.insert(&field.ident)
    })
}

/// The first eight bytes of the SHA-256 of name and SQL.
fn fingerprint(name: &str, sql: &str) -> u64 {
    let digest = Sha256::new().chain_update(name).chain_update([0]).chain_update(sql).finalize();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(bytes)
}
