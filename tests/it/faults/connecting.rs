//! Connections that cannot be opened: each reason is an error of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel_async::SimpleAsyncConnection as _;
use planwright::pool::{Pool, PoolConfig, PoolError, PoolErrorKind};
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::{Faulty, chain, on_a_server_of_its_own, small, until, within_minutes};

on_a_server_of_its_own! {
    each_reason_is_an_error_of_its_own,
    a_server_that_is_down_is_found_again,
    a_connection_broken_off_is_tried_once_more,
}

async fn refused(url: &str) -> PoolError {
    let config = PoolConfig::development();
    Pool::connect(url, config).await.expect_err("it is refused")
}

async fn each_reason_is_an_error_of_its_own(faulty: &Faulty) {
    let roles = "CREATE ROLE guarded LOGIN PASSWORD 'correct-horse'; \
                 CREATE ROLE lonely LOGIN CONNECTION LIMIT 1";
    faulty.admin().await.batch_execute(roles).await.unwrap();
    faulty
        .server
        .offline(async |data: &Path| {
            let file = data.join("pg_hba.conf");
            let before = std::fs::read_to_string(&file).unwrap();
            let guarded = format!("local all guarded scram-sha-256\n{before}");
            std::fs::write(&file, guarded).unwrap();
            Ok::<_, planwright_embedded::Error>(())
        })
        .await
        .unwrap();
    let of = |user: &str| faulty.url().replacen("postgres@", &format!("{user}@"), 1);

    let wrong = refused(&of("guarded:hunter2")).await;
    assert_eq!(wrong.kind(), PoolErrorKind::Authentication);
    assert!(
        chain(&wrong).contains("refused user `guarded`"),
        "{wrong:?}"
    );
    assert!(!format!("{wrong:?}").contains("hunter2"));
    let none = refused(&of("guarded")).await;
    assert_eq!(none.kind(), PoolErrorKind::Authentication, "{none:?}");

    let unknown = refused(&faulty.server.database_url("no_such_database")).await;
    assert_eq!(unknown.kind(), PoolErrorKind::UnknownDatabase);

    let pool = Pool::connect(&of("lonely"), small(2, 0)).await.unwrap();
    let held = pool.get().await.unwrap();
    let full = pool.get().await.expect_err("the role has no second one");
    assert_eq!(full.kind(), PoolErrorKind::ServerFull);
    assert!(
        chain(&full).contains("too many connections for role"),
        "{full:?}"
    );
    drop(held);
    let health = faulty.is_whole(&pool).await;
    assert_eq!((health.failed, health.not_created), (1, 1));
}

async fn a_server_that_is_down_is_found_again(faulty: &Faulty) {
    let pool = faulty.pool(small(1, 1)).await;
    faulty.server.kill().await.unwrap();
    let down = async || faulty.counted(pool.get()).await;
    // The client may take a moment to see that its connection is gone.
    until(async || down().await.is_err()).await;
    let error = down().await.expect_err("it is down");
    assert_eq!(error.kind(), PoolErrorKind::Unreachable, "{error:?}");
    faulty.server.restart().await.unwrap();
    let health = faulty.is_whole(&pool).await;
    // Each request tried twice.
    assert!(health.not_created >= 2 * health.failed, "{health}");
}

async fn a_connection_broken_off_is_tried_once_more(faulty: &Faulty) {
    let directory = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
    let upstream = faulty.server.socket_dir().join(".s.PGSQL.5432");
    let breaks = Arc::new(AtomicBool::new(false));
    let breaks_off = Arc::clone(&breaks);
    let between = tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            if breaks_off.swap(false, Ordering::Relaxed) {
                continue;
            }
            let mut server = UnixStream::connect(&upstream).await.unwrap();
            tokio::spawn(async move {
                // Either end may close first.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let url = format!(
        "host={} user=postgres dbname=postgres application_name=pooled",
        directory.path().display()
    );
    let pool = Pool::connect(&url, small(2, 0)).await.unwrap();
    let held = pool.get().await.unwrap();
    breaks.store(true, Ordering::Relaxed);
    let second = pool.get().await.unwrap();
    assert!(!breaks.load(Ordering::Relaxed), "none was broken off");
    drop((held, second));
    let health = faulty.is_whole(&pool).await;
    assert_eq!(
        (health.created, health.not_created, health.failed),
        (2, 1, 0)
    );
    between.abort();
}

/// It takes connections, and never says a word.
#[tokio::test]
async fn a_silent_server_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = tokio::spawn(async move {
        let mut taken = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            taken.push(socket);
        }
    });
    let give_up = async {
        for mode in ["disable", "prefer", "require"] {
            let url = format!(
                "host=127.0.0.1 port={port} user=postgres connect_timeout=1 sslmode={mode}"
            );
            let error = refused(&url).await;
            assert_eq!(error.kind(), PoolErrorKind::Timeout, "{error:?}");
            let expected =
                format!("the server at 127.0.0.1:{port} did not finish a new connection within 1s");
            assert_eq!(error.to_string(), expected);
        }
    };
    within_minutes("a silent server", give_up).await;
    silent.abort();
}
