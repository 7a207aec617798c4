//! TLS by rustls, with the cryptography of ring.

use core::fmt;
use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{TlsConfig, TlsMode, TlsRoots};

mod verifiers;

/// Encrypts sockets as a configuration asks for. What it trusts was read when it was made.
pub(in crate::pool) struct Connector {
    pub(in crate::pool) mode: TlsMode,
    client: Arc<ClientConfig>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// An encrypted socket.
pub(in crate::pool) type Encrypted = TlsStream<TcpStream>;

impl Connector {
    /// Reads whom to trust.
    pub(in crate::pool) fn new(config: &TlsConfig) -> io::Result<Self> {
        /// What a server that takes TLS without a request first wants to hear.
        const PROTOCOL: &[u8] = b"postgresql";
        let (mode, roots) = config.resolve().map_err(io::Error::other)?;
        let provider = Arc::new(default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let builder = match mode {
            TlsMode::Disable | TlsMode::Prefer | TlsMode::Require => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifiers::Anyone(provider))),
            TlsMode::VerifyCa => {
                let chain = chain_verifier(&roots, provider)?;
                builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(verifiers::AnyHost(chain)))
            }
            TlsMode::VerifyFull => builder.with_webpki_verifier(chain_verifier(&roots, provider)?),
        };
        let mut client = builder.with_no_client_auth();
        client.alpn_protocols.push(PROTOCOL.to_vec());
        Ok(Self {
            mode,
            client: Arc::new(client),
        })
    }

    /// Shakes hands on a socket whose other end expects it.
    pub(in crate::pool) async fn encrypt(
        &self,
        socket: TcpStream,
        host: &str,
    ) -> io::Result<Encrypted> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let connector = TlsConnector::from(Arc::clone(&self.client));
        connector.connect(name, socket).await
    }
}

fn chain_verifier(
    roots: &TlsRoots,
    provider: Arc<CryptoProvider>,
) -> io::Result<Arc<WebPkiServerVerifier>> {
    let roots = Arc::new(read(roots)?);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider);
    verifier.build().map_err(io::Error::other)
}

fn read(roots: &TlsRoots) -> io::Result<RootCertStore> {
    let (found, place) = match roots {
        TlsRoots::System => {
            let found = rustls_native_certs::load_native_certs().certs;
            (found, "the system".to_owned())
        }
        TlsRoots::File(path) => {
            let place = format!("sslrootcert `{}`", path.display());
            let text = std::fs::read(path)
                .map_err(|error| io::Error::new(error.kind(), format!("{place}: {error}")))?;
            (from_pem(&text, &place)?, place)
        }
        TlsRoots::Pem(text) => {
            let place = "the text of trusted certificates".to_owned();
            (from_pem(text.as_bytes(), &place)?, place)
        }
    };
    let mut store = RootCertStore::empty();
    // A system has certificates that are of no use to webpki.
    let (added, _) = store.add_parsable_certificates(found);
    if added == 0 {
        let nothing = format!("{place} has no certificate of an authority");
        return Err(io::Error::new(io::ErrorKind::InvalidData, nothing));
    }
    Ok(store)
}

fn from_pem(text: &[u8], place: &str) -> io::Result<Vec<CertificateDer<'static>>> {
    let found: Result<_, _> = CertificateDer::pem_slice_iter(text).collect();
    found.map_err(|error| {
        let unread = format!("{place} cannot be read as PEM: {error}");
        io::Error::new(io::ErrorKind::InvalidData, unread)
    })
}
