//! Findings about the variants of one query: the same finding is shown once, and says of which
//! variants it is true.

use super::{Diagnostic, OfVariant};

/// How many variants are named.
const NAMED: usize = 4;
/// Findings that are none unless they are true of every variant: a directive is of use when
/// one of them needs it.
const OF_ALL: [&str; 2] = ["unused-directive", "unused-allow"];

impl AsRef<Diagnostic> for Diagnostic {
    fn as_ref(&self) -> &Diagnostic {
        self
    }
}

impl AsMut<Diagnostic> for Diagnostic {
    fn as_mut(&mut self) -> &mut Diagnostic {
        self
    }
}

/// Keeps the first of each group of findings that say the same of variants of one query.
pub(crate) fn once<T: AsRef<Diagnostic> + AsMut<Diagnostic>>(list: Vec<T>) -> Vec<T> {
    let mut kept: Vec<(T, Vec<OfVariant>)> = Vec::new();
    for mut item in list {
        let Some(variant) = item.as_mut().variant.take() else {
            kept.push((item, Vec::new()));
            continue;
        };
        let said = kept.iter_mut().find(|(known, variants)| {
            !variants.is_empty() && is_same(known.as_ref(), item.as_ref())
        });
        match said {
            Some((_, variants)) => variants.push(variant),
            None => kept.push((item, vec![variant])),
        }
    }
    let told = kept.into_iter().filter_map(|(mut item, mut variants)| {
        variants.dedup();
        let count = variants.first().map_or(0, |variant| variant.count);
        if variants.len() < count {
            let diagnostic = item.as_mut();
            if OF_ALL.contains(&diagnostic.code) {
                return None;
            }
            diagnostic.notes.push(of_some(&variants, count));
        }
        Some(item)
    });
    told.collect()
}

/// Whether two findings say the same at the same place.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    (one.level, one.code, &one.message, &one.labels)
        == (other.level, other.code, &other.message, &other.labels)
}

/// Of which variants a finding is true.
fn of_some(variants: &[OfVariant], count: usize) -> String {
    let named: Vec<&str> = variants
        .iter()
        .map(|v| v.name.as_str())
        .take(NAMED)
        .collect();
    let named = named.join("`, `");
    let more = match variants.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "in {} of the query's {count} variants: `{named}`{more}",
        variants.len()
    )
}
