//! Fingerprints of texts, as the lock and the scratch server's templates keep them.

use std::fmt::Write as _;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::newlines;

/// The first sixteen bytes of the SHA-256, line ends aside.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let digest = Sha256::digest(newlines::unix(text).as_bytes());
    hex(&digest[..16])
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What tells this build of the program from others: when its file was written, and how long it
/// is. `None` where that cannot be read.
pub(crate) fn program() -> Option<String> {
    let file = std::env::current_exe().ok()?.metadata().ok()?;
    let written = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} bytes of {}", file.len(), written.as_nanos()))
}
