//! Values of each type, with those at its edges.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Bound;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::pg::data_types::{PgInterval, PgMoney};
use ipnetwork::IpNetwork;
use planwright::types::{Bits, Lexeme, Position, Tid, TimeTz, TsNode, TsQuery, TsVector, Weight};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

/// Any value, and often the least and the greatest.
pub(crate) fn edges<T>(least: T, greatest: T) -> impl Strategy<Value = T> + Clone
where
    T: Arbitrary + Clone + Debug + 'static,
{
    let edges = prop::sample::select(vec![least, greatest]);
    prop_oneof![4 => any::<T>().boxed(), 1 => edges.boxed()]
}

pub(crate) fn numeric() -> impl Strategy<Value = BigDecimal> + Clone {
    let digits = vec(any::<u32>(), 0..8);
    (any::<bool>(), digits, -40_i64..40).prop_map(|(negative, digits, scale)| {
        let number = BigInt::new(bigdecimal::num_bigint::Sign::Plus, digits);
        BigDecimal::new(if negative { -number } else { number }, scale)
    })
}

pub(crate) fn money() -> impl Strategy<Value = PgMoney> + Clone {
    edges(i64::MIN, i64::MAX).prop_map(PgMoney)
}

pub(crate) fn uuid() -> impl Strategy<Value = uuid::Uuid> + Clone {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}

/// A text of PostgreSQL's has every character but one.
pub(crate) fn text() -> impl Strategy<Value = String> + Clone {
    vec(any::<char>().prop_filter("zero", |c| *c != '\0'), 0..20)
        .prop_map(|chars| chars.into_iter().collect())
}

pub(crate) fn bits() -> impl Strategy<Value = Bits> + Clone {
    vec(any::<bool>(), 0..70).prop_map(|bits| bits.into_iter().collect())
}

/// From 4712 BC, where PostgreSQL's days begin, to the last year of chrono.
pub(crate) fn date() -> impl Strategy<Value = NaiveDate> + Clone {
    (-1_721_000..95_700_000_i32)
        .prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).expect("a date"))
}

pub(crate) fn time() -> impl Strategy<Value = NaiveTime> + Clone {
    let micros = prop_oneof![0..86_400_000_000_i64, Just(86_399_999_999), Just(0)];
    micros.prop_map(|micros| {
        let seconds = u32::try_from(micros / 1_000_000).expect("a day");
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).expect("a second");
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos).expect("a time")
    })
}

pub(crate) fn timetz() -> impl Strategy<Value = TimeTz> + Clone {
    let micros = prop_oneof![0..86_400_000_000_i64, Just(86_400_000_000)];
    (micros, -57_599..=57_599_i32).prop_map(|(microseconds, offset)| TimeTz {
        microseconds,
        offset,
    })
}

pub(crate) fn instant() -> impl Strategy<Value = DateTime<Utc>> + Clone {
    (-210_000_000_000_000_000..8_200_000_000_000_000_000_i64)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("an instant"))
}

pub(crate) fn timestamp() -> impl Strategy<Value = NaiveDateTime> + Clone {
    instant().prop_map(|instant| instant.naive_utc())
}

pub(crate) fn interval() -> impl Strategy<Value = PgInterval> + Clone {
    let micros = edges(i64::MIN + 1, i64::MAX - 1);
    (micros, any::<i32>(), any::<i32>())
        .prop_map(|(micros, days, months)| PgInterval::new(micros, days, months))
}

pub(crate) fn inet() -> impl Strategy<Value = IpNetwork> + Clone {
    let four = (any::<u32>(), 0..=32_u8).prop_map(|(address, prefix)| {
        IpNetwork::new(Ipv4Addr::from(address).into(), prefix).expect("an address")
    });
    let six = (any::<u128>(), 0..=128_u8).prop_map(|(address, prefix)| {
        IpNetwork::new(Ipv6Addr::from(address).into(), prefix).expect("an address")
    });
    prop_oneof![four, six]
}

/// Nothing stands behind the prefix of a network.
pub(crate) fn cidr() -> impl Strategy<Value = IpNetwork> + Clone {
    inet().prop_map(|inet| IpNetwork::new(inet.network(), inet.prefix()).expect("a network"))
}

