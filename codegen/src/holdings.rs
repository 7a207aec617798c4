//! What a scratch server holds, as far as checks rest on it.
//!
//! Reading that takes a server that was just started longer than most checks need for the rest.
//! It is the same for every server that is started on the same template, so it is kept.

use serde::{Deserialize, Serialize};

use crate::answers::Prints;
use crate::fingerprint::{fingerprint, program};
use crate::memory::{Kept, Kind};
use crate::schema::{self, Schema};
use crate::scratch;
use crate::server::{Server, ServerError};
use crate::statistics::{Scale, TableRows, relations};

/// Tells templates apart, as the server says it: which cluster it is, and where it was stopped
/// when the template was made.
const TEMPLATE: &str = "
SELECT concat_ws(' ', version(), s.system_identifier, c::text)
FROM pg_control_system() s, pg_control_checkpoint() c";

/// What a scratch server holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holdings {
    pub(crate) schema: Schema,
    /// How many rows each table counts as, by the name a reader calls it.
    pub(crate) rows: TableRows,
    pub(crate) prints: Prints,
    /// The collation of the database.
    pub(crate) collation: String,
}

/// What an earlier server held.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remembered {
    /// What the server was, and was made from.
    of: String,
    holdings: Holdings,
}

impl Remembered {
    /// Reads what was kept.
    pub(crate) fn load(kept: &Kept) -> Self {
        kept.load(Kind::Holdings)
    }

    /// What a server holds that was just started on a template of `made_from` at a scale; `beside`
    /// is what its catalogues do not say. It is read where it is not what is remembered, and kept
    /// then.
    pub(crate) async fn holdings(
        self,
        server: &Server,
        made_from: &str,
        beside: &str,
        scale: &Scale<'_>,
        kept: Option<&Kept>,
    ) -> Result<Holdings, ServerError> {
        let template: String = server.client.query_one(TEMPLATE, &[]).await?.get(0);
        let of = fingerprint(&format!("{:?} {template} {made_from}", program()));
        if self.of == of {
            return Ok(self.holdings);
        }
        let holdings = read(server, beside, scale).await?;
        let remembered = Self { of, holdings };
        if let Some(kept) = kept {
            kept.save(Kind::Holdings, &remembered);
        }
        Ok(remembered.holdings)
    }
}

async fn read(server: &Server, beside: &str, scale: &Scale<'_>) -> Result<Holdings, ServerError> {
    let client = &server.client;
    let schema = schema::read(client).await?;
    let relations = relations::read(client).await?;
    let rows = TableRows::new(&scale.known(&relations));
    let prints = Prints::read(client, &schema, beside).await?;
    let collation = scratch::collation(client).await?;
    Ok(Holdings {
        schema,
        rows,
        prints,
        collation,
    })
}
