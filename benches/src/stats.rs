//! Medians and spreads.

use std::time::Duration;

/// The median of several durations.
pub(crate) fn median(samples: &[Duration]) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// `median (least to greatest)` in milliseconds.
pub(crate) fn summary(samples: &[Duration]) -> String {
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    let least = samples.iter().min().copied().unwrap_or_default();
    let greatest = samples.iter().max().copied().unwrap_or_default();
    format!(
        "{:7.1} ms ({:.1} to {:.1})",
        ms(median(samples)),
        ms(least),
        ms(greatest)
    )
}

/// The greatest memory this process has held so far, in MiB, as Linux counts it.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
