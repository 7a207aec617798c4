//! One query: its constant, its struct, its trait implementations, its function.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{docs, ident, load, optional, path, row, sql_type, variants};
use crate::analyze::{Analysis, Param};
use crate::catalog::{FieldValue, Module, Query, RowStruct};
use crate::names;
use crate::plan::Plan;
use crate::source::Command;
use crate::types::RustType;

/// From this many parameters on a call takes them as one struct.
pub(super) const MANY_PARAMETERS: usize = 6;

/// The constant that describes the query.
pub(super) fn info(query: &Query) -> TokenStream {
    let constant = ident(&query.const_name());
    let doc = docs::outer(&[format!(
        "What is known of [`{}`] before it runs.",
        query.name
    )]);
    let value = info_value(
        query,
        &Known {
            full_name: &query.full_name,
            sql: &query.sql,
            fingerprint: query.fingerprint,
            analysis: &query.analysis,
            plan: &query.plan,
        },
    );
    quote! {
        #doc
        pub const #constant: QueryInfo = #value;
    }
}

/// What is known of one statement.
pub(super) struct Known<'a> {
    pub(super) full_name: &'a str,
    pub(super) sql: &'a str,
    pub(super) fingerprint: u64,
    pub(super) analysis: &'a Analysis,
    pub(super) plan: &'a Plan,
}

