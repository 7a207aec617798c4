//! `page-unindexed`: the next page is found through an index, wherever it is.

use super::{Report, Rule, Subject, seq_scan};
use crate::analyze::{Operand, Reference, Side, Test};
use crate::config::RuleLevel;
use crate::quoting::identifier;
use crate::schema::{Order, Table};
use crate::source::pages::cursor_param;
use crate::source::{PageDirective, PageKey};

pub(super) const RULE: Rule = Rule {
    name: "page-unindexed",
    level: RuleLevel::Deny,
    docs: include_str!("docs/page-unindexed.md"),
};

pub(super) fn check(subject: &Subject<'_>, report: &mut Report) {
    let variant = subject.query.variant.as_ref();
    let Some(page) = &subject.query.directives.page else {
        return;
    };
    let (true, Some(key)) = (
        variant.is_some_and(|variant| variant.after == Some(true)),
        page.keys.first(),
    ) else {
        return;
    };
    let cursor = format!(":{}", cursor_param(&key.name));
    let table = table(subject);
    let name = table.map(Table::display_name);
    let small = name
        .as_ref()
        .is_some_and(|name| subject.rows.of(name) <= seq_scan::SMALL);
    let searched = subject.plan.paths.iter().any(|path| {
        let condition = path.method.in_order();
        condition.is_some_and(|scan| scan.condition.contains(&cursor))
    });
    // Rows that come in the order of the first columns are sorted a few at a time.
    let sorted = subject.plan.sorts.iter().find(|sort| !sort.incremental);
    if small || searched && sorted.is_none() {
        return;
    }
    let message = if searched {
        format!(
            "each page of `{}` sorts all rows behind it",
            subject.query.name
        )
    } else {
        format!(
            "each page of `{}` is looked for in all rows",
            subject.query.name
        )
    };
    let mut diagnostic =
        RULE.says(message)
            .at(&subject.file.path, key.span.clone(), "the pages' key");
    for line in subject.plan.lines() {
        diagnostic = diagnostic.note(format!("the plan has {line}"));
    }
    let help = match table {
        Some(table) => format!(
            "an index that begins with what is compared with one value, and goes on with the key, finds every page at once:\n{}",
            index(subject, table, page)
        ),
        None => "order pages by columns of one table, and make an index of them".to_owned(),
    };
    let assumed = name.is_none_or(|name| subject.rows.is_assumed(&name));
    report.push_of_size(&RULE, assumed, diagnostic.help(help));
}

/// The table that the key is taken from.
fn table<'a>(subject: &Subject<'a>) -> Option<&'a Table> {
    let paging = subject.analysis.shape.paging.as_ref()?;
    let (table, _) = paging.columns.first()?;
    subject.schema.tables.get(table)
}

/// The statement that makes an index for the pages.
fn index(subject: &Subject<'_>, table: &Table, page: &PageDirective) -> String {
    let paging = subject.analysis.shape.paging.iter();
    let key: Vec<i64> = paging.flat_map(|p| &p.columns).map(|(_, a)| *a).collect();
    let mut columns: Vec<String> = Vec::new();
    let of_table = |reference: &&Reference| {
        let reference = subject.schema.tables.get(&reference.table);
        reference.is_some_and(|reference| std::ptr::eq(reference, table))
    };
    let references = subject.analysis.references.iter().filter(of_table);
    for condition in references.flat_map(|reference| &reference.conditions) {
        let Side::Column(column) = condition.side else {
            continue;
        };
        let given = matches!(
            &condition.test,
            Test::Operator {
                order: Some(Order::Equal),
                any: false,
                with: Operand::Parameter(_) | Operand::Constant(_),
                ..
            }
        );
        let name = table
            .columns
            .get(&column)
            .map(|column| identifier(&column.name));
        if let (true, false, Some(name)) = (given, key.contains(&column), name)
            && !columns.contains(&name)
        {
            columns.push(name);
        }
    }
    let directions = |key: &PageKey| key.descending;
    // An index is read backwards as well.
    let mixed = page.keys.iter().any(directions) && !page.keys.iter().all(directions);
    for (attribute, key) in key.iter().zip(&page.keys) {
        let Some(column) = table.columns.get(attribute) else {
            continue;
        };
        let descending = if mixed && key.descending { " DESC" } else { "" };
        columns.push(identifier(&column.name) + descending);
    }
    format!(
        "CREATE INDEX CONCURRENTLY ON {} ({});",
        table.sql(),
        columns.join(", ")
    )
}
