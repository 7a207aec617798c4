//! `planwright forecast`

use std::fmt::Write as _;
use std::path::Path;

use planwright_codegen::forecast::{Forecast, forecast};

use crate::args::ForecastArgs;
use crate::check::{open, options};
use crate::output::{self, Problem};
use crate::progress;

/// Plans the catalog at larger sizes, and names the queries whose access paths change.
pub(crate) async fn run(folder: &Path, args: &ForecastArgs) -> Result<(), Problem> {
    let project = open(folder)?;
    let mut growths: Vec<f64> = args.growth.iter().copied().map(f64::from).collect();
    growths.sort_by(f64::total_cmp);
    growths.dedup();
    let bar = progress::bar("sizes planned");
    let result = forecast(&project, &options(), &growths, progress::of(&bar)).await;
    bar.finish_and_clear();
    output::line(&describe(&result?, &growths).trim_end());
    Ok(())
}

fn describe(forecast: &Forecast, growths: &[f64]) -> String {
    let mut text = String::new();
    for change in &forecast.changes {
        let (from, until) = (factor(change.from), factor(change.until));
        let _ = writeln!(
            text,
            "{}: between {from} and {until} the size",
            change.query
        );
        let rows = change.rows.iter();
        let rows: Vec<String> = rows
            .map(|(table, rows)| format!("{table} {rows}"))
            .collect();
        let _ = writeln!(text, "  rows at {until}: {}", rows.join(", "));
        for way in &change.before {
            let _ = writeln!(text, "  - {way}");
        }
        for way in &change.after {
            let _ = writeln!(text, "  + {way}");
        }
        text.push('\n');
    }
    let greatest = growths.last().copied().unwrap_or(1.0);
    let mut queries: Vec<&str> = forecast.changes.iter().map(|c| c.query.as_str()).collect();
    queries.sort_unstable();
    queries.dedup();
    let _ = writeln!(
        text,
        "{} of {} queries change an access path up to {} the size",
        queries.len(),
        forecast.queries,
        factor(greatest)
    );
    text
}

/// `3.2 times`, `100 times`
fn factor(growth: f64) -> String {
    if growth < 10.0 {
        format!("{growth:.1} times")
    } else {
        format!("{growth:.0} times")
    }
}
