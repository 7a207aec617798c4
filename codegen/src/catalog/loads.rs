//! `@load` lines, linked to the queries that they name.

mod key;
mod site;

use std::collections::BTreeMap;

use super::{Load, Module, Query};
use crate::analyze::Param;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::names;
use crate::schema::Schema;
use crate::source::{self, LoadDirective, SourceFile, SourceQuery};
use site::Site;

/// The loads of queries by their names, each with the parameters that it adds.
type Linked = BTreeMap<String, (Vec<Load>, Vec<Param>)>;

/// Links every `@load`. What cannot be linked is reported and left out.
pub(crate) fn link(
    schema: &Schema,
    modules: &mut [Module],
    sources: &[SourceFile],
    found: &mut Diagnostics,
) {
    let mut all = Linker {
        schema,
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
    let costs: Vec<(u32, bool)> = modules
        .iter()
        .flat_map(|module| &module.queries)
        .map(|query| {
            let name = &query.full_name;
            let several = query.command.is_batch() || pipelines(name, &linked);
            (round_trips(name, &linked), several)
        })
        .collect();
    let queries = modules.iter_mut().flat_map(|module| &mut module.queries);
    for (query, (round_trips, pipelines)) in queries.zip(costs) {
        let loads = linked.remove(&query.full_name);
        (query.loads, query.load_params) = loads.unwrap_or_default();
        (query.round_trips, query.pipelines) = (round_trips, pipelines);
    }
}

fn full_name(file: &SourceFile, query: &SourceQuery) -> String {
    query.query_name(&file.module)
}

fn loads<'a>(query: &str, linked: &'a Linked) -> &'a [Load] {
    linked.get(query).map_or(&[], |(loads, _)| loads)
}

/// One for the query itself and for what goes out with it, then the longest of those that
/// wait for its rows. There is no cycle.
fn round_trips(query: &str, linked: &Linked) -> u32 {
    let loads = loads(query, linked).iter();
    let trips = loads.map(|load| u32::from(load.waits()) + round_trips(&load.child, linked));
    trips.max().unwrap_or(1).max(1)
}

/// Whether a call has several statements under way at once.
fn pipelines(query: &str, linked: &Linked) -> bool {
    let loads = loads(query, linked);
    let together = loads.len() > 1 || loads.iter().any(|load| !load.waits());
    together || loads.iter().any(|load| pipelines(&load.child, linked))
}

struct Linker<'a> {
    schema: &'a Schema,
    modules: &'a [Module],
    sources: &'a [SourceFile],
    linked: Linked,
    /// The queries that are being linked, each a child of the one before.
    open: Vec<String>,
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
        for param in &mut added {
            let mut written = source.directives.params.iter();
            let written = written.find(|written| written.name == param.name);
            if let Some(doc) = written.and_then(|written| written.doc.clone()) {
                param.doc = Some(doc);
            }
        }
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
        let named = source::queries_named(self.sources, file, &load.child);
        let error = |message: String| {
            Diagnostic::error("unknown-query", message).at(&file.path, load.child_span.clone(), "")
        };
        let diagnostic = match named.as_slice() {
            [only] => return Ok(*only),
            [_, _, ..] => {
                let message = format!("several files have a query `{}`", load.child);
                error(message).help("write its module as well: `module::query`")
            }
            [] => {
                let files = self.sources.iter();
                let all = files.flat_map(|f| f.queries.iter().map(move |q| full_name(f, q)));
                let known: Vec<String> = all.collect();
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
                .at(
                    &child_file.path,
                    child_source.name_span.clone(),
                    "loads this one",
                )
                .help("load rows from one side only");
            return Err(Box::new(diagnostic));
        }
        self.link(child_file, child_source, found);
        let nested = self.linked.get(&child.full_name);
        let nested = nested.filter(|(loads, _)| !loads.is_empty());
        let site = Site {
            schema: self.schema,
            file,
            load,
            parent,
            child,
            child_params: nested.map_or(&[], |(_, added)| added),
            child_module,
            child_span: child_source.name_span.clone(),
        };
        site.field()?;
        let (args, key) = site.args(added)?;
        let (key, by) = site.by(key)?;
        let row = site.row(nested.is_some());
        Ok(Some(Load {
            ident: names::identifier(&load.field),
            child: child.full_name.clone(),
            module: (child_module.name != file.module).then(|| child_module.name.clone()),
            row,
            args,
            own_args: child.analysis.params.len(),
            key,
            by,
            shape: site.shape(),
            several: !child.variants.is_empty(),
        }))
    }
}
