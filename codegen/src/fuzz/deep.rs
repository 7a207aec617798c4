//! What nests deeply is read or refused; the stack holds either way.

use super::targets::{analysed, config, lock, queries, statistics, tokens};

const DEEP: usize = 100_000;

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn deep_sql_is_read() {
    let forms = [
        ("(", "1", ")", DEEP),
        ("[", "1", "]", DEEP / 10),
        ("/*", "", "*/", DEEP),
        ("CASE WHEN ", "a", " END", DEEP / 10),
        ("cast(", "1", " as int)", DEEP / 10),
        ("$a$", "", "", DEEP),
        ("(SELECT ", "1", ")", DEEP / 10),
        (":a", "", "", DEEP / 10),
        ("'", "", "", DEEP),
        ("a.", "b", "", DEEP / 10),
        ("x,", "y", "", DEEP / 10),
        ("/*[ a */", "", "/*]*/", DEEP / 10),
        ("\n-- name: q :many\n", "", "", DEEP / 100),
        ("\n-- @param a: b\n", "", "", DEEP / 100),
    ];
    for (open, inner, close, depth) in forms {
        let sql = nested(open, inner, close, depth);
        tokens(&sql);
        queries(&format!("-- name: q :many\nSELECT {sql};\n"));
        queries(&format!(
            "-- name: q :bulk\nINSERT INTO t (a) VALUES ({sql});\n"
        ));
        tokens(&nested(open, inner, "", depth));
    }
}

#[test]
fn deep_trees_are_refused() {
    let forms = [
        ("(", "1", ")"),
        ("{A :b ", "1", "}"),
        ("{OPEXPR :opfuncid 1 :args (", "1", ")}"),
    ];
    for (open, inner, close) in forms {
        let tree = nested(open, inner, close, DEEP);
        assert!(crate::analyze::tree::read(&tree).is_err(), "{open}");
        analysed(&tree);
    }
}

/// Just not refused, in each place where trees are walked.
#[test]
fn trees_of_the_greatest_depth_are_walked() {
    let forms = [
        (
            "{OPEXPR :opfuncid 7 :opno 96 :args (",
            "{VAR :varno 1 :varattno 1 :varlevelsup 0}",
            ")}",
            900,
        ),
        (
            "{BOOLEXPR :boolop and :args (",
            "{VAR :varno 1 :varattno 1 :varlevelsup 0}",
            ")}",
            900,
        ),
        (
            "{BOOLEXPR :boolop not :args (",
            "{NULLTEST :arg {VAR :varno 1 :varattno 1 :varlevelsup 0} :nulltesttype 1}",
            ")}",
            900,
        ),
        (
            "{RELABELTYPE :resulttype 23 :arg ",
            "{VAR :varno 1 :varattno 1 :varlevelsup 0}",
            "}",
            1_900,
        ),
        (
            "{SUBLINK :subLinkType 4 :subselect {QUERY :commandType 1 :rtable () :jointree {FROMEXPR :fromlist () :quals <>} :hasAggs true :targetList ({TARGETENTRY :resno 1 :expr ",
            "{CONST :constisnull true}",
            "})}}",
            450,
        ),
    ];
    for (open, inner, close, depth) in forms {
        let deep = nested(open, inner, close, depth);
        let tree = format!(
            "{{QUERY :commandType 1 :resultRelation 0 :cteList <> :rtable ({{RANGETBLENTRY :rtekind 0 :relid 16384 :inh true}}) \
             :jointree {{FROMEXPR :fromlist ({{RANGETBLREF :rtindex 1}}) :quals {deep}}} \
             :targetList ({{TARGETENTRY :expr {deep} :resno 1 :resname a :resjunk false}}) :limitCount {deep}}}"
        );
        assert!(crate::analyze::tree::read(&tree).is_ok(), "{open}");
        analysed(&tree);
    }
}

#[test]
fn deep_toml_is_refused() {
    for (open, inner, close) in [("[", "1", "]"), ("{ a = ", "1", " }"), ("a.", "b", "")] {
        let value = nested(open, inner, close, DEEP);
        for text in [
            format!("a = {value}\n"),
            format!("{value} = 1\n"),
            format!("[{value}]\n"),
        ] {
            lock(&text);
            statistics(&text);
            config(&text);
        }
    }
}
