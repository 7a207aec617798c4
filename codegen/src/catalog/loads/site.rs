//! One `@load` line, with the two queries that it links.

use std::ops::Range;

use crate::analyze::Param;
use crate::catalog::fields::field_name;
use crate::catalog::{Given, KeyColumn, LoadedRow, Module, Query, Row};
use crate::diagnostics::Diagnostic;
use crate::names;
use crate::schema::Schema;
use crate::source::{Command, LoadDirective, LoadShape, LoadValue, SourceFile};

/// A load, with what is needed to report what is wrong with it.
pub(super) struct Site<'a> {
    pub(super) schema: &'a Schema,
    pub(super) file: &'a SourceFile,
    pub(super) load: &'a LoadDirective,
    pub(super) parent: &'a Query,
    pub(super) child: &'a Query,
    /// The parameters of what the child loads itself.
    pub(super) child_params: &'a [Param],
    pub(super) child_module: &'a Module,
    pub(super) child_span: Range<usize>,
}

impl Site<'_> {
    /// An error at a place of the load, which also shows the child.
    pub(super) fn error(
        &self,
        code: &'static str,
        message: impl Into<String>,
        span: &Range<usize>,
    ) -> Diagnostic {
        Diagnostic::error(code, message)
            .at(&self.file.path, span.clone(), "")
            .at(
                &self.child_module.path,
                self.child_span.clone(),
                "the rows loaded",
            )
    }

    /// The field is new, and both sides return rows.
    pub(super) fn field(&self) -> Result<(), Box<Diagnostic>> {
        let (load, parent) = (self.load, self.parent);
        if parent.row.is_none() {
            let message = format!("`{}` returns no rows to load anything for", parent.name);
            let diagnostic = self.error("load-without-rows", message, &load.span);
            return Err(Box::new(diagnostic));
        }
        self.is_no_stream()?;
        self.asks_for_no_more()?;
        self.answers_all()?;
        let ident = names::identifier(&load.field);
        let columns = parent.analysis.columns.iter();
        let mut fields = columns.map(|column| field_name(&column.name));
        if fields.any(|field| names::identifier(field) == ident) {
            let message = format!("the query returns a column `{}` already", load.field);
            let diagnostic = self.error("duplicate-column", message, &load.span);
            return Err(Box::new(diagnostic.help("give the field another name")));
        }
        Ok(())
    }

    /// Nothing would choose the page or the order of a child.
    fn asks_for_no_more(&self) -> Result<(), Box<Diagnostic>> {
        let (load, child) = (self.load, self.child);
        let (message, help) = if child.page.is_some() {
            (
                format!("`{}` returns one page of its rows", child.name),
                "load a query that returns all rows of the parents, or the first few of each",
            )
        } else if !child.orders.is_empty() {
            (
                format!("`{}` asks its callers for an order", child.name),
                "load a query with an ORDER BY clause of its own",
            )
        } else {
            return Ok(());
        };
        let diagnostic = self.error("load-parameter", message, &load.child_span);
        Err(Box::new(diagnostic.help(help)))
    }

    /// A stream never has all its rows.
    fn is_no_stream(&self) -> Result<(), Box<Diagnostic>> {
        let (load, parent, child) = (self.load, self.parent, self.child);
        if parent.command == Command::Stream {
            let message = format!(
                "`{}` is a `:stream`: its rows are never all there, to load anything for",
                parent.name
            );
            let help = format!(
                "make it a `:many` with a LIMIT; or call `{}` for some rows of the stream at a \
                 time",
                child.name
            );
            let diagnostic = self.error("load-in-stream", message, &load.span);
            return Err(Box::new(diagnostic.help(help)));
        }
        if child.command.takes_rows() {
            let message = format!(
                "`{}` is a `{}`: its caller gives it rows, and nobody would",
                child.name,
                child.command.word()
            );
            return Err(Box::new(self.error(
                "load-without-rows",
                message,
                &load.child_span,
            )));
        }
        if child.command.is_batch() {
            let (word, each) = (child.command.word(), child.command.each().word());
            let message = format!("`{}` is a `{word}`, which is many calls", child.name);
            let diagnostic = self.error("load-per-row", message, &load.child_span);
            let help = format!("make it a `{each}` of one call");
            return Err(Box::new(diagnostic.help(help)));
        }
        if child.command == Command::Stream {
            let message = format!(
                "`{}` is a `:stream`, and a field holds all its rows",
                child.name
            );
            let diagnostic = self.error("load-in-stream", message, &load.child_span);
            return Err(Box::new(diagnostic.help("make it a `:many`")));
        }
        Ok(())
    }

    /// The child answers all parents with one statement. Without a key there is one parent.
    fn answers_all(&self) -> Result<(), Box<Diagnostic>> {
        let (load, parent, child) = (self.load, self.parent, self.child);
        if load.by.is_empty() {
            if parent.command == Command::Many {
                let message = format!("each row of `{}` would get the same rows", parent.name);
                let help = format!(
                    "say which belong to it: `by column = column`; or let `{}` return one row",
                    parent.name
                );
                let diagnostic = self.error("load-without-key", message, &load.span);
                return Err(Box::new(diagnostic.help(help)));
            }
            if child.row.is_none() {
                let message = format!("`{}` returns no rows", child.name);
                let diagnostic = self.error("load-without-rows", message, &load.child_span);
                return Err(Box::new(diagnostic));
            }
        } else if child.command != Command::Many {
            let message = format!(
                "`{}` answers one parent at a time: it is a `{}`",
                child.name,
                child.command.word()
            );
            let help = "make it a `:many` whose parameter is an array: `WHERE key = ANY (:keys)`";
            let help = self.array_form().unwrap_or_else(|| help.to_owned());
            let diagnostic = self.error("load-per-row", message, &load.child_span);
            return Err(Box::new(diagnostic.help(help)));
        } else if child.analysis.limited {
            let message = format!(
                "the LIMIT of `{}` counts the rows of all parents together",
                child.name
            );
            let help = "limit the rows of each: `FROM unnest(:keys) AS k (key) CROSS JOIN LATERAL \
                        (SELECT … WHERE key = k.key ORDER BY … LIMIT :max_rows)`";
            let diagnostic = self.error("load-limit", message, &load.child_span);
            return Err(Box::new(diagnostic.help(help)));
        }
        Ok(())
    }

    /// The query that does for all parents what the child does for one.
    pub(super) fn array_form(&self) -> Option<String> {
        let form = self.child.array_form.as_ref();
        let form = form.filter(|form| **form != self.child.full_name)?;
        Some(format!("`{form}` does the same for all parents at once"))
    }

    /// What the field holds of each row of the child.
    pub(super) fn row(&self, nested: bool) -> LoadedRow {
        let child = self.child;
        if nested {
            return LoadedRow::Struct(child.loaded_name());
        }
        match &child.row {
            Some(Row { scalar: None, name }) => LoadedRow::Struct(name.clone()),
            _ => {
                // A scalar is the only column.
                let column = child.analysis.columns.first();
                let column = column.map(|column| (column.rust_type.clone(), column.nullable));
                column.map_or(LoadedRow::Struct(String::new()), |(rust, nullable)| {
                    LoadedRow::Scalar(rust, nullable)
                })
            }
        }
    }

    /// How many rows the field holds.
    pub(super) fn shape(&self) -> LoadShape {
        match self.child.command {
            Command::One => LoadShape::One,
            Command::Opt => LoadShape::Opt,
            _ => self.load.shape,
        }
    }

    /// What each parameter of the child gets, in their order, and the parent's columns that
    /// are the key.
    pub(super) fn args(
        &self,
        added: &mut Vec<Param>,
    ) -> Result<(Vec<Given>, Vec<KeyColumn>), Box<Diagnostic>> {
        let (load, child) = (self.load, self.child);
        let params = || child.analysis.params.iter().chain(self.child_params);
        for arg in &load.args {
            if params().all(|param| param.name != arg.param) {
                let message = format!("`{}` has no parameter `{}`", child.name, arg.param);
                let known = params().map(|param| param.name.as_str());
                let diagnostic = self.error("unknown-parameter", message, &arg.span);
                return Err(Box::new(match names::nearest(&arg.param, known) {
                    Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                    None => diagnostic,
                }));
            }
        }
        let (mut given, mut key) = (Vec::new(), Vec::new());
        for param in params() {
            let mut of_param = load.args.iter().filter(|arg| arg.param == param.name);
            let (Some(arg), None) = (of_param.next(), of_param.next()) else {
                return Err(Box::new(self.no_value(param)));
            };
            given.push(match &arg.value {
                LoadValue::Parameter(name) => {
                    self.parameter(param, name, &arg.value_span, added)?
                }
                LoadValue::Column(name) => {
                    key.push(self.keys(param, name, &arg.value_span)?);
                    Given::Keys {
                        param: names::identifier(&param.name),
                        part: key.len() - 1,
                        wrap: param.nullable,
                    }
                }
            });
        }
        Ok((given, key))
    }

    fn no_value(&self, param: &Param) -> Diagnostic {
        let message = format!(
            "`{}` of `{}` gets no value, or more than one",
            param.name, self.child.name
        );
        let help = format!(
            "give it one: `{0} = column`, or `{0} = :parameter`",
            param.name
        );
        let diagnostic = self.error("load-parameter", message, &self.load.child_span);
        diagnostic.help(help)
    }

    /// A parameter of the child that gets what the parent's own has; one that the parent does
    /// not have is a parameter of the function.
    fn parameter(
        &self,
        param: &Param,
        name: &str,
        span: &Range<usize>,
        added: &mut Vec<Param>,
    ) -> Result<Given, Box<Diagnostic>> {
        let (parent, child) = (self.parent, self.child);
        let mut own = parent.analysis.params.iter();
        let own = own.find(|own| own.name == name);
        let of_parent = own.is_some();
        let own = match own.or_else(|| added.iter().find(|own| own.name == name)) {
            Some(own) => own.clone(),
            None if name == "order" && !parent.orders.is_empty() => {
                let message = "callers give the order of the parents by this name";
                let diagnostic = self.error("load-parameter", message, span);
                return Err(Box::new(diagnostic.help("give the parameter another name")));
            }
            None => {
                let own = Param {
                    name: name.to_owned(),
                    ..param.clone()
                };
                added.push(own.clone());
                own
            }
        };
        if own.rust_type != param.rust_type || own.nullable && !param.nullable {
            let null = if own.nullable && !param.nullable {
                ", and may be null"
            } else {
                ""
            };
            let message = format!(
                "`:{name}` is `{}`{null}, and `{}` of `{}` is `{}`",
                own.sql_type, param.name, child.name, param.sql_type
            );
            return Err(Box::new(self.error("load-type", message, span)));
        }
        let wrap = param.nullable && !own.nullable;
        let (param, own) = (names::identifier(&param.name), names::identifier(name));
        Ok(if of_parent {
            Given::Parameter { param, own, wrap }
        } else {
            Given::Added { param, own, wrap }
        })
    }

    /// A parent whose key is null has no row at all.
    pub(super) fn one_has_a_key(&self, key: &[KeyColumn]) -> Result<(), Box<Diagnostic>> {
        let null = key.iter().find(|key| key.nullable);
        let (LoadShape::One, Some(null)) = (self.load.shape, null) else {
            return Ok(());
        };
        let message = format!(
            "`{}` can be null, and then there is not one row",
            null.ident
        );
        let diagnostic = self.error("load-key-null", message, &self.load.span);
        Err(Box::new(diagnostic.help("end the line with `opt`")))
    }
}
