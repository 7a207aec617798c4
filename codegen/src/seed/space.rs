//! The values that a column can have, as an SQL expression of a number: another number, another
//! value. The type decides, then what constraints say, then the column's name.

use super::bounds::{Bounds, unquoted};
use super::facts::Facts;
use super::{pattern, times, words};
use crate::quoting;
use crate::schema::TypeKind;

/// Stands for the number in an expression.
pub(super) const K: &str = "\u{1}";
/// More than any table has rows.
pub(super) const MANY: u64 = 1 << 52;

/// The values that a column can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Space {
    /// The SQL expression of a value of the type below any domain; [`K`] stands for the number,
    /// which is not negative.
    pub(super) sql: String,
    /// How many different ones there are.
    pub(super) capacity: u64,
    /// How many there are of it where nobody says so; as many as rows where that is `None`.
    pub(super) usual: Option<u64>,
    /// Whether they are moments in time, which pass from one row to the next.
    pub(super) ordered: bool,
}

/// A column, or a part of one.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) facts: &'a Facts,
    pub(super) name: &'a str,
    pub(super) type_oid: u32,
    pub(super) modifier: i32,
    pub(super) bounds: &'a Bounds,
    /// How many values there are to be, so that they spread over a range.
    pub(super) distinct: Option<u64>,
    /// How many rows there are to be.
    pub(super) rows: u64,
    /// The average width in bytes.
    pub(super) width: Option<u32>,
    /// Makes this column's values others than another's.
    pub(super) salt: i64,
    /// Values that come first, as text.
    pub(super) first: &'a [String],
}

impl Space {
    /// The value of a number.
    pub(super) fn value(&self, number: &str) -> String {
        self.sql.replace(K, number)
    }

    fn new(sql: String, capacity: u64, usual: Option<u64>) -> Self {
        Self {
            sql,
            capacity: capacity.max(1),
            usual,
            ordered: false,
        }
    }
}

/// A constant.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The values of a column; `None` where it is not known how to make any.
pub(super) fn space(of: Of<'_>) -> Option<Space> {
    let (base, _) = of.facts.schema.base_type(of.type_oid);
    let mut of = of;
    if base != of.type_oid {
        of.modifier = domain_modifier(of.facts, of.type_oid);
        of.type_oid = base;
    }
    let labels = match &of.facts.schema.types.get(&base)?.kind {
        TypeKind::Enum(labels) => Some(labels.iter().map(|label| literal(label)).collect()),
        _ => None,
    };
    if let Some(values) = of.bounds.values.clone().or(labels) {
        return list(of, &values);
    }
    let space = plain(of)?;
    Some(if of.first.is_empty() {
        space
    } else {
        behind(of, &space)
    })
}

fn domain_modifier(facts: &Facts, mut oid: u32) -> i32 {
    while let Some(TypeKind::Domain { base, .. }) = facts.schema.types.get(&oid).map(|t| &t.kind) {
        match facts.domain_modifiers.get(&oid) {
            Some(modifier) if *modifier >= 0 => return *modifier,
            _ => oid = *base,
        }
    }
    -1
}

/// One of a few constants; those that come first are the first.
fn list(of: Of<'_>, values: &[String]) -> Option<Space> {
    let texts: Vec<String> = values.iter().map(|value| unquoted(value)).collect();
    let first = of.first.iter().filter(|value| texts.contains(value));
    let rest = texts.iter().filter(|value| !of.first.contains(value));
    let ordered: Vec<String> = first.chain(rest).map(|value| literal(value)).collect();
    let count = ordered.len() as u64;
    if count == 0 {
        return None;
    }
    let type_name = quoting::type_name(&of.facts.schema, of.type_oid);
    let sql = format!(
        "(ARRAY[{}]::{type_name}[])[1 + ({K} % {count})::int]",
        ordered.join(", ")
    );
    Some(Space::new(sql, count, Some(count)))
}

/// Known values first, then others.
fn behind(of: Of<'_>, space: &Space) -> Space {
    let known: Vec<String> = of.first.iter().map(|value| literal(value)).collect();
    let type_name = quoting::type_name(&of.facts.schema, of.type_oid);
    let count = known.len();
    let sql = format!(
        "CASE WHEN {K} < {count} THEN (ARRAY[{}]::{type_name}[])[1 + ({K})::int] ELSE {} END",
        known.join(", "),
        space.value(&format!("greatest({K} - {count}, 0)"))
    );
    Space {
        sql,
        capacity: space.capacity.saturating_add(count as u64),
        ..*space
    }
}

