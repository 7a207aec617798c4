//! The little of HTTP that a scrape needs: `GET /metrics`, and what a scraper reads.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

/// Answers scrapes, one after the other, with what `render` returns.
pub(crate) async fn serve(
    listener: TcpListener,
    mut render: impl FnMut() -> String,
) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        // Who asks for nothing must not keep others waiting.
        let answered = answer(&mut socket, &mut render);
        let _done = tokio::time::timeout(Duration::from_secs(5), answered).await;
    }
}

async fn answer(socket: &mut TcpStream, render: &mut impl FnMut() -> String) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && request.len() < 8_192 {
        if socket.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let (status, body) = if request.starts_with(b"GET /metrics ") {
        ("200 OK", render())
    } else {
        ("404 Not Found", "metrics are at /metrics\n".to_owned())
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await
}

/// Asks for the metrics, as Prometheus does.
pub(crate) async fn scrape(address: impl ToSocketAddrs) -> io::Result<String> {
    let mut socket = TcpStream::connect(address).await?;
    socket
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200 ") => Ok(body.to_owned()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, answer)),
    }
}
