//! A day of a restaurant's messaging agent, on a private PostgreSQL that is gone
//! afterwards: `cargo run --example agent`.
//!
//! Every query is a function of the generated crate `agent_catalog`, from the SQL
//! in `queries/`. The language model and the messenger are played by a script.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod guests;

use std::error::Error;

use agent_catalog::ai_interactions::{StoreAiInteraction, store_ai_interaction};
use agent_catalog::analytics::dashboard;
use agent_catalog::customers::{
    customer_by_phone, customer_with_restaurant, rate_customer, update_customer_status,
    upsert_customer_by_phone,
};
use agent_catalog::messages::{conversation, set_message_status, store_message};
use agent_catalog::restaurants::{CreateRestaurantRow, create_restaurant, restaurant_by_phone};
use agent_catalog::types::{CustomerStatus, MessageDirection, MessageStatus};
use diesel_async::AsyncConnection as _;
use planwright::migrate::{Migrator, Step};
use planwright::pool::{Pool, PoolConfig};
use planwright::report::Report;
use planwright_embedded::{EmbeddedServer, Settings};
use uuid::Uuid;

use crate::guests::{Exchange, GUESTS, Guest};

/// The number that guests write to.
const CORNER: &str = "+15550100100";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    heading("Start a private PostgreSQL server");
    let settings = Settings::new().progress(|step| println!("{step}"));
    let server = EmbeddedServer::start_with(&settings).await?;
    server.create_database("restaurants").await?;
    let url = server.database_url("restaurants");
    println!("PostgreSQL {} is ready", server.version());

    heading("Apply the migrations");
    migrate(&url).await?;

    heading("Open the restaurant");
    let pool = Pool::connect(&url, PoolConfig::development().with_name("agent")).await?;
    let mut conn = pool.get().await?;
    let corner = create_restaurant(&mut conn, "The Corner", CORNER, "Europe/Madrid").await?;
    println!("{} listens at {}", corner.name, corner.phone_number);
    drop(conn); // Back to the pool.

    heading("Serve the guests, all at the same time");
    serve_all(&pool).await?;

    heading("Read one conversation");
    read_conversation(&pool, corner.id, &GUESTS[0]).await?;

    heading("Look at the day's figures");
    print_figures(&pool, &corner).await?;

    heading("See which query takes the time");
    print!("{}", Report::collect());

    heading("See how the pool did");
    let health = pool.health();
    println!("{} of {} open", health.open, health.limit);
    println!("{} in use, {} waiting", health.checked_out, health.waiting);
    println!("{} requests, {} waited", health.requests, health.waited);

    drop(pool);
    server.stop().await?;
    Ok(())
}

/// Index migrations run outside a transaction, one by one, and may take long: the
/// progress says which one it is.
async fn migrate(url: &str) -> Result<(), Box<dyn Error>> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let migrator = Migrator::from_path(directory)?;
    migrator
        .up_with(url, |progress| {
            if let Step::Finished(elapsed) = progress.step {
                let (number, of, name) = (progress.number, progress.of, &progress.name);
                println!("{number:2} of {of}  {name}  {} ms", elapsed.as_millis());
            }
        })
        .await?;
    Ok(())
}

/// Each guest is a task of its own, and takes a connection only while it needs one.
async fn serve_all(pool: &Pool) -> Result<(), Box<dyn Error>> {
    let tasks = GUESTS
        .iter()
        .map(|guest| tokio::spawn(serve(pool.clone(), guest)));
    let tasks: Vec<_> = tasks.collect();
    for (guest, task) in GUESTS.iter().zip(tasks) {
        task.await??;
        println!("{}: {} answered", guest.phone, guest.exchanges.len());
    }
    Ok(())
}

/// All that one guest writes, message by message.
async fn serve(pool: Pool, guest: &Guest) -> planwright::Result<()> {
    for exchange in guest.exchanges {
        let (restaurant, customer) = recognise(&pool, guest).await?;
        // The model would be asked here. No connection is held meanwhile.
        let reply = answer(&pool, restaurant, customer, exchange).await?;
        // The messenger tells what became of the reply, and the guest what it was worth.
        let mut conn = pool.get().await?;
        for status in exchange.delivery {
            set_message_status(&mut conn, *status, reply, restaurant).await?;
        }
        if let Some((stars, sentiment)) = exchange.feedback {
            let (rating, sentiment) = (Some(stars), Some(sentiment));
            rate_customer(&mut conn, rating, sentiment, customer, restaurant).await?;
        }
    }
    Ok(())
}

