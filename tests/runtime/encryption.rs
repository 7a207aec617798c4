//! TLS: a certificate authority, a server and a pool. The PostgreSQL 15 of the machine can
//! encrypt; the server of the other tests does not.

use std::net::Ipv4Addr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::dsl::sql;
use diesel::sql_types as st;
use diesel_async::{
    AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _,
};
use planwright::pool::{Pool, PoolConfig, PoolError, PoolErrorKind, TlsConfig};
use planwright::testing::round_trips;
use planwright::transaction::Transaction;
use planwright::{Error, ErrorKind};
use planwright_embedded::{EmbeddedServer, Settings};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::server::chain;

/// What the server's certificate is for.
const NAME: &str = "database.example";

struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut own = CertificateParams::new(Vec::new()).unwrap();
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        own.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pem = own.self_signed(&key).unwrap().pem();
        Self(Issuer::new(own, key), pem)
    }

    /// A certificate and its key.
    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &self.0).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

struct Encrypting {
    server: EmbeddedServer,
    authority: Authority,
    address: Ipv4Addr,
    directory: tempfile::TempDir,
}

impl Encrypting {
    async fn start() -> Self {
        let [a, b, ..] = std::process::id().to_le_bytes();
        let address = Ipv4Addr::new(127, 8, a, b.max(2));
        let settings = Settings::new()
            .major(15)
            .require_major(true)
            .listen(address);
        let server = EmbeddedServer::start_with(&settings).await.unwrap();
        let authority = Authority::new();
        let (certificate, key) = authority.sign(NAME);
        let mut conn = AsyncPgConnection::establish(&server.database_url("postgres"))
            .await
            .unwrap();
        conn.batch_execute("ALTER SYSTEM SET ssl = on")
            .await
            .unwrap();
        server
            .offline(async |data: &Path| {
                let owner = std::fs::metadata(data).unwrap().uid();
                for (name, text) in [("server.crt", certificate), ("server.key", key)] {
                    let file = data.join(name);
                    std::fs::write(&file, text).unwrap();
                    std::os::unix::fs::chown(&file, Some(owner), None).unwrap();
                    let private = std::fs::Permissions::from_mode(0o600);
                    std::fs::set_permissions(&file, private).unwrap();
                }
                let rules = "local all all trust\nhost all all 127.0.0.0/8 trust\n";
                std::fs::write(data.join("pg_hba.conf"), rules).unwrap();
                Ok::<_, planwright_embedded::Error>(())
            })
            .await
            .unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), &authority.1).unwrap();
        Self {
            server,
            authority,
            address,
            directory,
        }
    }

    fn roots(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    fn url(&self, name: &str, parameters: &str) -> String {
        let address = self.address;
        format!("host={name} hostaddr={address} user=postgres dbname=postgres {parameters}")
    }

    async fn connect(&self, name: &str, parameters: &str) -> Result<Pool, PoolError> {
        Pool::connect(&self.url(name, parameters), PoolConfig::development()).await
    }
}

async fn is_encrypted(pool: &Pool) -> bool {
    let asked = sql::<st::Bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    asked
        .get_result(&mut pool.get().await.unwrap())
        .await
        .unwrap()
}

fn refused(result: Result<Pool, PoolError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), PoolErrorKind::Tls, "{error:?}");
    chain(&error).join(": ")
}

