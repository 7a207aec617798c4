//! Statements that the server knows by name.

use core::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::connection::CacheSize;
use tokio_postgres::Statement;

use super::row::{Oids, oids};

/// How statements are sent.
#[derive(Debug)]
pub(super) enum Statements {
    /// Each is prepared once.
    Prepared(Mutex<HashMap<Key, Arc<Prepared>>>),
    /// Each is prepared for one call.
    PreparedOnce,
    /// With its text each time.
    Unnamed,
}

/// Which statement it is: that of a type, or of a text with the types of its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Type(TypeId),
    Text(String, Vec<u32>),
}

/// A statement that the server has prepared.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) statement: Statement,
    pub(super) oids: Oids,
}

impl Prepared {
    pub(super) fn new(statement: Statement) -> Self {
        let oids = oids(statement.columns());
        Self { statement, oids }
    }
}

impl Default for Statements {
    fn default() -> Self {
        Self::Prepared(Mutex::default())
    }
}

impl Statements {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Prepared>> {
        match self {
            Self::Prepared(known) => lock(known).get(key).cloned(),
            Self::PreparedOnce | Self::Unnamed => None,
        }
    }

    /// Keeps it. Where two were prepared at the same time, the last stays.
    pub(super) fn keep(&self, key: Key, prepared: &Arc<Prepared>) {
        if let Self::Prepared(known) = self {
            lock(known).insert(key, Arc::clone(prepared));
        }
    }

    pub(super) fn set_size(&mut self, size: CacheSize) {
        match (&*self, size) {
            (Self::Unnamed, _)
            | (Self::Prepared(_), CacheSize::Unbounded)
            | (Self::PreparedOnce, CacheSize::Disabled) => {}
            (_, CacheSize::Disabled) => *self = Self::PreparedOnce,
            (_, _) => *self = Self::default(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
