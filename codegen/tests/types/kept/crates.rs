//! The same for the crates that a project may choose.

use std::ops::Bound;

use planwright::types::{Multirange, Range};
use proptest::prelude::*;

use super::strategies::{discrete, multirange};
use super::{Server, kept};

pub(super) fn all(server: &Server<'_>) {
    with_time(server);
    with_jiff(server);
}

fn with_time(server: &Server<'_>) {
    use crate::each_type_time::queries::*;
    kept!(
        server,
        of_date,
        OfDateRow,
        moment().prop_map(time::OffsetDateTime::date)
    );
    kept!(
        server,
        of_time,
        OfTimeRow,
        moment().prop_map(time::OffsetDateTime::time)
    );
    let plain = moment().prop_map(|m| time::PrimitiveDateTime::new(m.date(), m.time()));
    kept!(server, of_timestamp, OfTimestampRow, plain);
    kept!(server, of_timestamptz, OfTimestamptzRow, moment());
    let ranges = discrete(moment(), time::OffsetDateTime::UNIX_EPOCH);
    let ranges = ranges.prop_filter("two bounds", |range| {
        !matches!(range, (Bound::Excluded(_), Bound::Excluded(_)))
    });
    kept!(server, of_tstzrange, OfTstzrangeRow, ranges);
    kept!(server, of_numeric, OfNumericRow, decimal());
    kept!(server, of_numrange, OfNumrangeRow, own(decimal(), 0.into()));
    let many = own_many(decimal());
    kept!(server, of_nummultirange, OfNummultirangeRow, many, borrowed);
}

fn with_jiff(server: &Server<'_>) {
    use crate::each_type_jiff::queries::*;
    use jiff::tz::TimeZone;
    use jiff_diesel::ToDiesel;
    let civil = || jiff_instant().prop_map(|i| i.to_zoned(TimeZone::UTC).datetime());
    let date = civil().prop_map(|civil| civil.date().to_diesel());
    kept!(server, of_date, OfDateRow, date);
    let hour = civil().prop_map(|civil| civil.time().to_diesel());
    kept!(server, of_time, OfTimeRow, hour);
    let moment = civil().prop_map(ToDiesel::to_diesel);
    kept!(server, of_timestamp, OfTimestampRow, moment);
    let instants = || jiff_instant().prop_map(ToDiesel::to_diesel);
    kept!(server, of_timestamptz, OfTimestamptzRow, instants());
    let none = jiff::Timestamp::UNIX_EPOCH.to_diesel();
    kept!(server, of_tstzrange, OfTstzrangeRow, own(instants(), none));
    let many = own_many(instants());
    kept!(
        server,
        of_tstzmultirange,
        OfTstzmultirangeRow,
        many,
        borrowed
    );
}

fn own<T>(
    values: impl Strategy<Value = T> + Clone,
    none: T,
) -> impl Strategy<Value = Range<T>> + Clone
where
    T: Clone + std::fmt::Debug + Ord + 'static,
{
    discrete(values, none).prop_map(|range| match range {
        (Bound::Excluded(_), Bound::Excluded(_)) => Range::Empty,
        (lower, upper) => Range::Between(lower, upper),
    })
}

fn own_many<T>(
    values: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Multirange<T>> + Clone
where
    T: Clone + std::fmt::Debug + Ord + 'static,
{
    multirange(values).prop_map(|ranges| {
        let range = |(lower, upper)| Range::Between(lower, upper);
        Multirange(ranges.into_iter().map(range).collect())
    })
}

/// The years that every crate knows, from -4712 to 9999.
fn micros() -> impl Strategy<Value = i64> + Clone {
    -210_000_000_000_000_000..253_000_000_000_000_000_i64
}

fn moment() -> impl Strategy<Value = time::OffsetDateTime> + Clone {
    micros().prop_map(|micros| {
        let nanos = i128::from(micros) * 1_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos).expect("an instant")
    })
}

fn jiff_instant() -> impl Strategy<Value = jiff::Timestamp> + Clone {
    micros().prop_map(|micros| jiff::Timestamp::from_microsecond(micros).expect("an instant"))
}

/// Up to 96 bits, with up to 28 digits behind the point.
fn decimal() -> impl Strategy<Value = rust_decimal::Decimal> + Clone {
    let mantissa = -(1_i128 << 96) + 1..(1_i128 << 96);
    (mantissa, 0..=28_u32)
        .prop_map(|(mantissa, scale)| rust_decimal::Decimal::from_i128_with_scale(mantissa, scale))
}
