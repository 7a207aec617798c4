//! EXPLAIN's JSON to a [`Plan`].

use serde::Deserialize as _;
use serde_json::Value;

use super::text::{condition, named};
use super::{AccessPath, Bitmap, Cost, IndexScan, Method, Plan, Sort};

/// Nodes that hand each row on as soon as it comes: a LIMIT above them ends what is below.
const STREAMING: [&str; 9] = [
    "Limit",
    "Result",
    "ProjectSet",
    "LockRows",
    "Append",
    "Merge Append",
    "Subquery Scan",
    "Gather",
    "Gather Merge",
];

/// JSON that nests deeper than this is read on a stack of its own.
const DEEP: usize = 100;
/// More than the deepest plan needs that the server's own stack lets it make.
const STACK: usize = 256 * 1024 * 1024;

/// Reduces EXPLAIN's JSON; parameters get the names of `params`. What cannot be read
/// as a plan is an empty one.
#[must_use]
pub fn reduce(json: &str, params: &[&str]) -> Plan {
    if depth(json) <= DEEP {
        return reduce_here(json, params);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let reduced = thread.spawn_scoped(scope, || reduce_here(json, params));
        reduced.ok().and_then(|thread| thread.join().ok())
    })
    .unwrap_or_default()
}

/// How deep brackets nest outside of strings.
fn depth(json: &str) -> usize {
    let (mut deepest, mut depth, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn reduce_here(json: &str, params: &[&str]) -> Plan {
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.disable_recursion_limit();
    let parsed = Value::deserialize(&mut reader).unwrap_or(Value::Null);
    let mut reducer = Reducer {
        params,
        plan: Plan::default(),
    };
    if let Some(root) = parsed.get(0).and_then(|entry| entry.get("Plan")) {
        reducer.plan.rows = rounded(number(root, "Plan Rows"));
        reducer.plan.cost = cost(root);
        reducer.visit(root, &Place::TOP);
    }
    reducer.plan
}

/// What the nodes above say of a node.
#[derive(Clone, Copy)]
struct Place {
    /// How often it is done.
    loops: f64,
    /// How often, when its rows are kept and read again.
    kept_loops: f64,
    /// How many processes share its rows.
    processes: f64,
    /// Whether a LIMIT ends it early.
    limited: bool,
}

impl Place {
    const TOP: Self = Self {
        loops: 1.0,
        kept_loops: 1.0,
        processes: 1.0,
        limited: false,
    };

    fn done(self, loops: f64) -> Self {
        Self {
            loops,
            kept_loops: loops,
            ..self
        }
    }
}

struct Reducer<'a> {
    params: &'a [&'a str],
    plan: Plan,
}

