//! Many rows with few statements: what `:bulk` and `:copy` functions return.
//!
//! A `:bulk` function sends its rows in batches, each with one prepared statement whose
//! parameters are arrays; a `:copy` function streams them with `COPY`. Rows are taken from the
//! iterator as they are sent, so a million of them need the memory of one batch.
//!
//! | | `:bulk` | `:copy` |
//! |---|---|---|
//! | answers with | the rows of RETURNING, or how many were inserted | how many were inserted |
//! | expressions, ON CONFLICT, RETURNING | yes | no |
//! | a call is | one transaction, or one for each batch | one statement |
//! | the row that was refused | found by the server, in about log2 of a batch's rows statements | named by the server |
//!
//! This module may not know any query.

mod answer;
mod batch;
mod builder;
mod copy;
mod failure;
mod narrow;
mod progress;
mod scope;
mod statement;
mod work;

pub use self::answer::{Answer, HandOver, Inserted, Returned};
pub use self::batch::{Batch, Values};
pub use self::builder::{Bulk, insert};
pub use self::copy::{Columns, CopyIn, CopyRows, CopySink, CopyStatement, copy};
pub use self::progress::Progress;
pub use self::statement::{BulkStatement, Sent};
