//! What the contenders share: one server, one Planwright, one folder of compiled dependencies.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use planwright_embedded::{EmbeddedServer, Settings};

use crate::build_time::options::Options;
use crate::build_time::tools::{Tools, cargo};
use crate::synthetic;

/// The database of those who ask a running server.
const DATABASE: &str = "build_time";

/// Everything that a step's command may need.
pub(crate) struct Setup {
    pub(crate) tools: Tools,
    pub(crate) server: EmbeddedServer,
    /// Where the private servers of this program are found, so that all run the same one.
    pub(crate) binaries: Option<PathBuf>,
    /// The command line as users have it: a release build.
    pub(crate) planwright: PathBuf,
    /// Planwright's own cache, so that nothing of the user's is used or forgotten.
    pub(crate) cache: tempfile::TempDir,
}

/// Where this repository is.
pub(crate) fn checkout() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

impl Setup {
    /// Builds Planwright, and starts a server with the tables.
    pub(crate) async fn new(options: &Options) -> Result<Self, Box<dyn Error>> {
        std::fs::create_dir_all(&options.tools)?;
        let planwright = match &options.planwright {
            Some(program) => program.clone(),
            None => build_planwright()?,
        };
        let server = EmbeddedServer::start_with(&Settings::new()).await?;
        server.create_database(DATABASE).await?;
        let (client, connection) = server
            .config(DATABASE)
            .connect(tokio_postgres::NoTls)
            .await?;
        let connection = tokio::spawn(connection);
        client.batch_execute(&synthetic::migration()).await?;
        drop(client);
        connection.await??;
        let program = std::fs::read_link(format!("/proc/{}/exe", server.pid())).ok();
        Ok(Self {
            tools: Tools {
                folder: options.tools.clone(),
            },
            binaries: program.and_then(|path| path.parent().map(Path::to_owned)),
            server,
            planwright,
            cache: shared_folder()?,
        })
    }

    /// The URL for clients that take the socket's folder as the host.
    pub(crate) fn url_with_host(&self) -> String {
        self.server.database_url(DATABASE)
    }

    /// The URL of the server, without a database.
    pub(crate) fn url_of_server(&self) -> String {
        let url = self.server.database_url("");
        url.trim_end_matches('/').to_owned()
    }

    /// The URL for clients that take the socket's folder as a parameter.
    pub(crate) fn url_with_parameter(&self) -> String {
        let folder = self.server.socket_dir().display();
        format!("postgres://postgres@localhost:5432/{DATABASE}?host={folder}&sslmode=disable")
    }

    /// The command line of Planwright with a cache.
    pub(crate) fn planwright(&self, cache: &Path, project: &Path) -> Command {
        let mut command = Command::new(&self.planwright);
        command
            .current_dir(project)
            .env("PLANWRIGHT_CACHE_DIR", cache);
        if let Some(binaries) = &self.binaries {
            command.env("PLANWRIGHT_PG_BIN", binaries);
        }
        command
    }

    /// `cargo check` of a crate, as a user's shell would run it.
    pub(crate) fn check(&self, rust: &Path) -> Command {
        let mut command = self.cargo(rust);
        command.args(["check", "--quiet"]);
        command
    }

    /// Cargo in the folder of a crate.
    pub(crate) fn cargo(&self, rust: &Path) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(rust);
        // What `cargo run` gave this program is of this crate.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env("CARGO_TARGET_DIR", self.tools.folder.join("target"));
        command
    }
}

/// A folder of its own that the account of a server can enter.
pub(crate) fn shared_folder() -> std::io::Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

/// The command line beside this program.
fn build_planwright() -> Result<PathBuf, Box<dyn Error>> {
    println!("building planwright (release)");
    let status = Command::new(cargo())
        .current_dir(checkout())
        .args(["build", "--quiet", "--release", "-p", "planwright-cli"])
        .status()?;
    if !status.success() {
        return Err(format!("`cargo build -p planwright-cli` ended with {status}").into());
    }
    let path = std::env::current_exe()?.with_file_name("planwright");
    if path.is_file() && !cfg!(debug_assertions) {
        Ok(path)
    } else {
        Err("run this with `cargo run --release`: the command line is built beside it".into())
    }
}
