//! One file's queries, put together: their names, their row structs.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::fields::{difference, fields, nested_structs, same_field};
use super::{Field, FieldValue, Module, Order, Page, Query, Row, RowStruct, Variant, variants};
use crate::analyze::{Analysis, Column};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::plan::Plan;
use crate::source::{self, Ordering, PageDirective, SourceFile, SourceQuery};

/// Type names that generated modules import.
const RESERVED_TYPES: &[&str] = &[
    "Keys",
    "AsyncConnectionCore",
    "AstPass",
    "C",
    "CatalogQuery",
    "Command",
    "FromSqlRow",
    "Option",
    "Page",
    "Pg",
    "Pipeline",
    "Query",
    "QueryFragment",
    "QueryId",
    "QueryInfo",
    "Result",
    "ReturnsRows",
    "Row",
    "Self",
    "String",
    "Timer",
    "Vec",
    "Ok",
    "Some",
    "None",
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
    for query in checked.iter().filter(|query| query.source.is_first()) {
        builder.reserve(query.source, diagnostics);
    }
    let queries = variants::grouped(checked)
        .into_iter()
        .filter_map(|variants| builder.query(variants, diagnostics))
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
        let function = names::function(&query.name);
        let type_name = names::upper_camel_case(&query.name);
        let reserved = RESERVED_TYPES.contains(&type_name.as_str())
            || RESERVED_FUNCTIONS.contains(&function.as_str());
        if reserved {
            diagnostics.push(
                Diagnostic::error(
                    "unusable-name",
                    format!(
                        "`{}` cannot name a query: generated code uses the name itself",
                        query.name
                    ),
                )
                .at(&self.file.path, query.name_span.clone(), "")
                .help(format!(
                    "choose another name, such as `{}_query`",
                    function.trim_end_matches('_')
                )),
            );
        }
        self.types
            .insert(type_name, format!("the query `{function}`"));
    }

    /// The struct of a row with what is loaded, and the type of each of several statements.
    fn reserve_derived(&mut self, source: &SourceQuery, diagnostics: &mut Diagnostics) {
        let (camel, snake) = (
            names::upper_camel_case(&source.name),
            names::function(&source.name),
        );
        let mut derived = Vec::new();
        if let Some(load) = source.directives.loads.first() {
            let what = format!("what `{snake}` loads");
            let called = "rows with what is loaded are called";
            derived.push((format!("{camel}Loaded"), what, called, load.span.clone()));
        }
        if source.variant.is_some() {
            let what = format!("the variants of `{snake}`");
            let called = "the statements of a query with optional parts are called";
            derived.push((
                format!("{camel}Variant"),
                what,
                called,
                source.name_span.clone(),
            ));
        }
        if source.command.takes_rows() {
            let what = format!("the rows that `{snake}` is given");
            let called = "the rows that a query is given are called";
            derived.push((
                format!("{camel}Input"),
                what,
                called,
                source.name_span.clone(),
            ));
        }
        if let Some(order) = &source.directives.order {
            let what = format!("the orders of `{snake}`");
            let called = "the orders of a query are called";
            derived.push((format!("{camel}Order"), what, called, order.span.clone()));
        }
        if let Some(page) = &source.directives.page {
            let what = format!("where a page of `{snake}` begins");
            let called = "what says where a page begins is called";
            derived.push((format!("{camel}Cursor"), what, called, page.span.clone()));
        }
        for (name, own, called, span) in derived {
            if let Some(taken) = self.types.insert(name.clone(), own) {
                let message = format!("{called} `{name}`: {taken} uses the name");
                diagnostics.push(
                    Diagnostic::error("unusable-name", message)
                        .at(&self.file.path, span, "")
                        .help("give one of the two queries another name"),
                );
            }
        }
    }

    fn query(&mut self, checked: Vec<Checked<'_>>, diagnostics: &mut Diagnostics) -> Option<Query> {
        let source = checked.first()?.source;
        let name = names::function(&source.name);
        let full_name = source.query_name(&self.file.module);
        self.reserve_derived(source, diagnostics);
        let analysis = match variants::merged(self.file, &checked) {
            Ok(analysis) => analysis,
            Err(different) => {
                diagnostics.push(*different);
                return None;
            }
        };
        // A row may have no columns.
        let row = if analysis.columns.is_empty() && !source.command.returns_rows() {
            None
        } else {
            Some(self.row(source, &name, &analysis.columns, diagnostics)?)
        };
        let parts = source.variant.iter().flat_map(|variant| &variant.parts);
        let parts = parts.map(|part| part.name.clone()).collect();
        let orders = source.directives.order.iter();
        let orders = orders.flat_map(|order| &order.orderings).map(order);
        let orders = orders.collect();
        let page = source.directives.page.as_ref();
        let page = page.map(|page| page_of(page, &analysis.columns));
        let mut checked = checked;
        let plan = checked.first().map(|first| first.plan.clone())?;
        let variants = if source.variant.is_some() {
            let each = checked.drain(..);
            each.map(|checked| variant(&self.file.module, checked))
                .collect()
        } else {
            Vec::new()
        };
        let many_rows = analysis.many_rows.as_ref();
        let sql = many_rows.map_or(&source.sql, |many| &many.sql).clone();
        Some(Query {
            fingerprint: fingerprint(&full_name, &sql),
            full_name,
            parts,
            orders,
            page,
            variants,
            name,
            command: source.command,
            docs: source.docs.clone(),
            written: source.written.clone(),
            sql,
            analysis,
            row,
            plan,
            loads: Vec::new(),
            load_params: Vec::new(),
            round_trips: 1,
            pipelines: false,
            array_form: None,
            slow: source.directives.slow,
            comment: None,
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
        let indexed: Vec<(usize, &str, Column)> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| (index, column.name.as_str(), column.clone()))
            .collect();
        let prefix = shared.map_or(base.as_str(), |(name, _)| name.as_str());
        let fields = fields(prefix, &indexed);
        if let Some(existing) = self
            .rows
            .iter()
            .find(|row| row.name == name && shared.is_some())
        {
            return self.shared(existing, source, &name, &fields, diagnostics);
        }
        if let Some((first, second, field)) = same_field(&fields) {
            diagnostics.push(
                Diagnostic::error(
                    "duplicate-column",
                    format!("`{first}` and `{second}` would both be the field `{field}`"),
                )
                .at(&self.file.path, source.name_span.clone(), "in this query")
                .help("give one of them an alias: `… AS other_name`"),
            );
            return None;
        }
        let span = shared.map_or(source.name_span.clone(), |(_, span)| span.clone());
        let mut structs = vec![RowStruct {
            name: name.clone(),
            of: query.to_owned(),
            fields: fields.clone(),
            nested: false,
            query_type: base.clone(),
            key: Vec::new(),
        }];
        nested_structs(&fields, &name, &base, &mut structs);
        let own = format!("the row of `{query}`");
        for row in structs {
            let taken = self.types.get(&row.name).cloned().or_else(|| {
                RESERVED_TYPES
                    .contains(&row.name.as_str())
                    .then(|| "generated code itself".to_owned())
            });
            if let Some(taken) = taken {
                // A query that is defined twice was reported as that.
                if taken == own && row.name == name {
                    return None;
                }
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
            self.types.insert(row.name.clone(), own.clone());
            self.rows.push(row);
        }
        let scalar = match (fields.as_slice(), shared) {
            (
                [
                    Field {
                        ident,
                        value: FieldValue::Column { .. },
                    },
                ],
                None,
            ) if source.directives.loads.is_empty() && source.directives.page.is_none() => {
                Some(ident.clone())
            }
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

fn order(ordering: &Ordering) -> Order {
    Order {
        name: ordering.name.clone(),
        ident: names::upper_camel_case(&ordering.name),
        sql: ordering.sql.clone(),
    }
}

fn page_of(page: &PageDirective, columns: &[Column]) -> Page {
    let keys = page.keys.iter().filter_map(|key| {
        let column = columns.iter().find(|column| column.name == key.name)?;
        Some((column.clone(), key.descending))
    });
    Page {
        keys: keys.collect(),
    }
}

fn variant(module: &str, checked: Checked<'_>) -> Variant {
    let source = checked.source;
    let full_name = source.full_name(module);
    let given = source.variant.iter().flat_map(source::Variant::present);
    Variant {
        fingerprint: fingerprint(&full_name, &source.sql),
        full_name,
        given: given.map(str::to_owned).collect(),
        sql: source.sql.clone(),
        analysis: checked.analysis,
        plan: checked.plan,
    }
}

/// The first eight bytes of the SHA-256 of name and SQL.
fn fingerprint(name: &str, sql: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([0])
        .chain_update(sql)
        .finalize();
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(bytes)
}
