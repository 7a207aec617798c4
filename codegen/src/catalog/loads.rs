//! `@load` lines, linked to the queries that they name.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Given, KeyColumn, Load, Module, Query};
use crate::analyze::{Column, Param};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::source::{Command, LoadDirective, LoadShape, LoadValue, SourceFile, SourceQuery};
use crate::types::RustType;

/// The loads of queries by their names, each with the parameters that it adds.
type Linked = BTreeMap<String, (Vec<Load>, Vec<Param>)>;

/// Links every `@load`. What cannot be linked is reported and left out.
pub(crate) fn link(modules: &mut [Module], sources: &[SourceFile], found: &mut Diagnostics) {
    let mut all = Linker {
        modules,
        sources,
        linked: Linked::new(),
        open: Vec::new(),
    };
    for file in sources {
        for source in &file.queries {
            all.link(file, source, found);
        }
    }
    let mut linked = all.linked;
    let trips: Vec<u32> = modules
        .iter()
        .flat_map(|module| &module.queries)
        .map(|query| round_trips(&query.full_name, &linked))
        .collect();
    let queries = modules.iter_mut().flat_map(|module| &mut module.queries);
    for (query, trips) in queries.zip(trips) {
        let loads = linked.remove(&query.full_name);
        (query.loads, query.load_params) = loads.unwrap_or_default();
        query.round_trips = trips;
    }
}

fn full_name(file: &SourceFile, query: &SourceQuery) -> String {
    query.query_name(&file.module)
}

/// One for the query itself, and those of what it loads. There is no cycle.
fn round_trips(query: &str, linked: &Linked) -> u32 {
    let loads = linked.get(query).into_iter().flat_map(|(loads, _)| loads);
    1 + loads
        .map(|load| round_trips(&load.child, linked))
        .sum::<u32>()
}

struct Linker<'a> {
    modules: &'a [Module],
    sources: &'a [SourceFile],
    linked: Linked,
    /// The queries that are being linked, each a child of the one before.
    open: Vec<String>,
}

/// A load, with what is needed to report what is wrong with it.
struct Site<'a> {
    file: &'a SourceFile,
    load: &'a LoadDirective,
    parent: &'a Query,
    child: &'a Query,
    /// The parameters of what the child loads itself.
    child_params: &'a [Param],
    child_module: &'a Module,
    child_span: Range<usize>,
}

impl Site<'_> {
    /// An error at a place of the load, which also shows the child.
    fn error(&self, code: &'static str, message: String, span: &Range<usize>) -> Diagnostic {
        Diagnostic::error(code, message)
            .at(&self.file.path, span.clone(), "")
            .at(
                &self.child_module.path,
                self.child_span.clone(),
                "the rows loaded",
            )
    }
}

impl<'a> Linker<'a> {
    /// Links the loads of a query, those of its children first.
    fn link(&mut self, file: &'a SourceFile, source: &'a SourceQuery, found: &mut Diagnostics) {
        let name = full_name(file, source);
        // A query that is not there has errors of its own.
        let Some((_, parent)) = self
            .query(&name)
            .filter(|_| !self.linked.contains_key(&name))
        else {
            return;
        };
        self.open.push(name.clone());
        let (mut loads, mut added) = (Vec::new(), Vec::new());
        for load in &source.directives.loads {
            match self.load(file, parent, load, &mut added, found) {
                Ok(load) => loads.extend(load),
                Err(diagnostic) => found.push(*diagnostic),
            }
        }
        self.open.pop();
        self.linked.insert(name, (loads, added));
    }

    fn query(&self, full_name: &str) -> Option<(&'a Module, &'a Query)> {
        self.modules.iter().find_map(|module| {
            let mut queries = module.queries.iter();
            let query = queries.find(|query| query.full_name == full_name)?;
            Some((module, query))
        })
    }

