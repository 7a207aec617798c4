//! sqlc's configuration, of version 1 and 2, as far as Planwright has something for it.
//!
//! Its form is documented in sqlc's reference, "Config file".

use yaml_rust2::{Yaml, YamlLoader};

/// A catalog: queries, and the schema they are about.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) engine: String,
    pub(super) queries: Vec<String>,
    pub(super) schema: Vec<String>,
    pub(super) overrides: Vec<Override>,
    /// What has no counterpart, a line each.
    pub(super) left: Vec<String>,
}

/// A Go type in place of the one that sqlc would choose.
#[derive(Debug)]
pub(super) struct Override {
    /// A type, or a column as `table.column`.
    pub(super) of: String,
    pub(super) go_type: String,
}

impl Override {
    /// Whether a type of Rust's that generated code has anyway says the same.
    pub(super) fn is_built_in(&self) -> bool {
        const PLAIN: [&str; 6] = ["string", "bool", "byte", "rune", "error", "any"];
        const KNOWN: [&str; 8] = [
            "uuid.UUID",
            "time.Time",
            "time.Duration",
            "json.RawMessage",
            "decimal.Decimal",
            "netip.Addr",
            "netip.Prefix",
            "net.IP",
        ];
        let name = self.go_type.trim_start_matches(['*', '[', ']']);
        let last = name.rsplit('/').next().unwrap_or(name);
        let number = ["int", "uint", "float"].iter().any(|kind| {
            let bits = name.strip_prefix(kind);
            bits.is_some_and(|bits| bits.chars().all(|c| c.is_ascii_digit()))
        });
        let wraps = ["pgtype.", "sql.Null", "null.", "uuid.Null", "decimal.Null"];
        PLAIN.contains(&name)
            || KNOWN.contains(&last)
            || number
            || wraps.iter().any(|prefix| last.starts_with(prefix))
    }

    /// What the type may be called here.
    pub(super) fn rust_name(&self) -> String {
        let last = self.go_type.rsplit(['.', '/']).next().unwrap_or_default();
        last.chars().filter(char::is_ascii_alphanumeric).collect()
    }
}

/// Reads the file, which is YAML or JSON.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, String> {
    let documents = YamlLoader::load_from_str(text).map_err(|error| error.to_string())?;
    let root = documents.first().ok_or("it is empty")?;
    let version = scalar(&root["version"]).unwrap_or_default();
    let mut entries: Vec<Entry> = match version.as_str() {
        "1" => list(&root["packages"]).map(package).collect(),
        "2" => list(&root["sql"]).map(entry).collect(),
        "" => return Err("it has no `version`".to_owned()),
        other => return Err(format!("its version is `{other}`; 1 and 2 are read")),
    };
    let everywhere = match version.as_str() {
        "1" => root,
        _ => &root["overrides"]["go"],
    };
    for entry in &mut entries {
        overrides(&everywhere["overrides"], entry);
        renames(&everywhere["rename"], entry);
    }
    Ok(entries)
}

/// An entry of version 2.
fn entry(yaml: &Yaml) -> Entry {
    let mut entry = common(yaml);
    let go = &yaml["gen"]["go"];
    overrides(&go["overrides"], &mut entry);
    renames(&go["rename"], &mut entry);
    settings("gen.go", go, &["overrides", "rename"], &mut entry);
    for (key, value) in pairs(&yaml["gen"]) {
        if key != "go" && !value.is_badvalue() {
            entry
                .left
                .push(format!("`gen.{key}`: generated code is Rust"));
        }
    }
    if list(&yaml["codegen"]).next().is_some() {
        entry
            .left
            .push("`codegen`: plugins make other code".to_owned());
    }
    entry
}

/// A package of version 1.
fn package(yaml: &Yaml) -> Entry {
    let mut entry = common(yaml);
    overrides(&yaml["overrides"], &mut entry);
    renames(&yaml["rename"], &mut entry);
    let known = [
        "engine",
        "queries",
        "schema",
        "overrides",
        "rename",
        "database",
        "rules",
    ];
    settings("packages", yaml, &known, &mut entry);
    entry
}

fn common(yaml: &Yaml) -> Entry {
    let mut entry = Entry {
        engine: scalar(&yaml["engine"]).unwrap_or_default(),
        queries: scalars(&yaml["queries"]),
        schema: scalars(&yaml["schema"]),
        ..Entry::default()
    };
    if !yaml["database"].is_badvalue() {
        let why = "`database`: a check starts a server of its own";
        entry.left.push(why.to_owned());
    }
    if list(&yaml["rules"]).next().is_some() {
        let why = "`rules`: `planwright rules` lists those that a check has";
        entry.left.push(why.to_owned());
    }
    entry
}

/// Settings of the Go code.
fn settings(place: &str, yaml: &Yaml, known: &[&str], entry: &mut Entry) {
    let names: Vec<String> = pairs(yaml)
        .filter(|(key, _)| !known.contains(&key.as_str()))
        .map(|(key, _)| format!("`{key}`"))
        .collect();
    if !names.is_empty() {
        let names = names.join(", ");
        entry
            .left
            .push(format!("of `{place}`: {names}, which are about Go code"));
    }
}

fn overrides(yaml: &Yaml, entry: &mut Entry) {
    for given in list(yaml) {
        let of = scalar(&given["column"]).or_else(|| scalar(&given["db_type"]));
        let of = of.map(|of| {
            let of = of.strip_prefix("pg_catalog.").unwrap_or(&of);
            of.strip_prefix("public.").unwrap_or(of).to_owned()
        });
        match (of, go_type(&given["go_type"])) {
            (Some(of), Some(go_type)) => {
                let same = entry.overrides.iter().any(|known| known.of == of);
                if !same {
                    entry.overrides.push(Override { of, go_type });
                }
            }
            (of, _) => {
                let of = of.map_or_else(|| "nothing known".to_owned(), |of| format!("`{of}`"));
                entry.left.push(format!(
                    "the override of {of}: it changes Go's struct tags only"
                ));
            }
        }
    }
}

fn renames(yaml: &Yaml, entry: &mut Entry) {
    for (from, to) in pairs(yaml) {
        let to = scalar(to).unwrap_or_default();
        entry.left.push(format!(
            "`rename`: `{from}` as `{to}`; fields have their columns' names"
        ));
    }
}

/// `"path/package.Type"`, or the parts of it.
fn go_type(yaml: &Yaml) -> Option<String> {
    if let Some(written) = scalar(yaml) {
        return Some(written);
    }
    let name = scalar(&yaml["type"])?;
    let from = scalar(&yaml["import"]).or_else(|| scalar(&yaml["package"]));
    Some(from.map_or_else(|| name.clone(), |from| format!("{from}.{name}")))
}

fn scalar(yaml: &Yaml) -> Option<String> {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => Some(text.clone()),
        Yaml::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn scalars(yaml: &Yaml) -> Vec<String> {
    scalar(yaml).map_or_else(|| list(yaml).filter_map(scalar).collect(), |one| vec![one])
}

fn list(yaml: &Yaml) -> impl Iterator<Item = &Yaml> {
    yaml.as_vec().into_iter().flatten()
}

fn pairs(yaml: &Yaml) -> impl Iterator<Item = (String, &Yaml)> {
    let pairs = yaml.as_hash().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((scalar(key)?, value)))
}
