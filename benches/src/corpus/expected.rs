//! What another generator and PostgreSQL say of a case: its `expected.json`.

use serde::Deserialize;

/// One case.
#[derive(Deserialize)]
pub(super) struct Expected {
    pub(super) queries: Vec<Query>,
}

/// One query.
#[derive(Deserialize)]
pub(super) struct Query {
    pub(super) name: String,
    params: Vec<Value>,
    columns: Vec<Value>,
}

/// A parameter or a column; or columns that become one struct.
#[derive(Deserialize)]
pub(super) struct Value {
    /// Whether it can be null, as the other generator says.
    #[serde(default)]
    pub(super) nullable: Option<bool>,
    /// As the server describes it.
    #[serde(default)]
    pg_type: Option<String>,
    /// Whether a NULL was seen in it; without rows nobody knows.
    #[serde(default)]
    pub(super) null_seen: Option<bool>,
    /// Whether a parameter stands for several values.
    #[serde(default)]
    slice: bool,
    #[serde(default)]
    columns: Vec<Value>,
}

impl Query {
    /// The parameters in the order of their numbers.
    pub(super) fn params(&self) -> Vec<&Value> {
        self.params.iter().collect()
    }

    /// The columns in the order in which the server sends them.
    pub(super) fn columns(&self) -> Vec<&Value> {
        let mut flat = Vec::new();
        for column in &self.columns {
            column.flatten(&mut flat);
        }
        flat
    }
}

impl Value {
    fn flatten<'a>(&'a self, into: &mut Vec<&'a Value>) {
        if self.columns.is_empty() {
            into.push(self);
        }
        for column in &self.columns {
            column.flatten(into);
        }
    }

    /// The type by the name that `pg_type` has for it, without a length.
    pub(super) fn sql_type(&self) -> Option<String> {
        let written = self.pg_type.as_deref()?;
        let array = if self.slice || written.ends_with("[]") {
            "[]"
        } else {
            ""
        };
        let element = written.trim_end_matches("[]");
        Some(format!("{}{array}", base_name(&without_length(element))))
    }
}

/// `timestamp(3) with time zone` is `timestamp with time zone`.
fn without_length(name: &str) -> String {
    match (name.find('('), name.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &name[..open], &name[close + 1..])
        }
        _ => name.to_owned(),
    }
}

/// The name in `pg_type` of a type that SQL calls otherwise.
fn base_name(name: &str) -> String {
    let known = match name {
        "bigint" => "int8",
        "bit varying" => "varbit",
        "boolean" => "bool",
        "character" => "bpchar",
        "character varying" => "varchar",
        "double precision" => "float8",
        "integer" => "int4",
        "real" => "float4",
        "smallint" => "int2",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        other => other.strip_prefix("public.").unwrap_or(other),
    };
    known.replace('"', "")
}
