//! Optional parts.

use std::collections::BTreeSet;

use planwright::PgConnection;
use planwright::timing::{Timer, timers};

use super::optional_parts::QUERIES;
use super::optional_parts::queries::{
    SEARCH_CUSTOMERS, change_customer, customers_of_phones, delete_rated,
    restaurants_with_customers, search_customers,
};
use super::optional_parts::types::CustomerStatus;
use super::shop::{CITIES, Customer, customers, execute, prepared, restaurant, with_customers};

const STATUSES: [(CustomerStatus, &str); 2] = [
    (CustomerStatus::Active, "active"),
    (CustomerStatus::Blocked, "blocked"),
];

/// Every combination of none or one of some values.
pub(super) fn each<T: Copy>(values: &[T]) -> Vec<Option<T>> {
    let given = values.iter().map(|value| Some(*value));
    std::iter::once(None).chain(given).collect()
}

async fn found(
    conn: &mut PgConnection,
    status: Option<CustomerStatus>,
    rating: Option<i16>,
    city: Option<&str>,
) -> BTreeSet<i64> {
    let rows = search_customers(conn, restaurant(1), status, rating, city, 1_000).await;
    let rows = rows.expect("rows");
    assert!(rows.is_sorted_by(|a, b| a.created_at >= b.created_at));
    let ids: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len(), "a row comes once");
    ids
}

fn expected(
    customers: &[Customer],
    status: Option<&str>,
    rating: Option<i16>,
    city: Option<&str>,
) -> BTreeSet<i64> {
    let fits = |customer: &&Customer| {
        customer.restaurant == restaurant(1)
            && status.is_none_or(|status| customer.status == status)
            && rating.is_none_or(|rating| customer.rating >= Some(rating))
            && city.is_none_or(|city| customer.city == Some(city))
    };
    customers
        .iter()
        .filter(fits)
        .map(|customer| customer.id)
        .collect()
}

fn each_combination_is_the_filter(major: u32) {
    with_customers(major, async |conn| {
        let customers = customers();
        let mut sizes = BTreeSet::new();
        for (status, rating, city) in combinations() {
            let found = found(conn, status.map(|s| s.0), rating, city).await;
            let expected = expected(&customers, status.map(|s| s.1), rating, city);
            assert_eq!(found, expected, "{status:?} {rating:?} {city:?}");
            sizes.insert(found.len());
        }
        assert!(sizes.len() > 8, "the filters filter: {sizes:?}");
        // Each variant is one statement, which ran for its combinations alone.
        let mut ran: Vec<(String, i64)> = prepared(conn).await;
        let mut all: Vec<(String, i64)> = SEARCH_CUSTOMERS
            .iter()
            .map(|info| {
                let of_label = combinations().into_iter().filter(|(status, rating, city)| {
                    let label = [
                        city.map(|_| "city"),
                        status.map(|_| "status"),
                        rating.map(|_| "rating"),
                    ];
                    let given: Vec<&str> = label.into_iter().flatten().collect();
                    let label = format!("[{}]", given.join(","));
                    let label = if given.is_empty() { "" } else { &label };
                    info.name == format!("queries::search_customers{label}")
                });
                (
                    info.sql.to_owned(),
                    of_label.count().try_into().expect("few"),
                )
            })
            .collect();
        ran.retain(|(sql, _)| SEARCH_CUSTOMERS.iter().any(|info| info.sql == sql));
        ran.sort_unstable();
        all.sort_unstable();
        assert_eq!(ran, all);
    });
}

type Combination = (
    Option<(CustomerStatus, &'static str)>,
    Option<i16>,
    Option<&'static str>,
);

fn combinations() -> Vec<Combination> {
    let mut all = Vec::new();
    for status in each(&STATUSES) {
        for rating in each(&[0, 3, 5]) {
            all.extend(each(&CITIES).into_iter().map(|city| (status, rating, city)));
        }
    }
    all
}

#[test]
fn each_combination_is_the_filter_on_15() {
    each_combination_is_the_filter(15);
}

#[test]
fn each_combination_is_the_filter_on_18() {
    each_combination_is_the_filter(18);
}

#[test]
fn writes_change_what_is_given() {
    with_customers(15, async |conn| {
        let blocked = Some(CustomerStatus::Blocked);
        for (id, name, status) in [
            (1, None, None),
            (2, Some("Ada"), None),
            (3, None, blocked),
            (4, Some("Bob"), blocked),
        ] {
            let before = customers().into_iter().find(|c| c.id == id).expect("it");
            let changed = change_customer(conn, Some(5), name, status, id).await;
            assert_eq!(changed.expect("changed"), 1);
            let phones = [Some(before.phone.clone())];
            let phones: Vec<String> = phones.into_iter().flatten().collect();
            let rows = customers_of_phones(conn, &phones, status)
                .await
                .expect("rows");
            let name = name.map(str::to_owned).or(before.name);
            assert_eq!(rows.len(), 1);
            assert_eq!((rows[0].id, &rows[0].name), (id, &name));
        }
        delete_rated(conn, None).await.expect("deleted");
        delete_rated(conn, Some(4)).await.expect("deleted");
        let low = "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM customers WHERE rating < 4); END $$";
        execute(conn, low).await;
    });
}

#[test]
fn what_is_loaded_has_parts_as_well() {
    with_customers(15, async |conn| {
        let customers = customers();
        for city in each(&CITIES) {
            for status in each(&STATUSES) {
                let rows = restaurants_with_customers(conn, city, status.map(|s| s.0)).await;
                let rows = rows.expect("rows");
                assert_eq!(rows.len(), if city.is_some() { 1 } else { 3 });
                for row in rows {
                    let own = customers.iter().filter(|c| {
                        c.restaurant == row.id && status.is_none_or(|s| c.status == s.1)
                    });
                    let own: BTreeSet<i64> = own.map(|customer| customer.id).collect();
                    let loaded = row.customers.iter().map(|customer| customer.id);
                    assert_eq!(loaded.collect::<BTreeSet<i64>>(), own);
                }
            }
        }
    });
}

/// A `static` in a generic function is one for all of its instances.
#[test]
fn each_statement_has_a_timer() {
    with_customers(15, async |conn| {
        for city in each(&CITIES) {
            search_customers(conn, restaurant(0), None, None, city, 1)
                .await
                .expect("rows");
        }
        let names = timers().into_iter().map(Timer::name);
        let names: BTreeSet<&str> = names.collect();
        assert!(names.contains("queries::search_customers"));
        assert!(names.contains("queries::search_customers[city]"));
    });
}

#[test]
fn no_two_statements_are_taken_for_one_another() {
    let names: BTreeSet<_> = QUERIES.iter().map(|query| query.name).collect();
    let texts: BTreeSet<_> = QUERIES.iter().map(|query| query.sql).collect();
    let fingerprints: BTreeSet<_> = QUERIES.iter().map(|query| query.fingerprint).collect();
    assert_eq!(
        [names.len(), texts.len(), fingerprints.len()],
        [QUERIES.len(); 3]
    );
}
