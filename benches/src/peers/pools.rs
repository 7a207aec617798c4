//! 64 tasks on ten connections: each library's own pool, on a runtime of two threads in this
//! process. No pool asks the server whether a connection lives before it lends it; where one does
//! so unless told otherwise (sqlx, SeaORM, bb8, r2d2), that is switched off.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cornucopia::queries::bench;
use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8};
use planwright::pool::{Multiplexer, MultiplexerConfig, PoolConfig};
use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::contender::{Result, Task};
use super::data::Data;
use super::rows::Customer;
use super::{dsl, raw, sea_orm, statements as sql};

/// Connections of each pool.
pub const CONNECTIONS: u32 = 10;
/// Tasks at once.
pub const TASKS: usize = 64;
/// Calls of each task, for each of which it takes a connection.
pub const CALLS: usize = 16;

/// A library's pool, and a customer found through it.
pub trait Pooled: Sized + Send + Sync + 'static {
    const NAME: &'static str;
    const CRATE: &'static str;

    async fn open(url: &str) -> Result<Self>;

    fn one_row(
        self: &Arc<Self>,
        data: &Arc<Data>,
    ) -> impl Future<Output = Result<impl Into<Customer>>> + Send;
}

/// A pool without its type.
pub trait Runner {
    /// How long the calls of all tasks take together.
    fn round(&self, data: Arc<Data>) -> Task<'static, Result<Duration>>;

    /// What one call finds.
    fn found(&self, data: Arc<Data>) -> Task<'static, Result<String>>;
}

impl<P: Pooled> Runner for Arc<P> {
    fn round(&self, data: Arc<Data>) -> Task<'static, Result<Duration>> {
        let pool = Arc::clone(self);
        Box::pin(async move {
            let start = Instant::now();
            let mut tasks = JoinSet::new();
            for _ in 0..TASKS {
                let (pool, data) = (Arc::clone(&pool), Arc::clone(&data));
                tasks.spawn(async move {
                    for _ in 0..CALLS {
                        std::hint::black_box(pool.one_row(&data).await?);
                    }
                    Ok(())
                });
            }
            while let Some(done) = tasks.join_next().await {
                let result: Result<()> = done?;
                result?;
            }
            Ok(start.elapsed())
        })
    }

    fn found(&self, data: Arc<Data>) -> Task<'static, Result<String>> {
        let pool = Arc::clone(self);
        Box::pin(async move {
            let found: Customer = pool.one_row(&data).await?.into();
            Ok(format!("{found:?}"))
        })
    }
}

/// Opens a pool.
type Open = fn(&str) -> Task<'_, Result<Box<dyn Runner>>>;

/// A pool as the measurement knows it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub name: &'static str,
    pub library: &'static str,
    pub open: Open,
}

impl Entry {
    const fn of<P: Pooled>() -> Self {
        Self {
            name: P::NAME,
            library: P::CRATE,
            open: |url| {
                Box::pin(async move {
                    let pool: Box<dyn Runner> = Box::new(Arc::new(P::open(url).await?));
                    Ok(pool)
                })
            },
        }
    }
}

/// Every pool; the first is what the others are measured by.
pub const ALL: [Entry; 8] = [
    Entry::of::<Deadpool>(),
    Entry::of::<planwright::pool::Pool>(),
    Entry::of::<Multiplexer>(),
    Entry::of::<Cornucopia>(),
    Entry::of::<DieselBb8>(),
    Entry::of::<sqlx::PgPool>(),
    Entry::of::<SeaOrm>(),
    Entry::of::<DieselR2d2>(),
];

fn deadpool(url: &str) -> Result<deadpool_postgres::Pool> {
    let settings = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(url.parse()?, NoTls, settings);
    let pool = deadpool_postgres::Pool::builder(manager);
    Ok(pool.max_size(CONNECTIONS as usize).build()?)
}

/// `tokio-postgres` in deadpool, which keeps statements by their text.
struct Deadpool(deadpool_postgres::Pool);

impl Pooled for Deadpool {
    const NAME: &'static str = "tokio-postgres, deadpool";
    const CRATE: &'static str = "deadpool-postgres";

    async fn open(url: &str) -> Result<Self> {
        Ok(Self(deadpool(url)?))
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        let client = self.0.get().await?;
        let statement = client.prepare_cached(sql::CUSTOMER).await?;
        let values = &[&data.phone as _, &data.restaurant as _];
        let row = client.query_opt(&statement, values).await?;
        Ok(raw::decode::customer(&row.ok_or("no customer")?))
    }
}