#[tokio::test]
async fn connections_are_encrypted_as_the_url_asks() {
    let server = Encrypting::start().await;
    let roots = format!("sslrootcert={}", server.roots().display());
    for (name, mode, encrypted) in [
        (NAME, "sslmode=disable".to_owned(), false),
        (NAME, String::new(), true),
        ("other.example", "sslmode=require".to_owned(), true),
        ("other.example", format!("sslmode=verify-ca {roots}"), true),
        // With a file, libpq's `require` looks at the certificate too.
        ("other.example", format!("sslmode=require {roots}"), true),
        (NAME, format!("sslmode=verify-full {roots}"), true),
    ] {
        let pool = server.connect(name, &mode).await.unwrap();
        assert_eq!(is_encrypted(&pool).await, encrypted, "{mode}");
    }

    // Other hosts, other authorities, and none.
    let wrong_host = server
        .connect("other.example", &format!("sslmode=verify-full {roots}"))
        .await;
    assert!(refused(wrong_host).contains("not valid for name"));
    let other = server.directory.path().join("other.pem");
    std::fs::write(&other, Authority::new().1).unwrap();
    let other = format!("sslrootcert={}", other.display());
    for mode in ["require", "verify-ca", "verify-full"] {
        let unknown = server
            .connect(NAME, &format!("sslmode={mode} {other}"))
            .await;
        assert!(refused(unknown).contains("invalid peer certificate"));
    }
    let system = server.connect(NAME, "sslmode=verify-full").await;
    refused(system);
    let system = server
        .connect(NAME, "sslmode=require sslrootcert=system")
        .await;
    assert!(refused(system).contains("use sslmode=verify-full"));
    let missing = server
        .connect(NAME, "sslmode=verify-full sslrootcert=/nonexistent/ca.pem")
        .await;
    assert!(refused(missing).contains("sslrootcert `/nonexistent/ca.pem`: No such file"));

    // From code, with counted round trips.
    let tls = TlsConfig::verify_full().with_roots(server.authority.1.clone());
    let config = PoolConfig::development()
        .with_tls(tls)
        .with_counted_round_trips(true);
    let pool = Pool::connect(&server.url(NAME, ""), config).await.unwrap();
    assert!(is_encrypted(&pool).await);
    let counter = planwright::testing::CountsRoundTrips::round_trip_counter(&pool).unwrap();
    let (encrypted, trips) = round_trips(&counter, is_encrypted(&pool)).await;
    assert!(encrypted && trips >= 1);

    a_request_to_cancel_is_encrypted(&server, &roots).await;
    server.server.stop().await.unwrap();
}

/// Lets nothing through that does not begin with a request for TLS.
async fn guard(listener: TcpListener, address: Ipv4Addr) {
    const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    while let Ok((mut client, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut first = [0; 8];
            client.read_exact(&mut first).await.unwrap();
            if first == REQUEST {
                let mut server = TcpStream::connect((address, 5432)).await.unwrap();
                server.write_all(&first).await.unwrap();
                let _ended = copy_bidirectional(&mut client, &mut server).await;
            }
        });
    }
}

async fn a_request_to_cancel_is_encrypted(server: &Encrypting, roots: &str) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let guard = tokio::spawn(guard(listener, server.address));
    let url = format!(
        "host={NAME} hostaddr=127.0.0.1 port={port} user=postgres dbname=postgres \
         application_name=guarded sslmode=verify-full {roots}"
    );
    let pool = Pool::connect(&url, PoolConfig::development())
        .await
        .unwrap();
    let mut conn = pool.get().await.unwrap();
    let brief = Transaction::new().deadline(Duration::from_millis(300));
    let late = brief
        .run(&mut conn, async |conn| {
            let hour = sql::<st::Text>("SELECT pg_sleep(3600)::text");
            Ok::<_, Error>(hour.get_result::<String>(conn).await?)
        })
        .await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Timeout);
    let admin = &mut AsyncPgConnection::establish(&server.server.database_url("postgres"))
        .await
        .unwrap();
    let running = sql::<st::BigInt>(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'guarded' AND state = 'active'",
    );
    let ended = async { while running.clone().get_result::<i64>(admin).await.unwrap() > 0 {} };
    let ended = tokio::time::timeout(Duration::from_mins(1), ended).await;
    ended.expect("the statement is cancelled");
    guard.abort();
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_says_so() {
    let [a, b, ..] = std::process::id().to_le_bytes();
    let address = Ipv4Addr::new(127, 9, a, b.max(2));
    for major in [15, 18] {
        let settings = Settings::new()
            .major(major)
            .require_major(true)
            .listen(address);
        let server = EmbeddedServer::start_with(&settings).await.unwrap();
        let url =
            |mode: &str| format!("host={address} user=postgres dbname=postgres sslmode={mode}");
        for mode in ["require", "verify-full"] {
            let refused = refused(Pool::connect(&url(mode), PoolConfig::development()).await);
            assert!(
                refused.ends_with(&format!("sslmode is {mode}")),
                "{refused}"
            );
        }
        let pool = Pool::connect(&url("prefer"), PoolConfig::development())
            .await
            .unwrap();
        assert!(!is_encrypted(&pool).await);
        drop(pool);
        server.stop().await.unwrap();
    }
}
