//! Generated rows, on databases that ask a lot of them.

mod world;

use world::World;

const SCHEMA: &str = include_str!("schema.sql");
const CONFIG: &str = r#"
[tables]
currencies = 3
"shop.tenants" = 12
departments = 60
employees = { rows = 2000, null_fraction = { rating = 0.8 } }
products = 300
customers = { rows = 4000, distinct = { language = 7 }, null_fraction = { note = 0.5 } }
orders = 5000
addresses = 3000
favourites = 5000
passports = 1500
bookings = 500
events = 1000
hits = 1000
everything = 200
defaults_only = 10
"#;

#[test]
fn every_constraint_is_met_and_the_rows_are_as_many_as_declared() {
    world::on_each(SCHEMA, CONFIG, async |world: &World| {
        let seeded = world.seed(&[]).await.expect("rows");
        println!("{seeded:?}");
    });
}
