//! The variants of one query, put together: one signature for all of them.

use std::collections::BTreeSet;

use super::module::Checked;
use crate::analyze::{Analysis, Column, Param};
use crate::diagnostics::{Diagnostic, counted};
use crate::source::SourceFile;

/// The statements of each query. A query that lacks one has errors, and is left out.
pub(super) fn grouped(checked: Vec<Checked<'_>>) -> Vec<Vec<Checked<'_>>> {
    let mut groups: Vec<Vec<Checked<'_>>> = Vec::new();
    for query in checked {
        let span = &query.source.name_span;
        let of_last = |group: &&mut Vec<Checked<'_>>| {
            group
                .last()
                .is_some_and(|last| last.source.name_span == *span)
        };
        match groups.last_mut().filter(of_last) {
            Some(group) => group.push(query),
            None => groups.push(vec![query]),
        }
    }
    groups.retain(|group| {
        let first = group
            .first()
            .and_then(|first| first.source.variant.as_ref());
        first.is_none_or(|variant| group.len() == variant.count)
    });
    groups
}

/// What callers see of a query, whichever of its statements runs.
pub(super) fn merged(
    file: &SourceFile,
    variants: &[Checked<'_>],
) -> Result<Analysis, Box<Diagnostic>> {
    let (mut analysis, rest) = match variants {
        // There is a first one.
        [] => return Err(Box::new(Diagnostic::error("no-statement", "no statement"))),
        [first, rest @ ..] => (first.analysis.clone(), rest),
    };
    if rest.is_empty() {
        return Ok(analysis);
    }
    let each = || variants.iter().map(|variant| &variant.analysis);
    analysis.params = params(file, variants)?;
    for (number, variant) in variants.iter().enumerate() {
        let columns = &variant.analysis.columns;
        if let Some(difference) = difference(&analysis.columns, columns) {
            return Err(Box::new(mismatch(file, variants, number, &difference).help(
                "callers get one kind of row: let every variant return the same columns, and keep optional parts to conditions and joins",
            )));
        }
        for (column, other) in analysis.columns.iter_mut().zip(columns) {
            join(column, other);
        }
    }
    let tables: BTreeSet<&String> = each().flat_map(|analysis| &analysis.tables).collect();
    analysis.tables = tables.into_iter().cloned().collect();
    analysis.read_only = each().all(|analysis| analysis.read_only);
    let limits: Option<Vec<u32>> = each().map(|analysis| analysis.row_limit).collect();
    analysis.row_limit = limits.and_then(|limits| limits.into_iter().max());
    Ok(analysis)
}

/// The parameters of all variants. One that may be null may be null in each of them: what
/// is known of the columns of one where it may not would not hold otherwise.
fn params(file: &SourceFile, variants: &[Checked<'_>]) -> Result<Vec<Param>, Box<Diagnostic>> {
    let Some((source, variant)) = variants
        .first()
        .and_then(|first| Some((first.source, first.source.variant.as_ref()?)))
    else {
        return Ok(Vec::new());
    };
    let mut params = Vec::new();
    for name in &variant.params {
        let each = variants.iter().enumerate().filter_map(|(number, variant)| {
            let mut params = variant.analysis.params.iter();
            Some((number, params.find(|param| param.name == *name)?))
        });
        let each: Vec<(usize, &Param)> = each.collect();
        let Some((_, first)) = each.first() else {
            continue;
        };
        let other = each
            .iter()
            .find(|(_, param)| param.rust_type.plain() != first.rust_type.plain());
        if let Some((number, other)) = other {
            let types = format!("`:{name}` is `{}` and `{}`", first.sql_type, other.sql_type);
            let help = format!("say its type: `-- @param {name} {}`", other.sql_type);
            return Err(Box::new(
                mismatch(file, variants, *number, &types).help(help),
            ));
        }
        let optional = source.is_optional(name);
        // Where it is compared with a column in one variant only, it has that column's type.
        let users = each.iter().map(|(_, param)| &param.rust_type);
        let mut users = users.filter(|of| of.user().is_some());
        let rust_type = match users.next() {
            Some(user) if users.all(|other| other == user) => user.clone(),
            Some(_) => first.rust_type.plain(),
            None => first.rust_type.clone(),
        };
        params.push(Param {
            rust_type,
            nullable: optional || each.iter().all(|(_, param)| param.nullable),
            ..(*first).clone()
        });
    }
    Ok(params)
}

/// How the columns of two variants differ, if they do.
fn difference(first: &[Column], other: &[Column]) -> Option<String> {
    if first.len() != other.len() {
        return Some(format!(
            "{} and {}",
            counted(first.len(), "column"),
            other.len()
        ));
    }
    let mut pairs = first.iter().zip(other);
    let (this, that) = pairs.find(|(a, b)| a.name != b.name || a.rust_type != b.rust_type)?;
    Some(format!(
        "the column `{}`, `{}`, and the column `{}`, `{}`",
        this.name, this.sql_type, that.name, that.sql_type
    ))
}

fn mismatch(
    file: &SourceFile,
    variants: &[Checked<'_>],
    number: usize,
    difference: &str,
) -> Diagnostic {
    let (first, other) = (variants[0].source, variants[number].source);
    let message = format!("the variants of `{}` differ: {difference}", first.name);
    let (first, other) = (first.full_name(&file.module), other.full_name(&file.module));
    Diagnostic::error("variant-mismatch", message)
        .at(&file.path, variants[0].source.name_span.clone(), "")
        .note(format!("`{first}` is compared with `{other}`"))
}

/// A column is null when it is null in one of the variants.
fn join(column: &mut Column, other: &Column) {
    column.nullable |= other.nullable;
    column.inside_join |= other.inside_join;
    if column.joins != other.joins {
        // Of an outer join that is not always there, nothing follows for the others.
        column.joins.clear();
        column.inside_join = column.nullable;
    }
}
