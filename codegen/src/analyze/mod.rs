//! What a statement takes and returns, from the server's own analysis.

mod conditions;
mod deparse;
mod functions;
mod lineage;
mod lookups;
mod many;
mod nullability;
mod nullness;
mod pages;
mod parameters;
pub(crate) mod privileges;
mod proofs;
mod scope;
mod shape;
mod tenancy;
pub(crate) mod tree;
mod uses;
mod utility;

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::{Schema, TypeKind};
use crate::server::Described;
use crate::source::{Command, NullRule, SourceFile, SourceQuery};
use crate::types::{Mapping, RustType};
pub use conditions::{Condition, Operand, OrderKey, Reference, Side, Test, Wrap};
pub use lookups::Lookup;
pub use many::ManyRows;
use nullability::Inference;
use nullness::{JoinSide, Nullability};
use scope::{CMD_DELETE, CMD_INSERT, CMD_MERGE, CMD_SELECT, CMD_UPDATE};
pub use shape::{
    Keyset, KeysetKey, MissingKey, NotIn, NotInSide, NullComparison, NullForm, Offset, Paging,
    Shape, Star, WholeWrite,
};
pub(crate) use tenancy::Tenancy;
pub use tenancy::{Clause, Unscoped, Why};
use tree::{Node, Value};
pub use uses::{ParamUse, UseKind};

/// The type of what returns nothing.
const VOID: u32 = 2278;

/// What the server's analysis says of one query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// `SELECT`, `INSERT` …
    pub operation: &'static str,
    /// The parameters; the first is `$1`.
    pub params: Vec<Param>,
    /// The columns returned.
    pub columns: Vec<Column>,
    /// Every table it reads or writes, as a reader calls it, in alphabetical order.
    pub tables: Vec<String>,
    /// Whether it neither writes nor locks.
    pub read_only: bool,
    /// Whether it has a LIMIT of its own.
    pub limited: bool,
    /// The constant of it.
    pub row_limit: Option<u32>,
    /// What its form says beyond its types.
    pub shape: Shape,
    /// What it asks of each table.
    pub references: Vec<Reference>,
    /// The columns that must be equal to what the caller gives.
    pub lookups: BTreeSet<Lookup>,
    /// The columns that its parameters are compared with or written to.
    pub uses: BTreeSet<ParamUse>,
    /// The table references through which it reaches rows of any tenant.
    pub unscoped: Vec<Unscoped>,
    /// What is sent in its place, where a call is given many rows.
    pub many_rows: Option<ManyRows>,
}

impl Analysis {
    /// Whether the server plans it: what only calls a procedure, or says something to the server,
    /// has no plan.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        !utility::is_utility(self.operation)
    }
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name as written, or found.
    pub name: String,
    /// Its type as the server calls it.
    pub sql_type: String,
    /// Its type in generated code.
    pub rust_type: RustType,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it is for.
    pub doc: Option<String>,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name; `restaurant.id` is the field `id` of the struct `restaurant`.
    pub name: String,
    /// The name that the server gives it, where an earlier column has that already.
    pub named_by_server: Option<String>,
    /// Its type as the server calls it.
    pub sql_type: String,
    /// Its type in generated code.
    pub rust_type: RustType,
    /// Whether it can be null.
    pub nullable: bool,
    /// Whether it can be null although every outer join found its row.
    pub inside_join: bool,
    /// The outer joins without whose row it is null, numbered within the query.
    pub joins: BTreeSet<usize>,
    /// The table's column that it is taken from: the table's object identifier, and the
    /// attribute number.
    pub origin: Option<(u32, i64)>,
    /// That column's comment.
    pub comment: Option<String>,
}

impl Column {
    /// Its name in the result that the server sends.
    #[must_use]
    pub fn written_name(&self) -> &str {
        self.named_by_server.as_deref().unwrap_or(&self.name)
    }
}

/// What is known beside the query itself.
#[derive(Clone, Copy)]
pub(crate) struct RestsOn<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) mapping: &'a Mapping,
    pub(crate) tenancy: Option<&'a Tenancy<'a>>,
}

