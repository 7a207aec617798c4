//! Dates and times: spread over the year before a fixed instant, so that the same seed gives
//! the same rows on any day.

use super::space::{K, Of, Space};

/// The instant before which everything has happened.
const NOW: &str = "'2025-01-01 00:00:00+00'";
/// How far back it goes.
const SPAN: &str = "interval '365 days'";

/// The values of a type of dates and times.
pub(super) fn space(of: Of<'_>, type_name: &str) -> Option<Space> {
    let seconds = 86_400;
    Some(match type_name {
        "timestamptz" | "timestamp" => spread(of, type_name, SPAN),
        "date" => {
            // Days can be told apart, and no less.
            let of = Of {
                distinct: Some(of.distinct.unwrap_or(365).min(365)),
                ..of
            };
            Space {
                usual: Some(365),
                ..spread(of, type_name, SPAN)
            }
        }
        "time" => Space {
            sql: format!("('00:00'::time + ({K} % {seconds}) * interval '1 second')"),
            capacity: seconds,
            usual: None,
            ordered: false,
        },
        "timetz" => Space {
            sql: format!(
                "(('00:00'::time + ({K} % {seconds}) * interval '1 second')::text || '+00')::timetz"
            ),
            capacity: seconds,
            usual: None,
            ordered: false,
        },
        "interval" => Space {
            sql: format!("(({K} + 1) * interval '1 second')"),
            capacity: 1 << 40,
            usual: Some(1_000),
            ordered: false,
        },
        _ => return None,
    })
}

/// As many moments as there are to be values, in equal distances between two ends.
fn spread(of: Of<'_>, type_name: &str, span: &str) -> Space {
    let least = of.bounds.least.as_ref();
    let greatest = of.bounds.greatest.as_ref();
    let end = |constant: &str| format!("{constant}::{type_name}::timestamp");
    let (low, high) = match (least, greatest) {
        (Some(low), Some(high)) => (end(&low.constant), end(&high.constant)),
        (Some(low), None) => {
            let low = end(&low.constant);
            (low.clone(), format!("({low} + {span})"))
        }
        (None, Some(high)) => {
            let high = end(&high.constant);
            (format!("({high} - {span})"), high)
        }
        (None, None) => (format!("({} - {span})", end(NOW)), end(NOW)),
    };
    let count = of.distinct.unwrap_or(of.rows).max(1);
    // An end that does not belong to the range is passed over by half a step.
    let sql = format!(
        "({low} + ({high} - {low}) * (({K} % {count} + 0.5::float8) / {count}))::{type_name}"
    );
    Space {
        sql,
        capacity: count,
        usual: None,
        ordered: true,
    }
}
