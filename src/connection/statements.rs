//! Statements that the server knows by name.

use core::any::TypeId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::connection::CacheSize;
use foldhash::fast::RandomState;
use tokio_postgres::Statement;

/// How statements are sent.
#[derive(Debug)]
pub(super) enum Statements {
    /// Each is prepared once.
    Prepared(Mutex<HashMap<Key, Statement, RandomState>>),
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

impl Default for Statements {
    fn default() -> Self {
        Self::Prepared(Mutex::default())
    }
}

impl Statements {
    pub(super) fn get(&self, key: &Key) -> Option<Statement> {
        match self {
            Self::Prepared(known) => lock(known).get(key).cloned(),
            Self::PreparedOnce | Self::Unnamed => None,
        }
    }

    /// Keeps it. Where two were prepared at the same time, the last stays.
    pub(super) fn keep(&self, key: Key, prepared: &Statement) {
        if let Self::Prepared(known) = self {
            lock(known).insert(key, prepared.clone());
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