/// Analyses one query.
///
/// `None` when it cannot be used; the diagnostics then say why.
pub(crate) fn analyze(
    rests_on: RestsOn<'_>,
    file: &SourceFile,
    query: &SourceQuery,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Option<Analysis> {
    let RestsOn {
        schema,
        mapping,
        tenancy,
    } = rests_on;
    let tree = tree::read(&described.tree);
    let Some(root) = tree.as_ref().ok().and_then(Value::as_node) else {
        // Cannot happen with a supported server; a wrong guess would be worse.
        diagnostics.push(
            Diagnostic::error("unreadable-tree", "the server's parse tree cannot be read").at(
                &file.path,
                query.name_span.clone(),
                "",
            ),
        );
        return None;
    };
    let context = Context {
        schema,
        mapping,
        tenancy,
        file,
        query,
        described,
        root,
    };
    let operation = context.operation(diagnostics)?;
    let params = context.params(diagnostics);
    let columns = params
        .as_ref()
        .and_then(|params| context.columns(params, diagnostics));
    let fits = context.check_command(diagnostics);
    let (Some(params), Some(columns), true) = (params, columns, fits) else {
        return None;
    };
    let nullable: Vec<bool> = params.iter().map(|p| p.nullable).collect();
    let inference = Inference::new(schema, &nullable);
    let page = query.directives.page.as_ref();
    let shape = shape::shape(schema, &inference, &query.sql, &params, root, page);
    let paged = page.and_then(|_| shape::paged(root));
    let inferred = paged.map_or(Vec::new(), |query| inference.columns(query));
    let paged: Vec<bool> = inferred.iter().map(Nullability::nullable).collect();
    if !context.check_pages(&columns, &paged, &shape, diagnostics) {
        return None;
    }
    let many_rows = context.many_rows(&params, diagnostics).ok()?;
    Some(Analysis {
        operation,
        many_rows,
        shape,
        unscoped: context.unscoped(&params),
        params,
        columns,
        tables: context.tables(),
        read_only: context.read_only(),
        limited: root.node("limitCount").is_some(),
        row_limit: root.node("limitCount").and_then(constant),
        references: conditions::references(schema, root),
        lookups: lookups::lookups(schema, root),
        uses: uses::uses(schema, root),
    })
}

struct Context<'a> {
    schema: &'a Schema,
    mapping: &'a Mapping,
    tenancy: Option<&'a Tenancy<'a>>,
    file: &'a SourceFile,
    query: &'a SourceQuery,
    described: &'a Described,
    root: &'a Node<'a>,
}

