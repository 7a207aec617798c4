//! The program as its users run it, on projects that `planwright init` made and on
//! real servers.

mod advise;
mod bench;
mod build;
mod check;
mod ci;
mod diff;
mod doctor;
mod drift;
mod explain;
mod forecast;
mod formats;
mod generate;
mod grants;
mod help;
mod import_sqlc;
mod init;
mod migrate;
mod project;
mod repair;
mod rules;
mod seed;
mod stats;
mod watch;
mod with_server;
