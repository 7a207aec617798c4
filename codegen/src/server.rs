//! The only module that talks to the scratch server about queries.
//!
//! Statements are pipelined on one connection; the parse trees that the server sends
//! as notices arrive between the answers, in the same order.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use serde::{Deserialize, Serialize};
use tokio_postgres::error::DbError;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls, Row, SimpleQueryMessage};

/// EXPLAIN gets nulls for the parameters, which a domain may forbid. No plan depends on a
/// domain's constraints, and the scratch server holds no row, so they go.
const UNCONSTRAIN_DOMAINS: &str = "
DO $$
DECLARE domain regtype; name text;
BEGIN
    FOR domain, name IN
        SELECT t.oid, c.conname FROM pg_type t LEFT JOIN pg_constraint c ON c.contypid = t.oid
        WHERE t.typtype = 'd' AND t.typnamespace <> 'information_schema'::regnamespace
    LOOP
        EXECUTE format('ALTER DOMAIN %s DROP NOT NULL', domain);
        EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT IF EXISTS %I', domain, coalesce(name, '-'));
    END LOOP;
END $$";

/// A statement to be planned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement<'a> {
    pub(crate) sql: &'a str,
    /// How many parameters it has.
    pub(crate) params: usize,
    /// Their values as text, `None` for NULL; without them the plan is for any values.
    pub(crate) values: Option<&'a [Option<String>]>,
}

/// What the server says of a statement that it refuses.
pub(crate) type Refusal = Box<DbError>;

/// What the server says of a statement's outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Described {
    /// The types of `$1`, `$2` …
    pub(crate) params: Vec<u32>,
    /// The columns returned.
    pub(crate) columns: Vec<DescribedColumn>,
    /// The analysed parse tree, as printed.
    pub(crate) tree: String,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DescribedColumn {
    pub(crate) name: String,
    pub(crate) type_oid: u32,
    /// The table and attribute it is taken from unchanged.
    pub(crate) origin: Option<(u32, i64)>,
}

/// Why the server could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The connection failed, or the server refused what must not fail.
    #[error("the scratch server could not be asked")]
    Postgres(#[from] Error),
    /// The server sent another number of parse trees than there are statements.
    #[error("the scratch server sent {got} parse trees for {expected} statements")]
    Trees {
        /// The number of statements prepared.
        expected: usize,
        /// The number of trees that arrived.
        got: usize,
    },
}

/// A connection that keeps the parse trees it is sent.
pub(crate) struct Server {
    pub(crate) client: Client,
    trees: Arc<Mutex<Vec<String>>>,
    /// What is asked of the catalogues again and again: planning it takes longer than the answer.
    questions: Mutex<BTreeMap<&'static str, tokio_postgres::Statement>>,
    /// How many prepared statements have been named.
    names: AtomicUsize,
}

