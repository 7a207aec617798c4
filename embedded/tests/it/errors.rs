//! What is said when it does not work.

use planwright_embedded::{EmbeddedServer, Error, Settings};

async fn failure(settings: Settings) -> Error {
    EmbeddedServer::start_with(&settings)
        .await
        .expect_err("an error")
}

#[tokio::test]
async fn a_directory_without_binaries_is_named_with_what_it_must_hold() {
    let dir = tempfile::tempdir().expect("a directory");
    let text = failure(Settings::new().bin_dir(dir.path()))
        .await
        .to_string();
    let expected = format!(
        "`{}` is not a usable directory of PostgreSQL server binaries: it holds no `postgres`. \
         It comes from `Settings::bin_dir` or PLANWRIGHT_PG_BIN, and must hold `postgres` and \
         `initdb`, version 14 or later",
        dir.path().display()
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_required_major_that_the_configured_directory_lacks_is_an_error() {
    let server = EmbeddedServer::start().await.expect("a server");
    let postgres = std::process::Command::new("readlink")
        .args(["-f", &format!("/proc/{}/exe", server.pid())])
        .output()
        .expect("readlink");
    let program = String::from_utf8(postgres.stdout).expect("a path");
    let bin = std::path::Path::new(program.trim())
        .parent()
        .expect("a directory");
    let settings = Settings::new().bin_dir(bin).major(14).require_major(true);
    if std::env::var_os("PLANWRIGHT_PG_MAJOR").is_none() {
        let text = failure(settings).await.to_string();
        assert!(text.contains("and 14 is required"), "{text}");
    }
}

#[tokio::test]
async fn a_run_directory_with_too_long_a_path_is_an_error_that_says_what_to_do() {
    let long = format!("/tmp/{}", "long-".repeat(20));
    let error = failure(Settings::new().run_dir(&long)).await;
    let text = error.to_string();
    assert!(matches!(error, Error::SocketPath { .. }), "{text}");
    assert!(
        text.contains(&long) && text.contains("bytes, and this system allows"),
        "{text}"
    );
    assert!(text.contains("PLANWRIGHT_RUN_DIR, such as /tmp"), "{text}");
}

#[tokio::test]
async fn a_server_that_refuses_its_settings_shows_its_log() {
    let error = failure(Settings::new().setting("shared_buffers", "lots")).await;
    let text = error.to_string();
    assert!(matches!(error, Error::ServerExited { .. }), "{text}");
    assert!(
        text.contains(r#"invalid value for parameter "shared_buffers": "lots""#),
        "{text}"
    );
}

#[tokio::test]
async fn a_setting_of_its_own_is_refused() {
    let text = failure(Settings::new().setting("port", "1"))
        .await
        .to_string();
    assert_eq!(
        text,
        "the server setting `port` cannot be set: a throw-away server needs it for itself"
    );
}

#[tokio::test]
async fn a_cache_that_cannot_be_made_is_named() {
    let error = failure(Settings::new().cache_dir("/proc/planwright")).await;
    assert!(
        error
            .to_string()
            .starts_with("cannot create `/proc/planwright"),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_start_that_takes_too_long_says_what_to_raise() {
    let error = failure(Settings::new().timeout(std::time::Duration::ZERO)).await;
    let text = error.to_string();
    assert!(matches!(error, Error::Timeout { .. }), "{text}");
    assert!(
        text.contains("did not become ready within 0ns")
            && text.contains("raise `Settings::timeout`"),
        "{text}"
    );
}
