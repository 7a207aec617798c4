//! The access path of each table, from the planner's generic plan.
//!
//! A plan is reduced to what a reviewer wants to see change: how each table is
//! reached. Costs are left out, they differ between machines.

use std::fmt;

use serde_json::Value;

/// How the planner reaches one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPath {
    /// The table as a reader calls it.
    pub table: String,
    /// Its alias in the query, when that differs.
    pub alias: Option<String>,
    /// The way to its rows.
    pub method: Method,
}

/// The way to a table's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// An index, and the condition it answers.
    Index {
        /// `index`, `index only` or `bitmap`.
        kind: &'static str,
        /// The index's name.
        name: String,
        /// What the index is searched for; empty when it is read whole.
        condition: String,
    },
    /// Several indexes combined into one bitmap.
    Bitmaps(Vec<String>),
    /// Every row is read.
    SeqScan,
    /// Another scan, such as by `ctid`; PostgreSQL's name of it.
    Other(String),
    /// Rows are inserted; with the index that decides on conflicts.
    Insert {
        /// The arbiter of ON CONFLICT.
        arbiter: Option<String>,
    },
}

impl AccessPath {
    /// Whether rows are found through an index of this name.
    #[must_use]
    pub fn uses(&self, index: &str) -> bool {
        match &self.method {
            Method::Index { name, .. } => name == index,
            Method::Bitmaps(names) => names.iter().any(|name| name == index),
            Method::Insert { arbiter } => arbiter.as_deref() == Some(index),
            Method::SeqScan | Method::Other(_) => false,
        }
    }
}

/// A plan reduced to what is kept of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The paths in the order of the plan.
    pub paths: Vec<AccessPath>,
    /// Whether rows are sorted, rather than read in order.
    pub sorts: bool,
}

impl fmt::Display for AccessPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)?;
        if let Some(alias) = &self.alias {
            write!(f, " {alias}")?;
        }
        write!(f, ": {}", self.method)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index {
                kind,
                name,
                condition,
            } if condition.is_empty() => {
                write!(f, "{kind} {name} (whole)")
            }
            Self::Index {
                kind,
                name,
                condition,
            } => write!(f, "{kind} {name} ({condition})"),
            Self::Bitmaps(names) => write!(f, "bitmap {}", names.join(", ")),
            Self::SeqScan => f.write_str("sequential scan"),
            Self::Other(node) => f.write_str(node),
            Self::Insert { arbiter: None } => f.write_str("insert"),
            Self::Insert {
                arbiter: Some(index),
            } => write!(f, "insert, conflicts by {index}"),
        }
    }
}

/// Reduces EXPLAIN's JSON; parameters get the names of `params`. What cannot be read
/// as a plan is an empty one.
#[must_use]
pub fn reduce(json: &str, params: &[&str]) -> Plan {
    let mut plan = Plan::default();
    let parsed: Value = serde_json::from_str(json).unwrap_or(Value::Null);
    if let Some(root) = parsed.get(0).and_then(|entry| entry.get("Plan")) {
        visit(root, &mut plan);
    }
    for path in &mut plan.paths {
        if let Method::Index { condition, .. } = &mut path.method {
            // From the last to the first: `$1` also begins `$12`.
            for (index, name) in params.iter().enumerate().rev() {
                *condition = condition.replace(&format!("${}", index + 1), &format!(":{name}"));
            }
        }
    }
    plan
}

fn visit(node: &Value, plan: &mut Plan) {
    let kind = text(node, "Node Type");
    plan.sorts |= matches!(kind, "Sort" | "Incremental Sort");
    match kind {
        "Bitmap Heap Scan" => {
            plan.paths.push(path(node, bitmap(node)));
        }
        "Seq Scan" => plan.paths.push(path(node, Method::SeqScan)),
        "Index Scan" => plan.paths.push(path(node, index(node, "index"))),
        "Index Only Scan" => plan.paths.push(path(node, index(node, "index only"))),
        "ModifyTable" if text(node, "Operation") == "Insert" => {
            let arbiter = node
                .get("Conflict Arbiter Indexes")
                .and_then(|names| names.get(0))
                .and_then(Value::as_str)
                .map(str::to_owned);
            plan.paths.push(path(node, Method::Insert { arbiter }));
        }
        // A modified table is reached by the scan below, under its own name.
        "ModifyTable" => {}
        _ if node.get("Relation Name").is_some() => {
            plan.paths
                .push(path(node, Method::Other(kind.to_lowercase())));
        }
        _ => {}
    }
    for child in children(node) {
        visit(child, plan);
    }
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("Plans")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'a>(node: &'a Value, field: &str) -> &'a str {
    node.get(field).and_then(Value::as_str).unwrap_or("")
}

