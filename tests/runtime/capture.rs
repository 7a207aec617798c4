//! A `tracing` subscriber that keeps the events of this thread.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// One event's fields by name; the message is the field `message`.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// The events since [`Capture::start`].
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Vec<Fields>>>);

impl Capture {
    /// Captures this thread's events until the guard is dropped.
    pub(crate) fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let capture = Self::default();
        let guard = tracing::subscriber::set_default(capture.clone());
        (capture, guard)
    }

    /// The events with that message.
    pub(crate) fn with_message(&self, message: &str) -> Vec<Fields> {
        let events = self.0.lock().unwrap();
        let has = |fields: &&Fields| value(fields, "message") == message;
        events.iter().filter(has).cloned().collect()
    }
}

/// A field of an event, empty where it has none of that name.
pub(crate) fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields
        .iter()
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        struct Collect(Fields);

        impl Visit for Collect {
            fn record_str(&mut self, field: &Field, value: &str) {
                self.0.push((field.name(), value.to_owned()));
            }

            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                self.0.push((field.name(), format!("{value:?}")));
            }
        }

        let mut fields = Collect(Vec::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
