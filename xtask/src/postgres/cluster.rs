//! One PostgreSQL cluster: made, started, stopped and removed by PostgreSQL's own programs.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::account::Account;
use super::folder::{Folder, random_hex};
use crate::command;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// For tests, which lose nothing with the machine: `fsync` and `full_page_writes` are off, several times as fast.
    Relaxed,
    /// As in production, for figures that mean something.
    Full,
}

impl Durability {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Relaxed => "relaxed",
            Self::Full => "full",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self> {
        match [Self::Relaxed, Self::Full]
            .into_iter()
            .find(|durability| durability.name() == name)
        {
            Some(durability) => Ok(durability),
            None => bail!("`{name}` is no durability: `relaxed` or `full`"),
        }
    }

    fn settings(self) -> &'static str {
        match self {
            Self::Relaxed => "fsync = off\nfull_page_writes = off\n",
            Self::Full => "",
        }
    }
}

/// Loopback only and no socket file. Tests run side by side, each with a pool of its own, hence the many connections.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
";

const SUPERUSER: &str = "postgres";

/// Ports tried before giving up: somebody else may take a free port between our finding and the server's binding it.
const PORT_ATTEMPTS: usize = 5;

/// A started cluster. Dropping it leaves it running: call [`Cluster::remove`].
#[derive(Debug)]
pub(super) struct Cluster {
    folder: Folder,
    server: Server,
    url: String,
}

impl Cluster {
    /// Makes a cluster in a new temporary folder and starts it; what a failure left behind is removed.
    pub(super) fn start(durability: Durability) -> Result<Self> {
        let server = Server::find()?;
        let folder = Folder::create(server.account)?;
        let started = server.init(&folder.data(), durability).and_then(|password| {
            let port = server.start(&folder.data())?;
            Ok(format!(
                "postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"
            ))
        });
        match started {
            Ok(url) => Ok(Self { folder, server, url }),
            Err(error) => {
                folder.remove()?;
                Err(error)
            }
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server and removes its files.
    pub(super) fn remove(self) -> Result<()> {
        self.server.stop(&self.folder.data())?;
        self.folder.remove()
    }
}

/// Removes clusters whose guard was killed. Trouble with them is told and left to the next run.
///
/// Their servers are not stopped by process id: the id in an old file may be another program's by now. A server looks
/// once a minute whether its files are still there, and ends itself when they are not.
pub(super) fn remove_stale() {
    let removed = Folder::stale().and_then(|folders| folders.into_iter().try_for_each(Folder::remove));
    if let Err(error) = removed {
        eprintln!("cannot remove what a killed run left behind: {error:#}");
    }
}

/// The folder of initdb and pg_ctl: from PATH, else the newest of Debian's, which keeps them out of PATH.
pub(crate) fn programs() -> Result<PathBuf> {
    let in_path = command::in_path("initdb").and_then(|initdb| initdb.parent().map(Path::to_path_buf));
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        });
    let newest = debian.filter(|(_, folder)| complete(folder)).max();
    in_path
        .filter(|folder| complete(folder))
        .or(newest.map(|(_, folder)| folder))
        .context("PostgreSQL's initdb and pg_ctl are neither in PATH nor in /usr/lib/postgresql: run `cargo xtask setup`")
}

fn complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl"]
        .iter()
        .all(|program| folder.join(program).exists())
}

/// PostgreSQL's programs and the account they run under.
#[derive(Debug)]
struct Server {
    programs: PathBuf,
    account: Option<Account>,
}

impl Server {
    fn find() -> Result<Self> {
        Ok(Self {
            programs: programs()?,
            account: Account::for_server()?,
        })
    }

    /// Makes the cluster's files; returns the superuser's password. Anybody on this machine can reach loopback, and a
    /// superuser of PostgreSQL can run programs, so it has one.
    fn init(&self, data: &Path, durability: Durability) -> Result<String> {
        let password = random_hex(16)?;
        let password_file = data.with_file_name("password");
        self.write_for_server(&password_file, &password)?;
        let mut initdb = self.program("initdb", data);
        initdb.args([
            "--username",
            SUPERUSER,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
        ]);
        initdb.args(["--locale", "C.UTF-8", "--no-sync"]);
        command::output(initdb.arg("--pwfile").arg(&password_file))
            .context("cannot make a PostgreSQL cluster")?;

        let file = data.join("postgresql.conf");
        let mut settings = OpenOptions::new().append(true).open(&file)?;
        write!(settings, "{SETTINGS}{}", durability.settings())
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(password)
    }

    /// Starts the server and waits until it answers; returns its port.
    fn start(&self, data: &Path) -> Result<u16> {
        let log = data.join("server.log");
        for _ in 0..PORT_ATTEMPTS {
            let port = free_port()?;
            let mut start = self.program("pg_ctl", data);
            start.args([
                "start",
                "--wait",
                "--silent",
                "--timeout",
                "60",
                "--options",
                &format!("-p {port}"),
            ]);
            let Err(error) = command::output(start.arg("--log").arg(&log)) else {
                return Ok(port);
            };
            let log = fs::read_to_string(&log).unwrap_or_default();
            if !log.contains("Address already in use") {
                return Err(error.context(format!("PostgreSQL does not start; its log:\n{log}")));
            }
            fs::remove_file(data.join("server.log"))?;
        }
        bail!("found no free port on 127.0.0.1 in {PORT_ATTEMPTS} attempts")
    }

    /// Stops the server by the process id in its folder. Nobody wants its data, so it need not write them out.
    fn stop(&self, data: &Path) -> Result<()> {
        let mut stop = self.program("pg_ctl", data);
        stop.args([
            "stop",
            "--wait",
            "--silent",
            "--mode",
            "immediate",
            "--timeout",
            "60",
        ]);
        command::output(&mut stop).context("cannot stop PostgreSQL")?;
        Ok(())
    }

    fn program(&self, name: &str, data: &Path) -> Command {
        let mut program = Command::new(self.programs.join(name));
        // The log is searched for a message, so it has to be in English; the account may not enter our folder.
        program
            .arg("--pgdata")
            .arg(data)
            .env("LC_ALL", "C")
            .current_dir("/");
        if let Some(account) = self.account {
            account.lend(&mut program);
        }
        program
    }

    fn write_for_server(&self, file: &Path, content: &str) -> Result<()> {
        let at = || format!("cannot write {}", file.display());
        let mut options = OpenOptions::new();
        let mut open = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .with_context(at)?;
        open.write_all(content.as_bytes()).with_context(at)?;
        if let Some(Account { uid, gid }) = self.account {
            chown(file, Some(uid), Some(gid)).with_context(at)?;
        }
        Ok(())
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}
