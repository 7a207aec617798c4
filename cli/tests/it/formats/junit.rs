//! `JUnit`'s XML, read by a parser that takes well-formed documents only.

use roxmltree::{Document, Node};

use super::{check, in_a_repository, misconfigured, refused, with_mistakes};

fn cases<'a>(document: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    let nodes = document.root_element().descendants();
    nodes.filter(|node| node.has_tag_name("testcase")).collect()
}

#[track_caller]
fn case<'a>(document: &'a Document<'_>, class: &str, name: &str) -> Node<'a, 'a> {
    let of = |node: &Node<'_, '_>| {
        node.attribute("classname") == Some(class) && node.attribute("name") == Some(name)
    };
    let found: Vec<_> = cases(document).into_iter().filter(of).collect();
    assert_eq!(found.len(), 1, "{class} {name}");
    found[0]
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The sums of a suite's attributes are those of its cases.
#[track_caller]
fn adds_up(document: &Document<'_>) {
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let suites = root
        .children()
        .filter(|node| node.has_tag_name("testsuite"));
    for node in suites.chain([root]) {
        let number = |name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
        let having = |name: &str| {
            let all = node.descendants();
            all.filter(|node| node.has_tag_name(name)).count()
        };
        for (sum, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            assert_eq!(number(sum), having(element), "{sum}");
        }
    }
}

#[test]
fn every_query_is_a_test_case() {
    let run = check(&in_a_repository(), "junit", 0);
    let document = Document::parse(&run.stdout).unwrap();
    adds_up(&document);
    assert_eq!(cases(&document).len(), 3);
    assert!(!case(&document, "notes", "add_note").has_children());
}

#[test]
fn mistakes_are_failures_of_their_queries() {
    let run = check(&with_mistakes(), "junit", 1);
    let document = Document::parse(&run.stdout).unwrap();
    adds_up(&document);
    let failure = child(case(&document, "more_words", "smile"), "failure").unwrap();
    assert_eq!(failure.attribute("type"), Some("unknown-column"));
    assert_eq!(
        failure.attribute("message"),
        Some("column \"boddy\" does not exist")
    );
    assert!(failure.text().unwrap().contains("'😀é' AS smile, boddy"));
    let odd = child(case(&document, "more_words", "odd"), "failure").unwrap();
    let text = odd.text().unwrap();
    assert!(text.contains("\"50%,a:b <&> {x}\""), "{text}");
    assert!(text.contains("defined twice"), "{text}");
    let warned = case(&document, "notes", "delete_note");
    assert!(child(warned, "failure").is_none());
    let text = child(warned, "system-out").unwrap().text().unwrap();
    assert!(text.contains("warning[unused-directive]"), "{text}");
    assert!(!case(&document, "notes", "add_note").has_children());
}

#[test]
fn queries_that_nobody_looked_at_are_skipped() {
    let run = check(&refused(), "junit", 1);
    let document = Document::parse(&run.stdout).unwrap();
    adds_up(&document);
    assert!(child(case(&document, "notes", "add_note"), "skipped").is_some());
    let path = "migrations/2026-01-01-000000_notes/up.sql";
    let migration = case(&document, "the project", path);
    assert!(child(migration, "failure").is_some());
}

#[test]
fn what_cannot_be_checked_is_an_error() {
    let run = check(&misconfigured(), "junit", 2);
    let document = Document::parse(&run.stdout).unwrap();
    adds_up(&document);
    let error = child(case(&document, "the project", "planwright.toml"), "error").unwrap();
    assert_eq!(error.attribute("type"), Some("invalid-configuration"));
    assert_eq!(cases(&document).len(), 1);
}
