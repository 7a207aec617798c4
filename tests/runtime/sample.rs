//! A tiny catalog in exactly the shape that generated code has, over the tables
//! of [`SCHEMA`].

use diesel::deserialize::{self, FromSqlRow};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::row::Row;
use diesel::sql_types as st;
use planwright::query::column;
use planwright::timing::Timer;
use planwright::{CatalogQuery, Command, QueryInfo, ReturnsRows};

/// The tables the queries below are written for.
pub const SCHEMA: &str = "
    CREATE TABLE notes (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        author text NOT NULL,
        body text,
        stars int4 NOT NULL DEFAULT 0 CHECK (stars BETWEEN 0 AND 5),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (author, body)
    );
    CREATE TABLE replies (note_id uuid NOT NULL REFERENCES notes, body text NOT NULL);
";

// ---- :one ----------------------------------------------------------------

/// `note_by_id` before it runs.
pub const NOTE_BY_ID: QueryInfo = QueryInfo {
    name: "notes::note_by_id",
    sql: r#"SELECT id, author, body, stars, created_at
FROM notes
WHERE id = $1"#,
    fingerprint: 0x0000_0000_0000_0001,
    command: Command::One,
    operation: "SELECT",
    tables: &["notes"],
    access_paths: &["notes: index notes_pkey (id = $1)"],
    round_trips: 1,
    row_limit: None,
    array_form: None,
    read_only: true,
    slow: None,
};

/// A row of [`note_by_id`].
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: uuid::Uuid,
    pub author: String,
    pub body: Option<String>,
    pub stars: i32,
    pub created_at: chrono::DateTime<chrono::Utc>,
}

/// The statement of [`note_by_id`].
#[derive(Debug, Clone, Copy)]
pub struct NoteById {
    pub id: uuid::Uuid,
}

impl QueryId for NoteById {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for NoteById {
    type SqlType = (
        st::Uuid,
        st::Text,
        st::Nullable<st::Text>,
        st::Int4,
        st::Timestamptz,
    );
}

impl QueryFragment<Pg> for NoteById {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(NOTE_BY_ID.sql);
        out.push_bind_param_value_only::<st::Uuid, _>(&self.id)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

impl CatalogQuery for NoteById {
    const INFO: &'static QueryInfo = &NOTE_BY_ID;

    fn timer() -> &'static Timer {
        static TIMER: Timer = Timer::new(&NOTE_BY_ID);
        &TIMER
    }
}

impl ReturnsRows for NoteById {
    type Row = Note;
}

impl FromSqlRow<<NoteById as Query>::SqlType, Pg> for Note {
    #[inline(always)]
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self {
            id: column::<st::Uuid, _>(row, 0)?,
            author: column::<st::Text, _>(row, 1)?,
            body: column::<st::Nullable<st::Text>, _>(row, 2)?,
            stars: column::<st::Int4, _>(row, 3)?,
            created_at: column::<st::Timestamptz, _>(row, 4)?,
        })
    }
}

/// The note of that id.
pub async fn note_by_id<C>(conn: &mut C, id: uuid::Uuid) -> planwright::Result<Note>
where
    C: diesel_async::AsyncConnectionCore<Backend = Pg>,
{
    planwright::query::one(conn, NoteById { id }).await
}

// ---- :opt, with a borrowed parameter ---------------------------------------

/// `note_by_author` before it runs.
pub const NOTE_BY_AUTHOR: QueryInfo = QueryInfo {
    name: "notes::note_by_author",
    sql: r#"SELECT id, body
FROM notes
WHERE author = $1
  AND stars >= $2"#,
    fingerprint: 0x0000_0000_0000_0002,
    command: Command::Opt,
    operation: "SELECT",
    tables: &["notes"],
    access_paths: &["notes: index notes_author_body_key (author = $1)"],
    round_trips: 1,
    row_limit: None,
    array_form: None,
    read_only: true,
    slow: None,
};

