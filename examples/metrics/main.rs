//! Serves what Planwright measures to Prometheus, with the agent's catalog at work on a private
//! PostgreSQL: `cargo run --example metrics`, then `curl http://127.0.0.1:9187/metrics`.
//!
//! `cargo run --example metrics -- once` scrapes itself, prints what it got, and ends.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod scrape;

use std::error::Error;
use std::time::Duration;

use agent_catalog::customers::{create_customer, customer_by_phone};
use agent_catalog::messages::{conversation, store_message};
use agent_catalog::restaurants::create_restaurant;
use agent_catalog::types::{MessageDirection, MessageStatus};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use planwright::ErrorKind;
use planwright::metrics::{DURATION_BUCKETS, Exporter};
use planwright::migrate::Migrator;
use planwright::pool::{Pool, PoolConfig};
use planwright::timing::track;
use planwright_embedded::EmbeddedServer;
use tokio::net::TcpListener;
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let once = std::env::args().nth(1).as_deref() == Some("once");
    let port = if once { 0 } else { 9187 };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;

    // The recorder comes first, and is told the buckets that the conventions want.
    let recorder = PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets_for_metric(Matcher::Prefix("db.client.".to_owned()), &DURATION_BUCKETS)?
        .set_buckets_for_metric(Matcher::Prefix("planwright.".to_owned()), &DURATION_BUCKETS)?
        .install_recorder()?;
    let mut exporter = Exporter::new().with_namespace("restaurants");
    let serving = tokio::spawn(scrape::serve(listener, move || {
        exporter.publish();
        recorder.render()
    }));

    let server = EmbeddedServer::start().await?;
    server.create_database("restaurants").await?;
    let url = server.database_url("restaurants");
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    Migrator::from_path(migrations)?.up(&url).await?;
    let pool = Pool::connect(&url, PoolConfig::development().with_name("agent")).await?;
    let restaurant = {
        let mut conn = pool.get().await?;
        let corner = create_restaurant(&mut conn, "The Corner", "+15550100100", "UTC").await?;
        corner.id
    };

    if once {
        for guest in 0..20 {
            track("serve a guest", serve_guest(&pool, restaurant, guest)).await?;
        }
        print!("{}", scrape::scrape(address).await?);
        server.stop().await?;
        return Ok(());
    }
    println!("metrics are at http://{address}/metrics");
    for guest in 0.. {
        if serving.is_finished() {
            break;
        }
        track("serve a guest", serve_guest(&pool, restaurant, guest)).await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    serving.await??;
    Ok(())
}

/// A guest writes and is answered. Every second one is known already.
async fn serve_guest(pool: &Pool, restaurant: Uuid, guest: u32) -> Result<(), Box<dyn Error>> {
    let mut conn = pool.get().await?;
    let number = guest / 2;
    let (own, phone) = (format!("C-{number}"), format!("+1555020{number:04}"));
    match create_customer(&mut conn, restaurant, &own, &phone, None).await {
        Ok(_) => {}
        // Shows as `error_type="23505"`.
        Err(error) if error.kind() == ErrorKind::UniqueViolation => {}
        Err(error) => return Err(error.into()),
    }
    let customer = customer_by_phone(&mut conn, &phone, restaurant).await?;
    let customer = customer.ok_or("the customer was just made")?.id;
    for (direction, status, text) in [
        (MessageDirection::Inbound, MessageStatus::Received, "Hello!"),
        (
            MessageDirection::Outbound,
            MessageStatus::Queued,
            "Welcome.",
        ),
    ] {
        store_message(&mut conn, restaurant, customer, direction, status, text).await?;
    }
    conversation(&mut conn, customer, restaurant, 20).await?;
    Ok(())
}
