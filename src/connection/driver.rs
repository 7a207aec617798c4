//! The task that moves bytes between the client and the socket, and what it has to say.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::pg::PgNotification;
use futures_util::{StreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::error::Severity;
use tokio_postgres::{AsyncMessage, Connection};

use super::failure;

/// The task of one connection; it ends with this value, or with the connection.
#[derive(Debug)]
pub(super) struct Driver {
    /// Why the connection ended, when it was not closed from here.
    cause: Arc<OnceLock<tokio_postgres::Error>>,
    notifications: mpsc::UnboundedReceiver<PgNotification>,
    /// Tells the task, by being dropped, that nobody is left to ask for anything.
    _alive: oneshot::Sender<()>,
}

impl Driver {
    pub(super) fn start<S, T>(connection: Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (notify, notifications) = mpsc::unbounded_channel();
        let (alive, gone) = oneshot::channel();
        let cause = Arc::new(OnceLock::new());
        tokio::spawn(drive(connection, Arc::clone(&cause), notify, gone));
        Self {
            cause,
            notifications,
            _alive: alive,
        }
    }

    pub(super) async fn notification(&mut self) -> Option<PgNotification> {
        self.notifications.recv().await
    }

    /// Diesel's error for that of the client, with the reason why the connection ended, if it did.
    pub(super) fn failure(&self, error: &tokio_postgres::Error) -> diesel::result::Error {
        failure::statement(error, &self.cause)
    }

    /// What knows why the connection ended, for rows that outlive a borrow of it.
    pub(super) fn cause(&self) -> Arc<OnceLock<tokio_postgres::Error>> {
        Arc::clone(&self.cause)
    }
}

async fn drive<S, T>(
    mut connection: Connection<S, T>,
    cause: Arc<OnceLock<tokio_postgres::Error>>,
    notify: mpsc::UnboundedSender<PgNotification>,
    gone: oneshot::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    /// How long a server that was left may take to finish what it does and say goodbye.
    const PARTING: Duration = Duration::from_secs(5);
    let mut messages = stream::poll_fn(|context| connection.poll_message(context));
    let run = async {
        while let Some(message) = messages.next().await {
            match message {
                Ok(message) => hear(message, &notify),
                // Known before the connection is dropped, and with it what waits for answers.
                Err(error) => return drop(cause.set(error)),
            }
        }
    };
    let parted = async {
        let _dropped = gone.await;
        tokio::time::sleep(PARTING).await;
    };
    tokio::select! {
        () = run => {}
        () = parted => {}
    }
}

fn hear(message: AsyncMessage, notify: &mpsc::UnboundedSender<PgNotification>) {
    match message {
        AsyncMessage::Notification(heard) => {
            // Nobody is left to hear of it when the connection is being closed.
            let _sent = notify.send(PgNotification {
                process_id: heard.process_id(),
                channel: heard.channel().to_owned(),
                payload: heard.payload().to_owned(),
            });
        }
        AsyncMessage::Notice(notice) if notice.parsed_severity() == Some(Severity::Warning) => {
            tracing::warn!(
                target: "planwright::connection",
                code = notice.code().code(),
                message = notice.message(),
                "warning of the server"
            );
        }
        _ => {}
    }
}
