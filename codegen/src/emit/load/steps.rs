//! What a function sends, and when.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::key::{argument, key, key_of_child};
use super::{function, numbered, path};
use crate::catalog::{Load, Query, RowStruct};
use crate::emit::query::MANY_PARAMETERS;
use crate::emit::{function as calls, ident};
use crate::names;
use crate::source::Command;

/// What a function sends, in the order in which it can.
pub(super) struct Steps<'a> {
    pub(super) query: &'a Query,
    pub(super) row: &'a RowStruct,
    pub(super) conn: &'a Ident,
    /// The variable of the query's own rows.
    pub(super) rows: Ident,
    /// Whether several statements are sent at once; each then has a reference of its own.
    pub(super) together: bool,
}

impl Steps<'_> {
    /// Everything, up to the children in their groups.
    pub(super) fn all(&self) -> TokenStream {
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
        let call = calls::call(self.query, Some(self.row), &self.reference());
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
