//! The form of each directive, and what reads it.

use std::ops::Range;
use std::time::Duration;

use super::super::lexer::{self, Kind, Token};
use super::load;
use super::{
    BudgetDirective, ColumnDirective, Directives, IndexDirective, NullRule, OrderDirective,
    Ordering, PageDirective, PageKey, ParamDirective, Reasoned, SampleDirective,
};
use crate::names;

/// A directive, the form it is written in, and what reads it.
pub(super) struct Form {
    pub(super) word: &'static str,
    pub(super) usage: &'static str,
    pub(super) example: &'static str,
    pub(super) read: fn(&mut Directives, &Line) -> Option<()>,
}

pub(super) const FORMS: &[Form] = &[
    Form {
        word: "@param",
        usage: "@param name [type] [null|not null]: doc",
        example: "@param phone text null: with its country code",
        read: read_param,
    },
    Form {
        word: "@column",
        usage: "@column name null|not null",
        example: "@column total not null",
        read: read_column,
    },
    Form {
        word: "@row",
        usage: "@row Name",
        example: "@row Customer",
        read: read_row,
    },
    Form {
        word: "@index",
        usage: "@index table index",
        example: "@index customers idx_customers_phone",
        read: read_index,
    },
    Form {
        word: "@slow",
        usage: "@slow 50ms",
        example: "@slow 2s",
        read: read_slow,
    },
    Form {
        word: "@scan",
        usage: "@scan table: reason",
        example: "@scan orders: the yearly report reads them all",
        read: read_scan,
    },
    Form {
        word: "@unbounded",
        usage: "@unbounded: reason",
        example: "@unbounded: a shop has a few dozen tables",
        read: read_unbounded,
    },
    Form {
        word: "@budget",
        usage: "@budget rows <= number",
        example: "@budget rows <= 50",
        read: read_budget,
    },
    Form {
        word: "@tenant",
        usage: "@tenant none: reason",
        example: "@tenant none: the nightly job counts over all shops",
        read: read_tenant,
    },
    Form {
        word: "@allow",
        usage: "@allow rule: reason",
        example: "@allow offset-pagination: the pages are few",
        read: read_allow,
    },
    Form {
        word: "@sample",
        usage: "@sample parameter = value",
        example: "@sample status = active",
        read: read_sample,
    },
    Form {
        word: "@load",
        usage: "@load field: child(child_param = parent_column) [by child_column [= parent_column] [one|opt|many]]",
        example: "@load orders: orders_of_customers(customer_ids = id) by customer_id",
        read: read_load,
    },
    Form {
        word: "@order",
        usage: "@order name: clause | name: clause",
        example: "@order newest: created_at DESC, id | name: name",
        read: read_order,
    },
    Form {
        word: "@page",
        usage: "@page column [asc|desc], column [asc|desc]",
        example: "@page created_at desc, id",
        read: read_page,
    },
];

/// One directive line: the words up to a colon, and the text behind it.
pub(super) struct Line {
    /// Where the directive's own word stands.
    pub(super) span: Range<usize>,
    pub(super) words: Vec<(String, Range<usize>)>,
    pub(super) text: Option<String>,
    /// Everything behind the directive's own word, as it stands in the file.
    pub(super) rest: String,
}

fn read_param(directives: &mut Directives, line: &Line) -> Option<()> {
    let (name, span) = line.words.first()?;
    let (null, rest) = null_rule(&line.words[1..]);
    let sql_type: Vec<&str> = rest.iter().map(|(word, _)| word.as_str()).collect();
    let sql_type = sql_type.join(" ");
    // The type goes into the SQL: it may hold nothing that ends the cast.
    let plain = |c: char| c.is_alphanumeric() || " _.,()[]\"".contains(c);
    if !sql_type.chars().all(plain) {
        return None;
    }
    directives.params.push(ParamDirective {
        name: name.trim_start_matches(':').to_owned(),
        span: span.clone(),
        type_start: rest.first().map_or(span.end, |(_, span)| span.start),
        sql_type: (!sql_type.is_empty()).then_some(sql_type),
        null,
        doc: line.text.clone(),
    });
    Some(())
}

fn read_column(directives: &mut Directives, line: &Line) -> Option<()> {
    let (name, span) = line.words.first()?;
    let (Some(null), []) = null_rule(&line.words[1..]) else {
        return None;
    };
    directives.columns.push(ColumnDirective {
        name: name.trim_matches('"').to_owned(),
        span: span.clone(),
        null,
    });
    Some(())
}

/// The `null` or `not null` at the end of a line, and the words before it.
fn null_rule(words: &[(String, Range<usize>)]) -> (Option<NullRule>, &[(String, Range<usize>)]) {
    let word = |i: usize| {
        words
            .len()
            .checked_sub(i)
            .map(|at| words[at].0.to_ascii_lowercase())
    };
    match (word(2).as_deref(), word(1).as_deref()) {
        (Some("not"), Some("null")) => (Some(NullRule::NotNull), &words[..words.len() - 2]),
        (_, Some("null")) => (Some(NullRule::Null), &words[..words.len() - 1]),
        _ => (None, words),
    }
}

