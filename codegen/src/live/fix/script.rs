//! All that mends, as one script.

use std::fmt::Write as _;

use crate::live::finding::Finding;
use crate::live::mend::{Phase, Step};
use crate::quoting;

/// The script that mends findings. What may lose something stands in comments.
pub(crate) fn script(findings: &[Finding]) -> String {
    let mut steps: Vec<&Step> = Vec::new();
    for finding in findings.iter().filter(|f| f.mend.but.is_none()) {
        for step in &finding.mend.steps {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    steps.sort_by_key(|step| (step.phase, step.order));
    let mut text = String::new();
    let thoughts = thoughts(findings);
    if steps.is_empty() && thoughts.is_empty() {
        return "-- nothing has drifted\n".to_owned();
    }
    text.push_str("-- Makes the database what the migrations build. Read it before you run it.\n");
    if !steps.is_empty() {
        text.push_str("SET search_path = '';\nSET check_function_bodies = off;\n");
    }
    let mut open = false;
    for step in steps {
        if step.phase.in_transaction() && !open {
            text.push_str("\nBEGIN;\n");
        } else if open && !step.phase.in_transaction() {
            text.push_str("COMMIT;\n");
        }
        open = step.phase.in_transaction();
        if step.phase == Phase::Labels || step.phase >= Phase::Indexes {
            text.push('\n');
        }
        let _ = writeln!(text, "{};", step.sql);
    }
    if open {
        text.push_str("COMMIT;\n");
    }
    text + &thoughts
}

/// What somebody has to decide, as comments.
fn thoughts(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let Some(but) = &finding.mend.but else {
            continue;
        };
        let (code, message) = (finding.diagnostic.code, &finding.diagnostic.message);
        let _ = write!(
            text,
            "\n-- {code}: {}\n-- Not run: {}\n",
            quoting::comment(message),
            quoting::comment(but)
        );
        for step in finding.mend.sorted() {
            for line in format!("{};", step.sql).lines() {
                let _ = writeln!(text, "-- {}", quoting::comment(line));
            }
        }
    }
    text
}
