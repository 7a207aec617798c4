//! Databases of a running server: how to connect to one, and how to make, copy
//! and drop one. Nothing here reads or writes what is inside a database.

use std::fmt::Write;
use std::path::Path;

use tokio_postgres::{Config, NoTls};

use crate::{EmbeddedServer, Error};

/// The database that whole-database statements are sent from.
const MAINTENANCE: &str = "postgres";

impl EmbeddedServer {
    /// A URL of a database, for libpq, `tokio-postgres`, Diesel and diesel-async.
    /// The socket's directory is the percent-encoded host.
    #[must_use]
    pub fn database_url(&self, name: &str) -> String {
        let host = percent_encode(self.socket_dir().as_os_str().as_encoded_bytes());
        format!(
            "postgresql://postgres@{host}:5432/{}",
            percent_encode(name.as_bytes())
        )
    }

    /// How `tokio-postgres` connects to a database.
    #[must_use]
    pub fn config(&self, name: &str) -> Config {
        config(self.socket_dir(), name)
    }

    /// Makes an empty database, a copy of `template1`.
    ///
    /// # Errors
    ///
    /// When the database exists, or the server cannot be reached.
    pub async fn create_database(&self, name: &str) -> Result<(), Error> {
        self.create_database_from(name, "template1").await
    }

    /// Makes a database that is a copy of another one, to which nobody may be
    /// connected meanwhile.
    ///
    /// # Errors
    ///
    /// When the database exists, when the other one does not exist or is in use, or
    /// when the server cannot be reached.
    pub async fn create_database_from(&self, name: &str, template: &str) -> Result<(), Error> {
        let mut statement = format!(
            "CREATE DATABASE {} TEMPLATE {}",
            quote(name),
            quote(template)
        );
        if self.version().major >= 15 {
            statement.push_str(" STRATEGY file_copy");
        }
        self.execute(&statement)
            .await
            .map_err(database("create", name))
    }

    /// Drops a database, and cuts off whoever is connected to it.
    ///
    /// # Errors
    ///
    /// When the database does not exist, or the server cannot be reached.
    pub async fn drop_database(&self, name: &str) -> Result<(), Error> {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", quote(name));
        self.execute(&statement)
            .await
            .map_err(database("drop", name))
    }

    /// Each statement has a connection of its own: a kept one would be bound to
    /// the runtime that it was opened in.
    async fn execute(&self, statement: &str) -> Result<(), tokio_postgres::Error> {
        let (client, connection) = self.config(MAINTENANCE).connect(NoTls).await?;
        let work = async move {
            let result = client.batch_execute(statement).await;
            drop(client);
            result
        };
        let (result, _) = tokio::join!(work, connection);
        result
    }
}

fn config(socket_dir: &Path, name: &str) -> Config {
    let mut config = Config::new();
    config
        .host_path(socket_dir)
        .port(5432)
        .user("postgres")
        .dbname(name);
    config
}

fn database(action: &'static str, name: &str) -> impl FnOnce(tokio_postgres::Error) -> Error {
    move |source| Error::Database {
        action,
        name: name.to_owned(),
        source,
    }
}

/// An identifier that stands for exactly this name.
fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn percent_encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, &byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_quoted() {
        assert_eq!(quote(r#"o"brien; DROP"#), r#""o""brien; DROP""#);
    }

    #[test]
    fn everything_outside_the_unreserved_characters_is_encoded() {
        assert_eq!(
            percent_encode("/tmp/a b-é".as_bytes()),
            "%2Ftmp%2Fa%20b-%C3%A9"
        );
    }
}