impl Reducer<'_> {
    fn visit(&mut self, node: &Value, place: &Place) {
        match text(node, "Node Type") {
            "Sort" => self.sort(node, place, false),
            "Incremental Sort" => self.sort(node, place, true),
            "Bitmap Heap Scan" => {
                let scans: Vec<&Value> = children(node).filter(|c| is_bitmap(c)).collect();
                let method = scans.first().map(|c| Method::Bitmap(self.bitmap(c)));
                self.path(node, place, method.unwrap_or(Method::SeqScan));
            }
            "Seq Scan" => self.path(node, place, Method::SeqScan),
            kind @ ("Index Scan" | "Index Only Scan") => {
                let method = Method::Index {
                    only: kind == "Index Only Scan",
                    scan: self.index(node),
                };
                self.path(node, place, method);
            }
            "ModifyTable" if text(node, "Operation") == "Insert" => {
                let names = node.get("Conflict Arbiter Indexes");
                let names = names.and_then(Value::as_array).into_iter().flatten();
                let arbiters = names.filter_map(Value::as_str).map(str::to_owned).collect();
                self.path(node, place, Method::Insert { arbiters });
            }
            // A modified table is reached by the scan below, under its own name.
            "ModifyTable" => {}
            kind if node.get("Relation Name").is_some() => {
                self.path(node, place, Method::Other(kind.to_lowercase()));
            }
            _ => {}
        }
        for child in children(node).filter(|child| !is_bitmap(child)) {
            self.visit(child, &below(node, child, *place));
        }
    }

    fn path(&mut self, node: &Value, place: &Place, method: Method) {
        let table = text(node, "Relation Name").to_owned();
        let alias = text(node, "Alias");
        let searched = match &method {
            Method::Index { scan, .. } | Method::Bitmap(Bitmap::Scan(scan)) => &scan.condition,
            _ => "",
        };
        let recheck = self.condition(node, "Recheck Cond");
        let conditions = ["Filter", "TID Cond"].map(|field| self.condition(node, field));
        let conditions: Vec<String> = conditions.into_iter().filter(|c| !c.is_empty()).collect();
        self.plan.paths.push(AccessPath {
            alias: (!alias.is_empty() && alias != table).then(|| alias.to_owned()),
            table,
            partitions: Vec::new(),
            recheck: if recheck == searched {
                String::new()
            } else {
                recheck
            },
            filter: conditions.join(" AND "),
            method,
            rows: rounded(number(node, "Plan Rows") * place.processes),
            loops: rounded(place.loops),
            cost: cost(node),
            limited: place.limited,
        });
    }

    fn sort(&mut self, node: &Value, place: &Place, incremental: bool) {
        let keys = node.get("Sort Key").and_then(Value::as_array);
        let keys = keys.into_iter().flatten().filter_map(Value::as_str);
        self.plan.sorts.push(Sort {
            keys: keys.map(|key| named(key, self.params)).collect(),
            rows: rounded(number(node, "Plan Rows") * place.processes),
            limited: place.limited,
            incremental,
        });
    }

    fn condition(&self, node: &Value, field: &str) -> String {
        named(&condition(text(node, field)), self.params)
    }

    fn index(&self, node: &Value) -> IndexScan {
        IndexScan {
            index: text(node, "Index Name").to_owned(),
            condition: self.condition(node, "Index Cond"),
        }
    }

    fn bitmap(&self, node: &Value) -> Bitmap {
        let parts = || children(node).map(|child| self.bitmap(child)).collect();
        match text(node, "Node Type") {
            "BitmapAnd" => Bitmap::And(parts()),
            "BitmapOr" => Bitmap::Or(parts()),
            _ => Bitmap::Scan(self.index(node)),
        }
    }
}

/// Below a bitmap scan stand its bitmaps, and the sub-queries of its filter.
fn is_bitmap(node: &Value) -> bool {
    matches!(
        text(node, "Node Type"),
        "Bitmap Index Scan" | "BitmapAnd" | "BitmapOr"
    )
}

/// What a node says of one of its children.
fn below(node: &Value, child: &Value, place: Place) -> Place {
    let kind = text(node, "Node Type");
    let place = Place {
        limited: kind == "Limit" || place.limited && STREAMING.contains(&kind),
        processes: place.processes * processes(node),
        ..place
    };
    match text(child, "Parent Relationship") {
        // Done once, before everything else.
        "InitPlan" => Place::TOP,
        "SubPlan" if is_hashed(node, child) => Place::TOP,
        "SubPlan" => Place::TOP.done(place.loops * number(node, "Plan Rows")),
        "Inner" if kind == "Nested Loop" => {
            let outer = children(node).find(|c| text(c, "Parent Relationship") == "Outer");
            let rows = outer.map_or(1.0, |outer| number(outer, "Plan Rows"));
            Place {
                loops: place.loops * rows.max(1.0),
                kept_loops: place.loops,
                limited: false,
                ..place
            }
        }
        // What is materialized is read again, and not made again.
        _ if kind == "Materialize" => place.done(place.kept_loops),
        _ => place.done(place.loops),
    }
}

/// Whether a sub-plan's rows are hashed, and then looked up.
fn is_hashed(node: &Value, child: &Value) -> bool {
    let name = format!("hashed {}", text(child, "Subplan Name"));
    node.as_object()
        .into_iter()
        .flatten()
        .filter_map(|(_, value)| value.as_str())
        .any(|value| value.contains(&name))
}

