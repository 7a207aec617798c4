//! `queries/restaurants.sql`.

use agent_catalog::restaurants::{create_restaurant, restaurant_by_phone};
use planwright::ErrorKind;
use planwright::pool::Connection;

use crate::world::phone;

/// These take their databases from `planwright-testing`, as tests of an application do.
macro_rules! with_databases_of {
    ($($module:ident $major:literal),+) => { $(
        mod $module {
            use planwright::pool::Connection;

            #[planwright_testing::test(postgres = $major)]
            async fn a_restaurant_is_found_by_its_number(conn: Connection) {
                super::a_restaurant_is_found_by_its_number(conn).await;
            }

            #[planwright_testing::test(postgres = $major)]
            async fn a_number_belongs_to_one_restaurant(conn: Connection) {
                super::a_number_belongs_to_one_restaurant(conn).await;
            }
        }
    )+ };
}

with_databases_of! { postgresql_15 15, postgresql_18 18 }

async fn a_restaurant_is_found_by_its_number(mut conn: Connection) {
    let conn = &mut conn;
    let number = phone(1, 1);
    let made = create_restaurant(conn, "Corner", &number, "Europe/Madrid")
        .await
        .unwrap();
    assert_eq!(
        (
            made.name.as_str(),
            made.phone_number.as_str(),
            made.timezone.as_str()
        ),
        ("Corner", number.as_str(), "Europe/Madrid")
    );

    let found = restaurant_by_phone(conn, &number).await.unwrap().unwrap();

    assert_eq!(
        (
            found.id,
            found.name,
            found.phone_number,
            found.timezone,
            found.created_at
        ),
        (
            made.id,
            made.name,
            made.phone_number,
            made.timezone,
            made.created_at
        )
    );
    assert_eq!(restaurant_by_phone(conn, &phone(1, 2)).await.unwrap(), None);
}

async fn a_number_belongs_to_one_restaurant(mut conn: Connection) {
    let conn = &mut conn;
    create_restaurant(conn, "First", &phone(1, 1), "UTC")
        .await
        .unwrap();

    let error = create_restaurant(conn, "Second", &phone(1, 1), "UTC")
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.query(), Some("restaurants::create_restaurant"));
    assert_eq!(error.constraint(), Some("restaurants_phone_number_key"));
    let error = create_restaurant(conn, "Third", "555-0100", "UTC")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CheckViolation);
}
