//! Settings of the timers are the process's: tests that change them take turns.

use planwright::timing::{Settings, configure};
use tokio::sync::{Mutex, MutexGuard};

/// Sets them until the guard is dropped. They stay, and the next test that cares sets its own.
pub(crate) async fn settings_of(settings: impl Into<Settings>) -> MutexGuard<'static, ()> {
    static SETTINGS: Mutex<()> = Mutex::const_new(());
    let guard = SETTINGS.lock().await;
    configure(settings);
    guard
}
