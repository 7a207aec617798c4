//! The columns that order pages: never null, and never the same for two rows.

use super::{Column, Context, Shape};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{NullRule, PageKey};
use crate::types::RustType;

impl Context<'_> {
    /// Whether pages can be taken by their key; otherwise what is wrong with it is reported.
    /// `nullable` are the columns that can be null whatever the page.
    pub(super) fn check_pages(
        &self,
        columns: &[Column],
        nullable: &[bool],
        shape: &Shape,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let (Some(page), Some(paging)) = (&self.query.directives.page, &shape.paging) else {
            return true;
        };
        let mut ok = true;
        for key in &page.keys {
            let Some(index) = columns.iter().position(|column| column.name == key.name) else {
                continue;
            };
            // Behind a cursor no row has a null; on the first page one may.
            let said = self.query.directives.columns.iter();
            let mut said = said.filter(|d| d.null == NullRule::NotNull);
            let nullable = nullable.get(index).copied().unwrap_or(true)
                && !said.any(|directive| directive.name == key.name);
            if let Some(problem) = self.unusable_key(key, &columns[index], nullable) {
                ok = false;
                diagnostics.push(problem);
            }
        }
        if !paging.unique && ok {
            ok = false;
            let message = format!(
                "two rows of `{}` may stand at the same place in the order of its pages",
                self.query.name
            );
            let last = page.keys.last().map_or(&page.span, |key| &key.span);
            let written: Vec<String> = page.keys.iter().map(written).collect();
            let written = written.join(", ");
            let missing = &paging.missing;
            let names = |returned: bool| {
                let missing = missing.iter().filter(|m| m.returned.is_some() == returned);
                let names = missing.map(|m| m.returned.clone().unwrap_or(m.column.clone()));
                names.collect::<Vec<String>>().join("`, `")
            };
            let help = if missing.is_empty() {
                "end the key with columns that are unique in the result: the primary key of a table whose rows come once each".to_owned()
            } else if names(false).is_empty() {
                let added = names(true).replace('`', "");
                format!("add `{}`: `-- @page {written}, {added}`", names(true))
            } else {
                format!(
                    "let the query return `{}`, and end the key with it",
                    names(false)
                )
            };
            diagnostics.push(
                Diagnostic::error("page-key-not-unique", message)
                    .at(&self.file.path, last.clone(), "the last column of the key")
                    .note("where a page ends between two such rows, the second would never be seen")
                    .help(help),
            );
        }
        ok
    }

    fn unusable_key(&self, key: &PageKey, column: &Column, nullable: bool) -> Option<Diagnostic> {
        let name = &key.name;
        let error = |code, message: String| {
            Diagnostic::error(code, message).at(&self.file.path, key.span.clone(), "")
        };
        if let RustType::Array(_) = column.rust_type.plain() {
            let message = format!("`{name}` is `{}`, which no cursor holds", column.sql_type);
            return Some(error("page-key-type", message).help("order pages by single values"));
        }
        nullable.then(|| {
            error("page-key-null", format!("`{name}` can be null"))
                .note("a comparison with null finds no row: those behind it would never be seen")
                .help(format!(
                    "return `coalesce({name}, …)` under a name of its own, leave such rows out with `WHERE {name} IS NOT NULL`, or say that there are none: `-- @column {name} not null`"
                ))
        })
    }
}

fn written(key: &PageKey) -> String {
    if key.descending {
        format!("{} desc", key.name)
    } else {
        key.name.clone()
    }
}