impl Pooled for planwright::pool::Pool {
    const NAME: &'static str = "Planwright";
    const CRATE: &'static str = "planwright";

    async fn open(url: &str) -> Result<Self> {
        let config = PoolConfig::production();
        let config = config.with_base(CONNECTIONS).with_overflow(0);
        Ok(Self::connect(url, config).await?)
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        let mut conn = self.get().await?;
        let (phone, restaurant) = (&data.phone, data.restaurant);
        let found = agent_catalog::customers::customer_by_phone(&mut conn, phone, restaurant);
        Ok(found.await?.ok_or("no customer")?)
    }
}

/// Two connections for all tasks, pipelined.
impl Pooled for Multiplexer {
    const NAME: &'static str = "Planwright, multiplexed";
    const CRATE: &'static str = "planwright";

    async fn open(url: &str) -> Result<Self> {
        Ok(Self::connect(url, MultiplexerConfig::default()).await?)
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        let mut conn = self.get().await?;
        let (phone, restaurant) = (&data.phone, data.restaurant);
        let found = agent_catalog::customers::customer_by_phone(&mut conn, phone, restaurant);
        Ok(found.await?.ok_or("no customer")?)
    }
}

struct Cornucopia(deadpool_postgres::Pool);

impl Pooled for Cornucopia {
    const NAME: &'static str = "Cornucopia, deadpool";
    const CRATE: &'static str = "cornucopia";

    async fn open(url: &str) -> Result<Self> {
        Ok(Self(deadpool(url)?))
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        let client = self.0.get().await?;
        let query = bench::customer_by_phone();
        let query = query.bind(&client, &data.phone, &data.restaurant);
        // The query borrows the statement, which ends here.
        let customer = query.one().await?;
        Ok(customer)
    }
}

struct DieselBb8(bb8::Pool<AsyncPgConnection>);

impl Pooled for DieselBb8 {
    const NAME: &'static str = "Diesel on diesel-async, bb8";
    const CRATE: &'static str = "diesel-async";

    async fn open(url: &str) -> Result<Self> {
        let manager = AsyncDieselConnectionManager::new(url);
        let pool = bb8::Pool::builder().max_size(CONNECTIONS);
        Ok(Self(pool.test_on_check_out(false).build(manager).await?))
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        use diesel_async::RunQueryDsl as _;
        let mut conn = self.0.get().await?;
        let query = dsl::customer(&data.phone, data.restaurant);
        Ok(query.get_result::<Customer>(&mut conn).await?)
    }
}

impl Pooled for sqlx::PgPool {
    const NAME: &'static str = "sqlx";
    const CRATE: &'static str = "sqlx";

    async fn open(url: &str) -> Result<Self> {
        let options = sqlx::postgres::PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false);
        Ok(options.connect(url).await?)
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        let query = sqlx::query_as::<_, Customer>(sql::CUSTOMER)
            .bind(&data.phone)
            .bind(data.restaurant);
        Ok(query.fetch_one(&**self).await?)
    }
}

struct SeaOrm(::sea_orm::DatabaseConnection);

impl Pooled for SeaOrm {
    const NAME: &'static str = "SeaORM";
    const CRATE: &'static str = "sea-orm";

    async fn open(url: &str) -> Result<Self> {
        Ok(Self(sea_orm::pool(url, CONNECTIONS).await?))
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        sea_orm::customer(&self.0, data).await
    }
}

type PgManager = diesel::r2d2::ConnectionManager<diesel::PgConnection>;

/// libpq blocks, so a call runs on a thread of its own.
struct DieselR2d2(diesel::r2d2::Pool<PgManager>);

impl Pooled for DieselR2d2 {
    const NAME: &'static str = "Diesel (libpq), r2d2";
    const CRATE: &'static str = "diesel";

    async fn open(url: &str) -> Result<Self> {
        let pool = diesel::r2d2::Pool::builder().max_size(CONNECTIONS);
        Ok(Self(
            pool.test_on_check_out(false).build(PgManager::new(url))?,
        ))
    }

    async fn one_row(self: &Arc<Self>, data: &Arc<Data>) -> Result<impl Into<Customer>> {
        use diesel::RunQueryDsl as _;
        let (pool, data) = (Arc::clone(self), Arc::clone(data));
        let found = tokio::task::spawn_blocking(move || {
            let mut conn = pool.0.get()?;
            let query = dsl::customer(&data.phone, data.restaurant);
            Ok(query.get_result::<Customer>(&mut conn)?)
        });
        let found: Result<Customer> = found.await?;
        found
    }
}
