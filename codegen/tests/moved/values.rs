//! Ranges and addresses, there and back, and as the server reads them.

use std::ops::Bound::{Excluded, Included, Unbounded};

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use planwright::PgConnection;

use crate::kept::queries::*;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, day).expect("a day")
}

fn moment(number: u32) -> NaiveDateTime {
    day(number).and_hms_opt(1, 2, 3).expect("a time")
}

fn instant(number: u32) -> DateTime<Utc> {
    moment(number).and_utc()
}

fn exact(text: &str) -> BigDecimal {
    text.parse().expect("a number")
}

pub(crate) async fn come_back(conn: &mut PgConnection) {
    let prices = (Included(exact("1.50")), Excluded(exact("2.25")));
    let many_prices = [
        (Unbounded, Excluded(exact("-1.5"))),
        (Excluded(exact("0")), Unbounded),
    ];
    let hosts = ["192.168.0.1/32", "10.0.0.0/8"].map(|host| host.parse().expect("an address"));
    let given = Keep {
        id: 1,
        host: "2001:db8::1/64".parse().expect("an address"),
        net: "10.1.0.0/16".parse().expect("a network"),
        mac: [8, 0, 43, 1, 2, 3],
        mac8: [8, 0, 43, 1, 2, 3, 4, 255],
        ints: (Included(1), Excluded(10)),
        bigs: (Unbounded, Excluded(i64::MAX)),
        days: (Included(day(1)), Excluded(day(29))),
        moments: (Excluded(moment(1)), Included(moment(2))),
        instants: (Included(instant(1)), Unbounded),
        prices: &prices,
        many_ints: &[(Included(1), Excluded(3)), (Included(5), Unbounded)],
        many_bigs: &[],
        many_days: &[(Included(day(1)), Excluded(day(2)))],
        many_moments: &[(Excluded(moment(1)), Excluded(moment(2)))],
        many_instants: &[(Unbounded, Unbounded)],
        many_prices: &many_prices,
        maybe_host: None,
        maybe_days: Some((Unbounded, Unbounded)),
        maybe_prices: None,
        hosts: Some(&hosts),
    };
    keep(conn, given).await.unwrap();
    let found = kept_by_id(conn, 1).await.unwrap();
    let expected = KeptByIdRow {
        id: 1,
        host: given.host,
        net: given.net,
        mac: given.mac,
        mac8: given.mac8,
        ints: given.ints,
        bigs: given.bigs,
        days: given.days,
        moments: given.moments,
        instants: given.instants,
        prices: prices.clone(),
        many_ints: given.many_ints.to_vec(),
        many_bigs: Vec::new(),
        many_days: given.many_days.to_vec(),
        many_moments: given.many_moments.to_vec(),
        many_instants: given.many_instants.to_vec(),
        many_prices: many_prices.to_vec(),
        maybe_host: None,
        maybe_days: given.maybe_days,
        maybe_prices: None,
        hosts: Some(hosts.iter().copied().map(Some).collect()),
    };
    assert_eq!(found, expected);
    let seen = same_as_written(conn, 1).await.unwrap();
    assert_eq!(
        [
            seen.host,
            seen.net,
            seen.mac,
            seen.mac8,
            seen.ints,
            seen.days,
            seen.prices,
            seen.many_ints,
            seen.many_prices
        ],
        [
            "2001:db8::1/64",
            "10.1.0.0/16",
            "08:00:2b:01:02:03",
            "08:00:2b:01:02:03:04:ff",
            "[1,10)",
            "[2024-02-01,2024-02-29)",
            "[1.50,2.25)",
            "{[1,3),[5,)}",
            "{(,-1.5),(0,)}"
        ]
    );
    // An empty range goes out as any that holds nothing, and comes back as one.
    let empty = Keep {
        id: 2,
        ints: (Included(4), Excluded(4)),
        ..given
    };
    keep(conn, empty).await.unwrap();
    assert_eq!(same_as_written(conn, 2).await.unwrap().ints, "empty");
    let found = kept_by_id(conn, 2).await.unwrap();
    assert_eq!(found.ints, (Excluded(0), Excluded(0)));
    let again = Keep {
        id: 3,
        ints: found.ints,
        ..given
    };
    keep(conn, again).await.unwrap();
    assert_eq!(same_as_written(conn, 3).await.unwrap().ints, "empty");
}
