//! Texts: of a pattern where a constraint says one, else what the column's name says, else its
//! name and a number. A text that has to be short is letters and digits.

use super::space::{K, MANY, Of, Space, literal, of_pattern};

/// A text with room for a number behind a name of usual length.
const ROOMY: u32 = 32;
const FILLER: &str =
    "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor ";
const FIRST: [&str; 16] = [
    "Ada", "Ben", "Clara", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kofi",
    "Lena", "Mina", "Noah", "Olga", "Pavel",
];
const LAST: [&str; 16] = [
    "Adler", "Brandt", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen",
    "Kaya", "Lopez", "Meyer", "Novak", "Okafor", "Park",
];
const CITIES: [&str; 8] = [
    "Berlin", "Lagos", "Lima", "Lisbon", "Mumbai", "Osaka", "Oslo", "Quito",
];
const COUNTRIES: [&str; 8] = ["BR", "DE", "ES", "FR", "IN", "JP", "NG", "US"];
const CURRENCIES: [&str; 8] = ["BRL", "CHF", "EUR", "GBP", "INR", "JPY", "NGN", "USD"];
const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "America/Lima",
    "Asia/Tokyo",
    "Africa/Lagos",
    "America/New_York",
];

/// The texts of a column.
pub(super) fn space(of: Of<'_>, cast: &str) -> Option<Space> {
    let longest = longest(of, cast);
    if let Some(pattern) = &of.bounds.pattern
        && let Some(space) = of_pattern(cast, pattern, longest)
    {
        return Some(space);
    }
    let least = of.bounds.least_length.unwrap_or(0);
    if longest.is_some_and(|longest| longest < ROOMY) || least > 12 {
        let most = longest.unwrap_or(u32::MAX).min(least.max(8));
        let (few, most) = (least.min(most).max(1), most.max(1));
        return of_pattern(cast, &format!("[a-z0-9]{{{few},{most}}}"), longest);
    }
    let (text, usual) = by_name(of.name);
    let text = match of.width {
        // The server stores a byte or four more than the text is long.
        Some(width) if width > ROOMY && usual.is_none() => {
            let longest = longest.unwrap_or(u32::MAX);
            let written = u32::try_from(of.name.len()).unwrap_or(ROOMY) + 8;
            let filler = width.min(longest).min(8_000).saturating_sub(written);
            format!(
                "{text} || ' ' || left(repeat({}, 110), {filler})",
                literal(FILLER)
            )
        }
        _ => text,
    };
    Some(Space {
        sql: format!("({text})::{cast}"),
        capacity: MANY,
        usual,
        ordered: false,
    })
}

/// How long a text may be.
fn longest(of: Of<'_>, cast: &str) -> Option<u32> {
    const HEADER: i32 = 4;
    let of_type = match cast {
        "name" => Some(63),
        _ => (of.modifier >= HEADER).then(|| (of.modifier - HEADER).unsigned_abs()),
    };
    match (of_type, of.bounds.greatest_length) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// What a column of this name holds, and how many of it are usual.
fn by_name(name: &str) -> (String, Option<u64>) {
    let name = name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["email", "e_mail"]) {
        return (format!("'user' || {K} || '@example.com'"), None);
    }
    if has(&["phone", "mobile"]) {
        return (
            format!("'+1555' || lpad(({K})::text, greatest(7, length(({K})::text)), '0')"),
            None,
        );
    }
    if has(&["url", "website", "link"]) {
        return (format!("'https://example.com/' || {K}"), None);
    }
    for (word, pool) in [
        ("currency", &CURRENCIES[..]),
        ("country", &COUNTRIES),
        ("city", &CITIES),
        ("timezone", &ZONES),
        ("time_zone", &ZONES),
        ("first_name", &FIRST),
        ("last_name", &LAST),
    ] {
        if name.contains(word) {
            let count = pool.len() as u64;
            return (
                format!("{} {}", one_of(pool, K), numbered(count)),
                Some(count),
            );
        }
    }
    if name == "name" || name.ends_with("_name") {
        let last = one_of(&LAST, &format!("{K} / 16"));
        return (
            format!("{} || ' ' || {last}{}", one_of(&FIRST, K), numbered(256)),
            None,
        );
    }
    (
        format!(
            "{} || {K}",
            literal(&format!("{} ", name.replace('_', " ")))
        ),
        None,
    )
}

fn one_of(pool: &[&str], number: &str) -> String {
    let words: Vec<String> = pool.iter().map(|word| literal(word)).collect();
    let count = pool.len();
    format!(
        "(ARRAY[{}])[1 + ({number} % {count})::int]",
        words.join(", ")
    )
}

/// A number behind the words, from the second time on that they are used.
fn numbered(count: u64) -> String {
    format!(" || CASE WHEN {K} < {count} THEN '' ELSE ' ' || {K} / {count} END")
}
