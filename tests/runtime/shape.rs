//! What must compile: every way to hand a connection to a generated function,
//! with futures that can be spawned.

use std::future::Future;

use diesel::pg::Pg;
use diesel_async::{AsyncConnection, AsyncConnectionCore, AsyncPgConnection};

use crate::sample;

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[expect(dead_code, reason = "it is enough that it compiles")]
async fn every_connection(
    mut owned: AsyncPgConnection,
    mut ours: planwright::PgConnection,
    pool: planwright::pool::Pool,
) -> planwright::Result<()> {
    let id = uuid::Uuid::nil();
    let _ = is_send(sample::note_by_id(&mut owned, id)).await;
    let _ = is_send(sample::authors_of(&mut owned, &[id])).await;
    let _ = is_send(sample::add_note(&mut owned, id, "a", Some("b"), 1)).await;

    let _ = is_send(sample::note_by_id(&mut ours, id)).await;

    // Pipelined.
    let (mut one, mut two) = (&ours, &ours);
    let both = futures_util::future::join(
        sample::note_by_author(&mut one, "a", 1),
        sample::star_notes(&mut two, "a"),
    );
    let _ = is_send(both).await;
    let shared = &owned;
    let (mut one, mut two) = (shared, shared);
    let both = futures_util::future::join(
        sample::note_by_author(&mut one, "a", 1),
        sample::star_notes(&mut two, "a"),
    );
    let _ = is_send(both).await;

    // Pooled, and in a transaction.
    let mut pooled = is_send(pool.get()).await?;
    let _ = is_send(sample::note_by_id(&mut pooled, id)).await;
    let (mut one, mut two) = (&*pooled, &*pooled);
    let both = futures_util::future::join(
        sample::note_by_author(&mut one, "a", 1),
        sample::star_notes(&mut two, "a"),
    );
    let _ = is_send(both).await;
    let transaction = pooled.transaction(async |conn| {
        sample::note_by_id(conn, id).await?;
        sample::star_notes(conn, "a").await
    });
    is_send(transaction).await?;

    // Spawned, as a web framework does.
    tokio::spawn(async move {
        let author = String::from("a");
        sample::note_by_author(&mut owned, &author, 1).await
    });
    tokio::spawn(async move {
        let mut conn = pool.get().await?;
        let author = String::from("a");
        conn.transaction(async |conn| sample::note_by_author(conn, &author, 1).await)
            .await
    });
    Ok(())
}

#[expect(dead_code, reason = "it is enough that it compiles")]
async fn over_any_connection<C>(conn: &mut C) -> planwright::Result<u64>
where
    C: AsyncConnectionCore<Backend = Pg>,
{
    let future = sample::note_by_author(conn, "a", 1);
    is_send(future).await?;
    sample::star_notes(conn, "a").await
}
