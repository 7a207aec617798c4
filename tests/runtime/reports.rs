//! The report, as text and as JSON.

use diesel::sql_types as st;
use planwright::CatalogQuery;
use planwright::query::{exec, many};
use planwright::report::Report;

use crate::server::connect;

#[tokio::test]
async fn a_report_has_a_line_per_query() {
    statement!(Listed, "SELECT generate_series(1, 3)\n  AS number", st::Int4 => i32);
    statement!(Refused, "SELECT 1 / 0");
    statement!(Unused, "SELECT 1");
    let mut conn = connect().await;
    many(&mut conn, Listed).await.unwrap();
    many(&mut conn, Listed).await.unwrap();
    exec(&mut conn, Refused).await.unwrap_err();

    let report = Report::collect();

    let listed = report.query(Listed::INFO.name).unwrap();
    assert_eq!((listed.calls, listed.rows, listed.failed), (2, 6, 0));
    assert_eq!(listed.preview, "SELECT generate_series(1, 3) AS number");
    assert!(listed.share > 0.0 && listed.share <= 1.0);
    assert_eq!(report.query(Refused::INFO.name).unwrap().failed, 1);
    assert!(report.query(Unused::INFO.name).is_none());
    assert_eq!(report.monitored, report.queries.len());
    assert!(report.queries.is_sorted_by(|a, b| a.average >= b.average));
    // Other tests run meanwhile, but the parts are of one moment.
    assert_eq!(
        report.calls,
        report.queries.iter().map(|query| query.calls).sum::<u64>()
    );
    assert_eq!(
        report.slow,
        report.queries.iter().map(|query| query.slow).sum::<u64>()
    );

    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["monitored"], report.monitored);
    let queries = json["queries"].as_array().unwrap();
    let listed = queries
        .iter()
        .find(|query| query["name"] == Listed::INFO.name)
        .unwrap();
    assert_eq!(listed["rows"], 6);
    assert!(listed["p95_ms"].as_f64().unwrap() <= listed["max_ms"].as_f64().unwrap());
}

#[tokio::test]
async fn the_text_names_the_slowest() {
    statement!(Slowest, "SELECT 'the slowest'");
    let mut conn = connect().await;
    exec(&mut conn, Slowest).await.unwrap();
    let mut report = Report::collect();
    report
        .queries
        .retain(|query| query.name == Slowest::INFO.name);

    let text = report.to_string();

    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains(" queries monitored, "), "{text}");
    assert!(
        lines[3].starts_with("query ") && lines[3].ends_with("share"),
        "{text}"
    );
    assert!(lines[4].starts_with(Slowest::INFO.name), "{text}");
    assert_eq!(lines[5], "  SELECT 'the slowest'");
}
