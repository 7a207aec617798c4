//! The rewritten function: the test's own one inside a plain `#[test]`.

use std::path::Path;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, FnArg, ItemFn, LitStr, Result};

use crate::arguments::{Arguments, Migrations};

/// What the attribute becomes.
pub(crate) fn test(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let arguments: Arguments = syn::parse2(arguments)?;
    let mut function: ItemFn = syn::parse2(item).map_err(|error| {
        Error::new(
            error.span(),
            "a test with a database is an `async fn` of its own",
        )
    })?;
    check(&function)?;
    let attributes = std::mem::take(&mut function.attrs);
    let visibility = std::mem::replace(&mut function.vis, syn::Visibility::Inherited);
    let (name, output) = (&function.sig.ident, &function.sig.output);
    let config = config(&arguments);
    let values = function.sig.inputs.iter().map(value);
    // A test need not await anything, and is not to be linted for that.
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            #[allow(clippy::unused_async)]
            #function
            ::planwright_testing::run::test(
                #config,
                async |__database: ::planwright_testing::TestDatabase| {
                    #name(#(#values),*).await
                },
            )
        }
    })
}

fn check(function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        return Err(Error::new(
            signature.fn_token.span,
            "a test with a database is an `async fn`",
        ));
    }
    if !signature.generics.params.is_empty() {
        let message = "a test has no generic parameters: nothing would choose them";
        return Err(Error::new(signature.generics.span(), message));
    }
    if signature.inputs.is_empty() {
        let message = "a test with a database takes it: `pool: planwright::pool::Pool`, \
                       `database: planwright_testing::TestDatabase`, or a connection. One without \
                       is a `#[tokio::test]`";
        return Err(Error::new(signature.paren_token.span.join(), message));
    }
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        return Err(Error::new(receiver.span(), "a test is no method"));
    }
    match function.attrs.iter().find(|attribute| is_test(attribute)) {
        Some(other) => Err(Error::new(
            other.span(),
            "`planwright_testing::test` makes the test and its runtime: remove this attribute",
        )),
        None => Ok(()),
    }
}

/// `#[test]`, `#[tokio::test]` and their like.
fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

fn config(arguments: &Arguments) -> TokenStream {
    let migrations = match &arguments.migrations {
        Some(Migrations::Folder(folder)) => quote!(.migrations(#folder)),
        Some(Migrations::None) => quote!(.without_migrations()),
        None => TokenStream::new(),
    };
    let fixtures = arguments.fixtures.iter().map(fixture);
    let pool = arguments.pool.iter();
    let postgres = arguments.postgres.iter();
    quote! {
        ::planwright_testing::TestConfig::new()
            .relative_to(::core::env!("CARGO_MANIFEST_DIR"))
            #migrations
            #(#fixtures)*
            #(.pool(#pool))*
            #(.postgres(#postgres))*
    }
}

/// The compiler reads the file: it finds it beside the test's, names it at the literal when it
/// is missing, and builds again when it changes.
fn fixture(name: &LitStr) -> TokenStream {
    let value = name.value();
    let sql = Path::new(&value).extension().is_some_and(|of| of == "sql");
    let is_path = value.contains('/') || sql;
    let path = if is_path {
        value
    } else {
        format!("fixtures/{value}.sql")
    };
    let path = LitStr::new(&path, name.span());
    quote_spanned!(name.span()=> .fixture(#path, ::core::include_str!(#path)))
}

/// One argument of the test's function, of the type that it asks for.
fn value(argument: &FnArg) -> TokenStream {
    let span = match argument {
        FnArg::Typed(argument) => argument.ty.span(),
        FnArg::Receiver(_) => Span::call_site(),
    };
    // The names are the expansion's; the place is where the type is written.
    let span = Span::call_site().located_at(span);
    let database = quote!(__database);
    quote_spanned!(span=> ::planwright_testing::run::argument(&#database).await)
}

#[cfg(test)]
mod tests;
