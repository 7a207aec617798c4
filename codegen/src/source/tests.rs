use super::*;

fn file(text: &str) -> SourceText {
    SourceText {
        path: "queries/t.sql".to_owned(),
        text: text.to_owned(),
    }
}

fn parse_ok(text: &str) -> SourceFile {
    let (mut files, diagnostics) = parse(&[file(text)]);
    assert_eq!(diagnostics, Diagnostics::new());
    files.remove(0)
}

fn codes(text: &str) -> Vec<&'static str> {
    let (_, diagnostics) = parse(&[file(text)]);
    diagnostics.into_iter().map(|d| d.code).collect()
}

#[test]
fn a_query_has_a_name_docs_and_numbered_parameters() {
    let file = parse_ok(
        "-- Things.\n\n-- name: thing_by_id :opt\n-- One thing.\n-- @param id: the key\nSELECT a -- why\nFROM t WHERE id = :id AND b = :b OR id = :id;\n",
    );
    assert_eq!(file.module, "t");
    assert_eq!(file.docs, ["Things."]);
    let query = &file.queries[0];
    assert_eq!(query.name, "thing_by_id");
    assert_eq!(query.command, Command::Opt);
    assert_eq!(query.docs, ["One thing."]);
    assert_eq!(
        query.sql,
        "SELECT a -- why\nFROM t WHERE id = $1 AND b = $2 OR id = $1"
    );
    assert_eq!(query.directives.params[0].doc.as_deref(), Some("the key"));
}

#[test]
fn every_byte_of_the_sql_leads_back_to_the_file() {
    let text = "-- name: q :many\nSELECT :long_name,\r\n  x FROM t WHERE y = :z AND w";
    let query = &parse_ok(text).queries[0];
    for word in ["SELECT", "x FROM", "WHERE", "AND w"] {
        let sql = query.sql.find(word).expect("the word is in the SQL");
        let in_file = query.map.to_file(sql);
        assert_eq!(&text[in_file..in_file + word.len()], word);
    }
    assert!(!query.sql.contains('\r'));
}

#[test]
fn sqlc_spellings_are_read() {
    let file = parse_ok(
        "/* name: GetUser :one */\nSELECT 1 WHERE a = sqlc.arg('x') AND b = sqlc.narg(y) AND c = @z;",
    );
    let query = &file.queries[0];
    assert_eq!(query.sql, "SELECT 1 WHERE a = $1 AND b = $2 AND c = $3");
    let nullable: Vec<bool> = query.params.iter().map(|p| p.nullable).collect();
    assert_eq!(nullable, [false, true, false]);
}

#[test]
fn a_declared_type_becomes_a_cast() {
    let file = parse_ok("-- name: q :one\n-- @param a numeric(10, 2) null\nSELECT :a;");
    assert_eq!(file.queries[0].sql, "SELECT $1::numeric(10, 2)");
}

#[test]
fn the_body_of_a_function_is_one_statement() {
    let text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3";
    let (tokens, _) = lexer::lex(text);
    let end = lexer::statement_end(text, &tokens);
    assert_eq!(&text[tokens[end].span.end..], " SELECT 3");
}

#[test]
fn mistakes_have_codes() {
    for (text, expected) in [
        ("", "no-queries"),
        ("-- name: q\nSELECT 1", "missing-command"),
        ("-- name:\nSELECT 1", "missing-name"),
        ("-- name: q :all\nSELECT 1", "unknown-command"),
        ("-- name: q :one extra\nSELECT 1", "unknown-command"),
        ("-- name: naïve :one\nSELECT 1", "unusable-name"),
        ("-- name: q :one\nSELECT 1; SELECT 2", "two-statements"),
        ("-- name: q :one\n;", "no-statement"),
        (
            "-- name: q :one\n-- @indx t i\nSELECT 1",
            "unknown-directive",
        ),
        (
            "-- name: q :one\n-- @index t\nSELECT 1",
            "invalid-directive",
        ),
        (
            "-- name: q :one\n-- @slow 5h\nSELECT 1",
            "invalid-directive",
        ),
        (
            "-- name: q :one\n-- @row One\n-- @row Two\nSELECT 1",
            "invalid-directive",
        ),
        (
            "-- name: q :one\n-- @param a int4\n-- @param a int8\nSELECT :a",
            "invalid-directive",
        ),
        ("-- name: q :one\nSELECT $2", "unused-parameter"),
        (
            "-- name: q :one\n-- @param b: x\nSELECT :a",
            "unknown-param",
        ),
        (
            "-- name: q :one\n-- @param a int); DROP: x\nSELECT :a",
            "invalid-directive",
        ),
        ("-- name: q :one\nSELECT $0", "syntax"),
        ("-- name: q :one\nSELECT 'a", "syntax"),
        ("SELECT 1;\n-- name: q :one\nSELECT 1", "missing-header"),
        (
            "-- name: q :one\nSELECT 1;\n-- name: Q :one\nSELECT 1",
            "duplicate-name",
        ),
        ("-- name: q :one\nSELECT sqlc.slice(a)", "unknown-macro"),
    ] {
        assert_eq!(codes(text), [expected], "{text}");
    }
}

