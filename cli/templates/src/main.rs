//! Writes a note, reads the author's notes, and says how long each query took.

use catalog::notes::{add_note, notes_of_author};
use planwright::pool::{Pool, PoolConfig};
use planwright::report::Report;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("DATABASE_URL")
        .map_err(|_| "set DATABASE_URL, such as postgres://me@localhost/notes")?;
    let pool = Pool::connect(&url, PoolConfig::development()).await?;
    let mut conn = pool.get().await?;

    add_note(&mut conn, "ada", Some("the first of many")).await?;
    for note in notes_of_author(&mut conn, "ada", 10).await? {
        let body = note.body.as_deref().unwrap_or("(nothing)");
        println!("{} {body}", note.created_at);
    }
    println!("\n{}", Report::collect());
    Ok(())
}
