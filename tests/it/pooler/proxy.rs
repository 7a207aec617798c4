//! The least that a pooler in transaction mode does: two sessions for each client, which take
//! turns with every transaction.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_postgres::config::Host;

const SESSIONS: usize = 2;

/// A pooler that listens until it is dropped.
pub(super) struct Pooler {
    url: String,
    _directory: TempDir,
    _listening: tokio::task::JoinSet<()>,
}

/// A message of the protocol: its type, and all of its bytes.
struct Message {
    kind: u8,
    bytes: Vec<u8>,
}

enum Event {
    Client(Message),
    Server(usize, Message),
    Gone,
}

impl Pooler {
    pub(super) fn start(server: &str) -> Self {
        let config: tokio_postgres::Config = server.parse().unwrap();
        let upstream = socket(&config);
        let directory = TempDir::new().unwrap();
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
        let mut listening = tokio::task::JoinSet::new();
        listening.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(session(client, upstream.clone()));
            }
        });
        let (user, name) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        Self {
            url: format!(
                "host={} user={user} dbname={name}",
                directory.path().display()
            ),
            _directory: directory,
            _listening: listening,
        }
    }

    pub(super) fn url(&self) -> String {
        self.url.clone()
    }
}

/// Where a server listens.
pub(super) fn socket(config: &tokio_postgres::Config) -> PathBuf {
    let [Host::Unix(sockets)] = config.get_hosts() else {
        panic!("{config:?} is no Unix socket");
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    sockets.join(format!(".s.PGSQL.{port}"))
}

async fn session(mut client: UnixStream, upstream: PathBuf) {
    let length = client.read_u32().await.unwrap();
    let mut startup = length.to_be_bytes().to_vec();
    startup.resize(usize::try_from(length).unwrap(), 0);
    client.read_exact(&mut startup[4..]).await.unwrap();

    let (events, mut heard) = mpsc::unbounded_channel();
    let (from_client, mut to_client) = client.into_split();
    let mut servers = Vec::new();
    for number in 0..SESSIONS {
        let mut server = UnixStream::connect(&upstream).await.unwrap();
        server.write_all(&startup).await.unwrap();
        loop {
            let message = read(&mut server).await.unwrap();
            if number == 0 {
                to_client.write_all(&message.bytes).await.unwrap();
            }
            if message.kind == b'Z' {
                break;
            }
        }
        let (from_server, to_server) = server.into_split();
        servers.push(to_server);
        forward(from_server, events.clone(), move |message| {
            Event::Server(number, message)
        });
    }
    forward(from_client, events, Event::Client);

    let (mut current, mut waiting) = (0, 0);
    while let Some(event) = heard.recv().await {
        match event {
            Event::Client(message) => {
                waiting += usize::from(matches!(message.kind, b'Q' | b'S'));
                send(&mut servers[current], &message).await;
            }
            Event::Server(number, message) => {
                assert_eq!(number, current, "a session speaks out of turn");
                send(&mut to_client, &message).await;
                if message.kind == b'Z' {
                    waiting -= 1;
                    if waiting == 0 && message.bytes.last() == Some(&b'I') {
                        current = (current + 1) % SESSIONS;
                    }
                }
            }
            Event::Gone => return,
        }
    }
}

fn forward<R>(
    mut from: R,
    events: mpsc::UnboundedSender<Event>,
    event: impl Fn(Message) -> Event + Send + 'static,
) where
    R: AsyncRead + Send + Unpin + 'static,
{
    tokio::spawn(async move {
        while let Some(message) = read(&mut from).await {
            if events.send(event(message)).is_err() {
                return;
            }
        }
        // When the session is over already, nobody needs to know.
        let _ = events.send(Event::Gone);
    });
}

async fn send<W: AsyncWrite + Unpin>(to: &mut W, message: &Message) {
    // The other side may be gone; its reader says so.
    let _ = to.write_all(&message.bytes).await;
}

async fn read<R: AsyncRead + Unpin>(from: &mut R) -> Option<Message> {
    let kind = from.read_u8().await.ok()?;
    let length = from.read_u32().await.ok()?;
    let mut bytes = vec![kind];
    bytes.extend(length.to_be_bytes());
    bytes.resize(1 + usize::try_from(length).ok()?, 0);
    from.read_exact(&mut bytes[5..]).await.ok()?;
    Some(Message { kind, bytes })
}
