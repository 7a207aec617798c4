//! Connections that make and drop databases. Everything here runs on the keeper's thread.

use std::str::FromStr as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::spawn_local;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::{Error, url};

/// How many idle connections are kept for the next test.
const IDLE: usize = 4;
/// How long the sessions of a database may take to end before it is dropped all the same.
const PATIENCE: Duration = Duration::from_secs(2);

/// How to reach the databases of one server.
pub(crate) struct Admin {
    url: String,
    /// What the URL comes from, for errors.
    from: String,
    config: Config,
    idle: Mutex<Vec<Client>>,
}

impl Admin {
    pub(crate) fn new(url: &str, from: &str) -> Result<Self, Error> {
        let config = Config::from_str(url).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            Error::url(from, cause.unwrap_or_else(|| error.to_string()))
        })?;
        Ok(Self {
            url: url.to_owned(),
            from: from.to_owned(),
            config,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// The URL of a database of this server.
    pub(crate) fn url_of(&self, name: &str) -> Result<String, Error> {
        let reason = "another database cannot be put into it";
        url::with_database(&self.url, name).ok_or_else(|| Error::url(&self.from, reason))
    }

    /// The same for people, without a password.
    pub(crate) fn shown_url_of(&self, name: &str) -> String {
        url::shown(&self.config, name)
    }

    /// A new connection to the database of the URL.
    pub(crate) async fn session(&self) -> Result<Client, Error> {
        self.connect(&self.config).await
    }

    /// A new connection to a database.
    pub(crate) async fn open(&self, name: &str) -> Result<Client, Error> {
        let mut config = self.config.clone();
        self.connect(config.dbname(name)).await
    }

    async fn connect(&self, config: &Config) -> Result<Client, Error> {
        let connected = config.connect(NoTls).await;
        let (client, connection) = connected.map_err(|error| Error::connect(&self.from, error))?;
        spawn_local(async move {
            // A statement that waits gets the error.
            let _ended = connection.await;
        });
        Ok(client)
    }

    /// Lends a connection to the database of the URL.
    pub(crate) async fn lend<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle().pop().filter(|client| !client.is_closed());
        let client = match idle {
            Some(client) => client,
            None => self.session().await?,
        };
        let done = work(&client).await;
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(client);
        }
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Client>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a database, and says in a comment what it is.
    pub(crate) async fn create(
        &self,
        client: &Client,
        name: &str,
        origin: &str,
        comment: &str,
    ) -> Result<(), Error> {
        let created = client
            .batch_execute(&format!("CREATE DATABASE {name} {origin}"))
            .await;
        if let Err(error) = created {
            let role = value(client, "SELECT current_user").await?;
            let what = format!("create the database `{name}`");
            return Err(Error::create(&self.from, &role, what, error));
        }
        let commented = self.comment(client, name, comment).await;
        if commented.is_err() {
            // Without the comment nobody would know later whose it is.
            self.remove(client, name).await?;
        }
        commented
    }

    /// Says in a comment what a database is.
    pub(crate) async fn comment(
        &self,
        client: &Client,
        name: &str,
        comment: &str,
    ) -> Result<(), Error> {
        let comment = literal(comment);
        let statement = format!("COMMENT ON DATABASE {name} IS {comment}");
        let what = format!("comment on the database `{name}`");
        execute(client, &statement, &what).await
    }

    /// Drops a database, and cuts off whoever is connected.
    pub(crate) async fn remove(&self, client: &Client, name: &str) -> Result<(), Error> {
        self.cut_off(client, name).await?;
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let what = format!("drop the database `{name}`");
        execute(client, &statement, &what).await
    }

    /// Ends the sessions of a database, and waits for their ends.
    ///
    /// The server would do so itself, but looks only every 100 ms whether they have ended.
    pub(crate) async fn cut_off(&self, client: &Client, name: &str) -> Result<(), Error> {
        let ask = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = '{name}' AND backend_type = 'client backend'
                 AND pg_has_role(usesysid, 'USAGE')"
        );
        let start = Instant::now();
        while value(client, &ask).await? != "0" && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

pub(crate) async fn execute(client: &Client, statement: &str, what: &str) -> Result<(), Error> {
    let done = client.batch_execute(statement).await;
    done.map_err(|error| Error::statement(what, error))
}

/// The first column of each row, as text, in one round trip. A null is left out.
pub(crate) async fn values(client: &Client, query: &str) -> Result<Vec<String>, Error> {
    let asked = client.simple_query(query).await;
    let messages = asked.map_err(|error| Error::statement("ask the test server", error))?;
    let first = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(messages.iter().filter_map(first).collect())
}

/// The only value; nothing where there is none.
pub(crate) async fn value(client: &Client, query: &str) -> Result<String, Error> {
    Ok(values(client, query).await?.pop().unwrap_or_default())
}

/// A string of SQL, whatever the server's settings are.
pub(crate) fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "''");
    format!("E'{text}'")
}