/// A row of [`note_by_author`].
#[derive(Debug, Clone, PartialEq)]
pub struct NoteByAuthorRow {
    pub id: uuid::Uuid,
    pub body: Option<String>,
}

/// The statement of [`note_by_author`].
#[derive(Debug, Clone, Copy)]
pub struct NoteByAuthor<'a> {
    pub author: &'a str,
    pub stars: i32,
}

impl QueryId for NoteByAuthor<'_> {
    type QueryId = NoteByAuthor<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for NoteByAuthor<'_> {
    type SqlType = (st::Uuid, st::Nullable<st::Text>);
}

impl QueryFragment<Pg> for NoteByAuthor<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(NOTE_BY_AUTHOR.sql);
        out.push_bind_param_value_only::<st::Text, _>(&self.author)?;
        out.push_bind_param_value_only::<st::Int4, _>(&self.stars)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

impl CatalogQuery for NoteByAuthor<'_> {
    const INFO: &'static QueryInfo = &NOTE_BY_AUTHOR;

    fn timer() -> &'static Timer {
        static TIMER: Timer = Timer::new(&NOTE_BY_AUTHOR);
        &TIMER
    }
}

impl ReturnsRows for NoteByAuthor<'_> {
    type Row = NoteByAuthorRow;
}

impl FromSqlRow<<NoteByAuthor<'_> as Query>::SqlType, Pg> for NoteByAuthorRow {
    #[inline(always)]
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self {
            id: column::<st::Uuid, _>(row, 0)?,
            body: column::<st::Nullable<st::Text>, _>(row, 1)?,
        })
    }
}

/// The author's note of at least so many stars.
pub async fn note_by_author<C>(
    conn: &mut C,
    author: &str,
    stars: i32,
) -> planwright::Result<Option<NoteByAuthorRow>>
where
    C: diesel_async::AsyncConnectionCore<Backend = Pg>,
{
    planwright::query::opt(conn, NoteByAuthor { author, stars }).await
}

// ---- :many, an array parameter, one column ---------------------------------

/// `authors_of` before it runs.
pub const AUTHORS_OF: QueryInfo = QueryInfo {
    name: "notes::authors_of",
    sql: r#"SELECT author
FROM notes
WHERE id = ANY($1)
ORDER BY author"#,
    fingerprint: 0x0000_0000_0000_0003,
    command: Command::Many,
    operation: "SELECT",
    tables: &["notes"],
    access_paths: &["notes: index notes_pkey (id = ANY ($1))"],
    round_trips: 1,
    row_limit: None,
    array_form: None,
    read_only: true,
    slow: None,
};

/// A row of [`authors_of`].
#[derive(Debug, Clone, PartialEq)]
pub struct AuthorsOfRow {
    pub author: String,
}

/// The statement of [`authors_of`].
#[derive(Debug, Clone, Copy)]
pub struct AuthorsOf<'a> {
    pub ids: &'a [uuid::Uuid],
}

impl QueryId for AuthorsOf<'_> {
    type QueryId = AuthorsOf<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for AuthorsOf<'_> {
    type SqlType = (st::Text,);
}

impl QueryFragment<Pg> for AuthorsOf<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(AUTHORS_OF.sql);
        out.push_bind_param_value_only::<st::Array<st::Uuid>, _>(&self.ids)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

impl CatalogQuery for AuthorsOf<'_> {
    const INFO: &'static QueryInfo = &AUTHORS_OF;

    fn timer() -> &'static Timer {
        static TIMER: Timer = Timer::new(&AUTHORS_OF);
        &TIMER
    }
}

impl ReturnsRows for AuthorsOf<'_> {
    type Row = AuthorsOfRow;

    // Only where the rows are at most as many as an array parameter's elements.
    fn capacity(&self) -> usize {
        self.ids.len()
    }
}

impl FromSqlRow<<AuthorsOf<'_> as Query>::SqlType, Pg> for AuthorsOfRow {
    #[inline(always)]
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        Ok(Self {
            author: column::<st::Text, _>(row, 0)?,
        })
    }
}

