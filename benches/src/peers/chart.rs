//! The ratios as a chart: a dot for the median, a line from the least to the greatest, on a
//! logarithmic scale. Plain SVG without scripts or fonts; its colours can be read on a light and
//! on a dark page, and follow the reader's choice where the viewer knows it.

use std::fmt::Write as _;

use super::report::{Line, Measured, Report};

const WIDTH: f64 = 900.0;
/// Where the scale begins and ends.
const LEFT: f64 = 270.0;
const RIGHT: f64 = 830.0;
const ROW: f64 = 18.0;
const HEAD: f64 = 30.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 20.0;

const STYLE: &str = "
text { font: 12px sans-serif; fill: #6e7781; }
.title { font-weight: bold; }
.grid { stroke: #8b949e; stroke-opacity: 0.35; }
.reference { stroke: #8b949e; stroke-width: 2; }
.other { fill: #768390; stroke: #768390; }
text.other { fill: #6e7781; stroke: none; }
.ours { fill: #2f81f7; stroke: #2f81f7; }
text.ours { stroke: none; }
.spread { stroke-width: 2; }
@media (prefers-color-scheme: dark) { text, text.other { fill: #9da7b3; } text.ours { fill: #58a6ff; } }
";

/// What the scale has to hold: whole powers of two.
#[derive(Clone, Copy)]
struct Scale {
    least: i32,
    greatest: i32,
}

impl Scale {
    fn of(report: &Report) -> Self {
        let lines = report
            .cases
            .iter()
            .flat_map(|measured| &measured.contenders);
        let (mut least, mut greatest) = (-1, 1);
        for line in lines {
            let ratio = line.figures.ratio;
            while f64::from(least).exp2() > ratio.least && least > -6 {
                least -= 1;
            }
            while f64::from(greatest).exp2() < ratio.greatest && greatest < 8 {
                greatest += 1;
            }
        }
        Self { least, greatest }
    }

    fn x(self, ratio: f64) -> f64 {
        let (least, greatest) = (f64::from(self.least), f64::from(self.greatest));
        let place = (ratio.max(1e-3).log2().clamp(least, greatest) - least) / (greatest - least);
        LEFT + place * (RIGHT - LEFT)
    }
}

/// The chart of a report.
pub fn svg(report: &Report) -> String {
    let scale = Scale::of(report);
    let rows: usize = report.cases.iter().map(|it| it.contenders.len()).sum();
    let height = TOP + HEAD * count(report.cases.len()) + ROW * count(rows) + BOTTOM;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" \
         width=\"{WIDTH:.0}\" height=\"{height:.0}\" role=\"img\">\n\
         <title>Time of a call, as a ratio to prepared tokio-postgres</title>\n\
         <style>{STYLE}</style>\n\
         <text class=\"title\" x=\"12\" y=\"18\">Time of a call, as a ratio to prepared \
         tokio-postgres (less is better; median, least to greatest)</text>\n"
    );
    grid(&mut out, scale, height);
    let mut y = TOP;
    for measured in &report.cases {
        y = case(&mut out, scale, measured, y);
    }
    out.push_str("</svg>\n");
    out
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn grid(out: &mut String, scale: Scale, height: f64) {
    for power in scale.least..=scale.greatest {
        let ratio = f64::from(power).exp2();
        let x = scale.x(ratio);
        let class = if power == 0 { "reference" } else { "grid" };
        let bottom = height - BOTTOM;
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP:.0}\" y2=\"{bottom:.0}\"/>\
             <text x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{ratio}</text>",
            TOP - 6.0,
        );
    }
}

/// The rows of one case; gives where the next begins.
fn case(out: &mut String, scale: Scale, measured: &Measured, top: f64) -> f64 {
    let _ = writeln!(
        out,
        "<text class=\"title\" x=\"12\" y=\"{:.0}\">{}</text>",
        top + HEAD - 9.0,
        escaped(&measured.title),
    );
    let mut y = top + HEAD;
    for line in &measured.contenders {
        row(out, scale, line, y + ROW / 2.0);
        y += ROW;
    }
    y
}

fn row(out: &mut String, scale: Scale, line: &Line, y: f64) {
    let ratio = line.figures.ratio;
    let class = if line.library == "planwright" {
        "ours"
    } else {
        "other"
    };
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"24\" y=\"{base:.1}\">{name}</text>\
         <line class=\"{class} spread\" x1=\"{least:.1}\" x2=\"{greatest:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
         <circle class=\"{class}\" cx=\"{median:.1}\" cy=\"{y:.1}\" r=\"4\"/>\
         <text class=\"{class}\" x=\"{end:.0}\" y=\"{base:.1}\" text-anchor=\"end\">{value:.2}</text>",
        base = y + 4.0,
        name = escaped(line.contender),
        least = scale.x(ratio.least),
        greatest = scale.x(ratio.greatest),
        median = scale.x(ratio.median),
        end = WIDTH - 12.0,
        value = ratio.median,
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