impl Context<'_> {
    fn operation(&self, diagnostics: &mut Diagnostics) -> Option<&'static str> {
        match self.root.int("commandType") {
            Some(CMD_SELECT) => Some("SELECT"),
            Some(CMD_UPDATE) => Some("UPDATE"),
            Some(CMD_INSERT) => Some("INSERT"),
            Some(CMD_DELETE) => Some("DELETE"),
            Some(CMD_MERGE) => Some("MERGE"),
            _ => self.utility(diagnostics),
        }
    }

    fn params(&self, diagnostics: &mut Diagnostics) -> Option<Vec<Param>> {
        let uses = parameters::uses(self.schema, self.root, self.described.params.len());
        let sources = lineage::sources(self.schema, self.root, self.described.params.len());
        let mut names = BTreeSet::new();
        let given = self.query.params.iter();
        let given = given.map(|p| p.name.as_deref().map(|name| unique(name, &mut names)));
        // Names that are written come first: what is found gives way to them.
        let given: Vec<Option<String>> = given.collect();
        let mut params = Vec::new();
        for (index, (&oid, found)) in self.described.params.iter().zip(uses).enumerate() {
            let written = self.query.params.get(index);
            let name = given.get(index).cloned().flatten().unwrap_or_else(|| {
                let name = found.name.clone();
                unique(
                    &name.unwrap_or_else(|| format!("arg_{}", index + 1)),
                    &mut names,
                )
            });
            let directive = self.query.directives.params.iter().find(|d| d.name == name);
            let nullable = match directive.and_then(|d| d.null) {
                // Without a value its part is not there.
                _ if self.query.is_optional(&name) => false,
                Some(rule) => rule == NullRule::Null,
                None => found.nullable || written.is_some_and(|p| p.nullable),
            };
            let sources = sources.get(index).into_iter().flatten().copied();
            let rust_type = self.mapping.of_param(self.schema, oid, sources);
            let Some(rust_type) = rust_type else {
                let span = written.map_or(self.query.name_span.clone(), |p| p.span.clone());
                let sql_type = self.schema.type_name(oid);
                let help = match sql_type.as_str() {
                    // What a composite value is compared with.
                    "record" => format!("say its type: `:{name}::type_name`"),
                    _ => format!(
                        "pass it as text and cast it in the SQL: `:{name}::{}`",
                        text_cast(&sql_type)
                    ),
                };
                let what = format!("the parameter `:{name}`");
                diagnostics.push(self.unsupported(&what, &sql_type, span).help(help));
                continue;
            };
            params.push(Param {
                name,
                sql_type: self.schema.type_name(oid),
                rust_type,
                nullable,
                doc: directive.and_then(|d| d.doc.clone()),
            });
        }
        (params.len() == self.described.params.len()).then_some(params)
    }

    fn unsupported(&self, what: &str, sql_type: &str, span: std::ops::Range<usize>) -> Diagnostic {
        Diagnostic::error(
            "unsupported-type",
            format!("{what} has the type `{sql_type}`, which generated code cannot hold"),
        )
        .at(&self.file.path, span, "")
    }

    fn columns(&self, params: &[Param], diagnostics: &mut Diagnostics) -> Option<Vec<Column>> {
        let nullable: Vec<bool> = params.iter().map(|p| p.nullable).collect();
        let inference = Inference::new(self.schema, &nullable);
        let inferred = inference.columns(self.root);
        let mut sides: Vec<JoinSide> = Vec::new();
        let mut columns = Vec::new();
        for (index, described) in self.kept().iter().enumerate() {
            let found = inferred.get(index).cloned().unwrap_or(Nullability::MAYBE);
            let sql_type = self.schema.type_name(described.type_oid);
            let (oid, origin) = (described.type_oid, described.origin);
            let Some(rust_type) = self.mapping.of_result(self.schema, oid, origin) else {
                let what = format!("the column `{}`", described.name);
                let help = format!("cast it in the SQL: `…::text AS {}`", described.name);
                let span = self.column_span(index);
                diagnostics.push(self.unsupported(&what, &sql_type, span).help(help));
                continue;
            };
            columns.push(Column {
                name: self.embedded(index, column_name(&described.name, index)),
                named_by_server: None,
                sql_type,
                rust_type,
                nullable: found.nullable(),
                inside_join: found.inside_join,
                joins: found
                    .joins
                    .into_iter()
                    .map(|side| number(side, &mut sides))
                    .collect(),
                origin: described.origin,
                comment: self.comment(described.origin),
            });
        }
        let complete = columns.len() == self.kept().len();
        let embedded = self.embeds_are_columns(diagnostics);
        let unique = self.tell_apart(&mut columns, diagnostics) && embedded;
        let applied = self.apply_directives(&mut columns, diagnostics);
        (complete && unique && applied).then_some(columns)
    }

    /// The columns that a call hands to its caller.
    fn kept(&self) -> &[crate::server::DescribedColumn] {
        let command = self.query.command;
        if command.returns_rows() || command == Command::Bulk {
            &self.described.columns
        } else {
            &[]
        }
    }

    fn comment(&self, origin: Option<(u32, i64)>) -> Option<String> {
        let (table, attribute) = origin?;
        let table = self.schema.tables.get(&table)?;
        table.columns.get(&attribute)?.comment.clone()
    }

    /// Two columns of one name would be two fields of one name: the second gets a number.
    /// Where its name says where it belongs, or the caller gives rows, that is an error.
    fn tell_apart(&self, columns: &mut [Column], diagnostics: &mut Diagnostics) -> bool {
        let mut ok = true;
        let mut taken: BTreeSet<String> = columns
            .iter()
            .map(|column| names::identifier(&column.name))
            .collect();
        for index in 1..columns.len() {
            let name = columns[index].name.clone();
            let Some(first) = columns[..index]
                .iter()
                .position(|c| c.written_name() == name)
            else {
                continue;
            };
            let message = format!("the query returns two columns named `{name}`");
            let bad = name.contains('.') || self.query.command.takes_rows();
            let diagnostic = if bad {
                ok = false;
                Diagnostic::error("duplicate-column", message)
                    .help("give one of them an alias: `… AS other_name`")
            } else {
                let number = unique(&name, &mut taken);
                let help = format!("the second is `{number}`; give it an alias: `… AS other_name`");
                columns[index].named_by_server = Some(name);
                columns[index].name = number;
                Diagnostic::warning("duplicate-column", message).help(help)
            };
            diagnostics.push(
                diagnostic
                    .at(&self.file.path, self.column_span(index), "named the same")
                    .at(&self.file.path, self.column_span(first), "as this one"),
            );
        }
        ok
    }

    /// The byte of the SQL where a column's expression stands, as far as the tree tells. Those
    /// that a star stands for have the star's.
    fn column_offset(&self, index: usize) -> Option<usize> {
        let page = self.query.directives.page.as_ref();
        let query = page.and_then(|_| shape::paged(self.root));
        let entry = nullability::returned(query.unwrap_or(self.root)).nth(index);
        first_location(entry?.node("expr")?)
    }

    /// The name of a column, in the struct that `sqlc.embed` makes of its table.
    fn embedded(&self, index: usize, name: String) -> String {
        let offset = self.column_offset(index);
        let embed = self.query.embeds.iter().find(|e| Some(e.offset) == offset);
        match embed {
            Some(embed) => format!("{}.{name}", embed.name),
            None => name,
        }
    }

    fn embeds_are_columns(&self, diagnostics: &mut Diagnostics) -> bool {
        let offsets: BTreeSet<usize> = (0..self.kept().len())
            .filter_map(|index| self.column_offset(index))
            .collect();
        let embeds = self.query.embeds.iter();
        let lost: Vec<_> = embeds.filter(|e| !offsets.contains(&e.offset)).collect();
        for embed in &lost {
            let message = "`sqlc.embed` makes a struct of columns that are returned";
            diagnostics.push(
                Diagnostic::error("unknown-macro", message)
                    .at(&self.file.path, embed.span.clone(), "these are not")
                    .help(format!("write `{}.*` here", embed.name)),
            );
        }
        lost.is_empty()
    }

    /// Where a column's expression stands, as far as the tree tells.
    fn column_span(&self, index: usize) -> std::ops::Range<usize> {
        match self.column_offset(index) {
            Some(offset) => self.token_at(offset),
            None => self.query.name_span.clone(),
        }
    }

    /// The bytes of the file that hold the expression at a byte of the SQL: a name
    /// with its dots, or one token.
    fn token_at(&self, offset: usize) -> std::ops::Range<usize> {
        let mut embeds = self.query.embeds.iter();
        if let Some(embed) = embeds.find(|embed| embed.offset == offset) {
            return embed.span.clone();
        }
        let rest = self.query.sql.get(offset..).unwrap_or("");
        let len = rest
            .find(|c: char| !(c.is_alphanumeric() || "_.\"$".contains(c)))
            .unwrap_or(rest.len())
            .max(1);
        let start = self.query.map.to_file(offset);
        start..start + len
    }

    fn apply_directives(&self, columns: &mut [Column], diagnostics: &mut Diagnostics) -> bool {
        let mut ok = true;
        for directive in &self.query.directives.columns {
            let known: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
            let known = known.iter().map(String::as_str);
            let found = columns.iter_mut().find(|c| c.name == directive.name);
            let problem = match found {
                None => Some((
                    format!("the query returns no column `{}`", directive.name),
                    match names::nearest(&directive.name, known.clone()) {
                        Some(nearest) => format!("did you mean `{nearest}`?"),
                        None => {
                            format!("its columns: `{}`", known.collect::<Vec<_>>().join("`, `"))
                        }
                    },
                )),
                Some(column) if directive.null == NullRule::Null && !column.nullable => Some((
                    format!("the column `{}` can never be null", column.name),
                    "remove the line: the tables and the query prove it".to_owned(),
                )),
                Some(column) => {
                    column.nullable = directive.null == NullRule::Null;
                    column.inside_join = column.nullable;
                    column.joins.clear();
                    None
                }
            };
            if let Some((problem, help)) = problem {
                ok = false;
                diagnostics.push(
                    Diagnostic::error("wrong-column", problem)
                        .at(&self.file.path, directive.span.clone(), "")
                        .help(help),
                );
            }
        }
        ok
    }

    /// A command that returns rows needs columns. One that does not drops them, which is
    /// worth a warning.
    fn check_command(&self, diagnostics: &mut Diagnostics) -> bool {
        let word = self.query.command.word();
        let span = self.query.command_span.clone();
        let (returned, kept) = (&self.described.columns, self.kept());
        // A table may have no columns, and rows all the same.
        let rows = self.root.int("commandType") == Some(CMD_SELECT);
        if self.query.command.returns_rows() && kept.is_empty() && !rows {
            diagnostics.push(
                Diagnostic::error(
                    "no-columns",
                    format!("`{word}` needs rows, and the statement returns none"),
                )
                .at(&self.file.path, span, "")
                .help("add a RETURNING clause, or use `:exec` or `:execrows`"),
            );
            return false;
        }
        // A function that returns nothing is called in a SELECT all the same.
        let lost = |column: &crate::server::DescribedColumn| column.type_oid != VOID;
        if kept.is_empty() && returned.iter().any(lost) {
            diagnostics.push(
                Diagnostic::warning(
                    "unused-columns",
                    format!("the statement returns columns, and `{word}` drops them"),
                )
                .at(&self.file.path, span, "")
                .help(if self.root.int("commandType") == Some(CMD_SELECT) {
                    "use `:one`, `:opt` or `:many` to get them"
                } else {
                    "use `:one`, `:opt` or `:many` to get them, or remove the RETURNING clause"
                }),
            );
        }
        true
    }

    fn unscoped(&self, params: &[Param]) -> Vec<Unscoped> {
        let Some(tenancy) = self.tenancy else {
            return Vec::new();
        };
        let written = |(index, param): (usize, &Param)| {
            let named = self
                .query
                .params
                .get(index)
                .is_some_and(|p| p.name.is_some());
            if named {
                format!(":{}", param.name)
            } else {
                format!("${}", index + 1)
            }
        };
        let params: Vec<String> = params.iter().enumerate().map(written).collect();
        tenancy.unscoped(self.root, &self.query.sql, &params)
    }

    fn tables(&self) -> Vec<String> {
        let mut tables = BTreeSet::new();
        let mut visit = |node: &Node<'_>| {
            if node.name == "RANGETBLENTRY" && node.int("rtekind") == Some(0) {
                let table = node
                    .oid("relid")
                    .and_then(|oid| self.schema.tables.get(&oid));
                tables.extend(table.map(crate::schema::Table::display_name));
            }
        };
        visit(self.root);
        for value in self.root.values() {
            value.walk(&mut visit);
        }
        tables.into_iter().collect()
    }

    fn read_only(&self) -> bool {
        self.root.int("commandType") == Some(CMD_SELECT)
            && !self.root.flag("hasModifyingCTE")
            && !self.root.flag("hasForUpdate")
    }
}

