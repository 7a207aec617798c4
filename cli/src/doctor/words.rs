//! Numbers as a reader sees them.

use chrono::{DateTime, Utc};

/// `1 finding`, `2 findings`.
pub(crate) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// `16 kB`, `1.2 GB`: the units of `pg_size_pretty`, 1024 of one make the next.
pub(super) fn bytes(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    #[expect(clippy::cast_precision_loss, reason = "it is printed with one decimal")]
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 100.0 && size.fract() >= 0.05);
    format!("{size:.decimals$} {}", UNITS[unit])
}

/// `850 ms`, `12 s`, `3 min`, `5 h`, `12 days`.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s.max(0.0) * 1_000.0),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3_600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

/// `0.05 ms`, `12.3 ms`, `1,234 ms`: what a statement takes.
pub(super) fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 1.0 => format!("{ms:.3} ms"),
        ms if ms < 100.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.0} ms"),
    }
}

/// `99.4 %`
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// How long ago it was.
pub(super) fn age(since: DateTime<Utc>) -> String {
    let age = Utc::now().signed_duration_since(since);
    #[expect(clippy::cast_precision_loss, reason = "it is rounded anyway")]
    duration(age.num_milliseconds() as f64 / 1_000.0)
}

/// The first characters of a statement, on one line.
pub(super) fn preview(statement: &str, limit: usize) -> String {
    let folded: Vec<&str> = statement.split_whitespace().collect();
    let folded = folded.join(" ");
    match folded.char_indices().nth(limit) {
        None => folded,
        Some((end, _)) => format!("{}…", &folded[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_that_fits() {
        assert_eq!(bytes(512), "512 bytes");
        assert_eq!(bytes(16_384), "16 kB");
        assert_eq!(bytes(1_572_864), "1.5 MB");
        assert_eq!(bytes(i64::MAX), "8388608 TB");
        assert_eq!(duration(0.25), "250 ms");
        assert_eq!(duration(-1.0), "0 ms");
        assert_eq!(duration(90.0), "90 s");
        assert_eq!(duration(86_400.0 * 9.0), "9 days");
        assert_eq!(milliseconds(0.0123), "0.012 ms");
        assert_eq!(percent(0.994), "99.4 %");
        assert_eq!(preview("SELECT\n  ä, b", 9), "SELECT ä,…");
    }
}
