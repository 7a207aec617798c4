//! The task that moves bytes between the client and the socket, and what it has to say.

use core::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::pg::PgNotification;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::error::Severity;
use tokio_postgres::{AsyncMessage, Connection};

use super::failure;

/// How long a server that was left may take to finish what it does and say goodbye.
const PARTING: Duration = Duration::from_secs(5);

/// The task of one connection; it ends with this value, or with the connection.
#[derive(Debug)]
pub(super) struct Driver {
    /// Why the connection ended, when it was not closed from here.
    cause: Arc<OnceLock<tokio_postgres::Error>>,
    notifications: mpsc::UnboundedReceiver<PgNotification>,
    task: Option<JoinHandle<()>>,
    runtime: Handle,
}

impl Driver {
    pub(super) fn start<S, T>(connection: Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (notify, notifications) = mpsc::unbounded_channel();
        let cause = Arc::new(OnceLock::new());
        let runtime = Handle::current();
        let task = runtime.spawn(drive(connection, Arc::clone(&cause), notify));
        Self {
            cause,
            notifications,
            task: Some(task),
            runtime,
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
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            Ok(message) => hear(message, &notify),
            // Known before the connection is dropped, and with it what waits for answers.
            Err(error) => return drop(cause.set(error)),
        }
    }
}

impl Drop for Driver {
    /// The task ends when the server has said goodbye, for which it has its time.
    fn drop(&mut self) {
        if let Some(mut task) = self.task.take() {
            self.runtime.spawn(async move {
                if tokio::time::timeout(PARTING, &mut task).await.is_err() {
                    task.abort();
                }
            });
        }
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
