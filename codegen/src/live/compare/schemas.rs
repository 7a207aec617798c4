//! Schemas and extensions.

use super::Sides;
use crate::live::finding::Finding;
use crate::live::mend::{Mend, Phase};

pub(super) fn compare(sides: &mut Sides<'_>) {
    schemas(sides);
    extensions(sides);
}

/// What is in a schema that the migrations do not make is somebody else's.
fn schemas(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for name in expected.schemas.difference(&live.schemas) {
        let mend = Mend::one(Phase::Schemas, format!("CREATE SCHEMA {name}"));
        sides.push(
            Finding::error("drift-schema", format!("there is no schema `{name}`"))
                .note("the migrations make it")
                .mend(mend),
        );
    }
    let used = live.used_schemas();
    for name in live.schemas.difference(&expected.schemas) {
        if !used.contains(name.as_str()) {
            continue;
        }
        let message = format!("the migrations do not know the schema `{name}`");
        sides.push(
            Finding::warning("drift-schema", message)
                .note("nothing in it is compared: it counts as somebody else's"),
        );
    }
}

fn extensions(sides: &mut Sides<'_>) {
    let (expected, live) = (sides.expected, sides.live);
    for (name, schema) in &expected.extensions {
        match live.extensions.get(name) {
            None => {
                let create = format!("CREATE EXTENSION {name} SCHEMA {schema}");
                sides.push(
                    Finding::error(
                        "drift-extension",
                        format!("the extension `{name}` is not installed"),
                    )
                    .note("the migrations install it")
                    .mend(Mend::one(Phase::Schemas, create).then_schema_first()),
                );
            }
            Some(other) if other != schema => {
                let set = format!("ALTER EXTENSION {name} SET SCHEMA {schema}");
                sides.push(
                    Finding::error(
                        "drift-extension",
                        format!("the extension `{name}` is in another schema"),
                    )
                    .sides(schema, other)
                    .mend(Mend::one(Phase::Schemas, set).then_schema_first()),
                );
            }
            Some(_) => {}
        }
    }
    for name in live.extensions.keys() {
        if !expected.extensions.contains_key(name) {
            let drop = format!("DROP EXTENSION {name}");
            sides.push(
                Finding::warning(
                    "drift-extension",
                    format!("the migrations do not install the extension `{name}`"),
                )
                .mend(
                    Mend::one(Phase::Removals, drop)
                        .but("what an operator uses may need it; or a migration is missing"),
                ),
            );
        }
    }
}

impl Mend {
    /// Behind the schemas that are made.
    fn then_schema_first(mut self) -> Self {
        for step in &mut self.steps {
            step.order = 1;
        }
        self
    }
}