/// The value that describes a statement of the query.
pub(super) fn info_value(query: &Query, known: &Known<'_>) -> TokenStream {
    let name = known.full_name;
    let sql = sql_literal(known.sql);
    let fingerprint = hex_literal(known.fingerprint);
    let command = command(query.command);
    let operation = known.analysis.operation;
    let tables = &known.analysis.tables;
    let paths = known.plan.lines();
    let round_trips = Literal::u32_unsuffixed(query.round_trips);
    let row_limit = option(known.analysis.row_limit.map(Literal::u32_unsuffixed));
    let array_form = option(query.array_form.as_ref());
    let read_only = known.analysis.read_only;
    let slow = option(query.slow.map(|slow| {
        let millis = Literal::u128_unsuffixed(slow.as_millis());
        quote! { std::time::Duration::from_millis(#millis) }
    }));
    quote! {
        QueryInfo {
            name: #name,
            sql: #sql,
            fingerprint: #fingerprint,
            command: Command::#command,
            operation: #operation,
            tables: &[#(#tables),*],
            access_paths: &[#(#paths),*],
            round_trips: #round_trips,
            row_limit: #row_limit,
            array_form: #array_form,
            read_only: #read_only,
            slow: #slow,
        }
    }
}

fn command(command: Command) -> proc_macro2::Ident {
    ident(match command {
        Command::One => "One",
        Command::Opt => "Opt",
        Command::Many => "Many",
        Command::Stream => "Stream",
        Command::Exec => "Exec",
        Command::ExecRows => "ExecRows",
    })
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote! { Some(#value) },
        None => quote! { None },
    }
}

fn hex_literal(value: u64) -> TokenStream {
    let digits = format!("{value:016x}");
    let groups: Vec<&str> = [0, 4, 8, 12].iter().map(|&i| &digits[i..i + 4]).collect();
    path(&format!("0x{}", groups.join("_")))
}

/// A raw literal keeps the lines of the SQL.
fn sql_literal(sql: &str) -> TokenStream {
    let mut hashes = "#".to_owned();
    while sql.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let raw = if sql.contains('\r') {
        None
    } else {
        format!("r{hashes}\"{sql}\"{hashes}").parse().ok()
    };
    raw.unwrap_or_else(|| {
        let literal = Literal::string(sql);
        quote! { #literal }
    })
}

/// Whether any parameter is borrowed.
pub(super) fn borrows(query: &Query) -> bool {
    query.page.is_some()
        || query.analysis.params.iter().any(|p| match &p.rust_type {
            RustType::Scalar(scalar) => !scalar.copy,
            RustType::Enum(_) => false,
            RustType::Array(_) => true,
        })
}

/// What a call takes for a parameter.
fn param_type(param: &Param, lifetime: &TokenStream) -> TokenStream {
    let inner = match &param.rust_type {
        RustType::Scalar(scalar) if scalar.copy => path(scalar.owned),
        RustType::Scalar(scalar) => {
            let borrowed = path(scalar.borrowed);
            quote! { &#lifetime #borrowed }
        }
        RustType::Enum(name) => {
            let name = ident(name);
            quote! { types::#name }
        }
        RustType::Array(element) => {
            let element = match &**element {
                RustType::Scalar(scalar) => path(scalar.owned),
                other => row::rust_type(other, false),
            };
            quote! { &#lifetime [#element] }
        }
    };
    optional("Option", param.nullable, &inner)
}

/// The struct that holds the parameters.
pub(super) fn statement(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    let doc = docs::outer(&[if query.variants.is_empty() {
        format!("The statement of [`{}`].", query.name)
    } else {
        format!("What a call of [`{}`] takes.", query.name)
    }]);
    let lifetime = quote! { 'a };
    let fields = query.analysis.params.iter().map(|param| {
        let field = ident(&names::identifier(&param.name));
        let rust = param_type(param, &lifetime);
        let text = match &param.doc {
            Some(doc) => capitalized(doc),
            None => format!(
                "The parameter {}, {}.",
                docs::code(&format!(":{}", param.name)),
                docs::code(&param.sql_type)
            ),
        };
        let text = if query.parts.contains(&param.name) {
            text + " `None` leaves its part out."
        } else {
            text
        };
        let doc = docs::outer(&[text]);
        quote! { #doc pub #field: #rust, }
    });
    let generics = borrows(query).then(|| quote! { <'a> });
    let added = variants::added_fields(query);
    let body = if query.analysis.params.is_empty() && added.is_empty() {
        quote! { ; }
    } else {
        quote! { { #(#fields)* #(#added)* } }
    };
    quote! {
        #doc
        #[derive(Debug, Clone, Copy)]
        pub struct #name #generics #body
    }
}

fn capitalized(text: &str) -> String {
    let text = &docs::prose(&[text.to_owned()]).concat();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    let mut out: String = first.chain(chars).collect();
    if !out.ends_with('.') {
        out.push('.');
    }
    out
}

/// The struct's name with its lifetime left open.
pub(super) fn elided(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    if borrows(query) {
        quote! { #name<'_> }
    } else {
        quote! { #name }
    }
}

/// The type whose SQL type is that of the query's rows.
pub(super) fn row_owner(query: &Query) -> TokenStream {
    if query.variants.is_empty() {
        elided(query)
    } else {
        variants::first(query)
    }
}

/// What makes the struct a Diesel query, and a timed one.
pub(super) fn traits(query: &Query) -> TokenStream {
    let name = ident(&query.type_name());
    let elided = elided(query);
    let constant = ident(&query.const_name());
    let id = if borrows(query) {
        quote! { #name<'static> }
    } else {
        quote! { Self }
    };
    let binds = binds(query);
    let rows = query.row.as_ref().map(|row| {
        let row_name = ident(&row.name);
        let types = row::sql_types(&query.analysis.columns);
        quote! {
            impl Query for #elided { type SqlType = #types; }
            impl ReturnsRows for #elided { type Row = #row_name; }
        }
    });
    quote! {
        impl QueryId for #elided {
            type QueryId = #id;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl QueryFragment<Pg> for #elided {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                out.push_sql(#constant.sql);
                #binds
            }
            fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
                Ok(true)
            }
        }
        impl CatalogQuery for #elided {
            const INFO: &'static QueryInfo = &#constant;
            fn timer() -> &'static Timer {
                static TIMER: Timer = Timer::new(&#constant);
                &TIMER
            }
        }
        #rows
    }
}

fn binds(query: &Query) -> TokenStream {
    let calls: Vec<TokenStream> = query
        .analysis
        .params
        .iter()
        .map(|param| {
            let field = ident(&names::identifier(&param.name));
            let sql = sql_type(&param.rust_type, param.nullable);
            quote! { out.push_bind_param_value_only::<#sql, _>(&self.#field) }
        })
        .collect();
    match calls.split_last() {
        Some((last, rest)) => quote! { #(#rest?;)* #last },
        None => quote! { Ok(()) },
    }
}

/// The function that applications call.
pub(super) fn function(query: &Query, module: &Module) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let name = ident(&query.name);
    let statement = ident(&query.type_name());
    let fields: Vec<_> = query
        .analysis
        .params
        .iter()
        .map(|param| ident(&names::identifier(&param.name)))
        .chain(variants::added(query).into_iter().map(|added| added.name))
        .collect();
    let none = TokenStream::new();
    let added: Vec<(Ident, TokenStream)> = query
        .load_params
        .iter()
        .map(|param| {
            let name = load::added(&names::identifier(&param.name));
            (name, param_type(param, &none))
        })
        .collect();
    let taken = fields.iter().chain(added.iter().map(|(name, _)| name));
    let conn = free_name(&taken.cloned().collect::<Vec<_>>());
    // What the call of a stream borrows lives as long as the stream.
    let streams = query.command == Command::Stream;
    let lifetime = (streams && borrows(query)).then(|| quote! { 'a });
    let (arguments, built) = if fields.len() >= MANY_PARAMETERS {
        let statement = match &lifetime {
            Some(lifetime) => quote! { #statement<#lifetime> },
            None => elided(query),
        };
        (quote! { query: #statement }, TokenStream::new())
    } else {
        let lifetime = lifetime.clone().unwrap_or_default();
        let params = query.analysis.params.iter();
        let types = params.map(|param| param_type(param, &lifetime)).chain(
            variants::added(query)
                .into_iter()
                .map(|added| added.argument),
        );
        let built = if fields.is_empty() {
            quote! { let query = #statement; }
        } else {
            quote! { let query = #statement { #(#fields),* }; }
        };
        (quote! { #(#fields: #types),* }, built)
    };
    if let (false, Some(row)) = (query.loads.is_empty(), module.row_of(query)) {
        let (body, returned) = load::body(query, row, &conn);
        let comma = (!arguments.is_empty()).then(|| quote! { , });
        let added = added.iter().map(|(name, rust)| quote! { #name: #rust });
        let added = quote! { #comma #(#added),* };
        let bound = if query.pipelines {
            quote! { Pipeline }
        } else {
            quote! { AsyncConnectionCore<Backend = Pg> }
        };
        return quote! {
            #doc
            pub async fn #name<C>(#conn: &mut C, #arguments #added) -> planwright::Result<#returned>
            where
                C: #bound,
            {
                #built
                #body
            }
        };
    }
    let (returned, map) = returned(query, module);
    if streams {
        let run = if query.variants.is_empty() {
            stream_call(&quote! { #conn }, &quote! { query }, &map)
        } else {
            quote! { query.run(#conn) }
        };
        let takes = quote! { #conn: &#lifetime mut C, #arguments };
        let body = quote! { #built #run };
        return stream(query, lifetime.as_ref(), &takes, &returned, &body);
    }
    let call = call(query, module.row_of(query), &quote! { #conn });
    quote! {
        #doc
        pub async fn #name<C>(#conn: &mut C, #arguments) -> planwright::Result<#returned>
        where
            C: AsyncConnectionCore<Backend = Pg>,
        {
            #built
            #call.await #map
        }
    }
}

/// What runs the statement that the variable `query` is.
pub(super) fn call(query: &Query, row: Option<&RowStruct>, conn: &TokenStream) -> TokenStream {
    if query.variants.is_empty() {
        run(query, row, conn, &quote! { query })
    } else {
        quote! { query.run(#conn) }
    }
}

/// Runs a statement of the query.
pub(super) fn run(
    query: &Query,
    row: Option<&RowStruct>,
    conn: &TokenStream,
    statement: &TokenStream,
) -> TokenStream {
    let run = ident(query.command.word().trim_start_matches(':'));
    let Some(row) = row.filter(|row| row.joined().is_some()) else {
        return quote! { planwright::query::#run(#conn, #statement) };
    };
    let (run, row) = (format_ident!("{run}_collapsed"), ident(&row.name));
    quote! { planwright::query::#run(#conn, #statement, #row::collapse) }
}

/// Runs a statement whose rows are a stream, each mapped where something is made of it.
pub(super) fn stream_call(
    conn: &TokenStream,
    statement: &TokenStream,
    map: &TokenStream,
) -> TokenStream {
    if map.is_empty() {
        quote! { planwright::query::stream(#conn, #statement) }
    } else {
        quote! { planwright::query::stream_map(#conn, #statement, #map) }
    }
}

/// The function of a stream: it waits for nothing, and what it returns borrows what it takes.
fn stream(
    query: &Query,
    lifetime: Option<&TokenStream>,
    takes: &TokenStream,
    item: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let doc = docs::outer(&docs::function(query));
    let name = ident(&query.name);
    let generic = lifetime.iter();
    let elided = quote! { '_ };
    let shown = lifetime.unwrap_or(&elided);
    quote! {
        #doc
        pub fn #name<#(#generic,)* C>(#takes) -> planwright::query::RowStream<#shown, #item>
        where
            C: AsyncConnectionCore<Backend = Pg>,
        {
            #body
        }
    }
}

/// A name for the connection that no parameter has.
fn free_name(taken: &[Ident]) -> Ident {
    let mut name = "conn".to_owned();
    while taken.iter().any(|ident| *ident == name) {
        name.push('_');
    }
    ident(&name)
}

/// What a call returns, and how it is made of what the run time returns.
pub(super) fn returned(query: &Query, module: &Module) -> (TokenStream, TokenStream) {
    let Some(row) = &query.row else {
        let value = if query.command == Command::ExecRows {
            quote! { u64 }
        } else {
            quote! { () }
        };
        return (value, TokenStream::new());
    };
    let name = ident(&row.name);
    let scalar =
        row.scalar
            .as_ref()
            .and_then(|field| match &module.row_of(query)?.fields.first()?.value {
                FieldValue::Column { column, .. } => Some((
                    ident(field),
                    row::rust_type(&column.rust_type, column.nullable),
                )),
                FieldValue::Nested { .. } => None,
            });
    let (value, map) = match scalar {
        None => (quote! { #name }, None),
        Some((field, rust)) => (rust, Some(quote! { |row| row.#field })),
    };
    if query.page.is_some() {
        let cursor = ident(&query.cursor_name());
        return (quote! { Page<#value, #cursor> }, TokenStream::new());
    }
    match query.command {
        Command::Opt => (
            quote! { Option<#value> },
            map.map(|map| quote! { .map(|found| found.map(#map)) })
                .unwrap_or_default(),
        ),
        Command::Many => (
            quote! { Vec<#value> },
            map.map(|map| quote! { .map(|rows| rows.into_iter().map(#map).collect()) })
                .unwrap_or_default(),
        ),
        Command::Stream => (value, map.unwrap_or_default()),
        _ => (
            value,
            map.map(|map| quote! { .map(#map) }).unwrap_or_default(),
        ),
    }
}