    /// The query that a load names: of the same file, else the only one of that name.
    fn child(
        &self,
        file: &SourceFile,
        load: &LoadDirective,
    ) -> Result<(&'a SourceFile, &'a SourceQuery), Box<Diagnostic>> {
        let all = || {
            let files = self.sources.iter();
            let first = |file: &'a SourceFile| file.queries.iter().filter(|q| q.is_first());
            files.flat_map(move |file| first(file).map(move |query| (file, query)))
        };
        let called = |file: &SourceFile, query: &SourceQuery| {
            names::snake_case(&query.name) == load.child || full_name(file, query) == load.child
        };
        let mut named: Vec<_> = all().filter(|(file, query)| called(file, query)).collect();
        if named.len() > 1 {
            let near = named.iter().find(|(of, _)| of.module == file.module);
            named = near.into_iter().copied().collect();
        }
        let error = |message: String| {
            Diagnostic::error("unknown-query", message).at(&file.path, load.child_span.clone(), "")
        };
        let diagnostic = match named.as_slice() {
            [only] => return Ok(*only),
            [] if all().any(|(file, query)| called(file, query)) => {
                let message = format!("several files have a query `{}`", load.child);
                error(message).help("write its module as well: `module::query`")
            }
            _ => {
                let known: Vec<String> = all().map(|(f, q)| full_name(f, q)).collect();
                let short = known.iter().filter_map(|name| name.split("::").nth(1));
                let known = known.iter().map(String::as_str).chain(short);
                let diagnostic = error(format!("there is no query `{}`", load.child));
                match names::nearest(&load.child, known) {
                    Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                    None => {
                        diagnostic.help("the rows that belong to a row are a query of their own")
                    }
                }
            }
        };
        Err(Box::new(diagnostic))
    }

    fn load(
        &mut self,
        file: &'a SourceFile,
        parent: &'a Query,
        load: &'a LoadDirective,
        added: &mut Vec<Param>,
        found: &mut Diagnostics,
    ) -> Result<Option<Load>, Box<Diagnostic>> {
        let (child_file, child_source) = self.child(file, load)?;
        let Some((child_module, child)) = self.query(&full_name(child_file, child_source)) else {
            return Ok(None);
        };
        if self.open.contains(&child.full_name) {
            let message = format!(
                "`{}` is loaded for rows of its own: it would never end",
                child.full_name
            );
            let diagnostic = Diagnostic::error("load-cycle", message)
                .at(&file.path, load.child_span.clone(), "")
                .help("load rows from one side only");
            return Err(Box::new(diagnostic));
        }
        self.link(child_file, child_source, found);
        let nested = self.linked.get(&child.full_name);
        let nested = nested.filter(|(loads, _)| !loads.is_empty());
        let site = Site {
            file,
            load,
            parent,
            child,
            child_params: nested.map_or(&[], |(_, added)| added),
            child_module,
            child_span: child_source.name_span.clone(),
        };
        field(&site)?;
        let (args, key) = site_args(&site, added)?;
        let by = site_by(&site, &key)?;
        let row = child.row.as_ref().map(|row| row.name.clone());
        let row = nested.map_or(row, |_| Some(child.loaded_name()));
        Ok(Some(Load {
            ident: names::identifier(&load.field),
            child: child.full_name.clone(),
            module: (child_module.name != file.module).then(|| child_module.name.clone()),
            row: row.unwrap_or_default(),
            args,
            own_args: child.analysis.params.len(),
            key,
            by,
            shape: load.shape,
        }))
    }
}

/// The field is new, and both sides return rows.
fn field(site: &Site<'_>) -> Result<(), Box<Diagnostic>> {
    let Site {
        load,
        parent,
        child,
        ..
    } = site;
    if parent.row.is_none() {
        let message = format!("`{}` returns no rows to load anything for", parent.name);
        return Err(Box::new(site.error(
            "load-without-rows",
            message,
            &load.span,
        )));
    }
    if child.command != Command::Many {
        let message = format!(
            "`{}` answers one parent at a time: it is a `{}`",
            child.name,
            child.command.word()
        );
        let help = "make it a `:many` whose parameter is an array: `WHERE key = ANY (:keys)`";
        let diagnostic = site.error("load-one-by-one", message, &load.child_span);
        return Err(Box::new(diagnostic.help(help)));
    }
    if child.page.is_some() {
        let message = format!("`{}` returns one page of its rows", child.name);
        let diagnostic = site.error("load-parameter", message, &load.child_span);
        let help = "load a query that returns all rows of the parents, or the first few of each";
        return Err(Box::new(diagnostic.help(help)));
    }
    if !child.orders.is_empty() {
        let message = format!("`{}` asks its callers for an order", child.name);
        let diagnostic = site.error("load-parameter", message, &load.child_span);
        let help = "load a query with an ORDER BY clause of its own";
        return Err(Box::new(diagnostic.help(help)));
    }
    let ident = names::identifier(&load.field);
    let columns = parent.analysis.columns.iter();
    let mut heads = columns.map(|column| column.name.split('.').next().unwrap_or_default());
    if heads.any(|head| names::identifier(head) == ident) {
        let message = format!("the query returns a column `{}` already", load.field);
        let diagnostic = site.error("duplicate-column", message, &load.span);
        return Err(Box::new(diagnostic.help("give the field another name")));
    }
    Ok(())
}