#[test]
fn names_get_the_numbers_that_are_not_written() {
    for (sql, sent, names) in [
        ("SELECT :a + $1", "SELECT $2 + $1", vec!["", "a"]),
        (
            "SELECT :a + $3 + :b + $1 + :c + :a",
            "SELECT $2 + $3 + $4 + $1 + $5 + $2",
            vec!["", "a", "", "b", "c"],
        ),
        ("SELECT $2 + :a", "SELECT $2 + $1", vec!["a", ""]),
    ] {
        let file = parse_ok(&format!("-- name: q :one\n{sql}"));
        let query = &file.queries[0];
        assert_eq!(query.sql, sent);
        let found: Vec<&str> = query
            .params
            .iter()
            .map(|p| p.name.as_deref().unwrap_or(""))
            .collect();
        assert_eq!(found, names);
    }
    let left_out = "-- name: q :one\nSELECT $3 + :a";
    assert_eq!(codes(left_out), ["unused-parameter"]);
    let variants = "-- name: q :many\n-- @order up: a | down: a DESC\nSELECT $1 + :a AS a";
    assert_eq!(codes(variants), ["mixed-parameters"]);
}

#[test]
fn a_slice_is_an_array() {
    let text = "-- name: q :many\nSELECT a FROM t WHERE a IN ( sqlc.slice('x') ) AND b not  in (sqlc.slice(y)) AND c IN (1) AND NOT d;";
    let query = &parse_ok(text).queries[0];
    assert_eq!(
        query.sql,
        "SELECT a FROM t WHERE a = ANY ($1) AND b <> ALL ($2) AND c IN (1) AND NOT d"
    );
    for (sql, file) in [
        ("= ANY", "IN ( sqlc"),
        ("$1", "sqlc.slice('x')"),
        ("<>", "not  in"),
        (") AND b", ") AND b"),
        ("c IN", "c IN"),
    ] {
        let at = query.map.to_file(query.sql.find(sql).unwrap());
        assert!(text[at..].starts_with(file), "{sql}: {}", &text[at..]);
    }
}

#[test]
fn headers_and_commands_of_other_catalogs_are_read() {
    let text = "/* name: One :execresult */\nDELETE FROM t;\n\n-- name: mod :copyfrom\nINSERT INTO t (a) VALUES ($1);";
    let file = parse_ok(text);
    let found: Vec<_> = file
        .queries
        .iter()
        .map(|q| (q.query_name("t"), q.command))
        .collect();
    assert_eq!(
        found,
        [
            ("t::one".to_owned(), Command::ExecRows),
            ("t::mod_".to_owned(), Command::Copy)
        ]
    );
    assert_eq!(
        codes("-- name: q :execlastid\nINSERT INTO t DEFAULT VALUES"),
        ["unknown-command"]
    );
}

#[test]
fn each_combination_of_parts_is_a_text() {
    let text = "-- name: q :many\nSELECT a/*[ x */,b/*] */FROM t -- why\r\n  /*[ x */ JOIN :x /*] x */\r\n  /*[ y */ WHERE :y /*] */;";
    let file = parse_ok(text);
    let texts: Vec<&str> = file.queries.iter().map(|query| &*query.sql).collect();
    assert_eq!(
        texts,
        [
            "SELECT a FROM t -- why",
            "SELECT a ,b FROM t -- why\n  JOIN $1",
            "SELECT a FROM t -- why\n  WHERE $1",
            "SELECT a ,b FROM t -- why\n  JOIN $1\n  WHERE $2",
        ]
    );
    for query in &file.queries {
        for word in ["SELECT", "FROM t", "JOIN", "WHERE"] {
            if let Some(sql) = query.sql.find(word) {
                let in_file = query.map.to_file(sql);
                assert_eq!(&text[in_file..in_file + word.len()], word);
            }
        }
    }
    let names: Vec<String> = file.queries.iter().map(|q| q.full_name("t")).collect();
    assert_eq!(names, ["t::q", "t::q[x]", "t::q[y]", "t::q[x,y]"]);
}
