//! Random values of each type go out as parameters, and come back as they were: alone, as nulls,
//! and in arrays.

pub(crate) mod composites;
mod crates;
mod strategies;

use std::cell::RefCell;

use diesel_async::SimpleAsyncConnection as _;
use planwright::PgConnection;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use crate::each_type::queries::*;
use strategies::*;

/// A connection, and what runs it.
pub(crate) struct Server<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) conn: RefCell<PgConnection>,
}

/// How many values of each type are tried.
const CASES: u32 = 40;

impl Server<'_> {
    fn has_xml(&self) -> bool {
        let mut conn = self.conn.borrow_mut();
        let tried = conn.batch_execute("SELECT '<a/>'::xml");
        let tried = self.runtime.block_on(tried);
        tried
            .map_err(|error| assert_eq!(error.to_string(), "unsupported XML feature"))
            .is_ok()
    }

    /// Sends values, and compares what comes back.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "closures are written where it is called"
    )]
    fn keeps<T, R>(
        &self,
        name: &str,
        values: impl Strategy<Value = T> + Clone,
        call: impl AsyncFn(&mut PgConnection, &T, Option<&T>, &[T]) -> planwright::Result<R>,
        row: impl Fn(T, Option<T>, Vec<Option<T>>, Vec<Option<T>>) -> R,
    ) where
        T: Clone + std::fmt::Debug,
        R: std::fmt::Debug + PartialEq,
    {
        let config = Config {
            cases: CASES,
            failure_persistence: None,
            ..Config::default()
        };
        let all = (
            values.clone(),
            proptest::option::of(values.clone()),
            vec(values, 0..4),
        );
        let mut runner = TestRunner::new(config);
        let ran = runner.run(&all, |(value, maybe, many)| {
            let mut conn = self.conn.borrow_mut();
            let sent = call(&mut conn, &value, maybe.as_ref(), &many);
            let found = self.runtime.block_on(sent);
            let found = found.map_err(|error| {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                TestCaseError::fail(format!("{error}: {cause:?}"))
            })?;
            let many: Vec<Option<T>> = many.into_iter().map(Some).collect();
            let mut with_null = many.clone();
            with_null.push(None);
            let expected = row(value, maybe, many, with_null);
            // What is not equal to itself is written the same.
            let same = found == expected || format!("{found:?}") == format!("{expected:?}");
            prop_assert!(same, "{found:?}\nis not\n{expected:?}");
            Ok(())
        });
        if let Err(error) = ran {
            panic!("{name}: {error}");
        }
    }
}

/// A type that a call takes by value, or, with what borrows it, by reference.
macro_rules! kept {
    ($server:ident, $of:ident, $row:ident, $values:expr) => {
        $server.keeps(
            stringify!($of),
            $values,
            async |conn, value, maybe, many| $of(conn, *value, maybe.copied(), many).await,
            |value, maybe, many, with_null| $row {
                value,
                maybe,
                many,
                with_null,
            },
        )
    };
    ($server:ident, $of:ident, $row:ident, $values:expr, borrowed) => {
        $server.keeps(
            stringify!($of),
            $values,
            async |conn, value, maybe, many| {
                // Each is borrowed as the function takes it: a `String` as `str`.
                match maybe {
                    Some(maybe) => $of(conn, value, Some(maybe), many).await,
                    None => $of(conn, value, None, many).await,
                }
            },
            |value, maybe, many, with_null| $row {
                value,
                maybe,
                many,
                with_null,
            },
        )
    };
}
use kept;

pub(crate) fn all(server: &Server<'_>) {
    plain(server);
    texts(server);
    times(server);
    networks(server);
    documents(server);
    ranges(server);
    system(server);
    crates::all(server);
}

fn plain(server: &Server<'_>) {
    kept!(server, of_bool, OfBoolRow, any::<bool>());
    kept!(server, of_int2, OfInt2Row, any::<i16>());
    kept!(server, of_int4, OfInt4Row, edges(i32::MIN, i32::MAX));
    kept!(server, of_int8, OfInt8Row, edges(i64::MIN, i64::MAX));
    kept!(server, of_float4, OfFloat4Row, proptest::num::f32::ANY);
    kept!(server, of_float8, OfFloat8Row, proptest::num::f64::ANY);
    kept!(server, of_numeric, OfNumericRow, numeric(), borrowed);
    kept!(server, of_oid, OfOidRow, any::<u32>());
    kept!(server, of_money, OfMoneyRow, money());
    kept!(server, of_uuid, OfUuidRow, uuid());
    let domain = any::<i32>().prop_filter("the domain's check", |value| *value != 7);
    kept!(server, of_domain_over_int, OfDomainOverIntRow, domain);
}