fn column<'a>(query: &'a Query, name: &str) -> Option<&'a Column> {
    let mut columns = query.analysis.columns.iter();
    columns.find(|column| column.name == name)
}

/// What each parameter of the child gets, in their order, and the parent's columns that are
/// the key.
fn site_args(
    site: &Site<'_>,
    added: &mut Vec<Param>,
) -> Result<(Vec<Given>, Vec<KeyColumn>), Box<Diagnostic>> {
    let Site { load, child, .. } = site;
    let params = || child.analysis.params.iter().chain(site.child_params);
    for arg in &load.args {
        if params().all(|param| param.name != arg.param) {
            let message = format!("`{}` has no parameter `{}`", child.name, arg.param);
            let known = params().map(|param| param.name.as_str());
            let diagnostic = site.error("unknown-parameter", message, &arg.span);
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
            let message = format!(
                "`{}` of `{}` gets no value, or more than one",
                param.name, child.name
            );
            let help = format!(
                "give it one: `{0} = column`, or `{0} = :parameter`",
                param.name
            );
            let diagnostic = site.error("load-parameter", message, &load.child_span);
            return Err(Box::new(diagnostic.help(help)));
        };
        given.push(match &arg.value {
            LoadValue::Parameter(name) => parameter(site, param, name, &arg.value_span, added)?,
            LoadValue::Column(name) => {
                key.push(keys(site, param, name, &arg.value_span)?);
                Given::Keys {
                    param: names::identifier(&param.name),
                    part: key.len() - 1,
                    wrap: param.nullable,
                }
            }
        });
    }
    if key.is_empty() {
        let message = format!(
            "no parameter of `{}` gets a column of the parents",
            child.name
        );
        let diagnostic = site.error("load-without-key", message, &load.child_span);
        let help = "one has to be an array that gets the keys of all parents: `keys = id`";
        return Err(Box::new(diagnostic.help(help)));
    }
    if let (LoadShape::One, Some(null)) = (load.shape, key.iter().find(|key| key.nullable)) {
        let message = format!(
            "`{}` can be null, and then there is not one row",
            null.ident
        );
        let diagnostic = site.error("load-key-null", message, &load.span);
        return Err(Box::new(diagnostic.help("end the line with `opt`")));
    }
    Ok((given, key))
}

