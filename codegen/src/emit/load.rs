//! Functions that fill in the rows of other queries.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::query::MANY_PARAMETERS;
use super::{docs, ident, query, row};
use crate::catalog::{Given, KeyColumn, Load, LoadedRow, Query, RowStruct};
use crate::names;
use crate::source::{Command, LoadShape};

/// The struct of a row with what is loaded.
pub(super) fn structure(query: &Query, row: &RowStruct) -> TokenStream {
    let name = ident(&query.loaded_name());
    let doc = docs::outer(&[format!("A row of [`{}`], with what it loads.", query.name)]);
    let own = row.fields.iter().map(row::field);
    let loaded = query.loads.iter().map(|load| {
        let field = ident(&load.ident);
        let rust = field_type(load);
        let count = match load.shape {
            LoadShape::One => "The row",
            LoadShape::Opt => "The row, if there is one,",
            LoadShape::Many => "The rows",
        };
        let key = if load.is_keyed() {
            " with this key"
        } else {
            ""
        };
        let doc = docs::outer(&[format!("{count} of [`{}`]{key}.", function_path(load))]);
        quote! { #doc pub #field: #rust, }
    });
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name {
            #(#own)*
            #(#loaded)*
        }
    }
}

fn field_type(load: &Load) -> TokenStream {
    let row = match &load.row {
        LoadedRow::Struct(name) => path(load, name),
        LoadedRow::Scalar(rust, nullable) => row::rust_type(rust, *nullable),
    };
    match load.shape {
        LoadShape::One => row,
        LoadShape::Opt => quote! { Option<#row> },
        LoadShape::Many => quote! { Vec<#row> },
    }
}

/// Something of the child's module.
fn path(load: &Load, name: &str) -> TokenStream {
    let name = ident(name);
    match &load.module {
        Some(module) => {
            let module = ident(module);
            quote! { super::#module::#name }
        }
        None => quote! { #name },
    }
}

fn function(load: &Load) -> &str {
    load.child.split("::").nth(1).unwrap_or_default()
}

/// The child, as a link in documentation.
fn function_path(load: &Load) -> String {
    match &load.module {
        Some(module) => format!("super::{module}::{}", function(load)),
        None => function(load).to_owned(),
    }
}

/// What a call says that it loads.
pub(super) fn documentation(query: &Query) -> Vec<String> {
    let loads = query.loads.iter().map(|load| {
        let columns: Vec<&str> = load.by.iter().map(|by| by.ident.as_str()).collect();
        let when = if load.waits() {
            ""
        } else {
            ", sent with the query itself"
        };
        let by = if load.is_keyed() {
            format!(" by {}", docs::code(&columns.join(", ")))
        } else {
            String::new()
        };
        let (field, child) = (docs::code(&load.ident), function_path(load));
        format!("- {field}: [`{child}`]{by}{when}")
    });
    let trips = match query.round_trips {
        1 => "one round trip".to_owned(),
        trips => format!("{trips} round trips"),
    };
    let mut lines = vec![
        String::new(),
        format!("Loads, in {trips} with the query itself:"),
    ];
    lines.extend(loads);
    lines
}

/// The body of a function behind the making of the statement, and what the function returns.
pub(super) fn body(query: &Query, row: &RowStruct, conn: &Ident) -> (TokenStream, TokenStream) {
    let loaded = ident(&query.loaded_name());
    let steps = Steps {
        query,
        row,
        conn,
        rows: ident(match query.command {
            Command::Many => "rows",
            _ => "row",
        }),
        together: together(query),
    };
    let sent = steps.all();
    let taken = query.loads.iter().enumerate().map(taken);
    let own = row.fields.iter().map(|field| {
        let field = ident(&field.ident);
        quote! { #field: row.#field }
    });
    let filled = query.loads.iter().enumerate().map(|(number, load)| {
        let (field, children) = (ident(&load.ident), numbered("children", number));
        quote! { #field: #children }
    });
    let one = quote! { #loaded { #(#own,)* #(#filled,)* } };
    let row_type = ident(&row.name);
    let (returned, finish) = match query.command {
        Command::Many => (
            quote! { Vec<#loaded> },
            quote! {
                let load = |row: #row_type| -> planwright::Result<#loaded> {
                    #(#taken)*
                    Ok(#one)
                };
                rows.into_iter().map(load).collect()
            },
        ),
        Command::Opt => (
            quote! { Option<#loaded> },
            quote! {
                let Some(row) = row else { return Ok(None); };
                #(#taken)*
                Ok(Some(#one))
            },
        ),
        _ => (quote! { #loaded }, quote! { #(#taken)* Ok(#one) }),
    };
    (quote! { #sent #finish }, returned)
}

/// What one row takes of the children of a load.
fn taken((number, load): (usize, &Load)) -> Option<TokenStream> {
    if !load.is_keyed() {
        return None;
    }
    let children = numbered("children", number);
    let key = key(&load.key);
    let info = names::screaming_case(function(load));
    let info = path(load, &info);
    let first = load.several.then(|| quote! { [0] });
    let info = quote! { &#info #first };
    Some(match load.shape {
        LoadShape::Many => quote! { let #children = #children.many(#key); },
        LoadShape::Opt => quote! { let #children = #children.opt(#key, #info)?; },
        LoadShape::One => quote! { let #children = #children.one(#key, #info)?; },
    })
}

/// Whether the function itself sends several statements at once.
fn together(query: &Query) -> bool {
    query.loads.len() > 1 || query.loads.iter().any(|load| !load.waits())
}

/// What a function sends, in the order in which it can.
struct Steps<'a> {
    query: &'a Query,
    row: &'a RowStruct,
    conn: &'a Ident,
    /// The variable of the query's own rows.
    rows: Ident,
    /// Whether several statements are sent at once; each then has a reference of its own.
    together: bool,
}

impl Steps<'_> {
    /// Everything, up to the children in their groups.
    fn all(&self) -> TokenStream {
        let (conn, rows) = (self.conn, &self.rows);
        let of = |waits: bool| -> Vec<(usize, &Load)> {
            let loads = self.query.loads.iter().enumerate();
            loads.filter(|(_, load)| load.waits() == waits).collect()
        };
        let (waiting, at_once) = (of(true), of(false));
        let pipeline = self
            .together
            .then(|| quote! { let #conn = #conn.pipeline(); });
        let own = self.own();
        let children = self.waiting(&waiting);
        let groups = waiting.iter().map(|(number, load)| group(*number, load));
        if at_once.is_empty() {
            return quote! {
                #pipeline
                let #rows = #own?;
                #children
                #(#groups)*
            };
        }
        let own_name = ident("own");
        let (bound, sent) = if waiting.is_empty() {
            (quote! { #rows }, own)
        } else {
            let found = waiting
                .iter()
                .flat_map(|(number, _)| [numbered("keys", *number), numbered("children", *number)]);
            let bound = quote! { (#rows, #(#found),*) };
            let sent = quote! {
                let #rows = #own?;
                #children
                planwright::Result::Ok(#bound)
            };
            (bound, sent)
        };
        let calls = at_once.iter().map(|(number, load)| {
            let (children, call) = (numbered("children", *number), self.call(load, None));
            quote! { let #children = async { #call }; }
        });
        let mut names = vec![(quote! { #bound }, own_name.clone())];
        names.extend(at_once.iter().map(|(number, _)| {
            let children = numbered("children", *number);
            (quote! { #children }, children)
        }));
        let (bound, joined) = joined(&names);
        let keyed = at_once.iter().filter(|(_, load)| load.is_keyed());
        let keys = keyed.map(|(number, load)| {
            let keys = self.keys(*number, load);
            let group = group(*number, load);
            quote! { #keys #group }
        });
        quote! {
            #pipeline
            let #own_name = async { #sent };
            #(#calls)*
            let #bound = #joined.await?;
            #(#groups)*
            #(#keys)*
        }
    }

    /// The query itself.
    fn own(&self) -> TokenStream {
        let call = query::call(self.query, Some(self.row), &self.reference());
        quote! { #call.await }
    }

    /// What a call takes as its connection.
    fn reference(&self) -> TokenStream {
        let conn = self.conn;
        if self.together {
            quote! { &mut &*#conn }
        } else {
            quote! { #conn }
        }
    }

    /// The children of the rows that are there: the keys, and the calls, all at once.
    fn waiting(&self, loads: &[(usize, &Load)]) -> TokenStream {
        let keys = loads.iter().map(|(number, load)| self.keys(*number, load));
        if let [(number, load)] = loads {
            let (keys_of, only) = (numbered("keys", *number), numbered("children", *number));
            let call = self.call(load, Some(&keys_of));
            return quote! {
                #(#keys)*
                let #only = if #keys_of.is_empty() { Vec::new() } else { #call? };
            };
        }
        let calls = loads.iter().map(|(number, load)| {
            let (keys, children) = (numbered("keys", *number), numbered("children", *number));
            let call = self.call(load, Some(&keys));
            quote! {
                let #children = async {
                    if #keys.is_empty() { Ok(Vec::new()) } else { #call }
                };
            }
        });
        let names: Vec<(TokenStream, Ident)> = loads
            .iter()
            .map(|(number, _)| {
                let children = numbered("children", *number);
                (quote! { #children }, children)
            })
            .collect();
        let (bound, joined) = joined(&names);
        quote! {
            #(#keys)*
            #(#calls)*
            let #bound = #joined.await?;
        }
    }

    fn keys(&self, number: usize, load: &Load) -> TokenStream {
        let (keys, rows) = (numbered("keys", number), &self.rows);
        let key = key(&load.key);
        let iter = match self.query.command {
            Command::Many | Command::Opt => quote! { #rows.iter() },
            _ => quote! { std::iter::once(&#rows) },
        };
        quote! { let #keys = Keys::of(#iter.map(|row| #key)); }
    }

    /// The call of a child.
    fn call(&self, load: &Load, keys: Option<&Ident>) -> TokenStream {
        let function_name = path(load, function(load));
        let args = load.args.iter();
        let args: Vec<(Ident, TokenStream)> =
            args.map(|given| argument(load, given, keys)).collect();
        let (own, added) = args.split_at(load.own_args);
        let values = |args: &[(Ident, TokenStream)]| -> Vec<TokenStream> {
            args.iter().map(|(_, value)| value.clone()).collect()
        };
        let mut all = vec![self.reference()];
        if own.len() >= MANY_PARAMETERS {
            let statement = path(load, &names::upper_camel_case(function(load)));
            let fields = own.iter().map(|(param, value)| quote! { #param: #value });
            all.push(quote! { #statement { #(#fields),* } });
        } else {
            all.extend(values(own));
        }
        all.extend(values(added));
        quote! { #function_name(#(#all),*).await }
    }
}

/// The pattern for what several futures give, and the future of all of them.
fn joined(all: &[(TokenStream, Ident)]) -> (TokenStream, TokenStream) {
    /// How many futures one function takes.
    const MOST: usize = 5;
    let (mut bounds, mut futures): (Vec<TokenStream>, Vec<TokenStream>) = all
        .iter()
        .take(if all.len() > MOST { MOST - 1 } else { MOST })
        .map(|(bound, future)| (bound.clone(), quote! { #future }))
        .unzip();
    if all.len() > MOST {
        let (bound, future) = joined(&all[MOST - 1..]);
        bounds.push(bound);
        futures.push(future);
    }
    let function = match futures.len() {
        2 => ident("try_join"),
        several => format_ident!("try_join{several}"),
    };
    (
        quote! { (#(#bounds),*) },
        quote! { planwright::pipeline::#function(#(#futures),*) },
    )
}

/// Gives the children of one load to the keys.
fn group(number: usize, load: &Load) -> TokenStream {
    let (keys, children) = (numbered("keys", number), numbered("children", number));
    let by = key_of_child(&load.by);
    quote! { let mut #children = #keys.group(#children, |row| #by); }
}

/// The argument of a function for a parameter that only a child has: a name of its own beside
/// the variables of the body.
pub(super) fn added(param: &str) -> Ident {
    let counted = |word: &str| param.strip_prefix(word).is_some();
    let taken = ["query", "rows", "row", "own", "load"].contains(&param);
    if taken || counted("keys_") || counted("children_") {
        return format_ident!("{param}_");
    }
    ident(param)
}

fn numbered(word: &str, number: usize) -> Ident {
    format_ident!("{word}_{number}")
}

/// The key of a row: an `Option`, of a tuple where there are several columns.
fn key(columns: &[KeyColumn]) -> TokenStream {
    if let [only] = columns {
        let value = value(only);
        return if only.nullable {
            value
        } else {
            quote! { Some(#value) }
        };
    }
    let part = |number: usize| numbered("part", number);
    let values = columns.iter().enumerate().map(|(number, column)| {
        if column.nullable {
            let part = part(number);
            quote! { #part }
        } else {
            value(column)
        }
    });
    let tuple = quote! { (#(#values),*) };
    let nullable = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.nullable);
    // One null part makes the whole key null.
    nullable
        .rev()
        .fold(None, |inner: Option<TokenStream>, (number, column)| {
            let (value, part) = (value(column), part(number));
            Some(match inner {
                None => quote! { #value.map(|#part| #tuple) },
                Some(inner) => quote! { #value.and_then(|#part| #inner) },
            })
        })
        .unwrap_or(quote! { Some(#tuple) })
}

fn key_of_child(columns: &[KeyColumn]) -> TokenStream {
    let values: Vec<TokenStream> = columns.iter().map(value).collect();
    match values.as_slice() {
        [only] => only.clone(),
        several => quote! { (#(#several),*) },
    }
}

fn value(column: &KeyColumn) -> TokenStream {
    let field = ident(&column.ident);
    let clone = (!column.rust_type.is_copy()).then(|| quote! { .clone() });
    quote! { row.#field #clone }
}

/// What a parameter of the child gets.
fn argument(load: &Load, given: &Given, keys: Option<&Ident>) -> (Ident, TokenStream) {
    let (param, value, wrap) = match given {
        Given::Keys { param, part, wrap } => {
            let value = if load.key.len() == 1 {
                quote! { #keys.all() }
            } else {
                let index = Literal::usize_unsuffixed(*part);
                let clone = (!load.key[*part].rust_type.is_copy()).then(|| quote! { .clone() });
                quote! { &#keys.part(|key| key.#index #clone) }
            };
            (param, value, *wrap)
        }
        Given::Parameter { param, own, wrap } => {
            let own = ident(own);
            (param, quote! { query.#own }, *wrap)
        }
        Given::Added { param, own, wrap } => {
            let own = added(own);
            (param, quote! { #own }, *wrap)
        }
    };
    let value = if wrap {
        quote! { Some(#value) }
    } else {
        value
    };
    (ident(param), value)
}
