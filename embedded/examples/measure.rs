//! Measures starts and copies of databases. Run it twice: the first run fills the cache.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::time::Instant;

use planwright_embedded::{EmbeddedServer, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::new().progress(|step| println!("... {step}"));
    for round in 1..=3 {
        let start = Instant::now();
        let server = EmbeddedServer::start_with(&settings).await?;
        println!(
            "start {round}: {:?} (PostgreSQL {})",
            start.elapsed(),
            server.version()
        );
        let start = Instant::now();
        drop(server);
        println!("drop: {:?}", start.elapsed());
    }
    let prepare = async |server: &EmbeddedServer| server.create_database("filled").await;
    for round in 1..=3 {
        let start = Instant::now();
        let server = EmbeddedServer::start_from_template(&settings, "measure", prepare).await?;
        println!("start from template {round}: {:?}", start.elapsed());
        for copy in 1..=5 {
            let start = Instant::now();
            server
                .create_database_from(&format!("copy_{copy}"), "filled")
                .await?;
            println!("create_database_from {copy}: {:?}", start.elapsed());
        }
        let start = Instant::now();
        server.restart().await?;
        println!("restart: {:?}", start.elapsed());
        let start = Instant::now();
        server.stop().await?;
        println!("stop: {:?}", start.elapsed());
    }
    Ok(())
}