/// Joins are told apart by their nodes; outside of the tree numbers do.
fn number(side: JoinSide, known: &mut Vec<JoinSide>) -> usize {
    known.iter().position(|s| *s == side).unwrap_or_else(|| {
        known.push(side);
        known.len() - 1
    })
}

/// `text::point`, `text[]::point[]`
fn text_cast(sql_type: &str) -> String {
    let brackets = if sql_type.ends_with("[]") { "[]" } else { "" };
    format!("text{brackets}::{sql_type}")
}

/// A column without a name gets its number.
fn column_name(name: &str, index: usize) -> String {
    if name == "?column?" {
        format!("column_{}", index + 1)
    } else {
        name.to_owned()
    }
}

/// The name, with a number when another parameter is that field already.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(names::identifier(&candidate)) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

/// The first byte of an expression: the least location in it.
fn first_location(node: &Node<'_>) -> Option<usize> {
    let mut least: Option<i64> = None;
    let mut visit = |node: &Node<'_>| {
        if let Some(location) = node.int("location").filter(|l| *l >= 0) {
            least = Some(least.map_or(location, |l| l.min(location)));
        }
    };
    visit(node);
    for value in node.values() {
        value.walk(&mut visit);
    }
    least.and_then(|l| usize::try_from(l).ok())
}