fn plain(of: Of<'_>) -> Option<Space> {
    let found = of.facts.schema.types.get(&of.type_oid)?;
    match found.kind {
        TypeKind::Array(element) => return array(of, element),
        TypeKind::Other | TypeKind::Composite(_) => return composite(of).or_else(|| range(of)),
        _ => {}
    }
    let cast = quoting::type_name(&of.facts.schema, of.type_oid);
    let simple = |sql: &str, capacity: u64| {
        let sql = format!("({sql})::{cast}");
        Some(Space::new(sql.replace('#', K), capacity, None))
    };
    match found.name.as_str() {
        "bool" => Some(Space::new(format!("({K} % 2 = 1)"), 2, Some(2))),
        "int2" => Some(whole(of, &cast, i64::from(i16::MAX))),
        "int4" => Some(whole(of, &cast, i64::from(i32::MAX))),
        "int8" => Some(whole(of, &cast, 1 << 52)),
        "numeric" => Some(decimal(of)),
        "money" => simple("#::numeric / 100", MANY),
        "float4" | "float8" => Some(float(of, &cast)),
        "oid" => simple("16384 + # % 4000000000", 4_000_000_000),
        "text" | "varchar" | "bpchar" | "citext" | "name" => words::space(of, &cast),
        "uuid" => simple(&uuid(of.salt), MANY),
        "bytea" => simple("decode(lpad(to_hex(#), 16, '0'), 'hex')", MANY),
        "json" | "jsonb" => simple("json_build_object('number', #, 'kind', # % 7)::text", MANY),
        "inet" | "cidr" => simple("'10.0.0.0'::inet + # % 16777216", 1 << 24),
        "macaddr" => simple("lpad(to_hex(# % 1099511627776), 12, '0')", 1 << 40),
        "macaddr8" => simple("lpad(to_hex(#), 16, '0')", MANY),
        "bit" => {
            let bits = of.modifier.clamp(1, 62);
            // A cast to `bit` alone would leave one.
            let sql = format!("({K})::bit({bits})");
            Some(Space::new(sql, 1 << bits, None))
        }
        "varbit" => {
            let bits = if of.modifier < 1 {
                32
            } else {
                of.modifier.min(62)
            };
            simple(&format!("(#)::bit({bits})"), 1 << bits)
        }
        "tsvector" => simple("to_tsvector('simple', 'word' || #)", MANY),
        "point" => simple("point(#, #)", MANY),
        "hstore" => simple("'number=>' || #", MANY),
        "ltree" => simple("'number.' || #", MANY),
        name => times::space(of, name),
    }
}

/// Whole numbers of a range; the most that the type holds ends it where nothing else does.
fn whole(of: Of<'_>, cast: &str, most: i64) -> Space {
    let (least, greatest, usual) = ends(of.bounds, 0, most);
    let span = greatest.saturating_sub(least).saturating_add(1).max(1);
    let sql = format!("({least} + {K} % {span})::{cast}");
    Space::new(sql, span.unsigned_abs(), Some(usual))
}

/// The first and the last of a range of numbers with so many digits behind the point, counted in
/// the smallest steps; and how many of them are usual.
fn ends(bounds: &Bounds, digits: u32, most: i64) -> (i64, i64, u64) {
    let step = 10_f64.powi(digits.cast_signed());
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let steps = |number: f64, included: bool, up: bool| {
        let scaled = number * step;
        let whole = if up { scaled.ceil() } else { scaled.floor() };
        let on_it = (scaled - whole).abs() < f64::EPSILON;
        let beyond = i64::from(on_it && !included);
        let whole = whole as i64;
        if up {
            whole.saturating_add(beyond)
        } else {
            whole.saturating_sub(beyond)
        }
    };
    let least = bounds.least.as_ref();
    let least = least.and_then(|b| Some(steps(b.number()?, b.included, true)));
    let greatest = bounds.greatest.as_ref();
    let greatest = greatest.and_then(|b| Some(steps(b.number()?, b.included, false)));
    let usual = 1_000 * 10_u64.pow(digits.min(3));
    match (least, greatest) {
        (Some(least), Some(greatest)) => {
            let all = greatest.saturating_sub(least).saturating_add(1).max(1);
            (least, greatest, all.unsigned_abs().min(usual))
        }
        (Some(least), None) => (least, most, usual),
        (None, Some(greatest)) if greatest >= 1 => (1, greatest, usual),
        (None, Some(greatest)) => (greatest.saturating_sub(999_999), greatest, usual),
        (None, None) => (1, most, usual),
    }
}

