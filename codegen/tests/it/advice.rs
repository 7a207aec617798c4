//! Indexes that are advised: with them, made by real migrations, the findings are gone and
//! the plans are those that were shown.

use planwright_codegen::advise::{Advice, advise};
use planwright_codegen::files::{NewMigration, write_migrations};
use planwright_codegen::forecast::{Forecast, forecast};
use planwright_codegen::{Checked, Failure, Options};

use crate::project::{TempProject, block_on, server};

const SCHEMA: &str = "
CREATE TABLE shops (id int PRIMARY KEY, city text NOT NULL);
CREATE TABLE people (
    id bigint PRIMARY KEY,
    shop_id int NOT NULL REFERENCES shops,
    name text NOT NULL,
    phone text NOT NULL,
    is_deleted boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE visits (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');";

const QUERIES: &str = "
-- name: newest_of_shop :many
SELECT id, name FROM people WHERE shop_id = :shop_id ORDER BY created_at DESC LIMIT 20;

-- name: count_of_shop :one
SELECT count(*) AS people FROM people WHERE shop_id = :shop_id;

-- name: by_phone :many
SELECT id, name FROM people WHERE phone = :phone AND NOT is_deleted;

-- name: by_name_or_phone :many
SELECT id FROM people WHERE name = :name OR phone = :phone;

-- name: visits_of_person :many
SELECT id, at FROM visits WHERE person_id = :person_id;

-- name: people_of_city :many
SELECT p.id FROM people p JOIN shops s ON s.id = p.shop_id WHERE s.city = :city;

-- name: all_people :many
-- @scan people: they are exported
SELECT id, name FROM people;
";

const CONFIG: &str = "
[rules]
sort-unindexed = \"deny\"

[tables]
shops = { rows = 900, distinct = { city = 400 } }
people = { rows = \"5M\", distinct = { name = \"1M\", phone = \"5M\" } }
visits = { rows = \"40M\", distinct = { person_id = \"2M\" } }
";

fn project() -> TempProject {
    let project = TempProject::of(SCHEMA, QUERIES);
    project.write("planwright.toml", CONFIG);
    project
}

fn options(major: u32) -> Options {
    Options {
        server: server(major),
        ..Options::default()
    }
}

fn advice(project: &TempProject, major: u32) -> Advice {
    let mut steps = Vec::new();
    let (project, options) = (project.open(), options(major));
    let advice = advise(&project, &options, |done, of| steps.push((done, of)));
    let advice = block_on(advice).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        steps.windows(2).all(|pair| pair[0].0 <= pair[1].0),
        "{steps:?}"
    );
    assert!(
        steps.last().is_none_or(|(done, of)| done == of),
        "{steps:?}"
    );
    advice
}

/// Makes the indexes as `planwright advise --write` does.
fn make(project: &TempProject, advice: &Advice) {
    let migration =
        |(number, index): (usize, &planwright_codegen::advise::AdvisedIndex)| NewMigration {
            name: format!("2025-01-01-{number:06}_{}", index.name),
            up: index.create.clone(),
            down: index.drop.clone(),
            in_transaction: !index.concurrent,
        };
    let migrations: Vec<NewMigration> = advice.indexes.iter().enumerate().map(migration).collect();
    write_migrations(&project.open(), &migrations).expect("migrations are written");
}

#[test]
fn the_smallest_set_of_indexes_answers_every_finding() {
    for major in [15, 18] {
        let project = project();
        project.check(major).expect_err("findings");
        let advice = advice(&project, major);
        let creates: Vec<&str> = advice.indexes.iter().map(|i| i.create.as_str()).collect();
        assert_eq!(
            creates,
            [
                "CREATE INDEX CONCURRENTLY idx_people_shop_id_created_at ON people (shop_id, created_at DESC);",
                "CREATE INDEX CONCURRENTLY idx_people_name ON people (name);",
                "CREATE INDEX CONCURRENTLY idx_people_phone ON people (phone);",
                "CREATE INDEX idx_visits_person_id ON visits (person_id);",
            ],
            "{advice:#?}"
        );
        assert_eq!(advice.unanswered, []);
        assert!(
            advice.indexes.iter().all(|index| index.pages > 10),
            "{advice:#?}"
        );
        make(&project, &advice);
        let checked = project.check(major).unwrap_or_else(|e| panic!("{e}"));
        // The plan of a real index of this size is the plan that was shown.
        for change in &advice.costs {
            let real = plan_of(&checked, &change.query);
            assert_eq!(
                (real.cost, real.ways()),
                (change.after, change.ways.clone())
            );
            assert!(change.after < change.before);
        }
        assert!(advice.costs.len() >= 5, "{advice:#?}");
        let nothing = self::advice(&project, major);
        assert_eq!((nothing.indexes.len(), nothing.unanswered.len()), (0, 0));
    }
}

fn plan_of<'a>(checked: &'a Checked, query: &str) -> &'a planwright_codegen::plan::Plan {
    let mut queries = checked.catalog.queries();
    let query = queries.find(|q| q.full_name == query).expect("the query");
    &query.plan
}

#[test]
fn a_forecast_says_at_what_size_a_path_changes() {
    const SCHEMA: &str = "
        CREATE TABLE shops (id int PRIMARY KEY, city text NOT NULL, name text NOT NULL);
        CREATE INDEX shops_city ON shops (city);";
    const QUERIES: &str = "
        -- name: shops_of_city :many
        SELECT id, name FROM shops WHERE city = :city;

        -- name: shop :opt
        SELECT name FROM shops WHERE id = :id;";
    let sized = |rows: u64| {
        let project = TempProject::of(SCHEMA, &QUERIES.replace("        ", ""));
        let config = format!(
            "[tables]\nshops = {{ rows = {rows}, distinct = {{ city = 4 }} }}\n[rules]\nseq-scan = \"warn\""
        );
        project.write("planwright.toml", config);
        project
    };
    for major in [15, 18] {
        let project = sized(10);
        let Forecast { changes, queries } = block_on(forecast(
            &project.open(),
            &options(major),
            &[10.0, 1_000.0],
            |_, _| {},
        ))
        .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(queries, 2);
        let of_city: Vec<_> = changes
            .iter()
            .filter(|c| c.query.ends_with("of_city"))
            .collect();
        assert_eq!(of_city.len(), 1, "{changes:#?}");
        let change = of_city[0];
        assert_eq!(change.before, ["shops: sequential scan"]);
        assert!(
            change.after[0].contains("shops_city (city = :city)"),
            "{change:#?}"
        );
        assert!(change.until / change.from < 2.0, "{change:#?}");
        // The sizes between which it changes are the sizes between which a check sees it.
        let way = |growth: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small"
            )]
            let checked = sized((10.0 * growth).round() as u64).check(major);
            let checked = checked.unwrap_or_else(|e| panic!("{e}"));
            plan_of(&checked, "queries::shops_of_city").paths[0].search()
        };
        assert_eq!(way(change.from), change.before[0]);
        assert_ne!(way(change.until), change.before[0]);
    }
}

