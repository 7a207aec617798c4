//! The attribute's arguments, from tokens to values. An error points at the argument.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitBool, LitInt, LitStr, Result, Token, parenthesized};

const KNOWN: &str = "the arguments are `migrations = \"folder\"`, `migrations = false`, \
     `fixtures(\"name\", …)`, `pool = 5` and `postgres = 15`";

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) migrations: Option<Migrations>,
    pub(crate) fixtures: Vec<LitStr>,
    pub(crate) pool: Option<LitInt>,
    pub(crate) postgres: Option<LitInt>,
}

pub(crate) enum Migrations {
    Folder(LitStr),
    None,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut arguments = Self::default();
        let mut seen: Vec<String> = Vec::new();
        while !input.is_empty() {
            let name: Ident = input.parse().map_err(|error| {
                Error::new(error.span(), format!("expected an argument: {KNOWN}"))
            })?;
            if seen.iter().any(|earlier| name == earlier) {
                return Err(Error::new(name.span(), format!("`{name}` is given twice")));
            }
            arguments.read(&name, input)?;
            seen.push(name.to_string());
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

impl Arguments {
    fn read(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        match name.to_string().as_str() {
            "migrations" => self.migrations = Some(migrations(input)?),
            "fixtures" => self.fixtures = fixtures(name, input)?,
            "pool" => self.pool = Some(number(input, 1, "the most connections of the pool")?),
            "postgres" => {
                self.postgres = Some(number(input, 14, "a major version of PostgreSQL")?);
            }
            _ => {
                let message = format!("there is no argument `{name}`: {KNOWN}");
                return Err(Error::new(name.span(), message));
            }
        }
        Ok(())
    }
}

fn migrations(input: ParseStream<'_>) -> Result<Migrations> {
    input.parse::<Token![=]>()?;
    if input.peek(LitBool) {
        let value: LitBool = input.parse()?;
        if value.value {
            let message = "leave `migrations` out for the folder `migrations`, or name another";
            return Err(Error::new(value.span, message));
        }
        return Ok(Migrations::None);
    }
    let folder: LitStr = input.parse().map_err(|error| {
        let message = "`migrations` is a folder in quotes, or `false` for an empty database";
        Error::new(error.span(), message)
    })?;
    if folder.value().is_empty() {
        let message = "the folder's name is empty; `migrations = false` gives an empty database";
        return Err(Error::new(folder.span(), message));
    }
    Ok(Migrations::Folder(folder))
}

fn fixtures(name: &Ident, input: ParseStream<'_>) -> Result<Vec<LitStr>> {
    const FORM: &str = "fixtures are names in quotes and brackets: `fixtures(\"customers\")`";
    if !input.peek(syn::token::Paren) {
        return Err(Error::new(name.span(), FORM));
    }
    let list;
    parenthesized!(list in input);
    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&list)
        .map_err(|error| Error::new(error.span(), FORM))?;
    if let Some(empty) = names.iter().find(|name| name.value().is_empty()) {
        return Err(Error::new(empty.span(), "the fixture's name is empty"));
    }
    Ok(names.into_iter().collect())
}

fn number(input: ParseStream<'_>, least: u32, what: &str) -> Result<LitInt> {
    input.parse::<Token![=]>()?;
    let wrong = |span| Error::new(span, format!("expected {what}: a number from {least}"));
    let number: LitInt = input.parse().map_err(|error: Error| wrong(error.span()))?;
    match number.base10_parse::<u32>() {
        Ok(value) if value >= least => Ok(number),
        _ => Err(wrong(number.span())),
    }
}
