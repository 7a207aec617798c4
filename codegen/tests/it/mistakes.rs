//! Ten well-known mistakes: the check names each, and what it says to do works.

use planwright_codegen::Failure;
use planwright_codegen::diagnostics::Diagnostic;

use crate::project::{TempProject, only_rules};

const SCHEMA: &str = "
CREATE TYPE state AS ENUM ('new', 'paid', 'lost');
CREATE TABLE people (
    id bigint PRIMARY KEY,
    shop_id int NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    email text,
    city text NOT NULL,
    state state NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX people_name ON people (name);
CREATE INDEX people_city_phone ON people (city, phone);
CREATE INDEX people_lost ON people (email) WHERE state = 'lost';
CREATE INDEX people_shop ON people (shop_id, created_at DESC, id DESC);
CREATE TABLE blocked (phone text, shop_id int NOT NULL);
";

const CONFIG: &str = "
[tenant]
column = \"shop_id\"

[tables]
people = { rows = \"2M\", distinct = { shop_id = 2000, name = \"1M\", phone = \"2M\", email = \"2M\", city = 500 } }
blocked = 300
";

struct Mistake {
    rule: &'static str,
    query: &'static str,
    /// What is said of it.
    named: &'static str,
    fix: Fix,
}

/// What is done with the help.
enum Fix {
    /// Its statements are run as migrations.
    Migrate,
    /// Its directive is written under the header.
    Directive,
    /// Its condition, the first code in it, is put behind this text, in place of the next one.
    Condition {
        behind: &'static str,
        instead_of: &'static str,
    },
}

const MISTAKES: [Mistake; 10] = [
    // A parameter where a partial index has a constant.
    Mistake {
        rule: "seq-scan",
        query: "SELECT id FROM people WHERE state = :state AND email = :email",
        named: "the query compares `state` with the parameter `:state`",
        fix: Fix::Migrate,
    },
    // A missing index.
    Mistake {
        rule: "seq-scan",
        query: "SELECT city FROM people WHERE created_at = :at",
        named: "`people_shop` begins with `shop_id`, which the query does not compare",
        fix: Fix::Migrate,
    },
    // The wrong order of columns.
    Mistake {
        rule: "seq-scan",
        query: "SELECT id FROM people WHERE phone = :phone",
        named: "`people_city_phone` begins with `city`, which the query does not compare",
        fix: Fix::Migrate,
    },
    // A function around the column.
    Mistake {
        rule: "seq-scan",
        query: "SELECT id FROM people WHERE lower(name) = :name",
        named: "`people_name` begins with `name`, which stands inside `lower()`",
        fix: Fix::Migrate,
    },
    // A parameter of another type.
    Mistake {
        rule: "seq-scan",
        query: "SELECT name FROM people WHERE id = :id::numeric",
        named: "`id`, which is cast, to be comparable, from int8 to numeric",
        fix: Fix::Directive,
    },
    // A pattern that begins with a wildcard.
    Mistake {
        rule: "seq-scan",
        query: "SELECT id FROM people WHERE name LIKE '%son'",
        named: "the pattern '%son' begins with a wildcard",
        fix: Fix::Migrate,
    },
    // An OR of which only one arm has an index.
    Mistake {
        rule: "seq-scan",
        query: "SELECT id FROM people WHERE name = :name OR email = :email",
        named: "which only one arm of an OR compares",
        fix: Fix::Migrate,
    },
    // Pages by OFFSET.
    Mistake {
        rule: "offset-pagination",
        query: "SELECT id FROM people WHERE shop_id = :shop_id ORDER BY created_at DESC LIMIT 20 OFFSET :skip",
        named: "reads all rows of the pages before it",
        fix: Fix::Condition {
            behind: "shop_id = :shop_id ",
            instead_of: "ORDER BY created_at DESC LIMIT 20 OFFSET :skip",
        },
    },
    // NOT IN over what may be null.
    Mistake {
        rule: "not-in-nullable",
        query: "SELECT id FROM people WHERE phone NOT IN (SELECT b.phone FROM blocked b WHERE b.shop_id = 1 )",
        named: "can be null",
        fix: Fix::Condition {
            behind: "b.shop_id = 1 ",
            instead_of: "",
        },
    },
    // Rows of every tenant.
    Mistake {
        rule: "tenant-scope",
        query: "SELECT p.id FROM people p WHERE p.name = :name ORDER BY p.id",
        named: "rows of `people` of any tenant are reached",
        fix: Fix::Condition {
            behind: "p.name = :name ",
            instead_of: "",
        },
    },
];

/// What a rule finds in a query, with the migrations made since.
fn findings(
    (mistake, major): (&Mistake, u32),
    directive: &str,
    sql: &str,
    migrations: &[String],
) -> Vec<Diagnostic> {
    let query = format!("-- name: tried :many\n{directive}{sql};\n");
    let project = TempProject::of(SCHEMA, &query);
    let config = format!("{CONFIG}{}", only_rules(&[mistake.rule]));
    project.write("planwright.toml", config);
    for (number, sql) in migrations.iter().enumerate() {
        let folder = format!("migrations/2024-01-02-{number:06}_fix");
        project.write(&format!("{folder}/up.sql"), sql);
        project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    }
    match project.check(major) {
        Ok(checked) => checked.warnings.into_iter().collect(),
        Err(Failure::Findings { diagnostics, .. }) => diagnostics.into_iter().collect(),
        Err(failure) => panic!("{sql}: {failure}"),
    }
}

/// The text between the first backticks that hold this.
fn code<'a>(help: &'a str, holding: &str) -> &'a str {
    let found = help.split('`').skip(1).step_by(2).find(|code| code.contains(holding));
    found.unwrap_or_else(|| panic!("no {holding:?} in {help}"))
}

#[test]
fn each_mistake_is_named_and_its_fix_works() {
    let on_both = MISTAKES.iter().flat_map(|mistake| [(mistake, 15), (mistake, 18)]);
    for tried @ (mistake, _) in on_both {
        let found = findings(tried, "", mistake.query, &[]);
        let [finding] = found.as_slice() else {
            panic!("{}: {found:#?}", mistake.query)
        };
        assert_eq!(finding.code, mistake.rule, "{}", mistake.query);
        let said = finding.notes.iter().chain([&finding.message]);
        let mut said = said.filter(|text| text.contains(mistake.named));
        assert!(said.next().is_some(), "{}: {finding:#?}", mistake.query);
        let help = finding.help.as_deref().expect("help");
        let left = match mistake.fix {
            Fix::Migrate => {
                let lines = help.lines().filter(|line| line.starts_with("CREATE "));
                let migrations: Vec<String> = lines.map(str::to_owned).collect();
                assert!(!migrations.is_empty(), "{}: {help}", mistake.query);
                findings(tried, "", mistake.query, &migrations)
            }
            Fix::Directive => {
                let directive = format!("{}\n", code(help, "-- @param"));
                let sql = mistake.query.replace("::numeric", "");
                findings(tried, &directive, &sql, &[])
            }
            Fix::Condition { behind, instead_of } => {
                let condition = code(help, "AND ");
                let old = format!("{behind}{instead_of}");
                let limit = if instead_of.is_empty() { "" } else { " LIMIT 20" };
                let new = format!("{behind}{condition}{limit} ");
                assert!(mistake.query.contains(&old));
                findings(tried, "", &mistake.query.replace(&old, &new), &[])
            }
        };
        assert_eq!(left, [], "{}: {help}", mistake.query);
    }
}
