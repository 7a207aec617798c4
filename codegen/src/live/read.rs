//! Reads the description of a database, in one read-only transaction that sees one moment.

use serde::de::DeserializeOwned;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::description::{
    Column, Constraint, Description, Domain, Enum, Function, Index, OtherType, Policy, Relation,
    Sequence, Statistics, Trigger,
};
use super::error::LiveError;
use super::queries;

/// The migrations that a database says were applied to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Applied {
    /// There is no list.
    NoTable,
    /// This role may not read the list.
    Unreadable,
    /// Their versions, in order.
    Versions(Vec<String>),
}

#[derive(serde::Deserialize)]
struct Named {
    name: String,
}

#[derive(serde::Deserialize)]
struct Extension {
    name: String,
    schema: String,
}

/// Reads everything, in a transaction of its own, which is rolled back.
pub(crate) async fn read(client: &Client) -> Result<(Description, Applied), LiveError> {
    client
        .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let done = within(client).await;
    // The connection may be gone; what failed first is what is said.
    let ended = client.batch_execute("ROLLBACK").await;
    let done = done?;
    ended?;
    Ok(done)
}

/// Reads everything, in the transaction that is open.
pub(super) async fn within(client: &Client) -> Result<(Description, Applied), LiveError> {
    client.batch_execute(queries::PRINT_ALIKE).await?;
    let applied = applied(client).await?;
    let mut read = Description {
        server: one(client, queries::SERVER).await?,
        ..Description::default()
    };
    if read.server.major < 14 {
        return Err(LiveError::Version(read.server.major));
    }
    let schemas: Vec<Named> = one(client, queries::SCHEMAS).await?;
    read.schemas = schemas.into_iter().map(|schema| schema.name).collect();
    let extensions: Vec<Extension> = one(client, queries::EXTENSIONS).await?;
    let extensions = extensions.into_iter().map(|x| (x.name, x.schema));
    read.extensions = extensions.collect();
    let enums: Vec<Enum> = one(client, queries::ENUMS).await?;
    read.enums = enums.into_iter().map(|t| (t.name.clone(), t)).collect();
    let domains: Vec<Domain> = one(client, queries::DOMAINS).await?;
    read.domains = domains.into_iter().map(|t| (t.name.clone(), t)).collect();
    let types: Vec<OtherType> = one(client, queries::TYPES).await?;
    read.types = types.into_iter().map(|t| (t.name.clone(), t)).collect();
    let sequences: Vec<Sequence> = one(client, queries::SEQUENCES).await?;
    let sequences = sequences.into_iter().map(|s| (s.name.clone(), s));
    read.sequences = sequences.collect();
    let relations: Vec<Relation> = one(client, queries::RELATIONS).await?;
    let relations = relations.into_iter().map(|r| (r.name.clone(), r));
    read.relations = relations.collect();
    let functions: Vec<Function> = one(client, queries::FUNCTIONS).await?;
    let functions = functions.into_iter().map(|f| (f.name.clone(), f));
    read.functions = functions.collect();
    let statistics: Vec<Statistics> = one(client, queries::STATISTICS).await?;
    let statistics = statistics.into_iter().map(|s| (s.name.clone(), s));
    read.statistics = statistics.collect();
    parts(client, &mut read).await?;
    Ok((read, applied))
}

/// What belongs to tables and views. Of those that are not described nothing is taken.
async fn parts(client: &Client, read: &mut Description) -> Result<(), LiveError> {
    let columns: Vec<Column> = one(client, queries::COLUMNS).await?;
    for column in columns {
        if let Some(table) = read.relations.get_mut(&column.table) {
            table.columns.push(column);
        }
    }
    let constraints: Vec<Constraint> = one(client, queries::CONSTRAINTS).await?;
    for constraint in constraints {
        if let Some(table) = read.relations.get_mut(&constraint.table) {
            let name = constraint.name.clone();
            table.constraints.insert(name, constraint);
        }
    }
    let indexes: Vec<Index> = one(client, queries::INDEXES).await?;
    for index in indexes {
        if let Some(table) = read.relations.get_mut(&index.table) {
            table.indexes.insert(index.name.clone(), index);
        }
    }
    let triggers: Vec<Trigger> = one(client, queries::TRIGGERS).await?;
    for trigger in triggers {
        if let Some(table) = read.relations.get_mut(&trigger.table) {
            table.triggers.insert(trigger.name.clone(), trigger);
        }
    }
    let policies: Vec<Policy> = one(client, queries::POLICIES).await?;
    for policy in policies {
        if let Some(table) = read.relations.get_mut(&policy.table) {
            table.policies.insert(policy.name.clone(), policy);
        }
    }
    Ok(())
}

async fn applied(client: &Client) -> Result<Applied, LiveError> {
    let Some(row) = client.query_opt(queries::MIGRATIONS, &[]).await? else {
        return Ok(Applied::NoTable);
    };
    let (table, readable): (String, bool) = (row.get(0), row.get(1));
    if !readable {
        return Ok(Applied::Unreadable);
    }
    let versions = format!("SELECT version::text FROM {table} ORDER BY 1");
    let rows = client.query(&versions, &[]).await?;
    let versions = rows.iter().map(|row| row.get(0)).collect();
    Ok(Applied::Versions(versions))
}

/// The answer to one of the queries.
async fn one<T: DeserializeOwned>(client: &Client, sql: &str) -> Result<T, LiveError> {
    let messages = client.simple_query(sql).await?;
    let text = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(serde_json::from_str(text.unwrap_or_default())?)
}
