//! `planwright forecast`

use crate::project::{Project, QUERIES};

#[test]
fn a_change_is_printed_with_the_sizes_between_which_it_happens() {
    let project = Project::new();
    let config = project.read("planwright.toml");
    project.write("planwright.toml", &(config + "\n[tables]\nnotes = 20\n"));
    let run = project.run(&["forecast", "--growth", "100,10000"]).exits(0);
    run.says("notes::notes_of_author: between ")
        .says("- notes: sequential scan")
        .says("+ notes: index idx_notes_author_date (author = :author)")
        .says("rows at ")
        .says("up to 10000 times the size");
}

#[test]
fn growth_is_more_than_once_the_size() {
    for wrong in ["1", "0.5", "100001", "many"] {
        let run = Project::new()
            .run(&["forecast", "--growth", wrong])
            .exits(2);
        run.tells(&format!("'{wrong}'"))
            .tells("it is a whole number from 2 to 100000");
    }
}

#[test]
fn an_error_in_the_sql_is_a_finding() {
    let project = Project::new();
    project.replace(QUERIES, "SELECT id, body", "SELECT id, boddy");
    project
        .run(&["forecast"])
        .exits(1)
        .tells("error[unknown-column]");
}