/// `numeric`: two digits behind the point where its type does not say how many.
fn decimal(of: Of<'_>) -> Space {
    const HEADER: i32 = 4;
    let (precision, digits) = match of.modifier.checked_sub(HEADER) {
        Some(packed) if packed >= 0 => {
            let (precision, scale) = (packed >> 16 & 0xffff, packed & 0x7ff);
            // A scale below zero is stored as a large number.
            (precision, if scale > 1_000 { 0 } else { scale })
        }
        _ => (14, 2),
    };
    let digits = digits.unsigned_abs();
    let most = 10_i64
        .checked_pow(precision.unsigned_abs().min(15))
        .unwrap_or(i64::MAX)
        - 1;
    let (least, greatest, usual) = ends(of.bounds, digits, most);
    let span = greatest.saturating_sub(least).saturating_add(1).max(1);
    let sql = format!("round(({least} + {K} % {span}) / 1e{digits}, {digits})");
    Space::new(sql, span.unsigned_abs(), Some(usual))
}

/// Evenly between two ends, or upwards in hundredths.
fn float(of: Of<'_>, cast: &str) -> Space {
    let number =
        |bound: Option<&super::bounds::Bound>| bound.and_then(super::bounds::Bound::number);
    let count = of.distinct.unwrap_or(1_000).clamp(1_000, 1 << 40);
    let (low, high) = match (
        number(of.bounds.least.as_ref()),
        number(of.bounds.greatest.as_ref()),
    ) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + 1_000.0),
        (None, Some(high)) => (high - 1_000.0, high),
        (None, None) => (0.0, 1_000.0),
    };
    let width = high - low;
    let sql = format!("({low:?} + {width:?} * ({K} % {count} + 0.5::float8) / {count})::{cast}");
    Space::new(sql, count, Some(1_000))
}

/// A random UUID of version 4, made of two hashes.
fn uuid(salt: i64) -> String {
    let half = |salt: i64| format!("lpad(to_hex(hashint8extended(#, {salt})), 16, '0')");
    format!(
        "overlay(overlay({} || {} placing '4' from 13) placing 'a' from 17)",
        half(salt),
        half(salt ^ 0x5bd1_e995)
    )
}

/// Two elements, the second the one after the first.
fn array(of: Of<'_>, element: u32) -> Option<Space> {
    let inner = space(Of {
        type_oid: element,
        first: &[],
        bounds: &Bounds::default(),
        ..of
    })?;
    let type_name = quoting::type_name(&of.facts.schema, element);
    let sql = format!(
        "ARRAY[{}, {}]::{type_name}[]",
        inner.sql,
        inner.value(&format!("({K} + 1)"))
    );
    Some(Space { sql, ..inner })
}

fn composite(of: Of<'_>) -> Option<Space> {
    let attributes = of.facts.composites.get(&of.type_oid)?;
    let parts = attributes.iter().map(|&(type_oid, modifier)| {
        space(Of {
            type_oid,
            modifier,
            bounds: &Bounds::default(),
            first: &[],
            ..of
        })
    });
    let parts = parts.collect::<Option<Vec<Space>>>()?;
    let capacity = parts.iter().map(|part| part.capacity).max()?;
    let texts: Vec<&str> = parts.iter().map(|part| part.sql.as_str()).collect();
    let type_name = quoting::type_name(&of.facts.schema, of.type_oid);
    let sql = format!("ROW({})::{type_name}", texts.join(", "));
    Some(Space::new(sql, capacity, None))
}

/// From one value up to the next one, so that no two ranges overlap.
fn range(of: Of<'_>) -> Option<Space> {
    let subtype = *of.facts.ranges.get(&of.type_oid)?;
    let inner = space(Of {
        type_oid: subtype,
        modifier: -1,
        distinct: Some(of.distinct.unwrap_or(of.rows).saturating_add(1)),
        bounds: &Bounds::default(),
        first: &[],
        ..of
    })?;
    let type_name = quoting::type_name(&of.facts.schema, of.type_oid);
    let sql = format!(
        "format('[\"%s\",\"%s\")', {}, {})::{type_name}",
        inner.sql,
        inner.value(&format!("({K} + 1)"))
    );
    Some(Space {
        sql,
        capacity: inner.capacity.saturating_sub(1),
        usual: None,
        ordered: false,
    })
}

/// Texts of a pattern, cast to the type of the column.
pub(super) fn of_pattern(cast: &str, text: &str, longest: Option<u32>) -> Option<Space> {
    let texts = pattern::matching(text, longest)?;
    let sql = format!("({})::{cast}", texts.sql);
    Some(Space::new(sql, texts.capacity, None))
}
