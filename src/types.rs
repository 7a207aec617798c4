//! PostgreSQL's types that Diesel has no conversions for.
//!
//! [`sql`] has the SQL types, this module the values where Rust has none of its own. The binary
//! forms are those of the functions `*_send` and `*_recv` in PostgreSQL's sources; the file is
//! named at each type. Generated code is the caller.

mod bits;
mod hstore;
mod ranges;
mod reader;
mod records;
mod search;
pub mod sql;
mod system;
mod texts;
mod timetz;
mod vectors;

pub use self::bits::{Bits, NotBits};
pub use self::ranges::{Multirange, Range};
pub use self::records::{RecordReader, RecordWriter};
pub use self::search::{Lexeme, Position, TsNode, TsQuery, TsVector, Weight};
pub use self::system::Tid;
pub use self::timetz::TimeTz;