pub(crate) fn json() -> impl Strategy<Value = serde_json::Value> + Clone {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        edges(i64::MIN, i64::MAX).prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

pub(crate) fn xml() -> impl Strategy<Value = String> + Clone {
    "[a-zäß0-9 ]{0,9}".prop_map(|text| format!("<a b=\"{text}\">{text}</a>"))
}

pub(crate) fn jsonpath() -> impl Strategy<Value = String> + Clone {
    let paths = ["$", "$.\"a\"", "strict $.\"ä\"[*]?(@ > 1)"];
    prop::sample::select(paths.map(str::to_owned).to_vec())
}

pub(crate) fn hstore() -> impl Strategy<Value = BTreeMap<String, Option<String>>> + Clone {
    btree_map(text(), proptest::option::of(text()), 0..4)
}

pub(crate) fn ltree() -> impl Strategy<Value = String> + Clone {
    vec("[A-Za-z0-9_]{1,9}", 0..5).prop_map(|labels| labels.join("."))
}

pub(crate) fn tsvector() -> impl Strategy<Value = TsVector> + Clone {
    let weights = vec![Weight::A, Weight::B, Weight::C, Weight::D];
    let weight = prop::sample::select(weights);
    let positions = btree_map(1..=16_383_u16, weight, 0..4).prop_map(|positions| {
        let position = |(number, weight)| Position { number, weight };
        positions.into_iter().map(position).collect::<Vec<_>>()
    });
    btree_map("[a-zäß' ]{1,9}", positions, 0..5).prop_map(|words| {
        let lexeme = |(text, positions)| Lexeme { text, positions };
        TsVector(words.into_iter().map(lexeme).collect())
    })
}

pub(crate) fn tsquery() -> impl Strategy<Value = TsQuery> + Clone {
    let lexeme = ("[a-zäß' ]{1,9}", 0..16_u8, any::<bool>());
    let lexeme = lexeme.prop_map(|(text, weights, prefix)| TsNode::Lexeme {
        text,
        weights,
        prefix,
    });
    let node = lexeme.prop_recursive(4, 16, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        let pair = pair.prop_map(|(left, right)| (Box::new(left), Box::new(right)));
        prop_oneof![
            inner.prop_map(|of| TsNode::Not(Box::new(of))),
            pair.clone()
                .prop_map(|(left, right)| TsNode::And(left, right)),
            pair.clone()
                .prop_map(|(left, right)| TsNode::Or(left, right)),
            (pair, 1..=16_384_u16)
                .prop_map(|((left, right), distance)| TsNode::Phrase(left, right, distance)),
        ]
    });
    // The server reads no empty one.
    node.prop_map(|node| TsQuery(Some(node)))
}

pub(crate) fn tid() -> impl Strategy<Value = Tid> + Clone {
    any::<(u32, u16)>().prop_map(|(block, offset)| Tid { block, offset })
}

type Bounds<T> = (Bound<T>, Bound<T>);

/// A range as the server writes it for types with steps: the first bound is in it, the last is
/// not. What holds nothing is read as two bounds of one value.
pub(crate) fn discrete<T>(
    values: impl Strategy<Value = T> + Clone,
    none: T,
) -> impl Strategy<Value = Bounds<T>> + Clone
where
    T: Clone + Debug + Ord + 'static,
{
    (values.clone(), values, 0..5).prop_filter_map("equal bounds", move |(a, b, form)| {
        let (least, greatest) = (a.clone().min(b.clone()), a.max(b));
        Some(match form {
            0 => (Bound::Unbounded, Bound::Excluded(greatest)),
            1 => (Bound::Included(least), Bound::Unbounded),
            2 => (Bound::Unbounded, Bound::Unbounded),
            3 => (Bound::Excluded(none.clone()), Bound::Excluded(none.clone())),
            _ if least == greatest => return None,
            _ => (Bound::Included(least), Bound::Excluded(greatest)),
        })
    })
}

/// A range of a type without steps, whose bounds stay as they are.
pub(crate) fn range<T>(
    values: impl Strategy<Value = T> + Clone,
    none: T,
) -> impl Strategy<Value = Bounds<T>> + Clone
where
    T: Clone + Debug + Ord + 'static,
{
    (discrete(values, none), any::<bool>()).prop_map(|(range, turned)| match range {
        (Bound::Included(least), Bound::Excluded(greatest)) if turned => {
            (Bound::Excluded(least), Bound::Included(greatest))
        }
        range => range,
    })
}

/// Ranges in ascending order, with something between them.
pub(crate) fn multirange<T>(
    values: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Vec<Bounds<T>>> + Clone
where
    T: Clone + Debug + Ord + 'static,
{
    btree_set(values, 0..7).prop_map(|bounds| {
        let bounds: Vec<T> = bounds.into_iter().collect();
        let pairs = bounds.chunks_exact(2);
        let pair = |pair: &[T]| {
            (
                Bound::Included(pair[0].clone()),
                Bound::Excluded(pair[1].clone()),
            )
        };
        pairs.map(pair).collect()
    })
}