impl Server {
    /// Connects, and reads messages until the connection ends.
    pub(crate) async fn connect(config: &Config) -> Result<Self, ServerError> {
        let (client, mut connection) = config.connect(NoTls).await?;
        let trees = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&trees);
        tokio::spawn(async move {
            // The end of the connection, and any error on it, reaches every request
            // that waits for an answer.
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notice(notice) = message
                    && let ("parse tree:" | "rewritten parse tree:", Some(tree)) =
                        (notice.message(), notice.detail())
                {
                    lock(&sink).push(tree.to_owned());
                }
            }
        });
        Ok(Self {
            client,
            trees,
            questions: Mutex::default(),
            names: AtomicUsize::new(0),
        })
    }

    /// Prepares and describes every statement. A statement that the server refuses
    /// has its error in its place.
    pub(crate) async fn describe(
        &self,
        statements: &[&str],
        user_types: &[String],
    ) -> Result<Vec<Result<Described, Refusal>>, ServerError> {
        self.learn_types(user_types).await?;
        self.prepare_with_trees("debug_print_parse", statements)
            .await
    }

    /// The same, with the trees that are executed: those of [`describe`](Self::describe)
    /// after views, rules, defaults and row policies are written into them, as the
    /// current role is subject to them. Types have to be known from before.
    pub(crate) async fn rewrite(
        &self,
        statements: &[&str],
    ) -> Result<Vec<Result<Described, Refusal>>, ServerError> {
        self.prepare_with_trees("debug_print_rewritten", statements)
            .await
    }

    async fn prepare_with_trees(
        &self,
        setting: &str,
        statements: &[&str],
    ) -> Result<Vec<Result<Described, Refusal>>, ServerError> {
        self.client
            .batch_execute(&format!(
                "SET debug_pretty_print = off; SET {setting} = on; SET client_min_messages = log"
            ))
            .await?;
        lock(&self.trees).clear();
        let mut described = self.prepare(statements).await?;
        let mut trees = std::mem::take(&mut *lock(&self.trees));
        let accepted: Vec<usize> = (0..statements.len())
            .filter(|&i| described[i].is_ok())
            .collect();
        if accepted.len() < statements.len() {
            // A refused statement may or may not have sent its tree before; so that
            // trees and statements pair up, the accepted ones are sent once more.
            let again: Vec<&str> = accepted.iter().map(|&i| statements[i]).collect();
            self.prepare(&again).await?;
            trees = std::mem::take(&mut *lock(&self.trees));
        }
        if trees.len() > accepted.len() {
            // Literals of some types are checked by functions, and the statements of a
            // function have trees, too.
            trees = self.last_trees(statements, &accepted).await?;
        }
        self.client
            .batch_execute(&format!(
                "SET {setting} = off; SET client_min_messages = notice"
            ))
            .await?;
        if trees.len() != accepted.len() {
            return Err(ServerError::Trees {
                expected: accepted.len(),
                got: trees.len(),
            });
        }
        for (index, tree) in accepted.into_iter().zip(trees) {
            if let Ok(described) = &mut described[index] {
                described.tree = tree;
            }
        }
        Ok(described)
    }

    /// Asks the catalogues what must not fail, with a statement that is prepared once.
    pub(crate) async fn ask(
        &self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, ServerError> {
        let known = lock(&self.questions).get(sql).cloned();
        let statement = match known {
            Some(statement) => statement,
            None => {
                let statement = self.client.prepare(sql).await?;
                lock(&self.questions).insert(sql, statement.clone());
                statement
            }
        };
        Ok(self.client.query(&statement, values).await?)
    }

    /// Runs a statement that must not fail.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), ServerError> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Runs a statement that the server may refuse, within a transaction that goes on then.
    pub(crate) async fn attempt(&self, sql: &str) -> Result<Result<(), Refusal>, ServerError> {
        self.execute("SAVEPOINT attempt").await?;
        let done = db_error(self.client.batch_execute(sql).await)?;
        if done.is_err() {
            self.execute("ROLLBACK TO SAVEPOINT attempt").await?;
        }
        self.execute("RELEASE SAVEPOINT attempt").await?;
        Ok(done)
    }

    /// Changes a setting of this connection.
    pub(crate) async fn set(
        &self,
        name: &str,
        value: &str,
    ) -> Result<Result<(), Refusal>, ServerError> {
        let set = "SELECT set_config($1, $2, false)";
        Ok(db_error(self.client.query(set, &[&name, &value]).await)?.map(|_| ()))
    }

    /// The tree of each statement: the last that it sends is its own.
    async fn last_trees(
        &self,
        statements: &[&str],
        accepted: &[usize],
    ) -> Result<Vec<String>, ServerError> {
        let mut last = Vec::new();
        for &index in accepted {
            lock(&self.trees).clear();
            self.prepare(&[statements[index]]).await?;
            last.extend(lock(&self.trees).pop());
        }
        Ok(last)
    }

    /// The client looks a type up with a query of its own the first time it meets
    /// it; doing that now keeps the lookups' trees out of the way.
    async fn learn_types(&self, user_types: &[String]) -> Result<(), ServerError> {
        for user_type in user_types {
            self.client
                .prepare(&format!("SELECT NULL::{user_type}"))
                .await?;
        }
        Ok(())
    }

    async fn prepare(
        &self,
        statements: &[&str],
    ) -> Result<Vec<Result<Described, Refusal>>, ServerError> {
        let prepared = pipeline(statements.iter().map(|sql| self.client.prepare(sql))).await;
        prepared.into_iter().map(describe).collect()
    }

    /// From now on plans are for any values.
    pub(crate) async fn plan_generically(&self) -> Result<(), ServerError> {
        self.client
            .batch_execute("SET plan_cache_mode = force_generic_plan")
            .await?;
        Ok(self.client.batch_execute(UNCONSTRAIN_DOMAINS).await?)
    }

    /// The plan of every statement for any values, as EXPLAIN's JSON.
    pub(crate) async fn explain(
        &self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<Result<String, Refusal>>, ServerError> {
        let mut plans = self.explain_all(statements).await?;
        // Of the NULLs that stand for parameters, the executor knows that no partition
        // holds them; the planner would not have left the partitions out.
        let pruned: Vec<usize> = (0..plans.len())
            .filter(|&i| plans[i].as_ref().is_ok_and(|json| is_pruned(json)))
            .collect();
        if !pruned.is_empty() {
            self.client
                .batch_execute("SET enable_partition_pruning = off")
                .await?;
            let again: Vec<Statement<'_>> = pruned.iter().map(|&i| statements[i]).collect();
            for (index, plan) in pruned.into_iter().zip(self.explain_all(&again).await?) {
                plans[index] = plan;
            }
            self.client
                .batch_execute("RESET enable_partition_pruning")
                .await?;
        }
        Ok(plans)
    }

    /// The plan of every statement for the values given.
    pub(crate) async fn explain_with_values(
        &self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<Result<String, Refusal>>, ServerError> {
        self.client
            .batch_execute("SET plan_cache_mode = force_custom_plan")
            .await?;
        let plans = self.explain_all(statements).await?;
        self.client
            .batch_execute("SET plan_cache_mode = force_generic_plan")
            .await?;
        Ok(plans)
    }

    async fn explain_all(
        &self,
        statements: &[Statement<'_>],
    ) -> Result<Vec<Result<String, Refusal>>, ServerError> {
        // PostgreSQL before 16 cannot explain a statement with parameters directly. A
        // statement that fails leaves its name behind, so no name is used twice.
        let first = self.names.fetch_add(statements.len(), Ordering::Relaxed);
        let scripts: Vec<String> = (first..)
            .zip(statements)
            .map(|(number, statement)| statement.explain(&format!("planwright_{number}")))
            .collect();
        let answers = pipeline(scripts.iter().map(|sql| self.client.simple_query(sql))).await;
        answers
            .into_iter()
            .map(|answer| match db_error(answer)? {
                Ok(messages) => Ok(Ok(first_column(&messages))),
                Err(error) => Ok(Err(error)),
            })
            .collect()
    }
}

impl Statement<'_> {
    fn explain(&self, name: &str) -> String {
        let literal = |value: &Option<String>| match value {
            Some(value) => format!("'{}'", value.replace('\'', "''")),
            None => "NULL".to_owned(),
        };
        let arguments: Vec<String> = match self.values {
            Some(values) => values.iter().map(literal).collect(),
            None => vec!["NULL".to_owned(); self.params],
        };
        let arguments = if arguments.is_empty() {
            String::new()
        } else {
            format!("({})", arguments.join(", "))
        };
        format!(
            "PREPARE {name} AS {}\n;EXPLAIN (FORMAT JSON) EXECUTE {name}{arguments};DEALLOCATE {name}",
            self.sql
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends every request in order, then waits for all answers. A request is sent when
/// its future is first polled.
async fn pipeline<'a, T: Send + 'a>(
    requests: impl Iterator<Item = impl Future<Output = T> + Send + 'a>,
) -> Vec<T> {
    let mut pending: Vec<BoxFuture<'a, T>> = Vec::new();
    for request in requests {
        let mut request = request.boxed();
        if let Some(done) = (&mut request).now_or_never() {
            request = std::future::ready(done).boxed();
        }
        pending.push(request);
    }
    join_all(pending).await
}

/// Parts the server's refusals from failures of the connection.
fn db_error<T>(answer: Result<T, Error>) -> Result<Result<T, Refusal>, ServerError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.as_db_error() {
            Some(refusal) => Ok(Err(Box::new(refusal.clone()))),
            None => Err(error.into()),
        },
    }
}

fn describe(
    prepared: Result<tokio_postgres::Statement, Error>,
) -> Result<Result<Described, Refusal>, ServerError> {
    let statement = match db_error(prepared)? {
        Ok(statement) => statement,
        Err(error) => return Ok(Err(error)),
    };
    let columns = statement
        .columns()
        .iter()
        .map(|column| DescribedColumn {
            name: column.name().to_owned(),
            type_oid: column.type_().oid(),
            origin: column.table_oid().zip(column.column_id().map(i64::from)),
        })
        .collect();
    Ok(Ok(Described {
        params: statement
            .params()
            .iter()
            .map(tokio_postgres::types::Type::oid)
            .collect(),
        columns,
        tree: String::new(),
    }))
}

/// EXPLAIN's JSON comes as one row of one column.
pub(crate) fn first_column(messages: &[SimpleQueryMessage]) -> String {
    messages
        .iter()
        .find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        })
        .unwrap_or_default()
        .to_owned()
}

/// Whether the executor would leave out partitions before it starts, which makes a plan
/// for unknown values incomplete.
fn is_pruned(json: &str) -> bool {
    json.split("\"Subplans Removed\": ")
        .skip(1)
        .any(|rest| !rest.starts_with('0'))
}