/// Who wrote the notes of those ids.
pub async fn authors_of<C>(
    conn: &mut C,
    ids: &[uuid::Uuid],
) -> planwright::Result<Vec<AuthorsOfRow>>
where
    C: diesel_async::AsyncConnectionCore<Backend = Pg>,
{
    planwright::query::many(conn, AuthorsOf { ids }).await
}

// ---- :exec, no rows ---------------------------------------------------------

/// `add_note` before it runs.
pub const ADD_NOTE: QueryInfo = QueryInfo {
    name: "notes::add_note",
    sql: r#"INSERT INTO notes (id, author, body, stars)
VALUES ($1, $2, $3, $4)"#,
    fingerprint: 0x0000_0000_0000_0004,
    command: Command::Exec,
    operation: "INSERT",
    tables: &["notes"],
    access_paths: &[],
    round_trips: 1,
    row_limit: None,
    array_form: None,
    read_only: false,
    slow: None,
};

/// The statement of [`add_note`].
#[derive(Debug, Clone, Copy)]
pub struct AddNote<'a> {
    pub id: uuid::Uuid,
    pub author: &'a str,
    pub body: Option<&'a str>,
    pub stars: i32,
}

impl QueryId for AddNote<'_> {
    type QueryId = AddNote<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for AddNote<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(ADD_NOTE.sql);
        out.push_bind_param_value_only::<st::Uuid, _>(&self.id)?;
        out.push_bind_param_value_only::<st::Text, _>(&self.author)?;
        out.push_bind_param_value_only::<st::Nullable<st::Text>, _>(&self.body)?;
        out.push_bind_param_value_only::<st::Int4, _>(&self.stars)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

impl CatalogQuery for AddNote<'_> {
    const INFO: &'static QueryInfo = &ADD_NOTE;

    fn timer() -> &'static Timer {
        static TIMER: Timer = Timer::new(&ADD_NOTE);
        &TIMER
    }
}

/// Adds a note.
pub async fn add_note<C>(
    conn: &mut C,
    id: uuid::Uuid,
    author: &str,
    body: Option<&str>,
    stars: i32,
) -> planwright::Result<()>
where
    C: diesel_async::AsyncConnectionCore<Backend = Pg>,
{
    planwright::query::exec(
        conn,
        AddNote {
            id,
            author,
            body,
            stars,
        },
    )
    .await
}

// ---- :execrows ---------------------------------------------------------------

/// `star_notes` before it runs.
pub const STAR_NOTES: QueryInfo = QueryInfo {
    name: "notes::star_notes",
    sql: r#"UPDATE notes
SET stars = stars + 1
WHERE author = $1"#,
    fingerprint: 0x0000_0000_0000_0005,
    command: Command::ExecRows,
    operation: "UPDATE",
    tables: &["notes"],
    access_paths: &["notes: index notes_author_body_key (author = $1)"],
    round_trips: 1,
    row_limit: None,
    array_form: None,
    read_only: false,
    slow: None,
};

/// The statement of [`star_notes`].
#[derive(Debug, Clone, Copy)]
pub struct StarNotes<'a> {
    pub author: &'a str,
}

impl QueryId for StarNotes<'_> {
    type QueryId = StarNotes<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for StarNotes<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        out.push_sql(STAR_NOTES.sql);
        out.push_bind_param_value_only::<st::Text, _>(&self.author)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> diesel::QueryResult<bool> {
        Ok(true)
    }
}

impl CatalogQuery for StarNotes<'_> {
    const INFO: &'static QueryInfo = &STAR_NOTES;

    fn timer() -> &'static Timer {
        static TIMER: Timer = Timer::new(&STAR_NOTES);
        &TIMER
    }
}

/// Adds a star to each of the author's notes.
pub async fn star_notes<C>(conn: &mut C, author: &str) -> planwright::Result<u64>
where
    C: diesel_async::AsyncConnectionCore<Backend = Pg>,
{
    planwright::query::execrows(conn, StarNotes { author }).await
}