/// A parameter of the child that gets what the parent's own has; one that the parent does not
/// have is a parameter of the function.
fn parameter(
    site: &Site<'_>,
    param: &Param,
    name: &str,
    span: &Range<usize>,
    added: &mut Vec<Param>,
) -> Result<Given, Box<Diagnostic>> {
    let Site { parent, child, .. } = site;
    let mut own = parent.analysis.params.iter();
    let own = own.find(|own| own.name == name);
    let of_parent = own.is_some();
    let own = match own.or_else(|| added.iter().find(|own| own.name == name)) {
        Some(own) => own.clone(),
        None if name == "order" && !parent.orders.is_empty() => {
            let message = "callers give the order of the parents by this name".to_owned();
            let diagnostic = site.error("load-parameter", message, span);
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
        return Err(Box::new(site.error("load-type", message, span)));
    }
    let wrap = param.nullable && !own.nullable;
    let (param, own) = (names::identifier(&param.name), names::identifier(name));
    Ok(if of_parent {
        Given::Parameter { param, own, wrap }
    } else {
        Given::Added { param, own, wrap }
    })
}

/// A parameter of the child that gets a column of all parents.
fn keys(
    site: &Site<'_>,
    param: &Param,
    name: &str,
    span: &Range<usize>,
) -> Result<KeyColumn, Box<Diagnostic>> {
    let RustType::Array(element) = &param.rust_type else {
        let message = format!(
            "`{}` of `{}` takes one value: the rows would be loaded one parent at a time",
            param.name, site.child.name
        );
        let help = format!(
            "let it take all of them: `WHERE key = ANY (:{0})`, and `-- @param {0} {1}[]` where \
             the type is not inferred",
            param.name, param.sql_type
        );
        let diagnostic = site.error("load-one-by-one", message, span);
        return Err(Box::new(diagnostic.help(help)));
    };
    let own = column_of(site, site.parent, name, span)?;
    same_type(site, own, element, &param.sql_type, span)?;
    Ok(key_column(own))
}

/// The columns of the child that say which parent it belongs to, in the order of the key.
fn site_by(site: &Site<'_>, key: &[KeyColumn]) -> Result<Vec<KeyColumn>, Box<Diagnostic>> {
    let Site { load, child, .. } = site;
    if child.row.as_ref().is_some_and(|row| row.scalar.is_some()) {
        let message = format!(
            "`{}` returns one column, and nothing beside the key",
            child.name
        );
        let diagnostic = site.error("load-without-key", message, &load.child_span);
        return Err(Box::new(
            diagnostic.help("return what belongs to the parent as well"),
        ));
    }
    if load.by.len() != key.len() {
        let message = format!(
            "the key has {} columns, and {} are named behind `by`",
            key.len(),
            load.by.len()
        );
        let span = load.by.first().map_or(&load.span, |(_, span)| span);
        return Err(Box::new(site.error("load-key", message, span)));
    }
    let by = load.by.iter().zip(key).map(|((name, span), key)| {
        let own = column_of(site, child, name, span)?;
        same_type(site, own, &key.rust_type, &key.sql_type, span)?;
        if own.nullable {
            let message = format!("`{name}` of `{}` can be null", child.name);
            let help = format!(
                "leave such rows out: `WHERE {name} IS NOT NULL`, or say that there are none: \
                 `-- @column {name} not null`"
            );
            let diagnostic = site.error("load-key-null", message, span);
            return Err(Box::new(diagnostic.help(help)));
        }
        Ok(key_column(own))
    });
    by.collect()
}

/// A column that is a field of the row itself.
fn column_of<'a>(
    site: &Site<'_>,
    query: &'a Query,
    name: &str,
    span: &Range<usize>,
) -> Result<&'a Column, Box<Diagnostic>> {
    let found = column(query, name).filter(|column| !column.name.contains('.'));
    found.ok_or_else(|| {
        let message = format!("`{}` returns no column `{name}`", query.name);
        let known = query.analysis.columns.iter().map(|c| c.name.as_str());
        let diagnostic = site.error("unknown-column", message, span);
        Box::new(match names::nearest(name, known) {
            Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
            None => diagnostic.help(format!("let `{}` return it", query.name)),
        })
    })
}

fn same_type(
    site: &Site<'_>,
    own: &Column,
    other: &RustType,
    other_type: &str,
    span: &Range<usize>,
) -> Result<(), Box<Diagnostic>> {
    let message = if own.rust_type != *other {
        format!(
            "`{}` is `{}`, and is matched with `{other_type}`",
            own.name, own.sql_type
        )
    } else if !own.rust_type.is_key() {
        format!("`{}` is `{}`, which is no key", own.name, own.sql_type)
    } else {
        return Ok(());
    };
    let help = "both sides have one type: cast one of them in its SQL";
    Err(Box::new(site.error("load-type", message, span).help(help)))
}

fn key_column(column: &Column) -> KeyColumn {
    KeyColumn {
        ident: names::identifier(&column.name),
        sql_type: column.sql_type.clone(),
        rust_type: column.rust_type.clone(),
        nullable: column.nullable,
    }
}
