//! How far an index build is, asked on a connection of its own while the other one is busy.

use std::time::Duration;

use diesel::sql_types as st;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;

use super::progress::IndexBuild;
use crate::connection::PgConnection;
use crate::pool;

/// How often is asked. A question ends at once, so that no build waits for its snapshot.
pub(super) const INTERVAL: Duration = Duration::from_millis(250);

/// The longest that an answer is waited for: what does not know must not hold up what works.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who asks.
pub(super) struct Watcher {
    url: String,
    /// The process that migrates.
    pid: i32,
    conn: Conn,
}

enum Conn {
    NotOpen,
    Open(Box<PgConnection>),
    /// It cannot be opened, or was lost; nobody tries again.
    Lost,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = st::Text)]
    index: String,
    #[diesel(sql_type = st::Text)]
    phase: String,
    #[diesel(sql_type = st::BigInt)]
    done: i64,
    #[diesel(sql_type = st::BigInt)]
    total: i64,
    #[diesel(sql_type = st::Nullable<st::Integer>)]
    waits_for: Option<i32>,
}

const ASK: &str = "
    SELECT coalesce(i.relname::text, '') AS index, coalesce(p.phase, '') AS phase,
           CASE WHEN p.phase LIKE 'waiting %' THEN coalesce(p.lockers_done, 0)
                WHEN p.tuples_total > 0 THEN p.tuples_done
                ELSE coalesce(p.blocks_done, 0) END AS done,
           CASE WHEN p.phase LIKE 'waiting %' THEN coalesce(p.lockers_total, 0)
                WHEN p.tuples_total > 0 THEN p.tuples_total
                ELSE coalesce(p.blocks_total, 0) END AS total,
           nullif(p.current_locker_pid, 0)::int AS waits_for
    FROM pg_stat_progress_create_index p
    LEFT JOIN pg_class i ON i.oid = p.index_relid
    WHERE p.pid = $1";

impl Watcher {
    pub(super) fn new(url: &str, pid: i32) -> Self {
        let url = url.to_owned();
        Self {
            url,
            pid,
            conn: Conn::NotOpen,
        }
    }

    /// The build that runs now, if one does and can be asked about.
    pub(super) async fn ask(&mut self) -> Option<IndexBuild> {
        let answer = tokio::time::timeout(PATIENCE, self.answer()).await;
        answer.unwrap_or_else(|_| {
            self.conn = Conn::Lost;
            None
        })
    }

    async fn answer(&mut self) -> Option<IndexBuild> {
        if let Conn::NotOpen = self.conn {
            let opened = pool::establish(&self.url, None).await;
            self.conn = opened.map_or(Conn::Lost, |conn| Conn::Open(Box::new(conn)));
        }
        let Conn::Open(conn) = &mut self.conn else {
            return None;
        };
        let ask = sql_query(ASK).bind::<st::Integer, _>(self.pid);
        match ask.load::<Row>(conn).await {
            Ok(rows) => rows.into_iter().next().map(IndexBuild::from),
            Err(_) => {
                self.conn = Conn::Lost;
                None
            }
        }
    }
}

impl From<Row> for IndexBuild {
    fn from(row: Row) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            index: row.index,
            phase: row.phase,
            done: count(row.done),
            total: count(row.total),
            waits_for: row.waits_for,
        }
    }
}