/// A constant LIMIT: an integer, perhaps cast to bigint.
fn constant(node: &Node<'_>) -> Option<u32> {
    if node.name == "FUNCEXPR" {
        return node.nodes("args").next().and_then(constant);
    }
    let Value::Bytes(bytes) = node.field("constvalue") else {
        return None;
    };
    let bytes: [u8; 8] = bytes.as_slice().try_into().ok()?;
    u32::try_from(i64::from_ne_bytes(bytes)).ok()
}

/// The enums and composite types that these types use, by object identifier.
pub(crate) fn named_types(schema: &Schema, oids: impl Iterator<Item = u32>) -> BTreeSet<u32> {
    let mut used = BTreeSet::new();
    let mut open: Vec<u32> = oids.collect();
    while let Some(oid) = open.pop() {
        match schema.types.get(&oid).map(|t| &t.kind) {
            Some(TypeKind::Domain { base, .. }) => open.push(*base),
            Some(TypeKind::Array(element)) => open.push(*element),
            Some(TypeKind::Enum(_)) => {
                used.insert(oid);
            }
            Some(TypeKind::Composite(attributes)) if used.insert(oid) => {
                open.extend(attributes.iter().map(|attribute| attribute.type_oid));
            }
            _ => {}
        }
    }
    used
}
