//! The chart: seconds against the number of queries, a line for each contender.

use std::fmt::Write as _;

use crate::build_time::contender::Step;
use crate::build_time::report::Report;

/// Colours that stand out on white and on black.
const COLOURS: [&str; 12] = [
    "#2f81f7", "#1b9aaa", "#5b6ee1", "#e5534b", "#d6539b", "#8a8f98", "#c77d0a", "#9a6b3f",
    "#3fa45b", "#7d9a2a", "#a371f7", "#4d9de0",
];
const HEAD: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1180 430" role="img" aria-label="Build time against the number of queries" font-family="system-ui, sans-serif" font-size="12">
<style>
text { fill: #57606a }
.title { fill: #24292f; font-weight: 600; font-size: 14px }
.grid { stroke: #8c959f; stroke-opacity: .3 }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } .title { fill: #e6edf3 } }
</style>
"#;

/// Whose line is thicker.
const OURS: &str = "Planwright";
/// The area of one plot.
const WIDTH: f64 = 310.0;
const HEIGHT: f64 = 320.0;
const TOP: f64 = 50.0;
/// The least distance of two labels.
const LINE: f64 = 14.0;

/// Both plots as one picture.
pub(crate) fn svg(report: &Report) -> String {
    let mut svg = HEAD.to_owned();
    plot(&mut svg, report, Step::Generate, 50.0);
    plot(&mut svg, report, Step::Check, 650.0);
    svg + "</svg>\n"
}

/// A logarithmic axis between two powers of ten.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            low = low.min(value.log10());
            high = high.max(value.log10());
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "logarithms of sizes and times"
        )]
        let (low, high) = (low.floor() as i32, high.ceil() as i32);
        Self {
            low,
            high: high.max(low + 1),
        }
    }

    /// Where a value is, from 0 to 1.
    fn at(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low)
    }

    fn powers(&self) -> impl Iterator<Item = f64> {
        (self.low..=self.high).map(|power| 10_f64.powi(power))
    }
}

fn plot(svg: &mut String, report: &Report, step: Step, left: f64) {
    let lines: Vec<(&str, Vec<(f64, f64)>)> = (report.contenders(step.name()).into_iter())
        .map(|contender| {
            let seconds = report.points(contender, step.name()).into_iter();
            (contender, seconds.map(|(x, ms)| (x, ms / 1e3)).collect())
        })
        .collect();
    let points = || lines.iter().flat_map(|(_, points)| points);
    if points().next().is_none() {
        return;
    }
    let across = Axis::over(points().map(|point| point.0));
    let up = Axis::over(points().map(|point| point.1));
    let x = |value: f64| left + across.at(value) * WIDTH;
    let y = |value: f64| TOP + (1.0 - up.at(value)) * HEIGHT;
    frame(svg, step.name(), left, (&across, &up));
    let mut labels = Vec::new();
    for (contender, points) in &lines {
        let width = if *contender == OURS { 3.5 } else { 2.0 };
        let colour = colour(report, contender);
        let places: Vec<String> = (points.iter())
            .map(|&(queries, seconds)| format!("{:.1},{:.1}", x(queries), y(seconds)))
            .collect();
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="{width}"/>"#,
            places.join(" ")
        );
        for &(queries, seconds) in points {
            let (x, y) = (x(queries), y(seconds));
            let _ = writeln!(
                svg,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#
            );
        }
        if let Some(&(queries, seconds)) = points.last() {
            labels.push((y(seconds), x(queries), *contender, colour, seconds));
        }
    }
    write_labels(svg, labels, left);
}

/// Title, grid and the numbers beside it.
fn frame(svg: &mut String, title: &str, left: f64, (across, up): (&Axis, &Axis)) {
    let (right, bottom) = (left + WIDTH, TOP + HEIGHT);
    let _ = writeln!(
        svg,
        r#"<text class="title" x="{left}" y="24">{title}</text><text x="{left}" y="41">seconds</text><text x="{left}" y="{}">number of queries</text>"#,
        bottom + 38.0
    );
    for value in across.powers() {
        let x = left + across.at(value) * WIDTH;
        let _ = writeln!(
            svg,
            r#"<line class="grid" x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom}"/><text x="{x:.1}" y="{}" text-anchor="middle">{value}</text>"#,
            bottom + 18.0
        );
    }
    for value in up.powers() {
        let y = TOP + (1.0 - up.at(value)) * HEIGHT;
        let _ = writeln!(
            svg,
            r#"<line class="grid" x1="{left}" y1="{y:.1}" x2="{right}" y2="{y:.1}"/><text x="{}" y="{:.1}" text-anchor="end">{value}</text>"#,
            left - 6.0,
            y + 4.0
        );
    }
}

type Label<'a> = (f64, f64, &'a str, &'a str, f64);

/// Names at the ends of lines, pushed apart where they would touch.
fn write_labels(svg: &mut String, mut labels: Vec<Label<'_>>, left: f64) {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = left + WIDTH + 14.0;
    let mut places: Vec<f64> = labels.iter().map(|label| label.0).collect();
    for next in 1..places.len() {
        places[next] = places[next].max(places[next - 1] + LINE);
    }
    let below = places
        .last()
        .map_or(0.0, |last| (last - TOP - HEIGHT).max(0.0));
    for place in &mut places {
        *place -= below;
    }
    for before in (1..places.len()).rev() {
        places[before - 1] = places[before - 1].min(places[before] - LINE);
    }
    for ((y, x, name, colour, seconds), place) in labels.into_iter().zip(places) {
        let _ = writeln!(
            svg,
            r#"<path d="M{x:.1} {y:.1}L{:.1} {place:.1}" stroke="{colour}" stroke-opacity=".5" fill="none"/><text x="{at:.1}" y="{:.1}" style="fill:{colour}">{name} {seconds:.2} s</text>"#,
            at - 3.0,
            place + 4.0
        );
    }
}

/// A contender has one colour in both plots.
fn colour(report: &Report, contender: &str) -> &'static str {
    let mut names = Vec::new();
    for figure in &report.figures {
        if !names.contains(&figure.contender) {
            names.push(figure.contender);
        }
    }
    let position = names.iter().position(|name| *name == contender);
    COLOURS[position.unwrap_or_default() % COLOURS.len()]
}
