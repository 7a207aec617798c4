//! Enums and composite types, nested and in arrays.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::strategies::{date, text};
use super::{Server, kept};
use crate::composites::queries::*;
use crate::composites::types::{Address, Mood, PublicGeo, ShopGeo};

pub(crate) fn all(server: &Server<'_>) {
    kept!(server, of_mood, OfMoodRow, mood());
    kept!(server, of_address, OfAddressRow, address(), borrowed);
    let mut conn = server.conn.borrow_mut();
    server.runtime.block_on(in_tables(&mut conn));
}

fn mood() -> impl Strategy<Value = Mood> + Clone {
    prop::sample::select(Mood::ALL.to_vec())
}

fn geo() -> impl Strategy<Value = PublicGeo> + Clone {
    any::<(Option<f64>, Option<f64>)>().prop_map(|(lat, lon)| PublicGeo { lat, lon })
}

/// Texts of at most nine characters, as the types demand.
fn short() -> impl Strategy<Value = Option<String>> + Clone {
    option::of("[a-zé\",() \\\\]{0,9}")
}

fn address() -> impl Strategy<Value = Address> + Clone {
    let texts = (
        option::of(text()),
        short(),
        short(),
        option::of(text()),
        short(),
    );
    let code = option::of("[a-z]{3}");
    let named = (option::of(geo()), option::of(mood()), option::of(mood()));
    let arrays = (
        option::of(vec(short(), 0..3)),
        option::of(vec(option::of(mood()), 0..3)),
        option::of(vec(option::of(geo()), 0..3)),
    );
    let rest = (option::of(date()), any::<Option<i32>>());
    (texts, code, named, arrays, rest).prop_map(
        |((street, r#type, owner, city, short), code, named, arrays, (since, type_2))| Address {
            street,
            r#type,
            owner,
            city,
            code,
            short,
            place: named.0,
            mood: named.1,
            feeling: named.2,
            since,
            tags: arrays.0,
            moods: arrays.1,
            places: arrays.2,
            type_2,
        },
    )
}

/// A value of which the server sees the attributes.
async fn in_tables(conn: &mut planwright::PgConnection) {
    let place = PublicGeo {
        lat: Some(52.5),
        lon: None,
    };
    let address = Address {
        street: Some("Allee 1, \"Hof\"".to_owned()),
        r#type: None,
        owner: None,
        city: None,
        code: None,
        short: None,
        place: Some(place.clone()),
        mood: Some(Mood::ALL[2]),
        feeling: None,
        since: None,
        tags: None,
        moods: None,
        places: None,
        type_2: None,
    };
    let cell = ShopGeo {
        cell: Some("u33d".to_owned()),
    };
    let old = [address.clone()];
    let moods = [Mood::Sad, Mood::ALL[2]];
    let added = add_shop(conn, 1, &address, Some(&old), Some(&cell), &moods).await;
    let added = added.expect("a shop");
    assert_eq!(added.address, address);
    assert_eq!((added.place, added.lat), (Some(place), Some(52.5)));
    let found = shops_in(conn, &moods, &[Mood::Sad], &address)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].cell.as_ref(), Some(&cell));
    let none = shops_in(conn, &[], &[Mood::Sad], &address).await.unwrap();
    assert_eq!(none, []);
}
