//! The findings as readers see them, in a file.

use std::fmt::Write as _;

use planwright_codegen::diagnostics::Style;

use super::report::{Outcome, Report};

/// The text, without colours.
pub(super) fn render(report: &Report) -> String {
    let mut text = report.diagnostics.render(&report.sources, Style::Plain);
    for path in &report.written {
        let _ = writeln!(text, "wrote {path}");
    }
    if report.outcome == Outcome::Fine {
        text.push_str("no error found\n");
    }
    text
}
