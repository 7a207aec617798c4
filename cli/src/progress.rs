//! A bar on standard error for work that takes long, where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts what is done.
pub(crate) fn bar(what: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template(&format!("{{bar:40}} {{pos}}/{{len}} {what} {{msg}}"))
    {
        bar.set_style(style);
    }
    bar
}

/// What moves the bar: how many of how many steps are done.
pub(crate) fn of(bar: &ProgressBar) -> impl FnMut(usize, usize) {
    |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    }
}