fn read_row(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(name, span)] = line.words.as_slice() else {
        return None;
    };
    let camel = name.is_ascii()
        && names::upper_camel_case(name) == *name
        && names::unusable(name).is_none();
    camel.then(|| directives.row = Some((name.clone(), span.clone())))
}

fn read_index(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(table, table_span), (index, span)] = line.words.as_slice() else {
        return None;
    };
    directives.indexes.push(IndexDirective {
        table: table.clone(),
        table_span: table_span.clone(),
        index: index.clone(),
        span: span.clone(),
    });
    Some(())
}

fn read_slow(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(text, _)] = line.words.as_slice() else {
        return None;
    };
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let duration = match &text[digits..] {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_millis(number.checked_mul(1000)?),
        _ => return None,
    };
    directives.slow = Some(duration);
    Some(())
}

/// A directive's only word, and the reason behind the colon.
fn reasoned(line: &Line) -> Option<Reasoned> {
    let [(what, span)] = line.words.as_slice() else {
        return None;
    };
    Some(Reasoned {
        what: what.clone(),
        span: span.clone(),
        reason: line.text.clone()?,
    })
}

fn read_scan(directives: &mut Directives, line: &Line) -> Option<()> {
    directives.scans.push(reasoned(line)?);
    Some(())
}

fn read_allow(directives: &mut Directives, line: &Line) -> Option<()> {
    directives.allows.push(reasoned(line)?);
    Some(())
}

fn read_tenant(directives: &mut Directives, line: &Line) -> Option<()> {
    let tenant = reasoned(line).filter(|tenant| tenant.what == "none")?;
    directives.tenant_none = Some(tenant);
    Some(())
}

fn read_unbounded(directives: &mut Directives, line: &Line) -> Option<()> {
    directives.unbounded = Some(Reasoned {
        what: String::new(),
        span: line.span.clone(),
        reason: line.text.clone().filter(|_| line.words.is_empty())?,
    });
    Some(())
}

fn read_budget(directives: &mut Directives, line: &Line) -> Option<()> {
    let [(rows, start), (compared, _), (number, end)] = line.words.as_slice() else {
        return None;
    };
    directives.budget = Some(BudgetDirective {
        rows: number.parse().ok()?,
        span: start.start..end.end,
    });
    (rows == "rows" && compared == "<=" && line.text.is_none()).then_some(())
}

fn read_load(directives: &mut Directives, line: &Line) -> Option<()> {
    directives
        .loads
        .push(load::parse(&line.rest, line.span.end)?);
    Some(())
}

fn read_order(directives: &mut Directives, line: &Line) -> Option<()> {
    let rest = &line.rest;
    let (tokens, _) = lexer::lex(rest);
    let bar = |token: &&Token| token.kind == Kind::Symbol && &rest[token.span.clone()] == "|";
    let mut depth = 0_i32;
    let outside = tokens.iter().filter(|token| {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let mut orderings = Vec::new();
    let mut start = 0;
    let bars: Vec<usize> = outside.filter(bar).map(|token| token.span.start).collect();
    for end in bars.into_iter().chain([rest.len()]) {
        let colon = start + rest[start..end].find(':')?;
        let name = trimmed(rest, start..colon);
        let clause = trimmed(rest, colon + 1..end);
        let in_file = |range: &Range<usize>| {
            let base = line.span.end;
            base + range.start..base + range.end
        };
        orderings.push(Ordering {
            name: rest[name.clone()].to_owned(),
            span: in_file(&name),
            clause: in_file(&clause),
            sql: rest[clause].to_owned(),
        });
        start = end + 1;
    }
    directives.order = Some(OrderDirective {
        span: line.span.clone(),
        orderings,
    });
    Some(())
}

fn read_page(directives: &mut Directives, line: &Line) -> Option<()> {
    let mut keys = Vec::new();
    let mut start = 0;
    for part in line.rest.split(',') {
        let at = trimmed(&line.rest, start..start + part.len());
        start += part.len() + 1;
        let mut words = line.rest[at.clone()].split_whitespace();
        let name = words.next()?;
        let descending = match words.next().map(str::to_ascii_lowercase).as_deref() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return None,
        };
        let plain = |c: char| c.is_alphanumeric() || c == '_';
        if words.next().is_some() || !name.chars().all(plain) {
            return None;
        }
        let begin = line.span.end + at.start;
        keys.push(PageKey {
            name: name.to_owned(),
            span: begin..begin + name.len(),
            descending,
        });
    }
    directives.page = Some(PageDirective {
        span: line.span.clone(),
        keys,
    });
    Some(())
}

/// A range without the blanks around it.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

fn read_sample(directives: &mut Directives, line: &Line) -> Option<()> {
    let (name, value) = line.rest.split_once('=')?;
    let (name, value) = (sampled(name), value.trim());
    if value.is_empty() || name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let start = line.span.end + line.rest.find(name)?;
    let quoted = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    let value = match quoted {
        Some(quoted) => Some(quoted.replace("''", "'")),
        None => (!value.eq_ignore_ascii_case("null")).then(|| value.to_owned()),
    };
    directives.samples.push(SampleDirective {
        name: name.to_owned(),
        span: start..start + name.len(),
        value,
    });
    Some(())
}

/// The parameter before the sign of a sample.
pub(super) fn sampled(text: &str) -> &str {
    text.trim().trim_start_matches(':')
}
