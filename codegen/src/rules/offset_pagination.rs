//! `offset-pagination`: a page begins behind the last row seen.

use super::{Report, Rule, Subject};
use crate::analyze::{Keyset, KeysetKey};
use crate::config::RuleLevel;

pub(super) const RULE: Rule = Rule {
    name: "offset-pagination",
    level: RuleLevel::Warn,
    docs: include_str!("docs/offset-pagination.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    for offset in &subject.analysis.shape.offsets {
        let span = subject.query.map.to_file_range(offset.span.clone());
        let mut diagnostic = RULE
            .says(format!(
                "each page of `{}` reads all rows of the pages before it",
                subject.query.name
            ))
            .at(&subject.file.path, span, "rows that are read and thrown away")
            .note("a row that is added or removed meanwhile shifts the pages: rows are seen twice, or never");
        let help = match &offset.keyset {
            Some(keyset) => {
                for key in keyset.keys.iter().filter(|key| key.nullable) {
                    let note = format!(
                        "`{}` can be null, and a comparison finds no such row: order by `coalesce({}, …)`, or by a column that is never null",
                        key.column, key.column
                    );
                    diagnostic = diagnostic.note(note);
                }
                help(keyset)
            }
            None => "order by columns of which the last is unique, and ask for the rows behind the last one seen: `WHERE (created_at, id) > (:created_at, :id)`".to_owned(),
        };
        report.push(&RULE, diagnostic.help(help));
    }
}

fn help(keyset: &Keyset) -> String {
    let word = if keyset.has_where { "AND" } else { "WHERE" };
    let condition = condition(&keyset.keys);
    let order: Vec<String> = keyset.keys.iter().map(ordered).collect();
    let order = order.join(", ");
    let missing: Vec<&str> = keyset
        .keys
        .iter()
        .filter(|key| key.missing)
        .map(|key| key.column.as_str())
        .collect();
    let unique = match missing.as_slice() {
        [] => String::new(),
        _ => format!(
            " (`{}` last, so that no two rows stand at the same place)",
            missing.join("`, `")
        ),
    };
    format!(
        "remove OFFSET, and ask for the rows behind the last one seen: `{word} {condition} ORDER BY {order}`{unique}{}",
        page(keyset)
    )
}

/// The directive that gives the same pages, by the columns' own names.
fn page(keyset: &Keyset) -> String {
    if keyset.keys.iter().any(|key| key.nullable) {
        return String::new();
    }
    let keys = keyset.keys.iter().map(|key| {
        let name = key.column.rsplit('.').next().unwrap_or(&key.column);
        let direction = if key.descending { " desc" } else { "" };
        format!("{name}{direction}")
    });
    let keys = keys.collect::<Vec<String>>().join(", ");
    format!(
        "; in a query of its own, `-- @page {keys}` in place of ORDER BY, LIMIT and OFFSET writes it"
    )
}

fn ordered(key: &KeysetKey) -> String {
    if key.descending {
        format!("{} DESC", key.column)
    } else {
        key.column.clone()
    }
}

/// `(created_at, id) < (:created_at, :id)`; where directions differ, spelt out.
fn condition(keys: &[KeysetKey]) -> String {
    let compared = |key: &KeysetKey| {
        let operator = if key.descending { "<" } else { ">" };
        format!("{} {operator} :{}", key.column, key.param)
    };
    if let [key] = keys {
        return compared(key);
    }
    let same = keys
        .windows(2)
        .all(|two| two[0].descending == two[1].descending);
    if same {
        let columns: Vec<&str> = keys.iter().map(|key| key.column.as_str()).collect();
        let params: Vec<String> = keys.iter().map(|key| format!(":{}", key.param)).collect();
        let operator = if keys.iter().all(|key| key.descending) {
            "<"
        } else {
            ">"
        };
        return format!(
            "({}) {operator} ({})",
            columns.join(", "),
            params.join(", ")
        );
    }
    let arms = (0..keys.len()).map(|last| {
        let equal = keys[..last]
            .iter()
            .map(|key| format!("{} = :{}", key.column, key.param));
        let parts: Vec<String> = equal.chain([compared(&keys[last])]).collect();
        if parts.len() > 1 {
            format!("({})", parts.join(" AND "))
        } else {
            parts.join("")
        }
    });
    format!("({})", arms.collect::<Vec<String>>().join(" OR "))
}