/// Whom the message is for, and who sent it: a known customer or a new one.
async fn recognise(pool: &Pool, guest: &Guest) -> planwright::Result<(Uuid, Uuid)> {
    let mut conn = pool.get().await?;
    let restaurant = restaurant_by_phone(&mut conn, CORNER).await?;
    let restaurant = restaurant.expect("it was created this morning").id;
    if let Some(known) = customer_by_phone(&mut conn, guest.phone, restaurant).await? {
        if known.status == CustomerStatus::New {
            // Whoever writes a second time is a regular. The count of rows says
            // whether there was such a customer.
            let active = CustomerStatus::Active;
            let updated = update_customer_status(&mut conn, active, known.id, restaurant).await?;
            assert_eq!(updated, 1, "it was found a moment ago");
        }
        return Ok((restaurant, known.id));
    }
    let (number, phone, name) = (guest.number, guest.phone, guest.name);
    let added = upsert_customer_by_phone(&mut conn, restaurant, number, phone, name).await?;
    Ok((restaurant, added.id))
}

/// Stores the message, what the model did with it, and the reply, whose id it returns.
async fn answer(
    pool: &Pool,
    restaurant: Uuid,
    customer: Uuid,
    exchange: &Exchange,
) -> planwright::Result<Uuid> {
    let mut conn = pool.get().await?;
    // Both or neither: an interaction is never without its message.
    conn.transaction(async |conn| {
        let (inbound, received) = (MessageDirection::Inbound, MessageStatus::Received);
        let message = store_message(
            conn,
            restaurant,
            customer,
            inbound,
            received,
            exchange.question,
        )
        .await?;
        let interaction = StoreAiInteraction {
            restaurant_id: restaurant,
            message_id: message.id,
            model: exchange.model,
            latency_ms: exchange.latency_ms,
            prompt_tokens: exchange.tokens.0,
            completion_tokens: exchange.tokens.1,
            confidence: exchange.confidence,
        };
        store_ai_interaction(conn, interaction).await
    })
    .await?;
    let (outbound, queued) = (MessageDirection::Outbound, MessageStatus::Queued);
    let reply = store_message(
        &mut conn,
        restaurant,
        customer,
        outbound,
        queued,
        exchange.reply,
    )
    .await?;
    Ok(reply.id)
}

/// A joined row is a struct in a struct; what is not there is an `Option`.
async fn read_conversation(pool: &Pool, restaurant: Uuid, guest: &Guest) -> planwright::Result<()> {
    let mut conn = pool.get().await?;
    let Some(known) = customer_by_phone(&mut conn, guest.phone, restaurant).await? else {
        return Ok(());
    };
    if let Some(customer) = customer_with_restaurant(&mut conn, known.id, restaurant).await? {
        let name = customer.name.as_deref().unwrap_or("a guest");
        println!(
            "{} and {name}, {} customer",
            customer.restaurant.name, customer.status
        );
    }
    let newest_first = conversation(&mut conn, known.id, restaurant, 20).await?;
    for message in newest_first.iter().rev() {
        let (direction, status) = (message.direction.label(), message.status.label());
        println!("{direction:<8} {status:<9} {}", message.content);
    }
    Ok(())
}

/// Everything since the restaurant opened: five statements, one round trip.
async fn print_figures(pool: &Pool, restaurant: &CreateRestaurantRow) -> planwright::Result<()> {
    let (id, since) = (restaurant.id, restaurant.created_at);
    let mut conn = pool.get().await?;
    let Some(page) = dashboard(&mut conn, id, since).await? else {
        return Ok(());
    };
    let day = page.figures;
    println!(
        "{} customers, {} of them new",
        day.total_customers, day.new_customers
    );
    // None where there is nothing to take the average of.
    if let (Some(stars), Some(rate)) = (day.average_rating, day.response_rate) {
        println!("{stars:.2} stars on average, {rate:.2} replies to a message");
    }
    println!(
        "{} positive, {} negative",
        day.positive_feedback, day.negative_feedback
    );
    for row in page.messages {
        println!("{:>3} {} {}", row.messages, row.direction, row.status);
    }
    for row in page.models {
        let (model, used, p95) = (row.model, row.interactions, row.p95_latency_ms);
        println!("model {model}: {used} answers, 95 % within {p95:.0} ms");
    }
    for row in page.most_active.iter().take(2) {
        println!(
            "{} exchanged {} messages",
            row.phone_number, row.message_count
        );
    }
    Ok(())
}

fn heading(text: &str) {
    println!("\n== {text}");
}