fn texts(server: &Server<'_>) {
    kept!(server, of_text, OfTextRow, text(), borrowed);
    kept!(server, of_varchar, OfVarcharRow, text(), borrowed);
    kept!(server, of_bpchar, OfBpcharRow, text(), borrowed);
    kept!(server, of_citext, OfCitextRow, text(), borrowed);
    kept!(server, of_name, OfNameRow, "[a-zé \"']{0,20}", borrowed);
    kept!(
        server,
        of_bytea,
        OfByteaRow,
        vec(any::<u8>(), 0..50),
        borrowed
    );
    kept!(server, of_varbit, OfVarbitRow, bits(), borrowed);
}

fn times(server: &Server<'_>) {
    kept!(server, of_date, OfDateRow, date());
    kept!(server, of_time, OfTimeRow, time());
    kept!(server, of_timetz, OfTimetzRow, timetz());
    kept!(server, of_timestamp, OfTimestampRow, timestamp());
    kept!(server, of_timestamptz, OfTimestamptzRow, instant());
    kept!(server, of_interval, OfIntervalRow, interval());
}

fn networks(server: &Server<'_>) {
    kept!(server, of_inet, OfInetRow, inet());
    kept!(server, of_cidr, OfCidrRow, cidr());
    kept!(server, of_macaddr, OfMacaddrRow, any::<[u8; 6]>());
    kept!(server, of_macaddr8, OfMacaddr8Row, any::<[u8; 8]>());
}

fn documents(server: &Server<'_>) {
    kept!(server, of_json, OfJsonRow, json(), borrowed);
    kept!(server, of_jsonb, OfJsonbRow, json(), borrowed);
    // Some servers are built without XML, and say so.
    if server.has_xml() {
        kept!(server, of_xml, OfXmlRow, xml(), borrowed);
    }
    kept!(server, of_jsonpath, OfJsonpathRow, jsonpath(), borrowed);
    kept!(server, of_hstore, OfHstoreRow, hstore(), borrowed);
    kept!(server, of_ltree, OfLtreeRow, ltree(), borrowed);
    kept!(server, of_tsvector, OfTsvectorRow, tsvector(), borrowed);
    kept!(server, of_tsquery, OfTsqueryRow, tsquery(), borrowed);
}

fn ranges(server: &Server<'_>) {
    kept!(
        server,
        of_int4range,
        OfInt4rangeRow,
        discrete(any::<i32>(), 0)
    );
    kept!(
        server,
        of_int8range,
        OfInt8rangeRow,
        discrete(any::<i64>(), 0)
    );
    let none = chrono::NaiveDate::default();
    kept!(server, of_daterange, OfDaterangeRow, discrete(date(), none));
    let none = chrono::NaiveDateTime::default();
    kept!(server, of_tsrange, OfTsrangeRow, range(timestamp(), none));
    let none = chrono::DateTime::<chrono::Utc>::default();
    kept!(server, of_tstzrange, OfTstzrangeRow, range(instant(), none));
    let prices = range(numeric(), 0.into());
    kept!(server, of_numrange, OfNumrangeRow, prices, borrowed);
    let many = multirange(any::<i32>());
    kept!(
        server,
        of_int4multirange,
        OfInt4multirangeRow,
        many,
        borrowed
    );
    let many = multirange(any::<i64>());
    kept!(
        server,
        of_int8multirange,
        OfInt8multirangeRow,
        many,
        borrowed
    );
    let many = multirange(date());
    kept!(
        server,
        of_datemultirange,
        OfDatemultirangeRow,
        many,
        borrowed
    );
    let many = multirange(timestamp());
    kept!(server, of_tsmultirange, OfTsmultirangeRow, many, borrowed);
    let many = multirange(instant());
    kept!(
        server,
        of_tstzmultirange,
        OfTstzmultirangeRow,
        many,
        borrowed
    );
    let many = multirange(numeric());
    kept!(server, of_nummultirange, OfNummultirangeRow, many, borrowed);
}

fn system(server: &Server<'_>) {
    kept!(server, of_xid, OfXidRow, any::<u32>());
    kept!(server, of_cid, OfCidRow, any::<u32>());
    kept!(server, of_xid8, OfXid8Row, any::<u64>());
    kept!(server, of_pg_lsn, OfPgLsnRow, any::<u64>());
    kept!(server, of_tid, OfTidRow, tid());
}
