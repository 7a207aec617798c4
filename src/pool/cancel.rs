//! Requests to cancel a statement, which go to the server on a socket of their own: to the same
//! host as the connection, encrypted like it.
//!
//! A token of `tokio-postgres` does not know the way of a connection that was opened on a socket
//! given to it. So each connection is registered here by what the server knows it by.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_postgres::config::Host;
use tokio_postgres::{CancelToken, NoTls};

use super::dial::dial;
use super::error::{PoolError, PoolErrorKind};
use super::server::{Place, Server};
use super::tls::TlsMode;

/// A server process's number and its secret.
type Key = [u8; 8];
type Ways = BTreeMap<Key, (Arc<Server>, Place)>;

static WAYS: Mutex<Ways> = Mutex::new(BTreeMap::new());

fn ways() -> MutexGuard<'static, Ways> {
    WAYS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection's way to its server, known until this is dropped.
pub(super) struct Registered(Option<Key>);

impl Registered {
    pub(super) async fn new(token: &CancelToken, server: &Arc<Server>, place: &Place) -> Self {
        let key = key(token).await;
        if let Some(key) = key {
            ways().insert(key, (Arc::clone(server), place.clone()));
        }
        Self(key)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        if let Some(key) = &self.0 {
            ways().remove(key);
        }
    }
}

/// What the server knows a connection by, out of a request that goes nowhere.
async fn key(token: &CancelToken) -> Option<Key> {
    let mut request = Vec::new();
    let nowhere = tokio::io::join(tokio::io::empty(), &mut request);
    token.cancel_query_raw(nowhere, NoTls).await.ok()?;
    // Its length and the number that stands for it come first.
    request.get(8..16)?.try_into().ok()
}

/// Asks the server to cancel what a connection runs. It may arrive late, and meet another
/// statement: nobody may use the connection again.
pub(crate) async fn cancel(token: &CancelToken) -> Result<(), PoolError> {
    let way = match key(token).await {
        Some(key) => ways().get(&key).cloned(),
        None => None,
    };
    let Some((server, place)) = way else {
        // Not opened here: the token knows its way.
        let sent = token.cancel_query(NoTls).await;
        return sent.map_err(PoolError::cancel);
    };
    let encrypted = matches!(place.host, Host::Tcp(_)) && server.tls.mode != TlsMode::Disable;
    let socket = match dial(&server, &place, encrypted).await {
        Err(error) if error.kind() == PoolErrorKind::Tls && server.tls.mode == TlsMode::Prefer => {
            dial(&server, &place, false).await
        }
        dialled => dialled,
    };
    let sent = token.cancel_query_raw(socket?, NoTls).await;
    sent.map_err(PoolError::cancel)
}