fn path(node: &Value, method: Method) -> AccessPath {
    let table = text(node, "Relation Name").to_owned();
    let alias = text(node, "Alias");
    AccessPath {
        alias: (!alias.is_empty() && alias != table).then(|| alias.to_owned()),
        table,
        method,
    }
}

fn index(node: &Value, kind: &'static str) -> Method {
    Method::Index {
        kind,
        name: text(node, "Index Name").to_owned(),
        condition: condition(text(node, "Index Cond")),
    }
}

fn bitmap(node: &Value) -> Method {
    let mut scans = Vec::new();
    let mut pending: Vec<&Value> = children(node).collect();
    // Below a bitmap scan stand its bitmaps, and the sub-queries of its filter.
    while let Some(child) = pending.pop() {
        match text(child, "Node Type") {
            "Bitmap Index Scan" => scans.push(child),
            "BitmapAnd" | "BitmapOr" => pending.extend(children(child)),
            _ => {}
        }
    }
    match scans.as_slice() {
        [scan] => index(scan, "bitmap"),
        _ => {
            let mut names: Vec<String> = scans
                .iter()
                .map(|s| text(s, "Index Name").to_owned())
                .collect();
            names.sort();
            Method::Bitmaps(names)
        }
    }
}

/// `((a = $1) AND (b = $2))` reads as `a = $1 AND b = $2`.
fn condition(text: &str) -> String {
    let Some(inner) = unwrap(text) else {
        return text.to_owned();
    };
    let parts: Vec<&str> = inner.split(" AND ").collect();
    match parts
        .iter()
        .map(|part| unwrap(part))
        .collect::<Option<Vec<&str>>>()
    {
        Some(parts) if parts.len() > 1 => parts.join(" AND "),
        _ => inner.to_owned(),
    }
}

/// The text inside brackets that open at its start and close at its end.
fn unwrap(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for byte in inner.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_lose_the_brackets_that_say_nothing() {
        for (from, to) in [
            ("(a = $1)", "a = $1"),
            ("((a = $1) AND (b = $2))", "a = $1 AND b = $2"),
            (
                "((a = ANY ($1)) AND (b > ($2 + 1)))",
                "a = ANY ($1) AND b > ($2 + 1)",
            ),
            ("(a) OR (b)", "(a) OR (b)"),
            ("", ""),
        ] {
            assert_eq!(condition(from), to);
        }
    }

    #[test]
    fn a_sub_query_below_a_bitmap_scan_keeps_its_tables() {
        let json = r#"[{"Plan": {
            "Node Type": "Bitmap Heap Scan", "Relation Name": "a", "Alias": "a",
            "Plans": [
                {"Node Type": "Bitmap Index Scan", "Index Name": "a_x", "Index Cond": "(x = $1)"},
                {"Node Type": "Aggregate", "Plans": [{
                    "Node Type": "Bitmap Heap Scan", "Relation Name": "b", "Alias": "b",
                    "Plans": [{"Node Type": "Bitmap Index Scan", "Index Name": "b_y", "Index Cond": "(y = a.x)"}]
                }]}
            ]}}]"#;
        let plan = reduce(json, &["x"]);
        let paths: Vec<String> = plan.paths.iter().map(ToString::to_string).collect();
        assert_eq!(paths, ["a: bitmap a_x (x = :x)", "b: bitmap b_y (y = a.x)"]);
    }

    #[test]
    fn what_is_no_plan_has_no_paths() {
        for text in ["", "[]", "{}", "[{\"Plan\": 1}]", "nonsense"] {
            assert_eq!(reduce(text, &[]), Plan::default());
        }
    }
}
