//! Types of the user's, in place of those of types, domains and columns.

use planwright::PgConnection;

use crate::mapped::{CustomerId, Email, Handle, OrderId, Place, Status};
use crate::mapped_types::queries::*;

fn email(text: &str) -> Email {
    Email(text.to_owned())
}

pub(crate) async fn are_kept(conn: &mut PgConnection) {
    let (ada, bob) = (CustomerId(7), CustomerId(i64::MAX));
    let handle = Handle("Ada".to_owned());
    let address = email("ada@example.org");
    let place = Place {
        x: -0.5,
        y: f64::MAX,
    };
    let friends = [email("bob@example.org"), email("@")];
    add_customer(
        conn,
        ada,
        &handle,
        Some(&address),
        Some(place),
        Some(&friends),
    )
    .await
    .unwrap();
    let found = customer(conn, ada).await.unwrap().expect("a customer");
    let expected = CustomerRow {
        id: ada,
        handle,
        email: Some(address.clone()),
        place: Some(place),
        friends: Some(friends.map(Some).to_vec()),
    };
    assert_eq!(found, expected);
    let handles = ["bob".to_owned()];
    add_all(conn, &[bob], &handles.map(Handle)).await.unwrap();
    let found = customer(conn, bob).await.unwrap().expect("a customer");
    assert_eq!(
        (found.email, found.place, found.friends),
        (None, None, None)
    );
    // The handle is compared as `citext` is.
    for (handle, found) in [("ADA", None), ("eve", Some(ada))] {
        let handle = Handle(handle.to_owned());
        let other = customer_by_email(conn, &address, &handle).await;
        assert_eq!(other.unwrap(), found, "{handle:?}");
    }
}

pub(crate) async fn are_loaded(conn: &mut PgConnection) {
    let id = OrderId(uuid::Uuid::from_u128(u128::MAX));
    let row = ImportInput {
        id: id.clone(),
        customer_id: CustomerId(7),
    };
    let sent = import(conn, [row]).await.unwrap();
    assert_eq!(sent, std::slice::from_ref(&id));
    let changed = set_status(conn, Status::Paid, Some(CustomerId(7)), &id).await;
    assert_eq!(changed.unwrap(), 1);
    let rows = with_orders(conn, CustomerId(0)).await.unwrap();
    let orders: Vec<_> = rows.iter().map(|row| (row.id, row.orders.len())).collect();
    assert_eq!(orders, [(CustomerId(7), 1), (CustomerId(i64::MAX), 0)]);
    assert_eq!(rows[0].orders[0].status, Status::Paid);
    let page = paged(conn, None, 1).await.unwrap();
    let next = page.next.expect("a second page");
    assert_eq!(next.id, CustomerId(7));
    let page = paged(conn, Some(&next), 1).await.unwrap();
    assert_eq!(page.rows[0].id, CustomerId(i64::MAX));
    let found = filtered(conn, Some(CustomerId(7)), None).await.unwrap();
    assert_eq!(found, [id]);
}
