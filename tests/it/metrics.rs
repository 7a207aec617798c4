//! What Prometheus scrapes.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use agent_catalog::customers::{count_customers, customer_by_phone};
use diesel::sql_types as st;
use futures_util::FutureExt as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use planwright::CatalogQuery;
use planwright::metrics::{DURATION_BUCKETS, Exporter};
use planwright::pool::{Pool, PoolConfig};
use planwright::query::{exec, many};
use planwright::timing::{timers, track};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use uuid::Uuid;

use crate::fixture::Database;
use crate::scrape;

on_each_release! { migrated:
    a_scrape_counts_what_the_timers_do,
    what_is_scraped_only_grows,
    a_pool_is_scraped,
}

const DURATION: &str = "db_client_operation_duration_seconds";

/// Something to scrape, over HTTP.
struct Target {
    address: std::net::SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Target {
    async fn new(exporter: Exporter) -> Self {
        let all = Matcher::Prefix("db.client.".to_owned());
        let builder = PrometheusBuilder::new().with_recommended_naming(true);
        let builder = builder
            .set_buckets_for_metric(all, &DURATION_BUCKETS)
            .unwrap();
        let recorder = Arc::new(builder.build_recorder());
        let handle = recorder.handle();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut exporter = exporter;
        let serving = scrape::serve(listener, move || {
            metrics::with_local_recorder(&*recorder, || exporter.publish());
            handle.render()
        });
        tokio::spawn(async move {
            tokio::select! { _ = serving => {}, _ = stopped => {} }
        });
        Self {
            address,
            _stop: stop,
        }
    }

    async fn scrape(&self) -> Scrape {
        Scrape(scrape::scrape(self.address).await.unwrap())
    }
}

struct Scrape(String);

impl Scrape {
    /// The value of the one line with that name and exactly these labels.
    fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut wanted: Vec<_> = labels
            .iter()
            .map(|(key, value)| format!("{key}=\"{value}\""))
            .collect();
        wanted.sort();
        let mut values = self.0.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (of, given) = series.split_once('{')?;
            // No label here has a comma in it.
            let mut given: Vec<_> = given.strip_suffix('}')?.split(',').collect();
            given.sort_unstable();
            (of == name && given == wanted).then(|| value.parse().unwrap())
        });
        let value = values.next();
        assert_eq!(values.next(), None, "{name} {labels:?} comes twice");
        value
    }

    #[track_caller]
    fn count(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let value = self.value(name, labels);
        let value = value.unwrap_or_else(|| panic!("no {name} {labels:?} in\n{}", self.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let count = value as u64;
        count
    }
}

/// What stands with every call of a test's statement.
fn labels<Q: CatalogQuery>() -> Vec<(&'static str, &'static str)> {
    vec![
        ("db_system_name", "postgresql"),
        ("db_query_summary", Q::INFO.name),
        ("db_operation_name", "SELECT"),
        ("db_collection_name", "notes"),
    ]
}

async fn a_scrape_counts_what_the_timers_do(db: &Database) {
    statement!(Three, "SELECT generate_series(1, 3)", st::Int4 => i32);
    statement!(Unknown, "SELECT 1 / 0");
    statement!(Sleeping, "SELECT pg_sleep(3600)");
    statement!(Serial, "DO $$ BEGIN RAISE unique_violation; END $$");
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let conn = &mut db.connect().await;
    for _ in 0..7 {
        many(conn, Three).await.unwrap();
    }
    exec(conn, Unknown).await.unwrap_err();
    exec(conn, Serial).await.unwrap_err();
    exec(conn, Serial).await.unwrap_err();
    tokio::select! {
        biased;
        _ = exec(conn, Sleeping) => unreachable!("an hour has passed"),
        () = std::future::ready(()) => {}
    }
    track("metrics: tracked", async {}).await;

    let target = Target::new(Exporter::new()).await;
    let scrape = target.scrape().await;

    let count = format!("{DURATION}_count");
    let with = |mut labels: Vec<(&'static str, &'static str)>,
                more: &[(&'static str, &'static str)]| {
        labels.extend(more);
        labels
    };
    let three = Three::timer().snapshot();
    assert_eq!(scrape.count(&count, &labels::<Three>()), three.finished);
    assert_eq!(
        scrape.count("planwright_query_rows_total", &labels::<Three>()),
        three.rows
    );
    assert_eq!(three.rows, 3 * three.finished);
    // The conventions' buckets, each with all that are in those before it.
    let mut below = 0;
    for boundary in [
        "0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "10", "+Inf",
    ] {
        let bucket = with(labels::<Three>(), &[("le", boundary)]);
        let now = scrape.count(&format!("{DURATION}_bucket"), &bucket);
        assert!(now >= below, "{boundary}");
        below = now;
    }
    assert_eq!(below, three.finished);
    let sum = scrape
        .value(&format!("{DURATION}_sum"), &labels::<Three>())
        .unwrap();
    let total = three.total.as_secs_f64();
    assert!((sum - total).abs() <= total * 0.008, "{sum} is not {total}");

    // Errors: by code where the code is known, by the name of their kind where not.
    let unknown = Unknown::timer().snapshot();
    let other = with(labels::<Unknown>(), &[("error_type", "other")]);
    assert_eq!(scrape.count(&count, &other), unknown.failed);
    let cancelled = with(labels::<Sleeping>(), &[("error_type", "cancelled")]);
    assert_eq!(
        scrape.count(&count, &cancelled),
        Sleeping::timer().snapshot().cancelled
    );
    let code = [
        ("error_type", "23505"),
        ("db_response_status_code", "23505"),
    ];
    let unique = with(labels::<Serial>(), &code);
    assert_eq!(
        scrape.count(&count, &unique),
        Serial::timer().snapshot().failed
    );

    let tracked = [("planwright_operation_name", "metrics: tracked")];
    let timers = timers();
    let timer = timers
        .iter()
        .find(|timer| timer.name() == "metrics: tracked");
    assert_eq!(
        scrape.count("planwright_operation_duration_seconds_count", &tracked),
        timer.unwrap().snapshot().finished
    );
    assert!(scrape.0.contains(&format!("# TYPE {DURATION} histogram")));
}

async fn what_is_scraped_only_grows(db: &Database) {
    statement!(Growing, "SELECT 1");
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let conn = &mut db.connect().await;
    let target = Target::new(Exporter::new().with_namespace("restaurants|public")).await;
    let mut labels = labels::<Growing>();
    labels.push(("db_namespace", "restaurants|public"));
    let count = format!("{DURATION}_count");
    exec(conn, Growing).await.unwrap();
    let first = target.scrape().await.count(&count, &labels);
    assert_eq!(
        target.scrape().await.count(&count, &labels),
        first,
        "nothing is new"
    );
    exec(conn, Growing).await.unwrap();
    Growing::timer().reset();
    assert_eq!(Growing::timer().snapshot().finished, 0);
    assert_eq!(target.scrape().await.count(&count, &labels), first + 1);
    exec(conn, Growing).await.unwrap();
    assert_eq!(Growing::timer().snapshot().finished, 1);
    assert_eq!(target.scrape().await.count(&count, &labels), first + 2);

    // A query of the catalog: one of one table, and one of several.
    count_customers(conn, Uuid::nil()).await.unwrap();
    customer_by_phone(conn, "0", Uuid::nil()).await.unwrap();
    let scrape = target.scrape().await;
    let customers = [
        ("db_system_name", "postgresql"),
        ("db_query_summary", "customers::customer_by_phone"),
        ("db_operation_name", "SELECT"),
        ("db_collection_name", "customers"),
        ("db_namespace", "restaurants|public"),
    ];
    assert!(scrape.count(&count, &customers) >= 1);
}

async fn a_pool_is_scraped(db: &Database) {
    let name = format!("metrics of {}", db.name());
    let config = PoolConfig::development().with_base(2).with_overflow(0);
    // Long enough to open a connection in.
    let config = config.with_wait(Duration::from_secs(1)).with_name(&name);
    let pool = Pool::connect(&db.url(), config).await.unwrap();
    let target = Target::new(Exporter::new()).await;
    let named = [("db_client_connection_pool_name", name.as_str())];
    let state = |state| [named[0], ("db_client_connection_state", state)];
    let metric = |name: &str| format!("db_client_connection_{name}");

    let first = pool.get().await.unwrap();
    let second = pool.get().await.unwrap();
    {
        let mut waits = pin!(pool.get());
        assert!(waits.as_mut().now_or_never().is_none());
        let scrape = target.scrape().await;
        assert_eq!(scrape.count(&metric("pending_requests"), &named), 1);
    }
    pool.get().await.unwrap_err();
    drop(second);
    let scrape = target.scrape().await;

    assert_eq!(scrape.count(&metric("count"), &state("used")), 1);
    assert_eq!(scrape.count(&metric("count"), &state("idle")), 1);
    assert_eq!(scrape.count(&metric("idle_max"), &named), 2);
    assert_eq!(scrape.count(&metric("max"), &named), 2);
    assert_eq!(scrape.count(&metric("pending_requests"), &named), 0);
    assert_eq!(scrape.count(&metric("timeouts_total"), &named), 1);
    // The first was opened by `connect`, which gives it back.
    assert_eq!(
        scrape.count(&metric("create_time_seconds_count"), &named),
        2
    );
    // One of them was given up.
    assert_eq!(scrape.count(&metric("wait_time_seconds_count"), &named), 5);
    assert_eq!(scrape.count(&metric("use_time_seconds_count"), &named), 2);

    drop(first);
    assert_eq!(
        target
            .scrape()
            .await
            .count(&metric("use_time_seconds_count"), &named),
        3
    );
    drop(pool);
    let closed = target.scrape().await;
    assert_eq!(closed.count(&metric("max"), &named), 0);
    assert_eq!(closed.count(&metric("timeouts_total"), &named), 1);
}
