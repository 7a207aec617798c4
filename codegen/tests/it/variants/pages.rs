//! Pages by the last row seen: together they are the rows of one large query, in its order.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Debug;

use chrono::{DateTime, Utc};
use planwright::Page;
use planwright::PgConnection;

use super::optional::each;
use super::pages_generated::queries::{
    CustomersPageCursor, customers_page, groups_page, ids_page, phones_page, rated_page,
};
use super::pages_generated::types::CustomerStatus;
use super::shop::{Customer, customers, execute, restaurant, with_schema};
use crate::soundness::Random;

const SCHEMA: &str = include_str!("../../cases/pages/schema.sql");
const STATUSES: [(CustomerStatus, &str); 2] = [
    (CustomerStatus::Active, "active"),
    (CustomerStatus::Blocked, "blocked"),
];
const SIZES: [i64; 5] = [1, 3, 10, 100, 1_000];

/// All pages one after the other: their rows, each page as large as it can be, and none empty
/// but the only one.
async fn walk<R, C>(
    size: i64,
    mut page: impl AsyncFnMut(Option<C>) -> planwright::Result<Page<R, C>>,
) -> Vec<R> {
    let (mut seen, mut after, mut first) = (Vec::new(), None, true);
    loop {
        let Page { rows, next } = page(after).await.expect("a page");
        let count = i64::try_from(rows.len()).expect("few");
        assert!(count <= size, "{count} rows");
        assert!(first || count > 0, "an empty page");
        seen.extend(rows);
        assert!(seen.len() <= customers().len(), "the pages do not end");
        first = false;
        if next.is_none() {
            return seen;
        }
        assert_eq!(count, size, "a page that is not the last");
        after = next;
    }
}

/// The customers of an order, as ids.
fn sorted<K: Ord>(fits: impl Fn(&Customer) -> bool, key: impl Fn(&Customer) -> K) -> Vec<i64> {
    let mut fitting: Vec<Customer> = customers().into_iter().filter(fits).collect();
    fitting.sort_by_key(key);
    fitting.iter().map(|customer| customer.id).collect()
}

fn assert_same<T: Debug + PartialEq>(found: &[T], expected: &[T], size: i64) {
    assert!(expected.len() > 1, "more than a row");
    assert_eq!(found, expected, "pages of {size}");
}

fn pages_are_the_rows_of_one_query(major: u32) {
    with_schema(major, SCHEMA, async |conn| {
        for size in SIZES {
            for status in each(&STATUSES) {
                let rows = walk(size, async |after| {
                    let (after, status) = (after.as_ref(), status.map(|s| s.0));
                    customers_page(conn, restaurant(1), status, after, size).await
                });
                let rows: Vec<i64> = rows.await.iter().map(|row| row.id).collect();
                let fits = |c: &Customer| {
                    c.restaurant == restaurant(1) && status.is_none_or(|s| c.status == s.1)
                };
                assert_same(
                    &rows,
                    &sorted(fits, |c| Reverse((c.created_at, c.id))),
                    size,
                );
            }
            rated(conn, size).await;
            let rows = walk(size, async |after| {
                ids_page(conn, after.as_ref(), size).await
            })
            .await;
            let rows: Vec<i64> = rows.iter().map(|row| row.id).collect();
            assert_same(&rows, &sorted(|_| true, |c| c.id), size);
            phones(conn, size).await;
            groups(conn, size).await;
        }
    });
}

/// Two directions, and a row that a join may leave out.
async fn rated(conn: &mut PgConnection, size: i64) {
    let rows = walk(size, async |after| {
        rated_page(conn, "Genf", after.as_ref(), size).await
    });
    let rows = rows.await;
    let of_city = rows.iter().filter(|row| row.restaurant.is_some());
    let expected = customers().into_iter();
    let expected = expected.filter(|c| c.city == Some("Genf") && c.phone.as_str() > "0");
    assert_eq!(of_city.count(), expected.count());
    let rows: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let key = |c: &Customer| (Reverse(c.rating.unwrap_or(0)), c.id);
    assert_same(&rows, &sorted(|c| c.phone.as_str() > "0", key), size);
}