/// By how many processes the row counts below a Gather are divided (PostgreSQL's
/// `get_parallel_divisor`: the leader helps, the less the more workers there are).
fn processes(node: &Value) -> f64 {
    let workers = number(node, "Workers Planned");
    if workers == 0.0 {
        return 1.0;
    }
    workers + (1.0 - 0.3 * workers).max(0.0)
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

fn number(node: &Value, field: &str) -> f64 {
    node.get(field).and_then(Value::as_f64).unwrap_or(0.0)
}

fn cost(node: &Value) -> Cost {
    Cost(rounded(number(node, "Total Cost") * 100.0))
}

/// Numbers of rows are whole and not negative; what is too large is the largest number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn rounded(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(json: &str, params: &[&str]) -> Vec<String> {
        reduce(json, params).lines()
    }

    #[test]
    fn a_sub_query_below_a_bitmap_scan_keeps_its_tables() {
        let json = r#"[{"Plan": {
            "Node Type": "Bitmap Heap Scan", "Relation Name": "a", "Alias": "a", "Plan Rows": 7,
            "Recheck Cond": "(x = $1)",
            "Plans": [
                {"Node Type": "Bitmap Index Scan", "Index Name": "a_x", "Index Cond": "(x = $1)"},
                {"Node Type": "Aggregate", "Parent Relationship": "SubPlan", "Plans": [{
                    "Node Type": "Bitmap Heap Scan", "Relation Name": "b", "Alias": "b", "Plan Rows": 1,
                    "Plans": [{"Node Type": "Bitmap Index Scan", "Index Name": "b_y", "Index Cond": "(y = a.x)"}]
                }]}
            ]}}]"#;
        assert_eq!(
            lines(json, &["x"]),
            [
                "a: bitmap a_x (x = :x), ~10 rows",
                "b: bitmap b_y (y = a.x), ~1 row, ~10 times"
            ]
        );
    }

    #[test]
    fn loops_are_the_rows_of_what_drives_them() {
        let inner =
            r#""Relation Name": "b", "Alias": "b", "Plan Rows": 1, "Node Type": "Seq Scan""#;
        let join = |inner: &str| {
            format!(
                r#"[{{"Plan": {{"Node Type": "Nested Loop", "Plans": [
                    {{"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "a",
                      "Alias": "a", "Plan Rows": 100, "Filter": "(x > $1)"}}, {inner}]}}}}]"#
            )
        };
        let scanned = join(&format!(r#"{{"Parent Relationship": "Inner", {inner}}}"#));
        assert_eq!(
            lines(&scanned, &["x"]),
            [
                "a: sequential scan, filter (x > :x), ~100 rows",
                "b: sequential scan, ~1 row, ~100 times"
            ]
        );
        let kept = join(&format!(
            r#"{{"Node Type": "Materialize", "Parent Relationship": "Inner", "Plans": [
                {{"Parent Relationship": "Outer", {inner}}}]}}"#
        ));
        assert_eq!(lines(&kept, &[])[1], "b: sequential scan, ~1 row");
    }

    #[test]
    fn workers_share_the_rows_below_them() {
        let json = r#"[{"Plan": {"Node Type": "Gather", "Workers Planned": 2, "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "a", "Alias": "a", "Plan Rows": 417}]}}]"#;
        assert_eq!(reduce(json, &[]).paths[0].rows, 1_001);
    }

    #[test]
    fn a_limit_ends_what_streams_below_it() {
        let scan = r#"{"Node Type": "Seq Scan", "Relation Name": "a", "Alias": "a"}"#;
        let limit = |below: &str| {
            let json = format!(r#"[{{"Plan": {{"Node Type": "Limit", "Plans": [{below}]}}}}]"#);
            reduce(&json, &[])
        };
        assert!(limit(scan).paths[0].limited);
        let sort = limit(&format!(
            r#"{{"Node Type": "Sort", "Sort Key": ["x DESC"], "Plan Rows": 50, "Plans": [{scan}]}}"#
        ));
        assert!(!sort.paths[0].limited);
        assert!(sort.sorts[0].limited);
        assert_eq!(sort.sorts[0].to_string(), "sort by x DESC, ~100 rows");
    }

    #[test]
    fn what_is_no_plan_has_no_paths() {
        for text in ["", "[]", "{}", "[{\"Plan\": 1}]", "nonsense"] {
            assert_eq!(reduce(text, &[]), Plan::default());
        }
    }
}
