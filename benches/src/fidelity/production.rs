//! The database that plays production: filled, and planned on as it is.

use std::collections::BTreeMap;
use std::error::Error;

use planwright_codegen::catalog::Query;
use planwright_codegen::plan::{Plan, reduce};
use planwright_codegen::schema::Schema;
use planwright_embedded::{EmbeddedServer, Settings};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::schema::{self, Table};

pub(super) const DATABASE: &str = "production";

/// Most databases do not order text by bytes.
const CREATE: &str = "CREATE DATABASE production TEMPLATE template0 ENCODING 'UTF8'
                      LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'";

/// A server with a database.
pub(super) struct Production {
    pub(super) server: EmbeddedServer,
}

impl Production {
    /// Starts a server, and makes the schema.
    pub(super) async fn start(settings: &Settings, schema: &str) -> Result<Self, Box<dyn Error>> {
        let settings = settings
            .clone()
            .setting("shared_buffers", "256MB")
            .setting("max_wal_size", "4GB")
            .setting("maintenance_work_mem", "256MB")
            // Settings that a snapshot has to carry.
            .setting("work_mem", "8MB")
            .setting("effective_cache_size", "2GB")
            .setting("random_page_cost", "2");
        let server = EmbeddedServer::start_with(&settings).await?;
        let production = Self { server };
        let admin = production.connect_to("postgres").await?;
        admin.batch_execute(CREATE).await?;
        production.execute(schema).await?;
        Ok(production)
    }

    /// A new session.
    pub(super) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        self.connect_to(DATABASE).await
    }

    async fn connect_to(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.server.config(database).connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Runs statements in a session of their own.
    pub(super) async fn execute(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.connect().await?.batch_execute(sql).await
    }

    pub(super) async fn tables(&self) -> Result<Vec<Table>, Box<dyn Error>> {
        Ok(schema::read(&self.connect().await?).await?)
    }

    /// The rows of all tables as the planner knows them, and the bytes of the database.
    pub(super) async fn size(&self) -> Result<(f64, i64), Box<dyn Error>> {
        let query = "SELECT sum(reltuples) FILTER (WHERE relkind IN ('r', 'm'))::float8,
                            sum(pg_relation_size(oid))::int8
                     FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm', 'i')";
        let row = self.connect().await?.query_one(query, &[]).await?;
        Ok((row.get(0), row.get(1)))
    }

    /// The plans of queries for any values, by name, in a session with a setting.
    pub(super) async fn plans(
        &self,
        queries: &[&Query],
        schema: &Schema,
        setting: &str,
    ) -> Result<BTreeMap<String, Plan>, Box<dyn Error>> {
        let client = self.connect().await?;
        let mut plans = BTreeMap::new();
        for query in queries {
            let plan = plan(&client, query, setting)
                .await?
                .named(schema, &query.analysis.tables);
            plans.insert(query.full_name.clone(), plan);
        }
        Ok(plans)
    }
}

/// The generic plan of one query.
async fn plan(client: &Client, query: &Query, setting: &str) -> Result<Plan, Box<dyn Error>> {
    let names: Vec<&str> = query.analysis.params.iter().map(|p| &*p.name).collect();
    let nulls = vec!["NULL"; names.len()].join(", ");
    let arguments = if names.is_empty() {
        String::new()
    } else {
        format!("({nulls})")
    };
    let script = format!(
        "RESET ALL; SET plan_cache_mode = force_generic_plan; {setting};
         PREPARE q AS {};\nEXPLAIN (FORMAT JSON) EXECUTE q{arguments};\nDEALLOCATE q",
        query.sql
    );
    let answer = client.simple_query(&script).await?;
    let json = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(reduce(json.ok_or("no plan")?, &names))
}
