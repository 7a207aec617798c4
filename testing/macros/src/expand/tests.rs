//! What the attribute writes, and what it says of mistakes and where.

use proc_macro2::TokenStream;

use super::test;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

/// The error, and the text that it underlines.
fn mistake(arguments: &str, item: &str) -> (String, String) {
    let error = test(tokens(arguments), tokens(item)).expect_err(arguments);
    let place = error.span().source_text().unwrap_or_default();
    (error.to_string(), place)
}

const ITEM: &str = "async fn t(pool: Pool) {}";

#[test]
fn the_function_stands_inside_a_plain_test() {
    let arguments =
        r#"migrations = "../m", fixtures("starters", "more/dear.sql"), pool = 2, postgres = 15"#;
    let item = r"
        #[ignore]
        pub(crate) async fn t(mut pool: Pool, (a, b): Pair) -> Result<(), E> { pool.get().await }
    ";
    let written = test(tokens(arguments), tokens(item)).expect("no mistake");
    let file = syn::parse2(written).expect("an item");
    let expected = r#"#[::core::prelude::v1::test]
#[ignore]
pub(crate) fn t() -> Result<(), E> {
    #[allow(clippy::unused_async)]
    async fn t(mut pool: Pool, (a, b): Pair) -> Result<(), E> {
        pool.get().await
    }
    ::planwright_testing::run::test(
        ::planwright_testing::TestConfig::new()
            .relative_to(::core::env!("CARGO_MANIFEST_DIR"))
            .migrations("../m")
            .fixture(
                "fixtures/starters.sql",
                ::core::include_str!("fixtures/starters.sql"),
            )
            .fixture("more/dear.sql", ::core::include_str!("more/dear.sql"))
            .pool(2)
            .postgres(15),
        async |__database: ::planwright_testing::TestDatabase| {
            t(
                    ::planwright_testing::run::argument(&__database).await,
                    ::planwright_testing::run::argument(&__database).await,
                )
                .await
        },
    )
}
"#;
    assert_eq!(prettyplease::unparse(&file), expected);
}

#[test]
fn a_wrong_argument_is_underlined() {
    const KNOWN: &str = "the arguments are `migrations = \"folder\"`, `migrations = false`, \
         `fixtures(\"name\", …)`, `pool = 5` and `postgres = 15`";
    let folder = "`migrations` is a folder in quotes, or `false` for an empty database";
    let fixtures = "fixtures are names in quotes and brackets: `fixtures(\"customers\")`";
    let connections = "expected the most connections of the pool: a number from 1";
    let postgres = "expected a major version of PostgreSQL: a number from 14";
    for (arguments, message, place) in [
        (
            "migration = \"m\"",
            &*format!("there is no argument `migration`: {KNOWN}"),
            "migration",
        ),
        ("\"m\"", &format!("expected an argument: {KNOWN}"), "\"m\""),
        ("pool = 2, pool = 3", "`pool` is given twice", "pool"),
        ("migrations = m", folder, "m"),
        (
            "migrations = true",
            "leave `migrations` out for the folder `migrations`, or name another",
            "true",
        ),
        (
            "migrations = \"\"",
            "the folder's name is empty; `migrations = false` gives an empty database",
            "\"\"",
        ),
        ("fixtures = \"a\"", fixtures, "fixtures"),
        ("fixtures(a)", fixtures, "a"),
        (
            "fixtures(\"a\", \"\")",
            "the fixture's name is empty",
            "\"\"",
        ),
        ("pool = 0", connections, "0"),
        ("pool = \"2\"", connections, "\"2\""),
        ("pool = 4294967296", connections, "4294967296"),
        ("postgres = 9", postgres, "9"),
        ("migrations \"m\"", "expected `=`", "\"m\""),
        ("pool = 2 postgres = 15", "expected `,`", "postgres"),
    ] {
        let expected = (message.to_owned(), place.to_owned());
        assert_eq!(mistake(arguments, ITEM), expected, "{arguments}");
    }
}

#[test]
fn a_function_that_cannot_be_a_test_is_underlined() {
    let takes = "a test with a database takes it: `pool: planwright::pool::Pool`, `database: \
         planwright_testing::TestDatabase`, or a connection. One without is a `#[tokio::test]`";
    let twice = "`planwright_testing::test` makes the test and its runtime: remove this attribute";
    for (item, message, place) in [
        (
            "fn t(pool: Pool) {}",
            "a test with a database is an `async fn`",
            "fn",
        ),
        ("async fn t() {}", takes, "()"),
        ("async fn t(&self) {}", "a test is no method", "&self"),
        (
            "async fn t<T>(pool: T) {}",
            "a test has no generic parameters: nothing would choose them",
            "<T>",
        ),
        (
            "#[tokio::test] async fn t(pool: Pool) {}",
            twice,
            "#[tokio::test]",
        ),
        ("#[test] async fn t(pool: Pool) {}", twice, "#[test]"),
        (
            "struct T;",
            "a test with a database is an `async fn` of its own",
            "struct",
        ),
    ] {
        let expected = (message.to_owned(), place.to_owned());
        assert_eq!(mistake("", item), expected, "{item}");
    }
}