/// What is only an index of an expression, of part of a table, of what a value contains, or of a
/// table of another schema.
#[test]
fn indexes_of_every_kind_are_advised_and_hold_what_was_shown() {
    const SCHEMA: &str = "
        CREATE SCHEMA shop;
        CREATE TYPE shop.\"JobState\" AS ENUM ('open', 'done', 'failed');
        CREATE TABLE shop.accounts (
            id bigint PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL,
            email text NOT NULL UNIQUE, state shop.\"JobState\" NOT NULL, tags text[] NOT NULL
        );
        CREATE TABLE jobs (
            id bigint PRIMARY KEY, created_at timestamptz NOT NULL, finished_at timestamptz,
            payload jsonb NOT NULL
        );
        CREATE TABLE whatsapp_message_delivery_attempts (
            id bigint PRIMARY KEY, restaurant_id int NOT NULL, customer_identifier int NOT NULL,
            created_at timestamptz NOT NULL, status_identifier int NOT NULL
        );";
    const QUERIES: &str = "
-- name: by_email :many
SELECT id FROM shop.accounts WHERE lower(email) = :email AND state = 'open';

-- name: by_full_name :many
SELECT id FROM shop.accounts WHERE lower(first_name || last_name) = :name;

-- name: by_tags :many
SELECT id FROM shop.accounts WHERE tags @> :tags;

-- name: open_jobs :many
SELECT id FROM jobs WHERE finished_at IS NULL ORDER BY created_at;

-- name: jobs_with :many
SELECT id FROM jobs WHERE payload @> :part;

-- name: attempts :many
SELECT id FROM whatsapp_message_delivery_attempts
WHERE restaurant_id = :restaurant AND customer_identifier = :customer
ORDER BY created_at LIMIT 20;

-- name: attempts_of_status :many
SELECT id FROM whatsapp_message_delivery_attempts
WHERE restaurant_id = :restaurant AND customer_identifier = :customer
  AND status_identifier = :status;
";
    const CONFIG: &str = "
[tables]
jobs = { rows = \"10M\", null_fraction = { finished_at = 0.0001 } }
\"shop.accounts\" = { rows = \"5M\", distinct = { first_name = \"10k\", last_name = \"1M\" } }
whatsapp_message_delivery_attempts = { rows = \"90M\", distinct = { restaurant_id = 3, customer_identifier = 4, status_identifier = \"50M\" } }
";
    for major in [15, 18] {
        let project =
            TempProject::of(SCHEMA, QUERIES).judged_by(&["seq-scan", "sort-unindexed"], CONFIG);
        let advice = advice(&project, major);
        assert_eq!(advice.unanswered, [], "{advice:#?}");
        assert_eq!(advice.rewrites, []);
        let creates: Vec<&str> = advice.indexes.iter().map(|i| i.create.as_str()).collect();
        for part in [
            "ON shop.accounts (lower(email)",
            "lower((first_name || last_name))",
            "ON shop.accounts USING gin (tags)",
            "ON jobs USING gin (payload)",
            "finished_at IS NULL",
        ] {
            assert!(
                creates.iter().any(|c| c.contains(part)),
                "{part} in {creates:#?}"
            );
        }
        make(&project, &advice);
        let checked = project.check(major).unwrap_or_else(|e| panic!("{e}"));
        assert!(checked.warnings.is_empty(), "{:#?}", checked.warnings);
        // What is made can be undone by the statements shown, where the table is.
        let downs: Vec<&str> = advice.indexes.iter().map(|i| i.drop.as_str()).collect();
        assert!(
            downs
                .iter()
                .any(|d| d.starts_with("DROP INDEX CONCURRENTLY shop.idx_accounts")),
            "{downs:#?}"
        );
    }
}

/// A promise is kept by the index promised, not by one that is as good.
#[test]
fn another_index_does_not_keep_a_promise() {
    const SCHEMA: &str = "
        CREATE TABLE orders (id bigint PRIMARY KEY, shop_id int NOT NULL, state int NOT NULL);
        CREATE INDEX orders_shop ON orders (shop_id);
        CREATE INDEX orders_state ON orders (state);";
    const QUERIES: &str = "
-- name: of_shop :many
-- @index orders orders_state
SELECT id FROM orders WHERE shop_id = :shop_id AND state = :state;
";
    const CONFIG: &str = "
[tables]
orders = { rows = \"5M\", distinct = { shop_id = \"5M\", state = 2 } }
";
    let project = TempProject::of(SCHEMA, QUERIES).judged_by(&["index-not-used"], CONFIG);
    let advice = advice(&project, 15);
    assert_eq!(advice.indexes, []);
    let promise = ("index-not-used".to_owned(), "queries::of_shop".to_owned());
    assert_eq!(advice.unanswered, [promise]);
}

/// Rows that come in order end a LIMIT early: an index that finds fewer rows is dearer then, and
/// stays as long as it is promised.
#[test]
fn a_promise_that_a_limit_breaks_says_so() {
    const SCHEMA: &str = "
        CREATE TABLE people (id bigint PRIMARY KEY, shop_id int NOT NULL, mood int NOT NULL,
                             created_at timestamptz NOT NULL);
        CREATE INDEX people_created ON people (shop_id, created_at);
        CREATE INDEX people_mood ON people (shop_id, mood);";
    const QUERIES: &str = "
-- name: of_mood :many
-- @index people people_mood
SELECT id FROM people WHERE shop_id = :shop_id AND mood = :mood
ORDER BY created_at DESC LIMIT 20;
";
    const CONFIG: &str = "
[tables]
people = { rows = 20000, distinct = { shop_id = 20, mood = 3 } }
";
    for major in [15, 18] {
        let rules = ["index-not-used", "dead-index"];
        let project = TempProject::of(SCHEMA, QUERIES).judged_by(&rules, CONFIG);
        let Err(Failure::Findings { diagnostics, .. }) = project.check(major) else {
            panic!("the promise is broken");
        };
        let mut notes = diagnostics
            .into_iter()
            .filter(|diagnostic| diagnostic.code == "index-not-used")
            .flat_map(|diagnostic| diagnostic.notes);
        let reason = "`people_mood` would serve, and the query cost more at this size";
        assert!(notes.any(|note| note.starts_with(reason)));
        let advice = advice(&project, major);
        assert_eq!(advice.drops, []);
        assert!(
            advice.indexes.iter().all(|index| index.table == "people"),
            "{advice:#?}"
        );
    }
}
