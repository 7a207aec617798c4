//! Tests on real servers. They run on the server that is found first, and on the
//! one that `PLANWRIGHT_PG_MAJOR` asks for: run them with 15 and with 18.

mod databases;
mod errors;
mod helpers;
mod leftovers;
mod lifecycle;
mod supervisor;
mod template;