/// Three columns in two directions.
async fn phones(conn: &mut PgConnection, size: i64) {
    let rows = walk(size, async |after| {
        phones_page(conn, after.as_ref(), size).await
    })
    .await;
    let rows: Vec<String> = rows.into_iter().map(|row| row.phone).collect();
    let mut expected = customers();
    expected.sort_by_key(|c| (c.status, Reverse(c.phone.clone()), c.restaurant));
    let expected: Vec<String> = expected.into_iter().map(|c| c.phone).collect();
    assert_same(&rows, &expected, size);
}

async fn groups(conn: &mut PgConnection, size: i64) {
    let rows = walk(size, async |after| {
        groups_page(conn, after.as_ref(), size).await
    })
    .await;
    let rows: Vec<(i64, CustomerStatus)> = rows.iter().map(|r| (r.customers, r.status)).collect();
    let mut expected: Vec<(i64, CustomerStatus)> = STATUSES
        .iter()
        .map(|(status, text)| {
            let count = customers().iter().filter(|c| c.status == *text).count();
            (i64::try_from(count).expect("few"), *status)
        })
        .collect();
    expected.sort_by_key(|(count, status)| (Reverse(*count), *status == CustomerStatus::Blocked));
    assert_same(&rows, &expected, size);
}

#[test]
fn pages_are_the_rows_of_one_query_on_15() {
    pages_are_the_rows_of_one_query(15);
}

#[test]
fn pages_are_the_rows_of_one_query_on_18() {
    pages_are_the_rows_of_one_query(18);
}

/// Rows come and go before and behind the cursor: what is there all the time is seen once, in
/// order, and nothing is seen twice.
#[test]
fn rows_that_come_and_go_shift_no_page() {
    with_schema(15, SCHEMA, async |conn| {
        let mut random = Random(5);
        let stays: BTreeSet<i64> =
            sorted(|c| c.restaurant == restaurant(0) && c.id % 3 != 0, |c| c.id)
                .into_iter()
                .collect();
        let mut goes = sorted(|c| c.restaurant == restaurant(0) && c.id % 3 == 0, |c| c.id);
        let (mut seen, mut after): (Vec<(DateTime<Utc>, i64)>, Option<CustomersPageCursor>) =
            (Vec::new(), None);
        let (mut added, mut deleted_before_seen) = (0, 0);
        loop {
            let page = customers_page(conn, restaurant(0), None, after.as_ref(), 7).await;
            let page = page.expect("a page");
            assert!(seen.len() <= 2 * customers().len(), "the pages do not end");
            seen.extend(page.rows.iter().map(|row| (row.created_at, row.id)));
            if page.next.is_none() {
                break;
            }
            after = page.next;
            // One that goes, perhaps the cursor's own row; and one that comes, at any place.
            if !goes.is_empty() {
                let gone = goes.swap_remove(random.below(goes.len()));
                deleted_before_seen += i32::from(!seen.iter().any(|(_, id)| *id == gone));
                execute(conn, &format!("DELETE FROM customers WHERE id = {gone}")).await;
            }
            if added < 30 {
                added += 1;
                let minutes = random.below(60);
                let insert = format!(
                    "INSERT INTO customers (id, restaurant_id, phone, created_at)
                     OVERRIDING SYSTEM VALUE VALUES ({}, '{}', 'new {added}',
                     timestamptz '1970-01-01 00:00Z' + interval '{minutes} minutes')",
                    1_000 + added,
                    restaurant(0)
                );
                execute(conn, &insert).await;
            }
        }
        assert!(added > 10 && deleted_before_seen > 0, "there was a crowd");
        assert!(seen.is_sorted_by(|a, b| a > b), "in order, and none twice");
        let ids: BTreeSet<i64> = seen.iter().map(|(_, id)| *id).collect();
        assert!(ids.is_superset(&stays), "all that stayed");
        assert!(ids.iter().any(|id| *id > 1_000), "some that came");
    });
}

#[test]
fn a_size_below_one_is_one() {
    with_schema(15, SCHEMA, async |conn| {
        for size in [i64::MIN, 0, 1] {
            let page = ids_page(conn, None, size).await.expect("a page");
            assert_eq!(page.rows.len(), 1);
            assert!(page.next.is_some());
        }
        let page = ids_page(conn, None, i64::MAX).await.expect("a page");
        assert_eq!((page.rows.len(), page.next), (customers().len(), None));
    });
}
