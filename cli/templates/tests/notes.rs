//! What the queries do, each test on a database of its own with the migrations applied.

use catalog::notes::{add_note, delete_note, notes_of_author};
use planwright::pool::Pool;

#[planwright_testing::test]
async fn a_note_is_there_until_it_is_deleted(pool: Pool) -> planwright::Result<()> {
    let mut conn = pool.get().await?;
    let note = add_note(&mut conn, "ada", Some("the first of many")).await?;
    assert_eq!(notes_of_author(&mut conn, "ada", 10).await?.len(), 1);
    assert_eq!(notes_of_author(&mut conn, "bob", 10).await?.len(), 0);

    assert_eq!(delete_note(&mut conn, note.id).await?, 1);
    assert_eq!(notes_of_author(&mut conn, "ada", 10).await?.len(), 0);
    Ok(())
}
