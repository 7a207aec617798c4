//! Rows with something of every type.

use bigdecimal::BigDecimal;
use chrono::{DateTime, TimeDelta};

use crate::catalog::guests::{AddGuestsInput, CreateGuestsInput, ImportGuestsInput};
use crate::catalog::types::{Mood, Size};

/// A guest whose nulls depend on the number.
pub(crate) fn guest(shop_id: i32, number: i32) -> CreateGuestsInput {
    let is = |every: i32| number % every != 0;
    let mood = Mood::ALL[usize::from(is(2))];
    let begin = DateTime::from_timestamp(1_767_614_400, 123_456_000).expect("a date");
    CreateGuestsInput {
        shop_id,
        number,
        phone: is(3).then(|| format!("+49{number}")),
        name: is(4).then(|| format!("Größe {number} \\N\t\"")),
        nickname: is(5).then(|| format!("n{number}")),
        mood,
        feeling: is(3).then_some(mood),
        size: is(4).then(|| Size::ALL[usize::from(is(2))]),
        code: is(5).then(|| "ab".to_owned()),
        rating: is(6).then(|| BigDecimal::from(number % 70) / BigDecimal::from(10)),
        facts: is(7).then(|| {
            format!("{{\"n\": [{number}, null]}}")
                .parse()
                .expect("JSON")
        }),
        raw: is(8).then(|| vec![0, 255, u8::try_from(number.rem_euclid(200)).expect("small")]),
        seen: is(9).then(|| begin + TimeDelta::seconds(number.into())),
    }
}

pub(crate) fn imported(guest: CreateGuestsInput) -> ImportGuestsInput {
    ImportGuestsInput {
        shop_id: guest.shop_id,
        number: guest.number,
        phone: guest.phone,
        name: guest.name,
        nickname: guest.nickname,
        mood: guest.mood,
        feeling: guest.feeling,
        size: guest.size,
        code: guest.code,
        rating: guest.rating,
        facts: guest.facts,
        raw: guest.raw,
        seen: guest.seen,
    }
}

/// Guests of a shop, by their numbers.
pub(crate) fn plain(
    shop_id: i32,
    numbers: impl IntoIterator<Item = i32>,
) -> impl Iterator<Item = AddGuestsInput> {
    numbers.into_iter().map(move |number| AddGuestsInput {
        shop_id,
        number,
        mood: Mood::Calm,
        name: None,
    })
}
