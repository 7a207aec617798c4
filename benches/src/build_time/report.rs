//! The figures as a table, and as a file.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::build_time::measure::Measured;
use crate::build_time::process::Run;
use crate::stats;

/// All that was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) cores: usize,
    pub(crate) postgres: String,
    pub(crate) rounds: usize,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) slopes: Vec<Slope>,
    pub(crate) memory_with_server: Vec<Memory>,
}

/// A contender that was left out.
#[derive(Serialize)]
pub(crate) struct Skipped {
    pub(crate) contender: String,
    pub(crate) reason: String,
}

/// One step of one contender at one size.
#[derive(Serialize)]
pub(crate) struct Figure {
    pub(crate) contender: &'static str,
    pub(crate) step: &'static str,
    pub(crate) queries: usize,
    pub(crate) median_ms: f64,
    pub(crate) least_ms: f64,
    pub(crate) greatest_ms: f64,
    /// Of the largest process; nothing where the step ran inside this program.
    pub(crate) peak_mib: Option<f64>,
}

/// A straight line through the medians of all sizes.
#[derive(Serialize)]
pub(crate) struct Slope {
    pub(crate) contender: &'static str,
    pub(crate) step: &'static str,
    pub(crate) fixed_ms: f64,
    pub(crate) each_query_ms: f64,
}

/// What a contender and its server hold together.
#[derive(Serialize)]
pub(crate) struct Memory {
    pub(crate) contender: &'static str,
    pub(crate) queries: usize,
    pub(crate) mib: f64,
}

impl Figure {
    /// The figure of several runs.
    pub(crate) fn new(
        contender: &'static str,
        step: &'static str,
        queries: usize,
        elapsed: &[Duration],
        peak_mib: Option<f64>,
    ) -> Self {
        let ms = |duration: Option<Duration>| {
            (duration.unwrap_or_default().as_secs_f64() * 1e5).round() / 100.0
        };
        Self {
            contender,
            step,
            queries,
            median_ms: ms(Some(stats::median(elapsed))),
            least_ms: ms(elapsed.iter().min().copied()),
            greatest_ms: ms(elapsed.iter().max().copied()),
            peak_mib: peak_mib.map(f64::round),
        }
    }
}

impl Report {
    /// Adds what a size came to.
    pub(crate) fn add(&mut self, measured: &Measured) {
        let (contender, queries) = (measured.contender, measured.queries);
        for (step, runs) in &measured.runs {
            let elapsed: Vec<Duration> = runs.iter().map(|run| run.elapsed).collect();
            let peak = runs.iter().map(|run: &Run| run.peak).reduce(f64::max);
            let figure = Figure::new(contender, step.name(), queries, &elapsed, peak);
            self.figures.push(figure);
        }
        self.memory_with_server
            .extend(measured.with_server.map(|mib| Memory {
                contender,
                queries,
                mib: mib.round(),
            }));
    }

    /// Draws the lines, once all sizes are there.
    pub(crate) fn fit(&mut self) {
        for figure in &self.figures {
            let (contender, step) = (figure.contender, figure.step);
            let known = |slope: &Slope| slope.contender == contender && slope.step == step;
            if self.slopes.iter().any(known) {
                continue;
            }
            let points = self.points(contender, step);
            if let Some((fixed, each)) = least_squares(&points) {
                self.slopes.push(Slope {
                    contender,
                    step,
                    fixed_ms: (fixed * 100.0).round() / 100.0,
                    each_query_ms: (each * 1e4).round() / 1e4,
                });
            }
        }
    }

    /// Queries and milliseconds of a contender's step.
    pub(crate) fn points(&self, contender: &str, step: &str) -> Vec<(f64, f64)> {
        (self.figures.iter())
            .filter(|figure| figure.contender == contender && figure.step == step)
            .map(|figure| (count(figure.queries), figure.median_ms))
            .collect()
    }

    /// The contenders that have a step, in the order they were measured.
    pub(crate) fn contenders(&self, step: &str) -> Vec<&'static str> {
        let mut names = Vec::new();
        for figure in self.figures.iter().filter(|figure| figure.step == step) {
            if !names.contains(&figure.contender) {
                names.push(figure.contender);
            }
        }
        names
    }

    /// Prints a table for each step.
    pub(crate) fn print(&self, sizes: &[usize]) {
        let mut steps = Vec::new();
        for figure in &self.figures {
            if !steps.contains(&figure.step) {
                steps.push(figure.step);
            }
        }
        for step in steps {
            println!("\n{step}");
            for size in sizes {
                println!("  {size} queries");
                for contender in self.contenders(step) {
                    self.print_line(step, contender, *size);
                }
            }
            println!("  least squares");
            for slope in self.slopes.iter().filter(|slope| slope.step == step) {
                println!(
                    "    {:28} {:9.1} ms + {:.3} ms a query",
                    slope.contender, slope.fixed_ms, slope.each_query_ms
                );
            }
        }
        println!("\nmemory with the server, pages that are shared counted once");
        for memory in &self.memory_with_server {
            let (contender, queries, mib) = (memory.contender, memory.queries, memory.mib);
            println!("    {contender:28} {queries:5} queries {mib:6} MiB");
        }
        for skipped in &self.skipped {
            println!("\nskipped: {}: {}", skipped.contender, skipped.reason);
        }
    }

    fn print_line(&self, step: &str, contender: &str, size: usize) {
        let same = |figure: &&Figure| {
            figure.step == step && figure.contender == contender && figure.queries == size
        };
        if let Some(figure) = self.figures.iter().find(same) {
            let peak = (figure.peak_mib).map_or(String::new(), |mib| format!("{mib:6} MiB"));
            println!(
                "    {contender:28} {:9.1} ms ({:.1} to {:.1}) {peak}",
                figure.median_ms, figure.least_ms, figure.greatest_ms
            );
        }
    }

    /// Writes the file of figures.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text + "\n")
    }
}

/// A number of queries, as a coordinate.
fn count(queries: usize) -> f64 {
    u32::try_from(queries).map_or(f64::INFINITY, f64::from)
}

/// The fixed part and the slope of the line that fits best.
fn least_squares(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = count(points.len());
    let mean = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if points.len() < 2 || variance == 0.0 {
        return None;
    }
    let together: f64 = (points.iter())
        .map(|(x, y)| (x - mean_x) * (y - mean_y))
        .sum();
    let each = together / variance;
    Some((mean_y - each * mean_x, each))
}

#[cfg(test)]
mod tests {
    use super::least_squares;

    #[test]
    fn a_line_is_found_again() {
        let points = [(10.0, 120.0), (100.0, 300.0), (1_000.0, 2_100.0)];
        let (fixed, each) = least_squares(&points).expect("three sizes are a line");
        assert!((fixed - 100.0).abs() < 1e-6, "{fixed}");
        assert!((each - 2.0).abs() < 1e-9, "{each}");
        assert!(least_squares(&points[..1]).is_none(), "one size is no line");
    }
}
