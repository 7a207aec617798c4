//! `planwright grants`

use crate::project::{Project, QUERIES};

#[test]
fn the_script_is_printed() {
    let run = Project::new().run(&["grants", "--role", "Shop"]).exits(0);
    run.says("GRANT USAGE ON SCHEMA public TO \"Shop\";")
        .says("GRANT\n    SELECT (id, author, body, created_at),\n    INSERT (author, body),\n    DELETE\n    ON TABLE public.notes TO \"Shop\";");
}

#[test]
fn an_error_in_the_sql_is_a_finding() {
    let project = Project::new();
    project.replace(QUERIES, "SELECT id, body", "SELECT id, boddy");
    let run = project.run(&["grants", "--role", "shop"]).exits(1);
    assert_eq!(run.tells("error[unknown-column]").stdout, "");
}

#[test]
fn everybody_is_no_role() {
    let run = Project::new().run(&["grants", "--role", "public"]).exits(2);
    run.tells("`public` is not the name of a role: it means everybody");
}
