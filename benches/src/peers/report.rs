//! What was measured, as a table and as a file.

use std::fmt::Write as _;

use serde::Serialize;

use super::machine::{Machine, Versions};

/// A median with what lies around it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub greatest: f64,
}

impl Spread {
    /// Of at least one sample.
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |place: usize| samples.get(place).copied().map_or(f64::NAN, rounded);
        Self {
            median: at(samples.len() / 2),
            least: at(0),
            greatest: at(samples.len().saturating_sub(1)),
        }
    }
}

/// To thousandths: more is noise.
fn rounded(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

/// What one contender showed in one case.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// To the reference, of each repetition's medians.
    pub ratio: Spread,
    pub wall_us: Spread,
    /// Of the client's thread; of the whole process where tasks share a pool.
    pub cpu_us: Spread,
    pub allocations: Option<f64>,
    pub allocated_bytes: Option<f64>,
    /// As callgrind counts them.
    pub instructions: Option<f64>,
}

/// A contender in a case.
#[derive(Debug, Serialize)]
pub struct Line {
    pub contender: &'static str,
    #[serde(rename = "crate")]
    pub library: &'static str,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A case; its first line is the reference.
#[derive(Debug, Serialize)]
pub struct Measured {
    pub case: &'static str,
    pub title: String,
    pub contenders: Vec<Line>,
}

/// All of it.
#[derive(Debug, Serialize)]
pub struct Report {
    pub command: String,
    /// Whether it is only a smoke run.
    pub quick: bool,
    pub repetitions: usize,
    pub machine: Machine,
    pub versions: Versions,
    pub cases: Vec<Measured>,
}

impl Report {
    /// The table, as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::from(
            "| | | ratio | time, µs | CPU, µs | allocations | bytes | instructions |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for measured in &self.cases {
            let mut title = measured.title.as_str();
            for line in &measured.contenders {
                let figures = &line.figures;
                let ratio = figures.ratio;
                let _ = writeln!(
                    out,
                    "| {title} | {} | **{:.2}** ({:.2} to {:.2}) | {} | {} | {} | {} | {} |",
                    line.contender,
                    ratio.median,
                    ratio.least,
                    ratio.greatest,
                    whole(Some(figures.wall_us.median)),
                    whole(Some(figures.cpu_us.median)),
                    whole(figures.allocations),
                    whole(figures.allocated_bytes),
                    whole(figures.instructions),
                );
                title = "";
            }
        }
        out
    }
}

/// A figure without more digits than it has meaning; nothing where it was not measured.
fn whole(figure: Option<f64>) -> String {
    match figure {
        Some(figure) if figure.abs() < 100.0 => format!("{figure:.1}"),
        Some(figure) => grouped(&format!("{figure:.0}")),
        None => String::new(),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
