//! Orders that callers choose from.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::optional::each;
use super::orders_generated::queries::{
    AllPhonesOrder, CUSTOMERS_IN_ORDER, CustomersInOrderOrder, LastCustomerOrder,
    RestaurantsInOrderOrder, all_phones, customers_in_order, last_customer, restaurants_in_order,
};
use super::orders_generated::types::CustomerStatus;
use super::shop::{Customer, customers, prepared, restaurant, with_customers};

const STATUSES: [(CustomerStatus, &str); 2] = [
    (CustomerStatus::Active, "active"),
    (CustomerStatus::Blocked, "blocked"),
];

const ORDERS: [CustomersInOrderOrder; 3] = [
    CustomersInOrderOrder::Newest,
    CustomersInOrderOrder::Name,
    CustomersInOrderOrder::BestRated,
];

fn sorted(mut customers: Vec<Customer>, order: CustomersInOrderOrder) -> Vec<i64> {
    customers.sort_by_key(|customer| customer.id);
    match order {
        CustomersInOrderOrder::Newest => customers.sort_by_key(|c| Reverse(c.created_at)),
        CustomersInOrderOrder::Name => {
            customers.sort_by_key(|c| (c.name.is_none(), c.name.clone()));
        }
        // None comes first where it is the greatest, and is the least here.
        CustomersInOrderOrder::BestRated => customers.sort_by_key(|c| Reverse(c.rating)),
    }
    customers.into_iter().map(|customer| customer.id).collect()
}

fn each_order_is_the_sort(major: u32) {
    with_customers(major, async |conn| {
        let mut seen = BTreeSet::new();
        for order in ORDERS {
            for status in each(&STATUSES) {
                let rows = customers_in_order(conn, restaurant(0), status.map(|s| s.0), 50, order);
                let rows = rows.await.expect("rows");
                let rows: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
                let fitting = customers().into_iter().filter(|customer| {
                    let fits = status.is_none_or(|status| customer.status == status.1);
                    customer.restaurant == restaurant(0) && fits
                });
                let expected = sorted(fitting.collect(), order);
                assert!(expected.len() > 51, "more than a page");
                assert_eq!(rows, expected[1..51], "{order:?} {status:?}");
                seen.insert(rows);
            }
        }
        assert_eq!(seen.len(), 9, "the orders order");
        let texts: BTreeSet<&str> = CUSTOMERS_IN_ORDER.iter().map(|info| info.sql).collect();
        let mut ran = prepared(conn).await;
        ran.retain(|(sql, _)| texts.contains(sql.as_str()));
        let calls: Vec<i64> = ran.iter().map(|(_, calls)| *calls).collect();
        // Each order has a statement without a status, and one for the two of them.
        let mut calls_of_each: Vec<i64> = calls;
        calls_of_each.sort_unstable();
        assert_eq!(calls_of_each, [1, 1, 1, 2, 2, 2]);
    });
}

#[test]
fn each_order_is_the_sort_on_15() {
    each_order_is_the_sort(15);
}

#[test]
fn each_order_is_the_sort_on_18() {
    each_order_is_the_sort(18);
}

#[test]
fn an_order_stands_before_a_limit_that_is_optional() {
    with_customers(15, async |conn| {
        let up = all_phones(conn, None, AllPhonesOrder::Up)
            .await
            .expect("rows");
        let mut down = all_phones(conn, None, AllPhonesOrder::Down)
            .await
            .expect("rows");
        let few = all_phones(conn, Some(3), AllPhonesOrder::Down)
            .await
            .expect("rows");
        assert_eq!(few, down[..3]);
        down.reverse();
        assert_eq!(up, down);
    });
}

#[test]
fn an_order_decides_what_is_first() {
    with_customers(15, async |conn| {
        let newest = last_customer(conn, LastCustomerOrder::Newest)
            .await
            .expect("a row");
        let oldest = last_customer(conn, LastCustomerOrder::Oldest)
            .await
            .expect("a row");
        let all = sorted(customers(), CustomersInOrderOrder::Newest);
        assert_eq!(newest, all.first().copied());
        let mut all = customers();
        all.sort_by_key(|customer| (customer.created_at, customer.id));
        assert_eq!(oldest, all.first().map(|customer| customer.id));
    });
}

#[test]
fn parents_have_an_order() {
    with_customers(15, async |conn| {
        let up = restaurants_in_order(conn, RestaurantsInOrderOrder::Up).await;
        let down = restaurants_in_order(conn, RestaurantsInOrderOrder::Down).await;
        let (up, mut down) = (up.expect("rows"), down.expect("rows"));
        let ids: Vec<_> = up.iter().map(|row| row.id).collect();
        assert_eq!(ids, [restaurant(0), restaurant(1), restaurant(2)]);
        down.reverse();
        let sizes = |rows: &[super::orders_generated::queries::RestaurantsInOrderLoaded]| {
            rows.iter()
                .map(|row| row.customers.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(sizes(&up), sizes(&down));
        assert_eq!(sizes(&up).iter().sum::<usize>(), customers().len());
    });
}
